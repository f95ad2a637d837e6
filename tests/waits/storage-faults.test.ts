import assert from "node:assert/strict";
import type { CephRbdArgs } from "../../components/storage/ceph-rbd/args";
import {
    cephRbdClasses,
    cephRbdSecretData,
    cephRbdSecretName,
} from "../../components/storage/ceph-rbd/classes";
import { cephRbdFaults } from "../../components/storage/ceph-rbd/faults";
import { defaultDriver } from "../../components/storage/ceph-rbd/tiers";
import { cephRbdValues } from "../../components/storage/ceph-rbd/values";
import { storageClass } from "../../manifests/storage-class";
import type { ApiObject } from "../../sandbox/api";
import { systemClock } from "../../waits/clock";
import { collectionPath, isCollectionKind } from "../../waits/collections";
import { waitForDisk } from "../../waits/disk-wait";
import type { Settled } from "../../waits/gate";
import type { KubernetesEvent } from "../../waits/objects";
import { waitForProbe } from "../../waits/probe";
import { progressText } from "../../waits/progress";
import { kubeconfigTransport, type Transport } from "../../waits/transport";
import { type Cause, diagnosisText, type Verdict } from "../../waits/verdict";
import { View } from "../../waits/view";
import type { ObjectWait } from "../../waits/watched-wait";
import type { Writer } from "../../waits/writes";
import { little, secrets } from "../components/storage/ceph-rbd-arguments";
import { PlatformClient, type Read } from "../sandbox/platform-client";
import { cephChart, claim, configMap, type Made, secret } from "../sandbox/storage-objects";
import { ownSandbox, type SharedSandbox } from "../support/sandbox";
import { hurried, isGivenTime, SkippingClock } from "./skipping-clock";

const hour = 3_600_000;
const { clusterId, monitors } = little;
const { key, passphrase } = secrets;
const wrongKey = "AQBMd3JvbmdhbmRmb3J0ZXN0cz09PQ==";

/** What Ceph is really like, where everything is right. */
const truth = configMap("default", "sandbox-ceph", {
    monitors: monitors.join(),
    pools: "vms",
    users: `kubevirt=${key}`,
    namespaces: "tenant",
});

/** What is broken: some fields of an object, or the whole object where there are none. */
interface Break {
    readonly of: Made;
    readonly fields?: object;
}

interface Case {
    readonly what: string;
    readonly broken: () => Break;
    /** What the driver says. */
    readonly words: RegExp;
    readonly cause: Cause;
    /** What a person has to be told. */
    readonly told: () => readonly string[];
    readonly tier?: "encrypted";
}

