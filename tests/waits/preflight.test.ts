import assert from "node:assert/strict";
import type { Condition } from "../../waits/objects";
import type { FoundOperator } from "../../waits/platform-look";
import type { ClusterNode } from "../../waits/platform-objects";
import type { Finding, PreflightObservation } from "../../waits/preflight";
import { preflight, preflightText } from "../../waits/preflight";
import type { Reading } from "../../waits/preflight-facts";

function read<T>(value: T): Reading<T> {
    return { state: "read", value };
}

function named(name: string, annotations: Readonly<Record<string, string>> = {}) {
    return { metadata: { name, annotations } };
}

/** A node that takes pods, of a host with one CPU model and the labels that virt-handler gives it. */
function node(
    name: string,
    model = "Skylake-Server-IBRS",
    others: readonly string[] = [model],
    rest: Partial<ClusterNode> = {},
): ClusterNode {
    const labels: Record<string, string> = {
        "kubevirt.io/schedulable": "true",
        [`host-model-cpu.node.kubevirt.io/${model}`]: "true",
        "host-model-required-features.node.kubevirt.io/vmx": "true",
        "cpu-feature.node.kubevirt.io/vmx": "true",
        "cpu-model.node.kubevirt.io/Westmere": "true",
    };
    for (const other of others) {
        labels[`cpu-model-migration.node.kubevirt.io/${other}`] = "true";
        labels[`cpu-model.node.kubevirt.io/${other}`] = "true";
    }
    return {
        metadata: { name, labels },
        status: {
            allocatable: { "devices.kubevirt.io/kvm": "1000" },
            conditions: [{ type: "Ready", status: "True" }],
        },
        ...rest,
    };
}

const kubevirt: FoundOperator = {
    namespace: "kubevirt",
    name: "kubevirt",
    version: "v1.9.0",
    phase: "Deployed",
    available: true,
    uninstallStrategy: "BlockUninstallIfWorkloadsExist",
    owner: undefined,
};
const cdi: FoundOperator = { ...kubevirt, namespace: undefined, name: "cdi", version: "v1.66.0" };
const ordinary = { "storageclass.kubernetes.io/is-default-class": "true" };
const forMachines = { "storageclass.kubevirt.io/is-default-virt-class": "true" };
const fast = { ...named("fast", ordinary), provisioner: "rbd.csi.ceph.com" };
const snapshotController = {
    metadata: { namespace: "kube-system", name: "snapshot-controller" },
    status: { availableReplicas: 2 },
};

/** A cluster on which everything is well, but for what is given. */
function cluster(parts: Partial<PreflightObservation> = {}): PreflightObservation {
    return {
        kubernetes: read("v1.36.3"),
        nodes: read([node("node-1"), node("node-2")]),
        storageClasses: read([fast]),
        drivers: read([named("rbd.csi.ceph.com")]),
        deployments: read([snapshotController]),
        snapshotClasses: read([{ ...named("rbd"), driver: "rbd.csi.ceph.com" }]),
        kubevirt: read([kubevirt]),
        cdi: read([cdi]),
        longhornNodes: read([longhornNode()]),
        namespace: { name: "vms", reading: read({}) },
        ...parts,
    };
}

function longhornNode(...conditions: readonly Condition[]) {
    return {
        ...named("node-1"),
        status: { conditions: [{ type: "Ready", status: "True" }, ...conditions] },
    };
}

/** What is found that is not well: "warning Nodes". */
function found(parts: Partial<PreflightObservation>): readonly string[] {
    return preflight(cluster(parts))
        .filter(({ status }) => status !== "ok")
        .map(({ status, check }) => `${status} ${check}`);
}

function sentence(check: string, parts: Partial<PreflightObservation>): string {
    const findings = preflight(cluster(parts)).filter((finding) => finding.check === check);
    return findings.map(({ what, cure = "" }) => `${what} -> ${cure}`).join("\n");
}

