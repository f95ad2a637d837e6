import assert from "node:assert/strict";
import { longhornFaults } from "../../../components/storage/longhorn/faults";
import type { Cause } from "../../../waits/verdict";

/** What external-provisioner puts before the driver's words. */
const failed = (message: string) =>
    `failed to provision volume with StorageClass "longhorn-vm": ${message}`;

/** A refusal of the manager, as the driver passes it on. Source: longhorn-manager client/common.go (newApiError). */
const manager = (message: string) =>
    failed(
        `rpc error: code = Internal desc = Bad response statusCode [500]. Status [500 Internal Server Error]. Body: [message=${message}, code=Internal Server Error, detail=] from [http://longhorn-backend:9500/v1/volumes]`,
    );

/** A refusal of its webhook. */
const webhook = (message: string) =>
    manager(
        `unable to create volume pvc-1: admission webhook "validator.longhorn.io" denied the request: ${message}`,
    );

/** What the fault is taken for, as its sentence reads. */
function recognised(message: string) {
    const fault = longhornFaults.find((one) => one.message.test(message));
    assert.ok(fault, `not recognised: ${message}`);
    const match = fault.message.exec(message);
    return {
        cause: fault.cause,
        what: fault.what.replace(/\$(\d)/g, (_, index: string) => match?.[Number(index)] ?? ""),
    };
}

const messages: readonly (readonly [string, string, Cause, RegExp])[] = [
    [
        "a webhook that is not up",
        manager(
            `unable to create volume pvc-1: Internal error occurred: failed calling webhook "mutator.longhorn.io": failed to call webhook: Post "https://longhorn-admission-webhook.longhorn-system.svc:9502/v1/webhook/mutation?timeout=10s": dial tcp 10.96.0.7:9502: connect: connection refused`,
        ),
        "webhook-not-ready",
        /webhook does not answer/,
    ],
    [
        "a Secret that is not there",
        failed(
            `error getting secret lab-encryption in namespace longhorn-system: secrets "lab-encryption" not found`,
        ),
        "encryption-key-missing",
        /Secret longhorn-system\/lab-encryption /,
    ],
    [
        "a Secret without a passphrase",
        "rpc error: code = InvalidArgument desc = missing passphrase for encrypted volume pvc-1",
        "encryption-key-missing",
        /no passphrase for volume pvc-1/,
    ],
    [
        "a backup target that is not available",
        "rpc error: code = Aborted desc = backup target default is not available",
        "backup-target-unavailable",
        /target default cannot/,
    ],
    [
        "a backup that is not known",
        failed(
            "rpc error: code = NotFound desc = failed to restore CSI snapshot bak://pvc-1/backup-2 of volume pvc-1: there is no backup volume",
        ),
        "backup-target-unavailable",
        /not known to Longhorn/,
    ],
    [
        "a class that restores what is not there",
        webhook('cannot get backup backup-2: backups.longhorn.io "backup-2" not found'),
        "class-parameters",
        /restores from a backup/,
    ],
    [
        "a clone of another size",
        failed(
            "rpc error: code = OutOfRange desc = failed to clone volume: the requested size (21474836480 bytes) is different than the source volume size (10737418240 bytes)",
        ),
        "clone-failed",
        /size, 10737418240 bytes, and 21474836480 were/,
    ],
    [
        "a restore of another size",
        manager(
            "unable to create volume pvc-1: failed to verify data source: size of target volume (2 bytes) is different than size of source volume (1 bytes)",
        ),
        "clone-failed",
        /size, 1 bytes, and 2 were/,
    ],
    [
        "a linked clone of another size",
        webhook("spec.size 2 does not match source size 1; leave spec.size unset to inherit"),
        "clone-failed",
        /linked clone .* 1 bytes, and 2/,
    ],
    [
        "a linked clone with too many copies",
        webhook("linked-clone volume cannot have more replicas (3) than its source volume (2)"),
        "class-parameters",
        /source, 2, and the class says 3/,
    ],
    [
        "a clone to the other engine",
        webhook("cannot clone volume with data engine v1 into a volume with data engine v2"),
        "clone-failed",
        /engine v1 is not cloned to one of the engine v2/,
    ],
    [
        "a clone of nothing",
        failed(
            "rpc error: code = NotFound desc = failed to clone volume: source volume pvc-7 is not found",
        ),
        "clone-source-missing",
        /not there: pvc-7$/,
    ],
    [
        "a restore of no snapshot",
        failed(
            "rpc error: code = NotFound desc = volume source snapshot snap://pvc-7/ is not found",
        ),
        "clone-source-missing",
        /not there: snap:\/\/pvc-7\/$/,
    ],
    [
        "an engine that is switched off",
        webhook("v2-data-engine data engine is not enabled"),
        "class-parameters",
        /engine v2, which is switched off/,
    ],
    [
        "a parameter that is no number",
        failed(
            `rpc error: code = InvalidArgument desc = invalid parameter staleReplicaTimeout: strconv.Atoi: parsing "2d": invalid syntax`,
        ),
        "class-parameters",
        /not take: staleReplicaTimeout$/,
    ],
    [
        "jobs that are no JSON",
        failed(
            "rpc error: code = InvalidArgument desc = invalid json format of recurringJobSelector: invalid character",
        ),
        "class-parameters",
        /not take: recurringJobSelector$/,
    ],
    [
        "a small disk with XFS",
        failed("XFS filesystems with size 104857600, smaller than 314572800, are not supported"),
        "class-parameters",
        /at least 314572800 bytes, and 104857600/,
    ],
    [
        "a mode of access that it does not offer",
        failed(
            "rpc error: code = InvalidArgument desc = access mode MULTI_NODE_READER_ONLY is not supported",
        ),
        "class-parameters",
        /MULTI_NODE_READER_ONLY/,
    ],
    [
        "copies without a place",
        "rpc error: code = Aborted desc = volume pvc-1 is not ready for workloads: volume is currently in detached state with some un-schedulable replicas",
        "storage-full",
        /Not every copy/,
    ],
    [
        "a disk that is full",
        "rpc error: code = OutOfRange desc = cannot schedule: failed to schedule 10737418240 more bytes to disk 7a1c with 42 available",
        "storage-full",
        /^10737418240 bytes more do not fit on disk 7a1c$/,
    ],
];

describe("longhornFaults", () => {
    for (const [what, message, cause, says] of messages) {
        it(`recognises ${what}`, () => {
            const found = recognised(message);
            assert.equal(found.cause, cause);
            assert.match(found.what, says);
        });
    }

    it("has no row that no message is known for", () => {
        const unseen = longhornFaults.filter(
            (fault) =>
                !messages.some(
                    ([, message]) =>
                        longhornFaults.find((one) => one.message.test(message)) === fault,
                ),
        );
        assert.deepEqual(unseen, []);
    });

    it("leaves the words of others alone", () => {
        for (const message of [
            "rpc error: code = DeadlineExceeded desc = failed to wait for volume creation to complete",
            'waiting for a volume to be created, either by external provisioner "driver.longhorn.io" or manually',
        ]) {
            assert.equal(
                longhornFaults.find((one) => one.message.test(message)),
                undefined,
            );
        }
    });

    it("writes a sentence and a cure for each, without what is left open", () => {
        for (const { what, cure, graceMs } of longhornFaults) {
            assert.match(what + cure, /^[A-Z$][^]*[^.]$/);
            assert.ok(graceMs >= 30_000);
        }
    });
});
