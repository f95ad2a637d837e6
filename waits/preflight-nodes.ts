import { takesPods } from "./nodes";
import type { ClusterNode } from "./platform-objects";
import type { Finding, PreflightObservation } from "./preflight-facts";
import { checked, someNames } from "./preflight-facts";

/** Nodes: enough of them, with KVM, and such that a machine of one can go to another. */
export function nodeFindings(observed: PreflightObservation): readonly Finding[] {
    const { nodes, kubevirt } = observed;
    const runs = kubevirt.state === "read" && kubevirt.value.some(({ available }) => available);
    return [
        ...checked("Nodes", nodes, (all = []) => [enough(all.filter(takesPods), all.length)]),
        ...checked("KVM", nodes, (all = []) => [runs ? kvm(all.filter(takesPods)) : kvmUnknown]),
        ...checked("CPU models", nodes, (all = []) => (runs ? cpuModels(all) : [modelsUnknown])),
    ];
}

type Judged = Omit<Finding, "check">;

function enough(usable: readonly ClusterNode[], all: number): Judged {
    const count = `${String(usable.length)} of ${String(all)} nodes take${usable.length === 1 ? "s" : ""} pods`;
    switch (usable.length) {
        case 0:
            return {
                status: "problem",
                what: count,
                cure: "see that nodes are Ready, not cordoned and without taints: kubectl get nodes",
            };
        case 1:
            return {
                status: "warning",
                what: `${count}: no live migration, and all replicas of an operator end with it`,
                cure: "add a node",
            };
        default:
            return { status: "ok", what: count };
    }
}

const kvmUnknown: Judged = {
    status: "unknown",
    what: "is seen only when KubeVirt runs on the nodes",
    cure: "look on each node: ls -l /dev/kvm",
};

/** virt-handler's device plugin offers it. Source: KubeVirt pkg/virt-handler/device-manager/generic_device.go. */
const kvmDevice = "devices.kubevirt.io/kvm";

function kvm(nodes: readonly ClusterNode[]): Judged {
    const without = nodes.filter(
        ({ status }) => Number(status?.allocatable?.[kvmDevice] ?? "0") === 0,
    );
    const cure =
        "switch on virtualization in the firmware, or nested virtualization where nodes are machines themselves; emulation is for trying out only";
    if (nodes.length === 0) {
        return { status: "unknown", what: "no node to look at", cure: "see the nodes first" };
    }
    if (without.length === 0) {
        return { status: "ok", what: `all ${String(nodes.length)} nodes have it` };
    }
    return without.length === nodes.length
        ? { status: "problem", what: "no node has it", cure }
        : { status: "warning", what: `no machine can run on ${someNames(without)}`, cure };
}

/** Source of the labels: KubeVirt staging/src/kubevirt.io/api/core/v1/types.go, set by pkg/virt-handler/node-labeller. */
const labels = {
    /** A host's own model. */
    host: "host-model-cpu.node.kubevirt.io/",
    /** What a host's own model needs besides. */
    hostFeature: "host-model-required-features.node.kubevirt.io/",
    /** Models of other hosts that a host can take over. */
    migration: "cpu-model-migration.node.kubevirt.io/",
    feature: "cpu-feature.node.kubevirt.io/",
    /** Models that a machine can ask for by name. */
    model: "cpu-model.node.kubevirt.io/",
    /** Set to true by virt-handler while machines may be placed there. */
    schedulable: "kubevirt.io/schedulable",
} as const;

const modelsUnknown: Judged = {
    status: "unknown",
    what: "are seen only when KubeVirt runs on the nodes",
    cure: "compare them: lscpu | grep 'Model name'",
};

function cpuModels(all: readonly ClusterNode[]): readonly Judged[] {
    const nodes = all.filter((node) => labelsOf(node)[labels.schedulable] === "true");
    const unlabelled = nodes.filter((node) => named(node, labels.host).length === 0);
    if (nodes.length < 2) {
        return [
            { status: "ok", what: `${String(nodes.length)} nodes run machines: none to compare` },
        ];
    }
    if (unlabelled.length > 0) {
        return [
            {
                status: "unknown",
                what: `not told by ${someNames(unlabelled)}: virt-handler names them on amd64 and s390x only, and not where labelling is switched off`,
                cure: "try a migration between those nodes",
            },
        ];
    }
    const stuck = nodes.flatMap((from) =>
        nodes
            .filter((to) => to !== from && !canTake(from, to))
            .map((to) => `${nameOf(from)} to ${nameOf(to)}`),
    );
    const common = commonModels(nodes);
    if (stuck.length === 0) {
        return [
            {
                status: "ok",
                what: `machines of all ${String(nodes.length)} nodes can go to every other`,
            },
        ];
    }
    const ways = `${stuck.slice(0, 3).join(", ")}${stuck.length > 3 ? ` and ${String(stuck.length - 3)} other ways` : ""}`;
    return [
        {
            status: "warning",
            what: `a machine with its node's own model (host-model, the default) cannot go from ${ways}`,
            cure:
                common.length === 0
                    ? "no model is common to all nodes: keep machines that migrate on nodes of one kind"
                    : `set cpuModel to one that all nodes have: ${common.slice(0, 5).join(", ")}`,
        },
    ];
}

/** Source: KubeVirt pkg/virt-controller/watch/migration/migration.go (getHostCpuModelFromMap, isNodeSuitableForHostModelMigration). */
function canTake(from: ClusterNode, to: ClusterNode): boolean {
    const has = labelsOf(to);
    const needs = [
        ...named(from, labels.host).map((model) => labels.migration + model),
        ...named(from, labels.hostFeature).map((feature) => labels.feature + feature),
    ];
    return needs.every((label) => has[label] === "true");
}

function commonModels(nodes: readonly ClusterNode[]): readonly string[] {
    const [first, ...others] = nodes.map((node) => named(node, labels.model));
    return (first ?? []).filter((model) => others.every((models) => models.includes(model))).sort();
}

/** What comes after a prefix in the labels that are true. */
function named(node: ClusterNode, prefix: string): readonly string[] {
    return Object.entries(labelsOf(node))
        .filter(([label, value]) => label.startsWith(prefix) && value === "true")
        .map(([label]) => label.slice(prefix.length));
}

function labelsOf({ metadata }: ClusterNode): Readonly<Record<string, string>> {
    return metadata?.labels ?? {};
}

function nameOf({ metadata }: ClusterNode): string {
    return metadata?.name ?? "(unnamed)";
}