/** The waits on a real API server, with a Ceph that really is not as it was said to be. Only grace times of what is expected are left out. */
describe("a wait for storage on a Ceph that is set up wrong", function () {
    this.timeout(300_000);
    this.slow(20_000);

    let sandbox: SharedSandbox;
    let cluster: PlatformClient;
    let transport: Transport & Writer;
    let disks: string;
    let args: CephRbdArgs;
    /** Everything as CephRbd makes it. */
    let right: readonly ApiObject[];

    before(async function () {
        sandbox = await ownSandbox(this, "storage-faults");
        cluster = new PlatformClient(sandbox.api);
        transport = await kubeconfigTransport(sandbox.kubeconfig);
        disks = await sandbox.namespace("disks");
        args = {
            ...little,
            namespace: await sandbox.namespace("ceph"),
            radosNamespace: "tenant",
            encryption: { passphrase },
            tiers: { plain: {}, encrypted: { encrypted: true } },
        };
        right = [
            truth,
            userSecret(),
            ...chartOf(args),
            ...Object.values(cephRbdClasses("ceph", args)).map(storageClass),
        ];
        await heal();
        await cluster.until(pathOf(chartPart("Deployment")), ({ status }) => {
            return status?.["availableReplicas"] === 1;
        });
    });

    afterEach(heal);

    async function heal(): Promise<void> {
        for (const object of right) {
            await sandbox.api.apply(collectionOf(object), object);
        }
    }

    async function spoil({ of, fields }: Break): Promise<void> {
        await (fields === undefined
            ? cluster.delete(pathOf(of))
            : cluster.merge(pathOf(of), fields));
    }

    function chartOf(given: CephRbdArgs): readonly Made[] {
        const { csiConfig } = cephRbdValues(given, 1) as { csiConfig: readonly Made[] };
        return cephChart(given.namespace ?? "", defaultDriver, csiConfig);
    }

    function chartPart(kind: string, given = args): Made {
        const found = chartOf(given).find((object) => object.kind === kind);
        assert.ok(found, kind);
        return found;
    }

    function userSecret(): Made {
        return secret(args.namespace ?? "", cephRbdSecretName("ceph"), cephRbdSecretData(args));
    }

    function base(name: string) {
        const clock = new SkippingClock();
        const began = clock.now();
        const seen: Verdict[] = [];
        const wait: ObjectWait = {
            view: new View(transport, systemClock),
            clock,
            namespace: disks,
            name,
            deadlineMs: hour,
            onProgress: (verdict) => seen.push(verdict),
        };
        return { clock, began, seen, wait };
    }

    function probe(wait: ObjectWait, tier = "plain"): Promise<Settled> {
        return waitForProbe({
            ...wait,
            writer: transport,
            storageClass: `ceph-${tier}`,
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            owner: `project/stack/${wait.name}`,
            faults: cephRbdFaults,
        });
    }

    /** How it ends, without the grace time of what it has to end for. */
    function ending<T>(
        waiting: Promise<T>,
        cause: Cause,
        { clock, seen }: ReturnType<typeof base>,
    ): Promise<T> {
        return hurried(waiting, clock, () => isGivenTime(seen.at(-1), cause));
    }

    async function untilSaid(name: string, words: RegExp): Promise<void> {
        await cluster.until(collectionPath("Event", disks), (list) => {
            const { items } = list as unknown as { items: readonly KubernetesEvent[] };
            return items.some(
                ({ involvedObject, message = "" }) =>
                    involvedObject?.name === name && words.test(message),
            );
        });
    }

    /** What a person reads when the wait has failed, which it has to do for this cause. */
    function textOf(
        settled: Settled,
        cause: Cause,
        { clock, began, seen, wait }: ReturnType<typeof base>,
    ) {
        assert.equal(settled.kind, "failed");
        const text = diagnosisText(settled.diagnosis);
        assert.equal(settled.diagnosis.cause, cause, text);
        assert.ok(clock.now() - began < hour / 2, "it was the deadline that ended it");
        assert.equal(
            settled.diagnosis.where,
            `PersistentVolumeClaim ${disks}/${wait.name}, event ProvisioningFailed`,
        );
        const everything = [text, ...seen.map((verdict) => progressText(verdict, 0))].join("\n");
        for (const hidden of [key, wrongKey, passphrase]) {
            assert.ok(!everything.includes(hidden), "it shows what is secret");
        }
        return text;
    }

    /** The claim and the volume that there are of this name. */
    async function leftOf(name: string): Promise<readonly string[]> {
        const volumes = await cluster.list(collectionPath("PersistentVolume"));
        const claims = await cluster.list(collectionPath("PersistentVolumeClaim", disks));
        return [
            ...volumes.filter((volume) => (volume as ClaimedVolume).spec.claimRef?.name === name),
            ...claims.filter(({ metadata }) => metadata.name === name),
        ].map(({ metadata }) => metadata.name);
    }

    /** Once everything is right: ready, and nothing is left. In real time, since the driver has work to do. */
    async function isReadyOnceHealed(name: string, tier?: string): Promise<void> {
        await heal();
        const { wait } = base(name);
        const settled = await probe(
            { ...wait, clock: systemClock, view: new View(transport, systemClock) },
            tier,
        );
        assert.equal(settled.kind, "ready", JSON.stringify(settled));
        assert.deepEqual(await leftOf(name), []);
    }

    const cases: readonly Case[] = [
        {
            what: "the cluster id that the driver does not know",
            broken: () => {
                const { data } = chartPart("ConfigMap", { ...args, clusterId: "another" });
                return { of: chartPart("ConfigMap"), fields: { data } };
            },
            words: /missing configuration/,
            cause: "cluster-id-unknown",
            told: () => [`Ceph cluster ${clusterId},`, `Set clusterId of CephRbd to ${clusterId}`],
        },
        {
            what: "the user whose key Ceph does not take",
            broken: () => ({ of: userSecret(), fields: { stringData: { userKey: wrongKey } } }),
            words: /Operation not permitted/,
            cause: "credentials-refused",
            told: () => ["Ceph does not let the user in", "user.key of CephRbd"],
        },
        {
            what: "the Secret that is not there",
            broken: () => ({ of: userSecret() }),
            words: /error getting secret/,
            cause: "credentials-missing",
            told: () => [
                `Secret ceph-ceph-user of the Ceph user is not in namespace ${args.namespace ?? ""}`,
            ],
        },
        {
            what: "the key that its Secret does not have",
            broken: () => ({ of: userSecret(), fields: { data: { userKey: null } } }),
            words: /missing key field/,
            cause: "credentials-missing",
            told: () => ["has no userKey"],
        },
        {
            what: "the pool that Ceph does not have",
            broken: () => ({ of: truth, fields: { data: { pools: "rbd" } } }),
            words: /pool not found/,
            cause: "pool-missing",
            told: () => ["no pool vms", "`ceph osd pool create vms`"],
        },
        {
            what: "the RADOS namespace that the pool does not have",
            broken: () => ({ of: truth, fields: { data: { namespaces: "another" } } }),
            words: /RBD image not found/,
            cause: "pool-missing",
            told: () => ["RADOS namespace", "set radosNamespace or dataPool of CephRbd"],
        },
        {
            what: "the passphrase that an encrypted class has to have",
            broken: () => ({ of: userSecret(), fields: { data: { encryptionPassphrase: null } } }),
            words: /missing "encryptionPassphrase"/,
            cause: "encryption-key-missing",
            told: () => ["has no passphrase", "Set encryption.passphrase of CephRbd"],
            tier: "encrypted",
        },
    ];

    for (const [at, { what, broken, words, cause, told, tier }] of cases.entries()) {
        it(`names ${what}, and is ready once it is put right`, async () => {
            const name = `probe-${at}`;
            const begun = base(name);
            await spoil(broken());
            const probing = probe(begun.wait, tier);
            await untilSaid(name, words);
            const text = textOf(await ending(probing, cause, begun), cause, begun);
            for (const part of told()) {
                assert.ok(text.includes(part), `${part} is not in: ${text}`);
            }
            assert.deepEqual(await leftOf(name), []);
            await isReadyOnceHealed(name, tier);
        });
    }

    it("says that no monitor answers, whether the driver is late or still busy with that", async () => {
        const name = "probe-monitors";
        const begun = base(name);
        const { seen } = begun;
        const saw = (words: RegExp) =>
            seen.flatMap((verdict) => {
                const { suspicion } = verdict.kind === "waiting" ? verdict : {};
                const { diagnosis } = suspicion ?? {};
                return words.test(diagnosis?.what ?? "") ? [diagnosis?.cause] : [];
            });
        await spoil({ of: truth, fields: { data: { monitors: "10.0.0.2:6789" } } });
        const probing = probe(begun.wait);
        await untilSaid(name, /context deadline exceeded/);
        await untilSeen(() => saw(/context deadline exceeded/).length > 0);
        await untilSaid(name, /already exists/);
        await untilSeen(() => saw(/already exists/).length > 0);
        const settled = await ending(probing, "monitors-unreachable", begun);
        const text = textOf(settled, "monitors-unreachable", begun);
        assert.match(text, /Ceph does not answer .*reach monitors of CephRbd/);
        assert.deepEqual(
            [...new Set(saw(/context deadline exceeded|already exists/))],
            ["monitors-unreachable"],
        );
        assert.deepEqual(await leftOf(name), []);
        await isReadyOnceHealed(name);
    });

    it("tells a disk that its pool is missing, keeps its claim, and has it ready once the pool is there", async () => {
        const name = "disk";
        const begun = base(name);
        const options = {
            ...begun.wait,
            kind: "PersistentVolumeClaim",
            consumer: "none",
            faults: cephRbdFaults,
        } as const;
        await spoil({ of: truth, fields: { data: { pools: "rbd" } } });
        await sandbox.api.apply(
            collectionPath("PersistentVolumeClaim", disks),
            claim(name, "ceph-plain"),
        );
        await untilSaid(name, /pool not found/);
        const settled = await ending(waitForDisk(options), "pool-missing", begun);
        assert.match(textOf(settled, "pool-missing", begun), /no pool vms/);
        assert.deepEqual(await leftOf(name), [name]);
        await heal();
        const view = new View(transport, systemClock);
        const healed = await waitForDisk({ ...options, clock: systemClock, view });
        assert.equal(healed.kind, "ready", JSON.stringify(healed));
        assert.ok(healed.bound);
    });
});

/** Comes back when the wait has seen what the cluster has: its watch is a moment behind. */
async function untilSeen(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

interface ClaimedVolume extends Read {
    readonly spec: { readonly claimRef?: { readonly name: string } };
}

function collectionOf({ kind, metadata }: ApiObject): string {
    const { namespace } = metadata as { readonly namespace?: string };
    assert.ok(isCollectionKind(kind), `where ${kind} is served is not known`);
    return collectionPath(kind, namespace);
}

function pathOf(object: ApiObject): string {
    return `${collectionOf(object)}/${object.metadata.name}`;
}
