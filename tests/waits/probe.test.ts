import assert from "node:assert/strict";
import { ownerAnnotation } from "../../model/annotations";
import { systemClock } from "../../waits/clock";
import type { Claim, Volume } from "../../waits/objects";
import type { ProbeWaitOptions } from "../../waits/probe";
import { waitForProbe } from "../../waits/probe";
import { kubeconfigTransport, type Transport } from "../../waits/transport";
import { diagnosisText, type Verdict } from "../../waits/verdict";
import { View } from "../../waits/view";
import type { Writer } from "../../waits/writes";
import { setFault } from "../support/faults";
import { patienceMs, type SharedSandbox, sharedSandbox } from "../support/sandbox";
import { hurried, isGivenTime, SkippingClock } from "./skipping-clock";

const owner = "project/stack/fast-probe";
const classes = "/apis/storage.k8s.io/v1/storageclasses";
const volumes = "/api/v1/persistentvolumes";

/** Against a real API server, with Kubernetes' own controllers for claims and volumes. */
describe("waitForProbe", function () {
    this.timeout(300_000);
    this.slow(10_000);

    let sandbox: SharedSandbox;
    let transport: Transport & Writer;
    let namespace: string;
    let claims: string;
    /** What is to be taken away again, since suites share the sandbox. */
    const made: string[] = [];

    before(async function () {
        sandbox = await sharedSandbox(this);
        transport = await kubeconfigTransport(sandbox.kubeconfig);
        namespace = await sandbox.namespace("probe");
        claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    });

    after(async () => {
        for (const path of made) {
            await sandbox.api.request("DELETE", path);
        }
    });

    function options(parts: Partial<ProbeWaitOptions> = {}): ProbeWaitOptions {
        return {
            view: new View(transport, systemClock),
            clock: systemClock,
            writer: transport,
            namespace,
            name: "fast-probe",
            deadlineMs: patienceMs,
            storageClass: "sandbox-block",
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            owner,
            ...parts,
        };
    }

    /** How it ended, and what it made and changed meanwhile. */
    async function probed(parts: Partial<ProbeWaitOptions> = {}) {
        const writes: string[] = [];
        const writer: Writer = {
            get: (path) => transport.get(path),
            create: (collection, object) => {
                writes.push("create");
                return transport.create(collection, object);
            },
            merge: (path, fields) => {
                writes.push(`merge ${JSON.stringify(fields)}`);
                return transport.merge(path, fields);
            },
            remove: (path, uid) => {
                writes.push("remove");
                return transport.remove(path, uid);
            },
        };
        const settled = await waitForProbe(options({ writer, ...parts }));
        const text = settled.kind === "failed" ? diagnosisText(settled.diagnosis) : settled.kind;
        const cause = settled.kind === "failed" ? settled.diagnosis.cause : undefined;
        return { text, cause, writes };
    }

    async function leftOver(): Promise<readonly string[]> {
        const all = await transport.list(volumes, {});
        const mine = (all.items as readonly (Volume & { spec: { claimRef?: object } })[]).filter(
            ({ spec }) => JSON.stringify(spec.claimRef ?? {}).includes(`"${namespace}"`),
        );
        const own = (await transport.list(claims, {})).items as readonly Claim[];
        return [...mine, ...own].map(({ metadata }) => metadata?.name ?? "");
    }

    /** What a test has deleted goes a moment later, and is no business of the next one. */
    async function nothingLeft(): Promise<void> {
        while ((await leftOver()).length > 0) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    async function putClaim(name: string, annotations: Record<string, string>): Promise<void> {
        await transport.create(claims, {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name, annotations },
            spec: {
                storageClassName: "sandbox-block",
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                resources: { requests: { storage: "1Gi" } },
            },
        });
    }

    async function putClass(name: string, reclaimPolicy: string, mode: string): Promise<void> {
        await transport.create(classes, {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name },
            provisioner: "sandbox.csi.pulumi-kubevirt.dev",
            reclaimPolicy,
            volumeBindingMode: mode,
        });
        made.push(`${classes}/${name}`);
    }

    it("is ready when the class has made a volume, and leaves nothing", async () => {
        assert.deepEqual(await probed(), {
            text: "ready",
            cause: undefined,
            writes: ["create", "remove"],
        });
        assert.deepEqual(await leftOver(), []);
    });

    it("has a class make a volume that waits for the first consumer, without a pod", async () => {
        const { text } = await probed({ storageClass: "sandbox-block-wffc" });
        assert.equal(text, "ready");
        assert.deepEqual(await leftOver(), []);
    });

    it("has the volume of a class that retains go with its claim", async () => {
        await putClass("retains", "Retain", "Immediate");
        const { text, writes } = await probed({ storageClass: "retains" });
        assert.equal(text, "ready");
        assert.deepEqual(writes, [
            "create",
            'merge {"spec":{"persistentVolumeReclaimPolicy":"Delete"}}',
            "remove",
        ]);
        assert.deepEqual(await leftOver(), []);
    });

    it("takes away first what an earlier run of the same owner has left", async () => {
        await putClaim("fast-probe", { [ownerAnnotation]: owner });
        // A volume that is still being made when its claim goes would come after the probe.
        while (((await transport.get(`${claims}/fast-probe`)) as Claim).status?.phase !== "Bound") {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const { text, writes } = await probed();
        assert.equal(text, "ready");
        assert.deepEqual(writes, ["remove", "create", "remove"]);
        assert.deepEqual(await leftOver(), []);
    });

    it("never touches a claim of somebody else", async () => {
        await putClaim("taken", { [ownerAnnotation]: "project/other/fast-probe" });
        await putClaim("nobodys", {});
        for (const [name, whose] of [
            ["taken", "project/other/fast-probe"],
            ["nobodys", "somebody else"],
        ] as const) {
            const { text, cause, writes } = await probed({ name });
            assert.equal(cause, "claim-in-use");
            assert.ok(text.includes(whose), text);
            assert.deepEqual(writes, []);
            await sandbox.api.request("DELETE", `${claims}/${name}`);
        }
        await nothingLeft();
    });

    it("never touches a volume that was there before it", async () => {
        await putClass("static", "Delete", "Immediate");
        await transport.create(volumes, {
            apiVersion: "v1",
            kind: "PersistentVolume",
            metadata: { name: `${namespace}-precious` },
            spec: {
                storageClassName: "static",
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                capacity: { storage: "1Gi" },
                persistentVolumeReclaimPolicy: "Delete",
                csi: { driver: "sandbox.csi.pulumi-kubevirt.dev", volumeHandle: "precious" },
            },
        });
        for (const run of ["the probe itself", "the next run, which finds the claim"]) {
            const { text, cause, writes } = await probed({
                storageClass: "static",
                name: "static",
            });
            assert.equal(cause, "claim-in-use", run);
            assert.match(text, /precious, which was there before it: neither is touched/, run);
            assert.ok(!writes.includes("remove"), run);
        }
        const volume = (await transport.get(`${volumes}/${namespace}-precious`)) as Volume;
        assert.equal(volume.metadata?.deletionTimestamp, undefined);
        await transport.merge(`${volumes}/${namespace}-precious`, {
            spec: { persistentVolumeReclaimPolicy: "Retain" },
        });
        await sandbox.api.request("DELETE", `${claims}/static`);
        await sandbox.api.request("DELETE", `${volumes}/${namespace}-precious`);
        await nothingLeft();
    });

    describe("of a class that makes no volumes", () => {
        const faults = [
            {
                message: /desc = (the storage system \S+) the request/,
                cause: "credentials-refused",
                what: "So $1 it",
                cure: "Change the key",
                graceMs: 1000,
            },
        ] as const;

        for (const storageClass of ["sandbox-block", "sandbox-block-wffc"]) {
            it(`says why in the words of the driver's faults, and takes its claim away (${storageClass})`, async () => {
                await setFault(sandbox, namespace, "fast-probe", "provisioner-error");
                const { text, cause } = await probed({ faults, storageClass });
                await setFault(sandbox, namespace, "fast-probe", "");
                assert.equal(cause, "credentials-refused");
                assert.match(text, /^So the storage system refuses it: failed to provision/);
                assert.deepEqual(await leftOver(), []);
            });
        }

        it("says so without a table, when its time is over", async () => {
            await setFault(sandbox, namespace, "fast-probe", "provisioner-error");
            const { cause } = await probed({ deadlineMs: 1000 });
            await setFault(sandbox, namespace, "fast-probe", "");
            assert.equal(cause, "deadline");
            assert.deepEqual(await leftOver(), []);
        });
    });

    const refusals: readonly (readonly [string, Partial<ProbeWaitOptions>, string, RegExp])[] = [
        [
            "a namespace that is not there",
            { namespace: "nowhere" },
            "not-there",
            /namespaces "nowhere" not found/,
        ],
        [
            "a name that is none",
            { name: "No_Name" },
            "provisioning-failed",
            /metadata.name: Invalid value/,
        ],
    ];
    for (const [what, parts, expected, message] of refusals) {
        it(`says the API server's own words about ${what}`, async () => {
            const { cause, text } = await probed(parts);
            assert.equal(cause, expected);
            assert.match(text, message);
        });
    }

    it("says that the class does not exist, when its grace time is over", async () => {
        const clock = new SkippingClock();
        let last: Verdict | undefined;
        const probing = probed({
            clock,
            storageClass: "no-such",
            onProgress: (verdict) => (last = verdict),
        });
        const { cause } = await hurried(probing, clock, () => isGivenTime(last, "no-such-class"));
        assert.equal(cause, "no-such-class");
        assert.deepEqual(await leftOver(), []);
    });
});
