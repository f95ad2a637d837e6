import type { DiagnosisParts } from "./disk-facts";
import { quoted } from "./disk-facts";

interface Pattern {
    readonly pattern: RegExp;
    readonly what: string;
    readonly cure: string;
}

/**
 * What a runtime, Multus and the plugins say when a pod gets no network. Sources: multus-cni pkg/k8sclient/k8sclient.go
 * (getKubernetesDelegate), containernetworking/cni pkg/invoke/find.go, plugins pkg/ip and plugins/main/bridge, whereabouts
 * pkg/allocate/allocate.go.
 */
const patterns: readonly Pattern[] = [
    {
        pattern: /network-attachment-definition \(([^)]+)\) in namespace \(([^)]+)\)/,
        what: "NetworkAttachmentDefinition $2/$1 does not exist",
        cure: "Make NetworkAttachmentDefinition $2/$1, or correct the machine's network",
    },
    {
        pattern:
            /network-attachment-definitions\.k8s\.cni\.cncf\.io "([^"]+)" (?:not found|is forbidden)/,
        what: "NetworkAttachmentDefinition $1 cannot be read or does not exist",
        cure: "Make NetworkAttachmentDefinition $1, or correct the machine's network",
    },
    {
        pattern: /failed to find plugin "([^"]+)"/,
        what: "the node has no CNI plugin $1",
        cure: "Install the plugin $1 on the nodes (/opt/cni/bin), or choose another type of network",
    },
    {
        pattern:
            /(?:could not lookup|failed to lookup|Failed to get|link not found:?) "?([\w.-]+)"?: Link not found/i,
        what: "the node has no interface $1",
        cure: "Make the interface or bridge $1 on every node that runs such machines (nmstate), or correct the network's configuration",
    },
    {
        pattern: /Could not allocate IP in range[^:]*: ip: (\S+)/,
        what: "the network's address range from $1 is used up",
        cure: "Widen the range in the NetworkAttachmentDefinition, or free addresses (kubectl get ippools.whereabouts.cni.cncf.io -A)",
    },
];

const somewhere =
    "Look at the network that the message names: its NetworkAttachmentDefinition, its CNI plugin on the node, and Multus' pods";

/** Whether a sandbox that could not be made has to do with the network: nearly always, and the runtime says so. */
export function isAboutNetwork(message: string | undefined): boolean {
    return /network|\bcni\b|multus|sriov/i.test(message ?? "");
}

/** What it means that a pod has no network. */
export function noNetworkParts(message: string | undefined): DiagnosisParts {
    for (const { pattern, what, cure } of patterns) {
        const match = pattern.exec(message ?? "");
        if (match !== null) {
            const fill = (text: string): string =>
                text.replace(/\$([12])/g, (_, index: string) => match[Number(index)] ?? "");
            return {
                cause: "no-network",
                what: `The machine gets no network: ${fill(what)}: ${quoted(message)}`,
                cure: fill(cure),
            };
        }
    }
    return {
        cause: "no-network",
        what: `The machine gets no network: ${quoted(message)}`,
        cure: somewhere,
    };
}
