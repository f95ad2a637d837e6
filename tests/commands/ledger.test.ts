import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { LiveObject } from "../../commands/disks-list";
import { disksOfState } from "../../commands/disks-state";
import { ledgerDisks } from "../../commands/ledger-disks";
import { readLedgerOptions } from "../../commands/ledger-options";
import { type LedgerRead, readLedger } from "../../commands/ledger-read";
import { ledgerState } from "../../commands/ledger-state";
import { erasedText, ledgerText } from "../../commands/ledger-text";
import {
    onDestroyAnnotation,
    originAnnotation,
    ownerAnnotation,
    sizeAnnotation,
} from "../../model/annotations";
import type { LedgerDisk } from "../../model/ledger";
import { ApiError } from "../../waits/transport";

const stack = "shop/prod";
type Fields = Readonly<Record<string, unknown>>;

/** A resource of a state. */
function kept(type: string, id: string, inputs: Fields = {}, more: Fields = {}): Fields {
    const name = id.split("/").at(-1) ?? id;
    return { urn: `urn:pulumi:prod::shop::${type}::${name}`, type, id, inputs, ...more };
}

function annotations(disk: string, source: string): Fields {
    return {
        [ownerAnnotation]: `${stack}/${disk}`,
        [originAnnotation]: `vms/${disk}, ${source}, class fast, ReadWriteMany, Block`,
        [sizeAnnotation]: "20Gi",
        [onDestroyAnnotation]: "retain",
    };
}

function claim(name: string, more: Fields = {}, namespace = "vms"): Fields {
    return kept(
        "kubernetes:core/v1:PersistentVolumeClaim",
        `${namespace}/${name}`,
        {
            metadata: { name, namespace, annotations: annotations(name, "blank") },
            spec: {
                storageClassName: "fast",
                resources: { requests: { storage: "10Gi" } },
            },
        },
        more,
    );
}

function machine(name: string, spec: Fields): Fields {
    return kept("kubernetes:kubevirt.io/v1:VirtualMachine", `vms/${name}`, { spec });
}

function exported(...resources: readonly Fields[]): string {
    return JSON.stringify({ version: 3, deployment: { resources } });
}

function bound(name: string, namespace = "vms", labels: Readonly<Record<string, string>> = {}) {
    return {
        metadata: { namespace, name, labels },
        spec: { storageClassName: "fast", volumeName: `pv-${name}` },
        status: { phase: "Bound" },
    };
}

function volume(name: string, policy: string, driver = "rbd.csi.ceph.com"): LiveObject {
    return {
        metadata: { name: `pv-${name}` },
        spec: {
            persistentVolumeReclaimPolicy: policy,
            csi: { driver, volumeHandle: `handle-${name}` },
        },
        status: { phase: "Bound" },
    };
}

function cluster(more: Partial<LedgerRead> = {}): LedgerRead {
    return {
        claims: [],
        dataVolumes: [],
        volumes: [],
        notes: [],
        classes: [],
        snapshots: [],
        machineSnapshots: [],
        longhornBackups: [],
        veleroBackups: [],
        veleroSchedules: [],
        ...more,
    };
}

function ledger(text: string, read?: LedgerRead): readonly LedgerDisk[] {
    return ledgerDisks({ stack, state: ledgerState(text), ids: disksOfState(text), read });
}

