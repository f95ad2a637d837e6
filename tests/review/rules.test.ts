import assert from "node:assert/strict";
import type { Fields } from "../../model/machine-difference";
import { missingNamespaceText } from "../../model/missing-namespace";
import type { ReportImpact } from "../../model/impact";
import { reportMarkdown } from "../../review/markdown";
import { reportText } from "../../review/text";
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

const retained = { state: { retainOnDelete: true } };
const fast = (reclaimPolicy: string) =>
    same(object("storage.k8s.io/v1", "StorageClass", "fast", { reclaimPolicy }));
const volume = (policy: string) =>
    object("v1", "PersistentVolume", "pv-1", { spec: { persistentVolumeReclaimPolicy: policy } });
const bound = { outputs: { spec: { volumeName: "pv-1" } } };
const dataVolume = (name: string, annotations: Fields = {}) => ({
    ...object("cdi.kubevirt.io/v1beta1", "DataVolume", name),
    metadata: { name, namespace: "vms", annotations },
    spec: { storage: { storageClassName: "fast", resources: { requests: { storage: "10Gi" } } } },
});
const orphan = { "pulumi.com/deletionPropagationPolicy": "orphan" };
const templated = machine("db", ["db-root"], {
    dataVolumeTemplates: [
        { metadata: { name: "db-root" }, spec: { storage: { storageClassName: "fast" } } },
    ],
});
const release = (chart: string, resourceNames?: Fields) =>
    step({
        op: "delete",
        type: "kubernetes:helm.sh/v3:Release",
        name: chart,
        old: { chart, name: chart, namespace: "vms" },
        outputs: resourceNames === undefined ? {} : { resourceNames },
    });

interface Row {
    readonly what: string;
    readonly steps: readonly WrittenStep[];
    /** By the name of the resource in the program. */
    readonly expected: Readonly<Record<string, ReportImpact>>;
}

