import type { DiagnosisParts } from "./disk-facts";
import { quoted } from "./disk-facts";
import type { Cause } from "./verdict";

interface Reason {
    readonly pattern: RegExp;
    readonly cause?: Cause;
    /** What to do; `$1` is what the pattern has found. */
    readonly cure: string;
}

/**
 * Why the scheduler passes over nodes. Sources: Kubernetes pkg/scheduler/framework/plugins (noderesources/fit.go, nodeaffinity,
 * tainttoleration, volumebinding, volumezone, nodevolumelimits, interpodaffinity, podtopologyspread, nodeunschedulable); KubeVirt
 * pkg/virt-handler/device-manager (the device kvm) and docs/software-emulation.md.
 */
const reasons: readonly Reason[] = [
    {
        pattern: /Insufficient devices\.kubevirt\.io\/kvm/,
        cause: "no-kvm",
        cure: "Use nodes with hardware virtualization (/dev/kvm; nested virtualization on cloud machines), and see that virt-handler runs there; for a trial, set useEmulation of the KubeVirt object",
    },
    {
        pattern: /Insufficient (devices\.kubevirt\.io\/[\w.-]+)/,
        cause: "device-missing",
        cure: "See that virt-handler runs on the nodes: it offers $1",
    },
    {
        pattern: /Insufficient ([\w.-]+\.[\w.-]+\/[\w.-]+)/,
        cause: "device-missing",
        cure: "Free a device $1, or offer more: its device plugin has to run on the node, and the KubeVirt object has to permit it (permittedHostDevices)",
    },
    {
        pattern: /Insufficient (hugepages-\w+)/,
        cure: "Reserve $1 on a node, or leave hugepages out of the machine",
    },
    { pattern: /Insufficient (cpu)\b/, cure: "Give the machine less $1, or free or add a node" },
    { pattern: /Insufficient (memory)\b/, cure: "Give the machine less $1, or free or add a node" },
    { pattern: /Insufficient ([\w./-]*\w)/, cure: "Free some $1 on a node, or add a node" },
    {
        pattern: /didn't match Pod's node (?:affinity\/selector|selector|affinity)/,
        cure: "Correct its node selector or affinity, or label a node so; KubeVirt adds its own: kubevirt.io/schedulable=true (virt-handler runs there) and the machine's CPU model",
    },
    {
        pattern: /untolerated taint(?:\(s\))? (\{[^}]*\})/,
        cure: "Let the machine tolerate the taint $1, or take it off a node",
    },
    {
        pattern: /node\(s\) were unschedulable/,
        cure: "Let a node take pods again (kubectl uncordon)",
    },
    {
        pattern: /volume node affinity conflict/,
        cure: "A disk of it is bound to a node or zone that is not among those that are left: let the machine go there, or copy the disk to a class that other nodes reach",
    },
    {
        pattern: /didn't find available persistent volumes|no available persistent volumes/,
        cure: "No volume can be made for a disk where the machine may run: see the disk's class (topology, capacity)",
    },
    {
        pattern: /unbound immediate PersistentVolumeClaims/,
        cure: "A disk of it has no volume yet: see the disk (npm run explain -- <namespace>/<disk>)",
    },
    {
        pattern: /persistentvolumeclaim "([^"]+)" not found/,
        cause: "missing-volume",
        cure: "Make the claim $1, or take the disk out of the machine",
    },
    {
        pattern: /exceed max volume count/,
        cure: "The node has as many volumes as its driver attaches: free or add a node",
    },
    { pattern: /Too many pods/, cure: "The nodes run as many pods as they may: add a node" },
    {
        pattern: /(?:anti-affinity|affinity) rules/,
        cure: "Its rules about other machines leave no node: add one, or make the rule a preference",
    },
    {
        pattern: /topology spread constraints/,
        cure: "Its spread over zones or nodes leaves no node: add one, or make the rule a preference",
    },
];

const otherwise = "Free or add a node, or change the machine's size, node selector or tolerations";

/** What the scheduler's message means for a machine: why no node takes it, and what would let one take it. */
export function unschedulableParts(message: string | undefined): DiagnosisParts {
    const said = withoutPreemption(quoted(message));
    const found: { readonly cause?: Cause; readonly cure: string }[] = [];
    // A reason counts once: the special ones come first, and take their words away from the general ones.
    let rest = said;
    for (const { pattern, cause, cure } of reasons) {
        for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
            rest = rest.replace(match[0], "");
            const [, thing = ""] = match;
            const text = cure.replace("$1", () => thing);
            if (!found.some((other) => other.cure === text)) {
                found.push({ cure: text, ...(cause === undefined ? {} : { cause }) });
            }
        }
    }
    return {
        cause: found.find(({ cause }) => cause !== undefined)?.cause ?? "unschedulable",
        what: `No node takes the machine: ${said}`,
        cure: found.length === 0 ? otherwise : found.map(({ cure }) => cure).join(". Or: "),
    };
}

/** The scheduler adds what evicting others would bring, which says nothing of the reason. */
function withoutPreemption(message: string): string {
    return message.replace(/\.? (?:no new claims to deallocate, )?preemption: .*$/s, "");
}
