import assert from "node:assert/strict";
import type { Fields } from "../../model/machine-difference";
import type { ReportImpact } from "../../model/impact";
import type { Verdict } from "../../review/report";
import {
    changed,
    claim,
    claimType,
    gone,
    machine,
    machineType,
    made,
    object,
    reportOn,
    same,
    step,
    type WrittenStep,
} from "./steps";

const secret = "[secret]";
const templates = [
    { metadata: { name: "db-root" }, spec: { storage: { storageClassName: "fast" } } },
];
const storageClass = (rest: Fields = {}) =>
    object("storage.k8s.io/v1", "StorageClass", "fast", { reclaimPolicy: "Delete", ...rest });
const pool = (spec: Fields) =>
    object("pool.kubevirt.io/v1beta1", "VirtualMachinePool", "pool", {
        spec: { replicas: 2, virtualMachineTemplate: { spec } },
    });
const domain = (fields: Fields) => ({ template: { spec: { domain: fields } } });
const release = (op: string, now: Fields | undefined, parts: Fields, old: Fields = {}) =>
    step({
        op,
        type: "kubernetes:helm.sh/v3:Release",
        name: "shop",
        old: { chart: "shop", name: "shop", namespace: "vms", ...old },
        ...(now === undefined
            ? {}
            : { now: { chart: "shop", name: "shop", namespace: "vms", ...now } }),
        outputs: { resourceNames: parts },
    });
const withoutGuard = (type: string, old: Fields): WrittenStep => ({
    ...step({ op: "same", type, name: "it", old, now: old, state: { protect: true } }),
    newState: { custom: true, inputs: old, outputs: {} },
});
const volume = (policy: string) =>
    object("v1", "PersistentVolume", "pv-1", { spec: { persistentVolumeReclaimPolicy: policy } });
const created = (when: string) => ({ outputs: { metadata: { creationTimestamp: when } } });

interface Row {
    readonly what: string;
    readonly steps: readonly WrittenStep[];
    readonly verdict: Verdict;
    readonly expected: Readonly<Record<string, ReportImpact>>;
}