/** What hides behind other resources, options and states. */
const rows: readonly Row[] = [
    {
        what: "a claim whose volume is kept by its own policy, whatever the class says",
        steps: [fast("Delete"), same(volume("Retain")), gone(claim("data"), bound)],
        expected: { data: "gone-data-kept" },
    },
    {
        what: "a claim whose volume is erased by its own policy, whatever the class says",
        steps: [fast("Retain"), same(volume("Delete")), gone(claim("data"), bound)],
        expected: { data: "data-loss" },
    },
    {
        what: "a DataVolume that leaves its claim behind",
        steps: [fast("Delete"), gone(dataVolume("data", orphan))],
        expected: { data: "gone-data-kept" },
    },
    {
        what: "a claim that would be left behind and is itself what goes",
        steps: [gone(claim("data", {}, { annotations: orphan }))],
        expected: { data: "data-loss" },
    },
    {
        what: "a retained claim whose DataVolume goes",
        steps: [
            gone({ ...dataVolume("data"), metadata: { name: "data", namespace: "vms" } }),
            step({
                op: "same",
                type: claimType,
                name: "its-claim",
                old: claim("data"),
                now: claim("data"),
                state: { retainOnDelete: true },
            }),
        ],
        expected: { data: "data-loss", "its-claim": "data-loss" },
    },
    {
        what: "a retained claim in a namespace that goes",
        steps: [
            gone({ apiVersion: "v1", kind: "Namespace", metadata: { name: "vms" } }),
            gone(claim("data"), retained),
        ],
        expected: { vms: "data-loss", data: "data-loss" },
    },
    {
        what: "a retained namespace",
        steps: [
            gone({ apiVersion: "v1", kind: "Namespace", metadata: { name: "vms" } }, retained),
            gone(claim("data"), retained),
        ],
        expected: { vms: "gone-data-kept", data: "gone-data-kept" },
    },
    {
        what: "DataVolumes whose definition goes",
        steps: [
            gone(
                object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "dvs", {
                    spec: { group: "cdi.kubevirt.io", names: { kind: "DataVolume" } },
                }),
            ),
            same(dataVolume("data")),
        ],
        expected: { dvs: "data-loss", data: "data-loss" },
    },
    {
        what: "a disk that a machine has made itself, on a class that keeps volumes",
        steps: [fast("Retain"), gone(templated)],
        expected: { db: "gone-data-kept" },
    },
    {
        what: "a disk that a machine has made itself, and that is a resource too",
        steps: [gone(templated), same(claim("db-root"))],
        expected: { db: "data-loss", "db-root": "data-loss" },
    },
    {
        what: "a pool of machines with disks of their own that becomes smaller",
        steps: [
            changed(
                object("pool.kubevirt.io/v1beta1", "VirtualMachinePool", "pool", {
                    spec: {
                        replicas: 3,
                        virtualMachineTemplate: {
                            spec: { dataVolumeTemplates: [{ metadata: { name: "a" } }] },
                        },
                    },
                }),
                object("pool.kubevirt.io/v1beta1", "VirtualMachinePool", "pool", {
                    spec: { replicas: 2 },
                }),
            ),
        ],
        expected: { pool: "data-loss" },
    },
    {
        what: "a claim that is to belong to something else",
        steps: [
            changed(
                claim("data"),
                claim(
                    "data",
                    {},
                    { ownerReferences: [{ kind: "ConfigMap", name: "gone", uid: "1" }] },
                ),
            ),
        ],
        expected: { data: "data-loss" },
    },
    {
        what: "a machine that is restored from a snapshot",
        steps: [
            same(machine("db", ["data"])),
            made(
                object("snapshot.kubevirt.io/v1beta1", "VirtualMachineRestore", "back", {
                    spec: { target: { kind: "VirtualMachine", name: "db" } },
                }),
            ),
        ],
        expected: { back: "data-loss" },
    },
    {
        what: "a backup that is asked to be deleted",
        steps: [made(object("velero.io/v1", "DeleteBackupRequest", "now"))],
        expected: { now: "data-loss" },
    },
    {
        what: "a second machine on the disk of another",
        steps: [same(machine("db", ["data"])), made(machine("copy", ["data"]))],
        expected: { copy: "data-loss" },
    },
    {
        what: "a chart of which nobody knows what is in it",
        steps: [release("shop")],
        expected: { shop: "data-loss" },
    },
    {
        what: "a chart with a claim",
        steps: [release("shop", { "PersistentVolumeClaim/v1": ["vms/shop-data"] })],
        expected: { shop: "data-loss" },
    },
    {
        what: "a chart without data",
        steps: [release("shop", { "Deployment.apps/apps/v1": ["vms/shop"] })],
        expected: { shop: "gone-data-kept" },
    },
    {
        what: "what a failed update has left behind of a claim",
        steps: [
            step({
                op: "delete",
                type: claimType,
                name: "data",
                old: claim("data-old"),
                state: { delete: true },
            }),
            step({ op: "create", type: claimType, name: "data", now: claim("data") }),
        ],
        expected: { data: "data-loss" },
    },
    {
        what: "a claim that only was read",
        steps: [
            step({
                op: "discard",
                type: claimType,
                name: "data",
                old: claim("data"),
                state: { external: true },
            }),
        ],
        expected: {},
    },
    {
        what: "a claim of an import that takes another one's place",
        steps: [
            step({
                op: "import-replacement",
                type: claimType,
                name: "data",
                old: claim("data"),
                now: claim("other"),
            }),
        ],
        expected: { data: "data-loss" },
    },
    {
        what: "a replacement that is shown in its three steps",
        steps: ["create-replacement", "replace", "delete-replaced"].map((op) =>
            step({ op, type: machineType, name: "db", old: machine("db"), now: machine("db-2") }),
        ),
        expected: { db: "replace-vm" },
    },
    {
        what: "a kind of a package of the user's own",
        steps: [
            step({
                op: "delete",
                type: "mine:cdi/v1beta1:DataVolume",
                name: "data",
                old: dataVolume("data"),
            }),
        ],
        expected: { data: "data-loss" },
    },
    {
        what: "something of another cloud",
        steps: [
            step({
                op: "delete",
                type: "aws:s3/bucket:Bucket",
                name: "images",
                old: { bucket: "images" },
            }),
        ],
        expected: { images: "data-loss" },
    },
    {
        what: "a database of an operator that nobody here knows",
        steps: [gone(object("postgresql.cnpg.io/v1", "Cluster", "db"))],
        expected: { db: "data-loss" },
    },
    {
        what: "an operation of an engine that is newer than this",
        steps: [step({ op: "melt", type: claimType, name: "data", old: claim("data") })],
        expected: { data: "live" },
    },
    {
        what: "KubeVirt",
        steps: [gone(object("kubevirt.io/v1", "KubeVirt", "kubevirt"))],
        expected: { kubevirt: "data-loss" },
    },
    {
        what: "a driver",
        steps: [
            gone(object("storage.k8s.io/v1", "CSIDriver", "rbd.csi.ceph.com")),
            gone(object("apps/v1", "DaemonSet", "csi-rbdplugin")),
            gone(object("apps/v1", "Deployment", "shop")),
        ],
        expected: {
            "rbd.csi.ceph.com": "data-loss",
            "csi-rbdplugin": "data-loss",
            shop: "gone-data-kept",
        },
    },
];

