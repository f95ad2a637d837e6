import type { Impact } from "./impact";
import { decideGuestMemory, decideSockets } from "./machine-capacity-rules";
import {
    type ChangeKind,
    type Decide,
    decideChange,
    liveUnlessStaged,
    type Seen,
} from "./machine-change-decision";
import {
    decideDisk,
    decideInterface,
    decideNetwork,
    decideVolume,
    networkField,
    volumeField,
} from "./machine-device-rules";
import { type Difference, orderStep, type Place } from "./machine-difference";

/** A row of the table: what a change at a place, and beneath it, does to a running machine. */
export interface ChangeRule {
    /** `[*]` stands for every entry of a list. The longest place that fits counts. */
    readonly place: Place;
    /** The user's argument. */
    readonly argument: string;
    /** The argument by the entry that is meant. */
    readonly field?: (difference: Difference, seen: Seen) => string;
    /** What a change comes to, unless more than its place decides. */
    readonly kind: ChangeKind;
    readonly decide?: Decide;
    /** All that it can come to, in the words of a guide. */
    readonly impacts: readonly Impact[];
    readonly why: string;
}

const { live } = decideChange;

const template = "spec.template.spec";
const domain = `${template}.domain`;
const devices = `${domain}.devices`;
const atStart = "it is decided when the machine starts";

/**
 * What is live in KubeVirt v1.9; everything else under the template asks for a restart, as does what this table does not know.
 * Source: syncRestartRequired in pkg/virt-controller/watch/vm/vm.go, which compares the template's spec and nothing else.
 */
export const changeRules: readonly ChangeRule[] = [
    restarts("", "overrides", "nothing says that it can change while the machine runs"),
    replaces("apiVersion", "overrides", "it is another kind of object"),
    replaces("kind", "overrides", "it is another kind of object"),
    replaces(
        "metadata.name",
        "machineName",
        "a name is for life: the machine is made anew, on the same disks",
    ),
    replaces(
        "metadata.namespace",
        "namespace",
        "a namespace is for life: the machine is made anew",
    ),
    lives("metadata.labels", "labels", "on the machine's object"),
    lives("metadata.annotations", "annotations", "on the machine's object"),
    {
        ...lives("spec.runStrategy", "runStrategy", "the machine is started or shut down"),
        decide: ({ to }) =>
            to === "Halted"
                ? live("the machine is shut down")
                : live("the machine is started, or started by other rules from now on"),
    },
    lives(
        "spec.updateVolumesStrategy",
        "overrides",
        "it says how the next change of a volume is applied",
    ),
    restarts(
        "spec.instancetype",
        "instancetype",
        "CPU and memory of the other instancetype come with the next start",
    ),
    restarts(
        "spec.preference",
        "preference",
        "the devices that it prefers come with the next start",
    ),
    starts(
        "spec.template.metadata",
        "overrides",
        "the pod of a running machine stays as it is; KubeVirt does not ask for the restart",
    ),
    starts(
        "spec.template.metadata.labels",
        "labels",
        "the pod of a running machine keeps its labels; KubeVirt does not ask for the restart",
    ),
    starts(
        "spec.template.metadata.annotations",
        "annotations",
        "the pod of a running machine keeps its annotations; KubeVirt does not ask for the restart",
    ),
    ...["evict", "prefer-no-eviction"].map((word) => ({
        ...lives(
            "spec.template.metadata.annotations",
            `annotations (the descheduler's ${word})`,
            "KubeVirt passes it on to the running machine",
        ),
        place: [
            "spec",
            "template",
            "metadata",
            "annotations",
            `descheduler.alpha.kubernetes.io/${word}`,
        ],
    })),
    {
        ...restarts(
            `${domain}.cpu.sockets`,
            "cpu",
            "live when raised to at most four times the number at boot on a machine that can move; otherwise at the next start",
        ),
        impacts: ["live", "restart", "refused"],
        decide: decideSockets,
    },
    restarts(
        `${domain}.cpu`,
        "cpu (cores, threads, the most sockets, model, features, dedicated CPUs, NUMA)",
        atStart,
    ),
    {
        ...restarts(
            `${domain}.memory.guest`,
            "memory",
            "live when raised to at most four times the size at boot on a machine that can move; otherwise at the next start",
        ),
        impacts: ["live", "restart", "refused"],
        decide: decideGuestMemory,
    },
    restarts(`${domain}.memory`, "memory (the most memory, huge pages)", atStart),
    restarts(`${domain}.resources`, "cpu, memory (requests and limits)", atStart),
    restarts(`${domain}.machine`, "machineType", atStart),
    restarts(`${domain}.firmware`, "firmware", atStart),
    restarts(`${domain}.chassis`, "firmware (chassis)", atStart),
    restarts(`${domain}.clock`, "clock", atStart),
    restarts(`${domain}.features`, "os (features of the hypervisor)", atStart),
    restarts(`${domain}.ioThreads`, "disks (I/O threads)", atStart),
    restarts(`${domain}.ioThreadsPolicy`, "disks (I/O threads)", atStart),
    restarts(devices, "devices", "a device is there from the start"),
    {
        ...restarts(
            `${devices}.disks[*]`,
            "disks (bus, bootOrder, cache, io, serial, errorPolicy, shareable, dedicatedIoThread)",
            "live where a hotpluggable disk is added or removed; otherwise at the next start",
        ),
        impacts: ["live", "restart"],
        field: volumeField,
        decide: decideDisk,
    },
    starts(
        `${devices}.disks.${orderStep}`,
        "disks (their order)",
        "the guest sees its disks in this order from the next start on; KubeVirt does not ask for it",
    ),
    {
        ...restarts(
            `${template}.volumes[*]`,
            "disks, volumes, cloudInit, sysprep (what is attached)",
            "live where it is hotpluggable, or is moved to another claim; otherwise at the next start",
        ),
        impacts: ["live", "restart"],
        field: volumeField,
        decide: decideVolume,
    },
    lives(`${template}.volumes.${orderStep}`, "volumes (their order)", "it means nothing"),
    {
        ...restarts(
            `${devices}.interfaces[*]`,
            "networks (binding, model, macAddress, link)",
            "live where a second network card with the bridge or sriov binding is added, is unplugged first, or its link is set; otherwise at the next start",
        ),
        impacts: ["live", "restart"],
        field: networkField,
        decide: decideInterface,
    },
    starts(
        `${devices}.interfaces.${orderStep}`,
        "networks (their order)",
        "the guest sees its network cards in this order from the next start on; KubeVirt does not ask for it",
    ),
    {
        ...restarts(
            `${template}.networks[*]`,
            "networks (which network)",
            "live where a second network is added or exchanged; otherwise at the next start",
        ),
        impacts: ["live", "restart"],
        field: networkField,
        decide: decideNetwork,
    },
    lives(`${template}.networks.${orderStep}`, "networks (their order)", "it means nothing"),
    placed("nodeSelector", "nodeSelector"),
    placed("affinity", "affinity"),
    placed("tolerations", "tolerations"),
    restarts(
        `${template}.topologySpreadConstraints`,
        "placement (spread)",
        "it counts when the machine is placed on a node",
    ),
    restarts(
        `${template}.priorityClassName`,
        "priorityClass",
        "a pod has its priority from the start",
    ),
    restarts(
        `${template}.schedulerName`,
        "placement (scheduler)",
        "it counts when the machine is placed on a node",
    ),
    restarts(
        `${template}.evictionStrategy`,
        "liveMigration",
        "KubeVirt reads it from the running machine, which keeps what it was started with",
    ),
    restarts(`${template}.startStrategy`, "overrides", atStart),
    restarts(
        `${template}.terminationGracePeriodSeconds`,
        "overrides",
        "the pod of a running machine keeps it",
    ),
    restarts(
        `${template}.hostname`,
        "machineName (host name)",
        "the guest takes it when it starts",
    ),
    restarts(
        `${template}.subdomain`,
        "machineName (host name)",
        "the guest takes it when it starts",
    ),
    restarts(`${template}.dnsPolicy`, "networks (DNS)", "the pod has its DNS from the start"),
    restarts(`${template}.dnsConfig`, "networks (DNS)", "the pod has its DNS from the start"),
    restarts(
        `${template}.readinessProbe`,
        "probes, ready (tcp, http)",
        "the pod has its probes from the start",
    ),
    restarts(`${template}.livenessProbe`, "probes", "the pod has its probes from the start"),
    restarts(
        `${template}.accessCredentials`,
        "accessCredentials",
        "which Secrets are read is decided when the machine starts",
    ),
    restarts(`${template}.architecture`, "overrides", atStart),
];