const asks = "needs-approval";
const rows: readonly Row[] = [
    {
        what: "a class that only a machine's own disks are on",
        steps: [gone(storageClass()), same(machine("db", [], { dataVolumeTemplates: templates }))],
        verdict: asks,
        expected: { fast: "data-loss" },
    },
    {
        what: "a class that only the disks of a pool are on",
        steps: [gone(storageClass()), same(pool({ dataVolumeTemplates: templates }))],
        verdict: asks,
        expected: { fast: "data-loss" },
    },
    {
        what: "a class that only the claims of a StatefulSet are on",
        steps: [
            gone(storageClass()),
            same(
                object("apps/v1", "StatefulSet", "shop", {
                    spec: { volumeClaimTemplates: [{ spec: { storageClassName: "fast" } }] },
                }),
            ),
        ],
        verdict: asks,
        expected: { fast: "data-loss" },
    },
    {
        what: "the default class, with a disk that names none",
        steps: [
            gone({
                ...storageClass(),
                metadata: {
                    name: "fast",
                    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
                },
            }),
            same(object("cdi.kubevirt.io/v1beta1", "DataVolume", "data", { spec: {} })),
        ],
        verdict: asks,
        expected: { fast: "data-loss" },
    },
    {
        what: "a claim that is older than its class, which was made anew to keep volumes",
        steps: [
            same(storageClass({ reclaimPolicy: "Retain" }), created("2026-02-01T00:00:00Z")),
            gone(claim("data"), created("2026-01-01T00:00:00Z")),
        ],
        verdict: asks,
        expected: { data: "data-loss" },
    },
    {
        what: "a claim that is younger than its class, which keeps volumes",
        steps: [
            same(storageClass({ reclaimPolicy: "Retain" }), created("2026-01-01T00:00:00Z")),
            gone(claim("data"), created("2026-02-01T00:00:00Z")),
        ],
        verdict: "fine",
        expected: { data: "gone-data-kept" },
    },
    {
        what: "a claim that goes while its volume is no longer kept",
        steps: [
            changed(volume("Retain"), volume("Delete")),
            gone(claim("data"), { outputs: { spec: { volumeName: "pv-1" } } }),
        ],
        verdict: asks,
        expected: { "pv-1": "data-loss", data: "data-loss" },
    },
    {
        what: "a pool with TPMs of its own",
        steps: [gone(pool(domain({ devices: { tpm: { persistent: true } } })))],
        verdict: asks,
        expected: { pool: "data-loss" },
    },
    {
        what: "a machine with UEFI settings of its own",
        steps: [
            gone({
                ...machine("app"),
                spec: domain({ firmware: { bootloader: { efi: { persistent: true } } } }),
            }),
        ],
        verdict: asks,
        expected: { app: "data-loss" },
    },
    {
        what: "a machine whose spec is hidden",
        steps: [gone({ ...machine("db"), spec: secret })],
        verdict: asks,
        expected: { db: "data-loss" },
    },
    {
        what: "a change of a machine whose spec is hidden",
        steps: [changed({ ...machine("db"), spec: secret }, { ...machine("db"), spec: secret })],
        verdict: asks,
        expected: { db: "restart" },
    },
    {
        what: "a StatefulSet and a cron that hide what they delete",
        steps: [
            gone(object("apps/v1", "StatefulSet", "shop", { spec: secret })),
            gone(
                object("cdi.kubevirt.io/v1beta1", "DataImportCron", "cron", {
                    spec: { retentionPolicy: secret },
                }),
            ),
        ],
        verdict: asks,
        expected: { shop: "data-loss", cron: "data-loss" },
    },
    {
        what: "a machine that gets the disk of another one",
        steps: [
            same(machine("db", ["data"])),
            changed(machine("app", ["root"]), machine("app", ["data"])),
        ],
        verdict: asks,
        expected: { app: "data-loss" },
    },
    {
        what: "a machine that is started on the disk that another one runs on",
        steps: [
            same(machine("db", ["data"])),
            changed(machine("app", ["data"], { runStrategy: "Halted" }), machine("app", ["data"])),
        ],
        verdict: asks,
        expected: { app: "data-loss" },
    },
    {
        what: "a machine with disks of its own that somebody has deleted",
        steps: [
            step({
                op: "refresh",
                type: machineType,
                name: "db",
                old: machine("db", [], { dataVolumeTemplates: templates }),
            }),
            made(machine("db", [], { dataVolumeTemplates: templates })),
        ],
        verdict: asks,
        expected: { db: "data-loss" },
    },
    {
        what: "another chart in the place of one with data",
        steps: [
            release("update", { chart: "other" }, { "PersistentVolumeClaim/v1": ["vms/data"] }),
        ],
        verdict: asks,
        expected: { shop: "data-loss" },
    },
    {
        what: "another chart in the place of one without data",
        steps: [release("update", { chart: "other" }, { "ConfigMap/v1": ["vms/a"] })],
        verdict: "fine",
        expected: { shop: "live" },
    },
    {
        what: "a chart with a database of an operator that nobody here knows",
        steps: [
            release("delete", undefined, {
                "Cluster.postgresql.cnpg.io/postgresql.cnpg.io/v1": ["vms/db"],
            }),
        ],
        verdict: asks,
        expected: { shop: "data-loss" },
    },
    {
        what: "a storage's chart that is told to leave out its class",
        steps: [
            release(
                "update",
                { chart: "ceph-csi-rbd", values: { storageClass: { create: false } } },
                { "StorageClass.storage.k8s.io/storage.k8s.io/v1": ["fast"] },
                { chart: "ceph-csi-rbd", values: { storageClass: { create: true } } },
            ),
        ],
        verdict: asks,
        expected: { shop: "live" },
    },
    {
        what: "the guard of a chart, of an object that nobody here knows and of one of another cloud",
        steps: [
            withoutGuard("kubernetes:helm.sh/v3:Release", { chart: "shop" }),
            withoutGuard(
                "kubernetes:postgresql.cnpg.io/v1:Cluster",
                object("postgresql.cnpg.io/v1", "Cluster", "db"),
            ),
            withoutGuard("aws:s3/bucket:Bucket", { bucket: "images" }),
        ].map((one, at) => ({ ...one, urn: `${one.urn}${String(at)}` })),
        verdict: asks,
        expected: { it0: "live", it1: "live", it2: "live" },
    },
    {
        what: "a patch that erases another volume from now on",
        steps: [
            step({
                op: "replace",
                type: "kubernetes:core/v1:PersistentVolumePatch",
                name: "patch",
                old: volume("Retain"),
                now: { ...volume("Delete"), metadata: { name: "pv-2" } },
            }),
        ],
        verdict: asks,
        expected: { patch: "data-loss" },
    },
    {
        what: "a command that runs when it is made",
        steps: [
            step({
                op: "create",
                type: "command:local:Command",
                name: "tidy",
                now: { create: "kubectl delete claim data" },
            }),
        ],
        verdict: asks,
        expected: { tidy: "new" },
    },
    {
        what: "a group of snapshots, a class of them and a snapshot of a machine that are not kept any more",
        steps: [
            ["groupsnapshot.storage.k8s.io/v1", "VolumeGroupSnapshotContent"],
            ["snapshot.kubevirt.io/v1beta1", "VirtualMachineSnapshot"],
        ]
            .map(([version = "", kind = ""]) =>
                changed(
                    object(version, kind, kind, { spec: { deletionPolicy: "Retain" } }),
                    object(version, kind, kind, { spec: { deletionPolicy: "Delete" } }),
                ),
            )
            .concat(
                changed(
                    object("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", "class", {
                        deletionPolicy: "Retain",
                    }),
                    object("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", "class", {
                        deletionPolicy: "Delete",
                    }),
                ),
            ),
        verdict: asks,
        expected: {
            VolumeGroupSnapshotContent: "data-loss",
            VirtualMachineSnapshot: "live",
            class: "live",
        },
    },
    {
        what: "a setting of Longhorn that is on from the beginning",
        steps: [
            made(
                object("longhorn.io/v1beta2", "Setting", "deleting-confirmation-flag", {
                    value: "true",
                }),
            ),
        ],
        verdict: asks,
        expected: { "deleting-confirmation-flag": "new" },
    },
    {
        what: "a provider that forgets what it cannot reach, from the beginning",
        steps: [
            step({
                op: "create",
                type: "pulumi:providers:kubernetes",
                name: "other",
                now: { deleteUnreachable: "true" },
            }),
        ],
        verdict: asks,
        expected: { other: "new" },
    },
];