describe("reportOf", () => {
    for (const { what, steps, expected } of rows) {
        it(`sees through ${what}`, () => {
            const { items } = reportOn(steps);
            assert.deepEqual(
                Object.fromEntries(items.map(({ urn, impact }) => [urn.split("::")[3], impact])),
                expected,
                JSON.stringify(items, undefined, 1),
            );
        });
    }

    it("asks for a yes where nobody knows what is changed, and where a guard goes", () => {
        const unknown = reportOn([
            changed(
                object("postgresql.cnpg.io/v1", "Cluster", "db"),
                object("postgresql.cnpg.io/v1", "Cluster", "db", { spec: 1 }),
            ),
        ]);
        assert.equal(unknown.verdict, "needs-approval");
        assert.equal(unknown.unknown.length, 1);
        const deleted = reportOn([gone(object("postgresql.cnpg.io/v1", "Cluster", "db"))]);
        assert.match(deleted.unknown[0]?.why ?? "", /nobody here knows/);
        const guard = reportOn([
            step({
                op: "same",
                type: claimType,
                name: "data",
                old: claim("data"),
                now: claim("data"),
                state: { protect: true },
            }),
        ]);
        assert.equal(guard.verdict, "fine");
        const old = same(claim("data"), { state: { protect: true } });
        const now = same(claim("data"));
        const without = reportOn([{ ...old, newState: now.newState as Fields }]);
        assert.equal(without.verdict, "needs-approval");
        assert.match(without.approval[0]?.why ?? "", /protect/);
    });

    const keptRows = {
        "a claim whose volume stays": [fast("Retain"), gone(claim("data"))],
        "a DataVolume whose volume stays": [fast("Retain"), gone(dataVolume("data"))],
        "a volume under its claim": [
            same(claim("data"), bound),
            gone({ ...volume("Retain"), metadata: { name: "pv-1" } }),
        ],
        "a volume that says what claim it has": [
            gone(
                { ...volume("Retain"), metadata: { name: "pv-1" } },
                { outputs: { spec: { claimRef: { name: "data", namespace: "vms" } } } },
            ),
        ],
        "a claim that is made anew": [
            fast("Retain"),
            step({
                op: "replace",
                type: claimType,
                name: "data",
                old: claim("data"),
                now: claim("data"),
            }),
        ],
    };
    for (const [what, steps] of Object.entries(keptRows)) {
        it(`asks for a yes where ${what} goes and its machine does not`, () => {
            const { verdict, approval } = reportOn([...steps, same(machine("db", ["data"]))]);
            assert.equal(verdict, "needs-approval");
            assert.match(approval[0]?.why ?? "", /^machine vms\/db has it as a disk and stays/);
            assert.equal(reportOn(steps).verdict, "fine");
        });
    }

    it("asks for nothing where the claim of a machine stays", () => {
        const its = same(machine("db", ["data"]));
        const left = [fast("Retain"), gone(dataVolume("data", orphan)), its];
        assert.equal(reportOn(left).verdict, "fine");
        assert.equal(reportOn([gone(claim("data"), retained), its]).verdict, "fine");
    });

    it("names the danger of a machine that is replaced by one on the same disk", () => {
        const [old, now] = [machine("db", ["data"]), machine("db-2", ["data"])];
        const why = (ops: readonly string[], then = now) =>
            reportOn(ops.map((op) => step({ op, type: machineType, name: "db", old, now: then })))
                .lines[0]?.why ?? "";
        const danger = /both run on data for a while: .* Set deleteBeforeReplace: true/;
        assert.match(why(["replace"]), danger);
        assert.match(why(["create-replacement", "replace", "delete-replaced"]), danger);
        const safe = /^it is shut down, deleted and made anew/;
        assert.match(why(["delete-replaced", "replace", "create-replacement"]), safe);
        assert.match(why(["replace"], machine("db", ["data"])), safe);
        assert.match(why(["replace"], machine("db-2", ["other"])), safe);
        assert.match(why(["replace"], machine("db-2", ["data"], { runStrategy: "Halted" })), safe);
    });

    it("says what is refused in place of what was planned", () => {
        const planned = gone(claim("data"), { state: { protect: true } });
        const { verdict, items, isPartial } = reportOn([planned], {
            diagnostics: [
                { urn: planned.urn, severity: "error", message: "error: it is protected" },
                { urn: "", severity: "error", message: "error: preview failed" },
            ],
        });
        assert.equal(verdict, "refused");
        assert.equal(isPartial, true);
        assert.deepEqual(
            items.map(({ impact, why }) => [impact, why]),
            [["refused", "it is protected"]],
        );
    });

    it("says that the preview has not read its cluster, once, and judges by the state", () => {
        const message =
            "warning: The cluster cannot be reached: connect <1>. This preview compares with the state only.";
        const report = reportOn([], {
            diagnostics: [
                { urn: "", severity: "warning", message },
                { urn: "", severity: "warning", message },
                { urn: "", severity: "warning", message: "warning: something else" },
            ],
        });
        assert.equal(report.verdict, "fine");
        const said =
            "The cluster cannot be reached: connect <1>. This preview compares with the state only.";
        assert.deepEqual(report.unread, [said]);
        assert.equal(reportText(report).split(said).length, 2);
        assert.match(reportMarkdown(report), /connect &lt;1&gt;\. This preview compares/);
    });

    it("says that a namespace is not there, unless the change makes it, and asks for nothing", () => {
        const message = `warning: Cluster "prod": ${missingNamespaceText("vms")}`;
        const diagnostics = [{ urn: "", severity: "warning", message }];
        const report = reportOn([made(claim("data"))], { diagnostics });
        assert.equal(report.verdict, "fine");
        assert.deepEqual(report.absent, [message.replace("warning: ", "")]);
        assert.match(reportText(report), /^Cluster "prod": namespace "vms" is not on the cluster/m);
        assert.match(reportMarkdown(report), /namespace "vms" is not on the cluster/);
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "vms" } };
        assert.deepEqual(reportOn([made(namespace)], { diagnostics }).absent, []);
    });

    it("has the problems of a stack's environment one a line, as they come", () => {
        const problems = ["a is given. Write b.", "cluster is missing.\n  Write it."].map(
            (text) => `Stack "prod": environment.${text}`,
        );
        const message = `error: ${problems.join("\n")}`;
        const report = reportOn([], { diagnostics: [{ urn: "", severity: "error", message }] });
        const said = problems.map((text) => text.replace(/\n */, " "));
        assert.deepEqual(
            report.refused.map(({ why }) => why),
            said,
        );
        assert.equal(report.verdict, "refused");
        for (const text of [reportText(report), reportMarkdown(report)]) {
            const lines = text.split("\n").filter((line) => line.includes("environment."));
            assert.equal(lines.length, 2, text);
        }
    });

    it("reports an error that is about no resource", () => {
        const { verdict, items } = reportOn([], {
            diagnostics: [{ urn: "", severity: "error", message: "error: no such stack file" }],
        });
        assert.equal(verdict, "refused");
        assert.equal(items[0]?.why, "no such stack file");
    });

    it("counts a disk that was taken over as it is as large after a change as before", () => {
        const { spec, ...named } = dataVolume("taken");
        const taken = step({
            op: "same",
            type: "kubernetes:cdi.kubevirt.io/v1beta1:DataVolume",
            name: "taken",
            old: named,
            now: named,
            outputs: { ...named, spec },
        });
        const fresh = { ...(taken.newState as Fields), outputs: {} };
        assert.deepEqual(reportOn([{ ...taken, newState: fresh }]).capacity, [
            { storageClass: "fast", before: 10 * 2 ** 30, after: 10 * 2 ** 30, kept: 0 },
        ]);
    });

    it("counts a claim once in the capacity, and what is let go of beside it", () => {
        const { capacity } = reportOn([
            fast("Delete"),
            gone(claim("kept"), retained),
            gone(claim("lost")),
            made(dataVolume("more")),
            made(claim("more")),
        ]);
        assert.deepEqual(capacity, [
            { storageClass: "fast", before: 20 * 2 ** 30, after: 10 * 2 ** 30, kept: 10 * 2 ** 30 },
        ]);
    });

    it("has one line for a machine and one for a disk, whatever they are made of", () => {
        const { lines } = reportOn([
            made(dataVolume("db-root")),
            step({
                op: "create",
                type: `${claimType}Patch`,
                name: "db-root-size",
                now: { ...claim("db-root"), kind: "PersistentVolumeClaim" },
            }),
            made(machine("db", ["db-root"])),
        ]);
        assert.deepEqual(
            lines.map(({ what, place, impact }) => [what, place, impact]),
            [
                ["machine", "vms/db", "new"],
                ["disk", "vms/db-root", "new"],
            ],
        );
    });
});