describe("npm run ledger", () => {
    describe("of the state", () => {
        it("knows what was taken over as it is, of which the program says no more than the name", () => {
            const taken = (resource: Fields): Fields => {
                const { spec, ...inputs } = resource["inputs"] as Fields;
                return { ...resource, inputs, outputs: { ...inputs, spec } };
            };
            const imported = kept("kubernetes:cdi.kubevirt.io/v1beta1:DataVolume", "vms/root", {
                metadata: { name: "root", namespace: "vms" },
                spec: {
                    source: { registry: { url: "docker://example.org/fedora" } },
                    storage: {
                        storageClassName: "fast",
                        resources: { requests: { storage: "10Gi" } },
                    },
                },
            });
            const found = ledger(
                exported(
                    taken(imported),
                    taken(
                        machine("db", {
                            dataVolumeTemplates: [
                                { metadata: { name: "own" }, spec: { storage: {} } },
                            ],
                            template: {
                                spec: { volumes: [{ dataVolume: { name: "root" } }] },
                            },
                        }),
                    ),
                ),
            );
            assert.deepEqual(
                found.map(({ claim, owner, source, size, storageClass }) => [
                    claim,
                    owner,
                    source,
                    size,
                    storageClass,
                ]),
                [
                    ["own", "VirtualMachine vms/db", "blank", "", ""],
                    [
                        "root",
                        "VirtualMachine vms/db",
                        "docker://example.org/fedora",
                        "10Gi",
                        "fast",
                    ],
                ],
            );
        });

        it("says owner, source, size and class, and what a destroy does", () => {
            const found = ledger(
                exported(
                    claim("data", { retainOnDelete: true }),
                    claim("scratch"),
                    claim("gold", { retainOnDelete: true, protect: true }),
                    machine("db", {
                        template: {
                            spec: {
                                volumes: [
                                    { persistentVolumeClaim: { claimName: "data" } },
                                    { dataVolume: { name: "scratch" } },
                                    { cloudInitNoCloud: {} },
                                ],
                            },
                        },
                    }),
                ),
            );
            assert.deepEqual(
                found.map((disk) => [disk.claim, disk.owner, disk.erasedByDestroy]),
                [
                    ["data", "VirtualMachine vms/db", "no"],
                    ["gold", "", "refused"],
                    ["scratch", "VirtualMachine vms/db", "unknown"],
                ],
            );
            assert.deepEqual(found[0], {
                disk: "data",
                owner: "VirtualMachine vms/db",
                namespace: "vms",
                claim: "data",
                source: "blank",
                size: "20Gi",
                storageClass: "fast",
                reclaimPolicy: "unknown",
                erasedByDestroy: "no",
                why: "the stack lets go of the claim, and it stays",
                protection: "unknown",
            });
        });

        it("names two machines of a shared disk", () => {
            const volumes = [{ persistentVolumeClaim: { claimName: "data" } }];
            const [disk] = ledger(
                exported(
                    claim("data"),
                    machine("a", { template: { spec: { volumes } } }),
                    machine("b", { template: { spec: { volumes } } }),
                ),
            );
            assert.equal(disk?.owner, "VirtualMachine vms/a, VirtualMachine vms/b");
        });

        it("has disks that nobody made with a component, without a login in them", () => {
            const [disk, root] = ledger(
                exported(
                    kept("kubernetes:cdi.kubevirt.io/v1beta1:DataVolume", "vms/raw", {
                        spec: {
                            source: { http: { url: "https://a:hunter2@example.org/x.img?sig=b" } },
                            storage: {
                                storageClassName: "slow",
                                resources: { requests: { storage: "5Gi" } },
                            },
                        },
                    }),
                    machine("db", {
                        dataVolumeTemplates: [
                            {
                                metadata: { name: "root" },
                                spec: {
                                    sourceRef: { kind: "DataSource", name: "fedora" },
                                    storage: {},
                                },
                            },
                        ],
                    }),
                ),
            );
            assert.deepEqual(
                [disk?.disk, disk?.source, disk?.size, disk?.storageClass],
                ["raw", "https://…@example.org/x.img?…", "5Gi", "slow"],
            );
            assert.deepEqual(
                [root?.claim, root?.owner, root?.source],
                ["root", "VirtualMachine vms/db", "DataSource fedora"],
            );
        });

        it("has the disks of images, and none that the engine is about to delete", () => {
            const type = "kubernetes:cdi.kubevirt.io/v1beta1:DataVolume";
            const image = {
                ...kept(type, "vms/fedora-1", {
                    metadata: { annotations: annotations("fedora", "docker://quay.io/fedora") },
                }),
                urn: `urn:pulumi:prod::shop::kubevirt:index:GoldenImage$${type}::fedora-1`,
            };
            const found = ledger(exported(image, claim("old", { delete: true })));
            assert.deepEqual(
                found.map(({ owner, source }) => [owner, source]),
                [["GoldenImage fedora", "docker://quay.io/fedora"]],
            );
        });

        it("says what refuses a destroy, whatever it is", () => {
            const { guarded } = ledgerState(
                exported(
                    claim("gold", { protect: true }),
                    kept("kubernetes:helm.sh/v3:Release", "longhorn", {}, { protect: true }),
                ),
            );
            assert.deepEqual(guarded, ["PersistentVolumeClaim gold", "Release longhorn"]);
        });
    });

    describe("of state and cluster", () => {
        const volumes = [volume("data", "Delete"), volume("scratch", "Retain")];
        const claims = [bound("data"), bound("scratch")];

        it("goes by the volume, and by its class where there is none yet", () => {
            const text = exported(claim("data"), claim("scratch"), claim("waiting"));
            const found = ledger(
                text,
                cluster({
                    claims,
                    volumes,
                    classes: [{ metadata: { name: "fast" }, reclaimPolicy: "Retain" }],
                }),
            );
            assert.deepEqual(
                found.map((disk) => [disk.claim, disk.reclaimPolicy, disk.erasedByDestroy]),
                [
                    ["data", "Delete", "yes"],
                    ["scratch", "Retain", "no"],
                    ["waiting", "Retain", "no"],
                ],
            );
        });

        it("counts what goes with its namespace, forgotten disks too", () => {
            const forgotten: LiveObject = {
                ...bound("lost"),
                metadata: {
                    namespace: "vms",
                    name: "lost",
                    annotations: { [ownerAnnotation]: `${stack}/lost` },
                },
            };
            const text = (more: Fields) =>
                exported(
                    kept("kubernetes:core/v1:Namespace", "vms", {}, more),
                    claim("data", { retainOnDelete: true }),
                );
            const read = cluster({
                claims: [...claims, forgotten],
                volumes: [...volumes, volume("lost", "Delete")],
            });
            const erased = (more: Fields) =>
                ledger(text(more), read).map((disk) => [disk.claim, disk.erasedByDestroy]);
            assert.deepEqual(erased({}), [
                ["data", "yes"],
                ["lost", "yes"],
            ]);
            assert.deepEqual(erased({ retainOnDelete: true }), [
                ["data", "no"],
                ["lost", "no"],
            ]);
        });

        it("knows that Longhorn erases its volumes when it goes, and not while it is protected", () => {
            const type = "kubernetes:helm.sh/v3:Release";
            const longhorn = (protect: boolean) => ({
                ...kept(type, "longhorn", {}, { protect }),
                urn: `urn:pulumi:prod::shop::kubevirt:index:Longhorn$${type}::longhorn`,
            });
            const read = cluster({
                claims,
                volumes: [volume("data", "Retain", "driver.longhorn.io")],
            });
            const of = (protect: boolean) =>
                ledger(
                    exported(longhorn(protect), claim("data", { retainOnDelete: true })),
                    read,
                )[0];
            assert.equal(of(false)?.erasedByDestroy, "yes");
            assert.equal(of(true)?.erasedByDestroy, "no");
        });

        it("finds the newest snapshot and backup that are finished, and schedules", () => {
            const snapshot = (name: string, more: Fields, source = "data", namespace = "vms") => ({
                metadata: { name, namespace },
                spec: { source: { persistentVolumeClaimName: source } },
                status: { readyToUse: true, ...more },
            });
            const [disk] = ledger(
                exported(
                    claim("data"),
                    machine("db", {
                        template: {
                            spec: { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] },
                        },
                    }),
                ),
                cluster({
                    claims: [
                        bound("data", "vms", {
                            "recurring-job.longhorn.io/source": "enabled",
                            "recurring-job-group.longhorn.io/gold": "enabled",
                        }),
                    ],
                    volumes,
                    snapshots: [
                        snapshot("monday", { creationTime: "2026-11-23T01:00:00Z" }),
                        snapshot("other", { creationTime: "2026-11-26T01:00:00Z" }, "scratch"),
                        snapshot("away", { creationTime: "2026-11-26T01:00:00Z" }, "data", "b"),
                        snapshot("half", {
                            creationTime: "2026-11-26T01:00:00Z",
                            readyToUse: false,
                        }),
                    ],
                    machineSnapshots: [
                        {
                            metadata: { name: "db-1", namespace: "vms" },
                            spec: { source: { kind: "VirtualMachine", name: "db" } },
                            status: { readyToUse: true, creationTime: "2026-11-24T01:00:00Z" },
                        },
                    ],
                    longhornBackups: [
                        {
                            metadata: { name: "backup-1", namespace: "longhorn-system" },
                            status: {
                                volumeName: "handle-data",
                                state: "Completed",
                                snapshotCreatedAt: "2026-11-20T01:00:00Z",
                            },
                        },
                        {
                            metadata: { name: "backup-2", namespace: "longhorn-system" },
                            status: { volumeName: "handle-data", state: "Error" },
                        },
                    ],
                    veleroBackups: [
                        {
                            metadata: { name: "nightly-1", namespace: "velero" },
                            spec: { includedNamespaces: ["other"] },
                            status: {
                                phase: "Completed",
                                completionTimestamp: "2026-11-25T01:00:00Z",
                            },
                        },
                    ],
                    veleroSchedules: [
                        {
                            metadata: { name: "nightly", namespace: "velero" },
                            spec: { template: { includedNamespaces: ["vms"] } },
                        },
                        {
                            metadata: { name: "paused", namespace: "velero" },
                            spec: { paused: true, template: {} },
                        },
                    ],
                }),
            );
            assert.deepEqual(disk?.protection, [
                { kind: "snapshot", name: "vms/db-1", at: "2026-11-24T01:00:00Z" },
                { kind: "backup", name: "longhorn-system/backup-1", at: "2026-11-20T01:00:00Z" },
                { kind: "schedule", name: "Longhorn recurring jobs of the claim" },
                { kind: "schedule", name: "velero/nightly" },
            ]);
        });

        it("says none where nothing protects a disk, and unknown where that could not be read", () => {
            const text = exported(claim("data"));
            const of = (more: Partial<LedgerRead>) => ledger(text, cluster(more))[0]?.protection;
            assert.deepEqual(of({}), []);
            assert.equal(of({ veleroBackups: undefined }), "unknown");
        });
    });

    describe("reading the cluster", () => {
        const answering = (answer: (path: string) => readonly unknown[]) =>
            readLedger(
                {
                    list: (path) =>
                        Promise.resolve().then(() => ({
                            items: answer(path),
                            resourceVersion: "1",
                        })),
                },
                undefined,
            );

        it("takes a kind that is not served for one without objects", async () => {
            const read = await answering((path) => {
                if (/velero|longhorn/.test(path)) {
                    throw new ApiError(404, "not found");
                }
                return [];
            });
            assert.deepEqual([read.veleroBackups, read.notes], [[], []]);
        });

        it("says what it may not read, once, and whose it is", async () => {
            const read = await answering((path) => {
                if (/backups|storageclasses/.test(path)) {
                    throw new ApiError(403, "forbidden");
                }
                return [];
            });
            assert.deepEqual([read.veleroBackups, read.classes], [undefined, undefined]);
            assert.deepEqual(read.notes, [
                "StorageClasses (403) cannot be read by this account: what they keep is unknown here.",
                "Longhorn's backups (403), Velero's backups (403) cannot be read by this account: what they protect is unknown here.",
            ]);
        });

        it("fails where there is no answer, with a way out", async () => {
            await assert.rejects(
                answering((path) => {
                    if (/storageclasses/.test(path)) {
                        throw new Error("connect ECONNREFUSED");
                    }
                    return [];
                }),
                /cannot be read: connect ECONNREFUSED\. --offline/,
            );
        });
    });

    it("says before a destroy which disks it erases, or may erase", () => {
        const disk = {
            owner: "VirtualMachine vms/db",
            namespace: "vms",
            claim: "data",
            size: "20Gi",
            erasedByDestroy: "unknown",
            why: "the claim goes",
        } as LedgerDisk;
        const text = erasedText("prod", [
            disk,
            { ...disk, claim: "root", owner: "", erasedByDestroy: "yes" },
            { ...disk, claim: "kept", erasedByDestroy: "no" },
        ]);
        assert.deepEqual(text.split("\n"), [
            'A destroy of stack "prod" erases disks (npm run ledger -- prod asks the cluster, too):',
            "  vms/data of VirtualMachine vms/db, 20Gi: may be erased (the claim goes)",
            "  vms/root, 20Gi: erased (the claim goes)",
        ]);
        assert.match(erasedText("prod", []), /"prod" erases no disk that its state has\.$/);
    });

    it("is read by a person", () => {
        const disk: LedgerDisk = {
            disk: "db-data",
            owner: "VirtualMachine vms/db",
            namespace: "vms",
            claim: "db-data",
            volume: "pv-1",
            source: "blank",
            size: "20Gi",
            storageClass: "fast",
            reclaimPolicy: "Delete",
            erasedByDestroy: "yes",
            why: "the claim goes, and its volume with it",
            protection: [{ kind: "snapshot", name: "vms/monday", at: "2026-11-25T12:00:00Z" }],
        };
        const text = ledgerText(
            "prod",
            [
                disk,
                { ...disk, claim: "", owner: "", protection: [], erasedByDestroy: "no" },
                { ...disk, claim: "raw", protection: "unknown", erasedByDestroy: "no" },
            ],
            ["PersistentVolumeClaim gold"],
            new Date("2026-11-27T12:00:00Z"),
        );
        assert.equal(
            text,
            `Disks of stack "prod":

vms/db-data: disk db-data of VirtualMachine vms/db
    20Gi, class fast, reclaim Delete, from blank
    erased by destroy: yes (the claim goes, and its volume with it)
    protection: snapshot vms/monday, 2 days ago

volume pv-1: disk db-data, of no machine of the stack
    20Gi, class fast, reclaim Delete, from blank
    erased by destroy: no (the claim goes, and its volume with it)
    protection: none

vms/raw: disk db-data of VirtualMachine vms/db
    20Gi, class fast, reclaim Delete, from blank
    erased by destroy: no (the claim goes, and its volume with it)
    protection: unknown

3 disks; a destroy erases 1.

A destroy is refused while the stack has: PersistentVolumeClaim gold.`,
        );
        assert.equal(ledgerText("prod", [], [], new Date()), `Stack "prod" has no disk.`);
        const answers = (...all: readonly LedgerDisk["erasedByDestroy"][]) =>
            ledgerText(
                "prod",
                all.map((erasedByDestroy) => ({ ...disk, erasedByDestroy })),
                [],
                new Date(),
            )
                .split("\n")
                .at(-1);
        assert.equal(answers("no", "refused"), "2 disks; a destroy erases none.");
        assert.equal(
            answers("no", "unknown", "unknown"),
            "3 disks; a destroy erases 0, and of 2 more nobody here knows.",
        );
        assert.equal(
            answers("yes", "unknown"),
            "2 disks; a destroy erases 1, and of 1 more nobody here knows.",
        );
    });

    it("takes one stack, by itself or with --stack, and refuses what it does not know", () => {
        assert.equal(readLedgerOptions([]).stack, "local");
        assert.equal(readLedgerOptions(["prod", "--json"]).stack, "prod");
        assert.equal(readLedgerOptions(["-s", "prod", "--offline"]).offline, true);
        const wrong: readonly (readonly [readonly string[], RegExp])[] = [
            [["prod", "dev"], /One stack at a time, and these are prod, dev/],
            [["--context", "a"], /Stack "local" is always the sandbox/],
            [["prod", "--offline", "--context", "a"], /Leave one out/],
            [["--yes"], /--help shows what there is/],
        ];
        for (const [args, expected] of wrong) {
            assert.throws(() => readLedgerOptions(args), expected);
        }
    });

    it("helps, and fails with an exit code and without a stack trace", function () {
        const run = (...args: readonly string[]) =>
            spawnSync(
                process.execPath,
                ["-r", "ts-node/register", join("commands", "ledger.ts"), ...args],
                { cwd: join(__dirname, "..", ".."), encoding: "utf8" },
            );
        const help = run("--help");
        assert.equal(help.status, 0);
        assert.match(help.stdout, /^npm run ledger \[-- STACK\]/);
        const wrong = run("prod", "dev");
        assert.equal(wrong.status, 1);
        assert.match(wrong.stderr, /^error: One stack at a time.*\n$/);
    });
});