describe("preflight", () => {
    it("finds nothing to say on a cluster on which everything is well", () => {
        assert.deepEqual(found({}), []);
    });

    const cordoned = node("node-2", undefined, undefined, { spec: { unschedulable: true } });
    const tainted = node("node-2", undefined, undefined, {
        spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
    });
    const down = node("node-2", undefined, undefined, {
        status: { conditions: [{ type: "Ready", status: "Unknown" }] },
    });
    const withoutKvm = node("node-2", undefined, undefined, {
        status: { allocatable: {}, conditions: [{ type: "Ready", status: "True" }] },
    });
    const unlabelled = node("node-2", undefined, undefined, {
        metadata: { name: "node-2", labels: { "kubevirt.io/schedulable": "true" } },
    });
    const rows: readonly (readonly [string, Partial<PreflightObservation>, readonly string[]])[] = [
        [
            "a Kubernetes that is too old",
            { kubernetes: read("v1.28.0") },
            ["problem Versions", "warning Versions", "warning Versions"],
        ],
        [
            "a server that hides its version",
            { kubernetes: { state: "absent" } },
            ["unknown Versions"],
        ],
        [
            "no namespace for the machines",
            { namespace: { name: "vms", reading: { state: "absent" } } },
            ["problem Namespace"],
        ],
        [
            "a namespace that this account may not look at",
            { namespace: { name: "vms", reading: { state: "unreadable", reason: "forbidden" } } },
            ["unknown Namespace"],
        ],
        ["no namespace that is meant", { namespace: undefined }, []],
        ["one node", { nodes: read([node("node-1")]) }, ["warning Nodes"]],
        ["a node that is cordoned", { nodes: read([node("node-1"), cordoned]) }, ["warning Nodes"]],
        ["a node with a taint", { nodes: read([node("node-1"), tainted]) }, ["warning Nodes"]],
        ["a node that is down", { nodes: read([node("node-1"), down]) }, ["warning Nodes"]],
        ["no nodes", { nodes: read([]) }, ["problem Nodes", "unknown KVM"]],
        ["a node without KVM", { nodes: read([node("node-1"), withoutKvm]) }, ["warning KVM"]],
        [
            "no node with KVM",
            { nodes: read([withoutKvm, { ...withoutKvm, ...named("node-3") }]) },
            ["problem KVM"],
        ],
        [
            "no KubeVirt yet",
            { kubevirt: { state: "absent" } },
            ["unknown KVM", "unknown CPU models"],
        ],
        [
            "hosts of two models, of which the older cannot take the newer's machines",
            {
                nodes: read([
                    node("old", "Broadwell"),
                    node("new", "Icelake", ["Broadwell", "Icelake"]),
                ]),
            },
            ["warning CPU models"],
        ],
        [
            "a node without names of models",
            { nodes: read([node("node-1"), unlabelled]) },
            ["unknown CPU models"],
        ],
        [
            "no default class",
            { storageClasses: read([{ ...fast, ...named("fast") }]) },
            ["warning Default storage class", "unknown Snapshot class"],
        ],
        [
            "two default classes",
            { storageClasses: read([fast, { ...fast, ...named("slow", ordinary) }]) },
            ["warning Default storage class"],
        ],
        [
            "two default classes for machines",
            {
                storageClasses: read([
                    { ...fast, ...named("a", forMachines) },
                    { ...fast, ...named("b", forMachines) },
                ]),
            },
            ["warning Default storage class"],
        ],
        [
            "one default class of each sort",
            {
                storageClasses: read([
                    named("other", ordinary),
                    { ...fast, ...named("fast", forMachines) },
                ]),
            },
            [],
        ],
        [
            "a default class without a CSI driver",
            { storageClasses: read([{ ...fast, provisioner: "rancher.io/local-path" }]) },
            ["warning CSI driver", "warning Snapshot class"],
        ],
        ["no snapshot controller", { deployments: read([]) }, ["warning Snapshot controller"]],
        [
            "two snapshot controllers",
            { deployments: read([snapshotController, snapshotController]) },
            ["warning Snapshot controller"],
        ],
        [
            "a snapshot controller that does not run",
            { deployments: read([{ ...snapshotController, status: {} }]) },
            ["problem Snapshot controller"],
        ],
        [
            "no VolumeSnapshots",
            { snapshotClasses: { state: "absent" } },
            ["warning Snapshot class"],
        ],
        [
            "a snapshot class of another driver",
            { snapshotClasses: read([{ ...named("x"), driver: "x" }]) },
            ["warning Snapshot class"],
        ],
        ["two KubeVirts", { kubevirt: read([kubevirt, kubevirt]) }, ["problem KubeVirt"]],
        [
            "a CDI that is not available",
            { cdi: read([{ ...cdi, available: false }]) },
            ["problem CDI"],
        ],
        [
            "a CDI whose removal takes the disks along",
            { cdi: read([{ ...cdi, uninstallStrategy: undefined }]) },
            ["warning CDI"],
        ],
        ["no Longhorn", { longhornNodes: { state: "absent" } }, ["unknown Longhorn nodes"]],
        [
            "a node without iscsi",
            {
                longhornNodes: read([
                    longhornNode({
                        type: "RequiredPackages",
                        status: "False",
                        message: "Missing packages: [open-iscsi]",
                    }),
                ]),
            },
            ["problem Longhorn nodes"],
        ],
        [
            "a node without what encryption needs",
            {
                longhornNodes: read([
                    longhornNode(
                        { type: "KernelModulesLoaded", status: "False" },
                        {
                            type: "RequiredPackages",
                            status: "False",
                            message: "Missing packages: [cryptsetup]",
                        },
                    ),
                ]),
            },
            ["warning Longhorn nodes", "warning Longhorn nodes"],
        ],
        [
            "a node without NFS",
            {
                longhornNodes: read([
                    longhornNode({ type: "NFSClientInstalled", status: "False" }),
                ]),
            },
            ["warning Longhorn nodes"],
        ],
        [
            "an account that may read nothing",
            {
                ...Object.fromEntries(
                    Object.keys(cluster()).map((part) => [
                        part,
                        { state: "unreadable", reason: "forbidden" },
                    ]),
                ),
                namespace: undefined,
            },
            [
                "Versions",
                "KubeVirt",
                "CDI",
                "Nodes",
                "KVM",
                "CPU models",
                "Default storage class",
                "Snapshot controller",
                "Snapshot class",
                "Longhorn nodes",
            ].map((check) => `unknown ${check}`),
        ],
    ];
    for (const [state, parts, expected] of rows) {
        it(`${state}: ${expected.join(", ") || "all is well"}`, () => {
            assert.deepEqual(found(parts), expected);
        });
    }

    it("names a model that all nodes have where machines cannot go to every node", () => {
        const nodes = [node("old", "Broadwell"), node("new", "Icelake", ["Broadwell", "Icelake"])];
        const text = sentence("CPU models", { nodes: read(nodes) });
        assert.match(text, /cannot go from new to old -> .* all nodes have: Broadwell, Westmere$/);
    });

    it("says how to look for KVM where the API cannot tell", () => {
        assert.match(sentence("KVM", { kubevirt: { state: "absent" } }), /ls -l \/dev\/kvm/);
    });

    it("says why something cannot be read", () => {
        const nodes = { state: "unreadable", reason: "nodes is forbidden" } as const;
        assert.match(sentence("Nodes", { nodes }), /cannot be read: nodes is forbidden/);
    });

    it("takes the newest of several default classes, as CDI does", () => {
        const created = (name: string, creationTimestamp: string, provisioner: string) => ({
            metadata: { name, creationTimestamp, annotations: ordinary },
            provisioner,
        });
        const storageClasses = read([
            created("new", "2026-11-20T00:00:00Z", "other"),
            created("old", "2026-11-01T00:00:00Z", "rbd.csi.ceph.com"),
        ]);
        assert.match(sentence("CSI driver", { storageClasses }), /made by other/);
    });
});

describe("preflightText", () => {
    it("is a list in columns, with what to do below, and a count", () => {
        const findings: readonly Finding[] = [
            { check: "Nodes", status: "ok", what: "3 of 3 nodes take pods" },
            { check: "KVM", status: "unknown", what: "is not seen", cure: "look" },
            { check: "Snapshot class", status: "warning", what: "none", cure: "make one" },
            { check: "CDI", status: "problem", what: "is not available" },
        ];
        assert.equal(
            preflightText(findings),
            [
                "ok       Nodes           3 of 3 nodes take pods",
                "unknown  KVM             is not seen",
                "                         -> look",
                "warning  Snapshot class  none",
                "                         -> make one",
                "problem  CDI             is not available",
                "1 problem, 1 warning, 1 unknown",
            ].join("\n"),
        );
    });

    it("says that all is well", () => {
        const text = preflightText([{ check: "Nodes", status: "ok", what: "3 of 3" }]);
        assert.match(text, /\nall is well$/);
    });
});