/** Arguments that are no part of the machine's object. */
export const otherArguments: readonly Pick<ChangeRule, "argument" | "impacts" | "why">[] = [
    {
        argument: "cluster",
        impacts: ["replace-vm"],
        why: "the machine is made on the other cluster, on other disks",
    },
    {
        argument: "cloudInit, sshKeys, sysprep (what they say)",
        impacts: ["restart"],
        why: "the guest reads it when it starts, and does most of it at its first start only",
    },
    {
        argument: "power, restartPolicy, ready, readyWithin",
        impacts: ["live"],
        why: "they say what the program does, and change nothing on the machine; a tcp or http ready is a probe",
    },
];

function steps(path: string): Place {
    return path
        .split(".")
        .filter((step) => step !== "")
        .flatMap((step) => (step.endsWith("[*]") ? [step.slice(0, -3), "[*]"] : [step]));
}

function rule(kind: ChangeKind, impact: Impact) {
    return (path: string, argument: string, why: string): ChangeRule => ({
        place: steps(path),
        argument,
        kind,
        impacts: [impact],
        why,
    });
}

function lives(path: string, argument: string, why: string): ChangeRule {
    return rule("live", "live")(path, argument, why);
}

function restarts(path: string, argument: string, why: string): ChangeRule {
    return rule("restart", "restart")(path, argument, why);
}

function starts(path: string, argument: string, why: string): ChangeRule {
    return rule("next-start", "restart")(path, argument, why);
}

function replaces(path: string, argument: string, why: string): ChangeRule {
    return rule("replace-vm", "replace-vm")(path, argument, why);
}

/** Source: handleAffinityChangeRequest and handleTolerationsChangeRequest in vm.go. */
function placed(field: string, argument: string): ChangeRule {
    const why = "the machine stays where it is; it counts when it moves or starts";
    return {
        ...lives(`${template}.${field}`, `placement (${argument})`, why),
        decide: liveUnlessStaged(why),
    };
}
