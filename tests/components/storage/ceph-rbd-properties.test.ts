import assert from "node:assert/strict";
import fc from "fast-check";
import type { CephRbdArgs } from "../../../components/storage/ceph-rbd/args";
import { capsCommand } from "../../../components/storage/ceph-rbd/caps";
import { checkCephRbd } from "../../../components/storage/ceph-rbd/check";
import type { CephRbdClassArgs } from "../../../components/storage/ceph-rbd/class-args";
import { cephRbdClasses, cephRbdSecretName } from "../../../components/storage/ceph-rbd/classes";
import { defaultTierOf } from "../../../components/storage/ceph-rbd/tiers";
import { cephRbdValues } from "../../../components/storage/ceph-rbd/values";
import { objectNameFault } from "../../../model/object-name";
import { little, secrets } from "./ceph-rbd-arguments";

const topology = { domainLabels: ["topology.kubernetes.io/zone"] };
const name = fc.constantFrom("ceph", "a", "fast-1", "b", "B", "");
const word = fc.constantFrom("vms", "vm-hdd", ".mgr", "east", "");
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary });

/** Arguments of a class, right and wrong. What is undefined is left out. */
const classArgs = fc
    .record({
        className: maybe(name),
        pool: maybe(word),
        dataPool: maybe(word),
        imageFeatures: maybe(
            fc.subarray(["layering", "exclusive-lock", "object-map", "fast-diff"]),
        ),
        guests: maybe(fc.constantFrom("any", "windows")),
        mapOptions: maybe(fc.constantFrom("krbd:a;nbd:b", "a=1,b", "exclusive", "x:y", "")),
        mounter: maybe(fc.constant("rbd-nbd")),
        topologyPools: maybe(
            fc.array(
                fc.record({
                    pool: word,
                    domain: fc.dictionary(fc.constantFrom("zone", "r"), word),
                }),
            ),
        ),
        encrypted: maybe(fc.boolean()),
        reclaimPolicy: maybe(fc.constantFrom("Retain", "Delete")),
        bindingMode: maybe(fc.constantFrom("Immediate", "WaitForFirstConsumer")),
        fsType: maybe(fc.constantFrom("ext4", "xfs")),
        mkfsOptions: maybe(fc.constant("-K")),
        stripe: maybe(
            fc.record({ unit: fc.constantFrom(4096, 5000), count: fc.integer({ max: 16 }) }),
        ),
        objectSize: maybe(fc.constantFrom(4096, 2 ** 23, 7)),
        isDefaultForMachines: maybe(fc.boolean()),
        parameters: maybe(fc.dictionary(fc.constantFrom("tryOtherMounters", "pool"), word)),
    })
    .map((fields) => withoutUndefined(fields) as CephRbdClassArgs);

const allArgs = fc
    .tuple(
        classArgs,
        fc.record({
            tiers: maybe(fc.dictionary(name, classArgs, { maxKeys: 3 })),
            defaultTier: maybe(name),
            namespace: maybe(name),
            driverName: maybe(name),
            radosNamespace: maybe(word),
            topology: maybe(fc.constant(topology)),
            encryption: maybe(
                fc.constantFrom<CephRbdArgs["encryption"]>(
                    { passphrase: secrets.passphrase },
                    { kmsId: "vault", kms: { encryptionKMSType: "vault" } },
                ),
            ),
        }),
    )
    .map(([shared, own]): CephRbdArgs => ({
        ...little,
        ...shared,
        ...(withoutUndefined(own) as Partial<CephRbdArgs>),
    }));

function withoutUndefined(fields: object): object {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

describe("arguments that pass the check", () => {
    it("come down to classes that the API server and the driver can take", () => {
        let passed = 0;
        fc.assert(
            fc.property(allArgs, (args) => {
                if (checkCephRbd(args, 3, "ceph").problems.length > 0) {
                    return;
                }
                passed += 1;
                const plans = cephRbdClasses("ceph", args);
                assert.ok(defaultTierOf(args) in plans);
                const names = Object.values(plans).map((plan) => plan.name);
                assert.equal(new Set(names).size, names.length);
                for (const plan of Object.values(plans)) {
                    assert.equal(objectNameFault(plan.name), undefined);
                    const { parameters, accessMode, volumeMode } = plan;
                    assert.ok(
                        Object.values(parameters).every(
                            (value) => typeof value === "string" && value !== "",
                        ),
                        JSON.stringify(parameters),
                    );
                    const secretNames = Object.entries(parameters)
                        .filter(([key]) => key.endsWith("-secret-name"))
                        .map(([, value]) => value);
                    assert.deepEqual(secretNames, Array(4).fill(cephRbdSecretName("ceph")));
                    assert.equal(volumeMode === "Block", accessMode === "ReadWriteMany");
                    assert.equal("csi.storage.k8s.io/fstype" in parameters, volumeMode !== "Block");
                    assert.doesNotMatch(parameters["mapOptions"] ?? "", /\bexclusive\b/);
                }
                const texts = JSON.stringify([plans, cephRbdValues(args, 1), capsCommand(args)]);
                assert.ok(!Object.values(secrets).some((secret) => texts.includes(secret)));
            }),
            { numRuns: 3000 },
        );
        assert.ok(passed > 50, `only ${String(passed)} passed`);
    });

    it("or the check says why, and nothing throws", () => {
        fc.assert(
            fc.property(allArgs, (args) => {
                checkCephRbd(args, undefined, "ceph");
                cephRbdClasses("ceph", args);
                cephRbdValues(args, 1);
                capsCommand(args);
            }),
        );
    });
});