describe("reportOf, of what is behind other things", () => {
    for (const { what, steps, verdict, expected } of rows) {
        it(`sees ${what}`, () => {
            const report = reportOn(steps);
            assert.deepEqual(
                Object.fromEntries(
                    report.items.map(({ urn, impact }) => [urn.split("::")[3], impact]),
                ),
                expected,
                JSON.stringify(report.items, undefined, 1),
            );
            assert.equal(report.verdict, verdict);
        });
    }

    it("asks for each guard that goes", () => {
        const { approval } = reportOn([
            withoutGuard("kubernetes:helm.sh/v3:Release", { chart: "shop" }),
        ]);
        assert.match(approval[0]?.why ?? "", /protect/);
    });

    it("shows no name that is secret, and keeps its own words where a secret is one of them", () => {
        const report = reportOn([
            step({
                op: "delete",
                type: claimType,
                name: "it",
                old: claim("", {}, { name: secret }),
                state: { id: "vms/live-data-loss" },
            }),
            step({
                op: "delete",
                type: claimType,
                name: "other",
                old: { ...claim(""), metadata: secret },
                state: { id: "vms/data-loss" },
            }),
        ]);
        assert.deepEqual(
            report.items.map(({ name, impact }) => [name, impact]),
            [
                [secret, "data-loss"],
                [secret, "data-loss"],
            ],
        );
        assert.doesNotMatch(JSON.stringify(report.lines), /live-data/);
    });

    it("takes a stack of thousands of machines", function () {
        this.timeout(40_000);
        const names = Array.from({ length: 2000 }, (_, at) => `vm-${String(at)}`);
        const { lines } = reportOn(
            names.flatMap((name) => [
                changed(machine(name, [name]), machine(name, [name, "more"])),
                gone(claim(name)),
                changed(object("v1", "Secret", name), object("v1", "Secret", name, { data: {} })),
            ]),
        );
        assert.equal(lines.length, 2 * names.length);
    });
});
