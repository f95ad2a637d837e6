import { groupLabel, managedByLabel, ownerAnnotation } from "../model/annotations";
import { parseAddress } from "../model/ip-range";
import type { OpeningArgs, PolicyPeerArgs } from "../model/policy-peer";
import { type Fields, given } from "./fields";
import type { KubernetesObject } from "./kubernetes-object";

/** What a group's policy is made of. */
export interface MachinePolicyPlan {
    readonly name: string;
    readonly namespace: string;
    readonly owner: string;
    readonly group: string;
    readonly ingress: readonly OpeningArgs[];
    /** Undefined: what goes out is not limited. */
    readonly egress: readonly OpeningArgs[] | undefined;
    /** Addresses and networks of resolvers beside the cluster's own; undefined without any. */
    readonly resolvers: readonly string[] | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A NetworkPolicy. Source: networking.k8s.io/v1. */
export interface MachinePolicyManifest extends KubernetesObject {
    readonly spec: Fields;
}

/** Every namespace has it. Source: Kubernetes core/v1 well-known labels. */
const namespaceLabel = "kubernetes.io/metadata.name";

/** The policy of a group: nothing gets in, and where egress is limited nothing out, but by its openings. */
export function machinePolicy(plan: MachinePolicyPlan): MachinePolicyManifest {
    const { ingress, egress } = plan;
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: {
            name: plan.name,
            namespace: plan.namespace,
            labels: { ...plan.labels, ...managedByLabel },
            annotations: { [ownerAnnotation]: plan.owner },
        },
        spec: {
            podSelector: { matchLabels: { [groupLabel]: plan.group } },
            policyTypes: egress === undefined ? ["Ingress"] : ["Ingress", "Egress"],
            // Written where there is none, too: no rule is what denies.
            ingress: ingress.map((opening) => rule("from", opening)),
            ...(egress === undefined
                ? {}
                : {
                      egress: [
                          ...resolving(plan.resolvers),
                          ...egress.map((opening) => rule("to", opening)),
                      ],
                  }),
        },
    };
}

function rule(side: "from" | "to", { peers, ports }: OpeningArgs): Fields {
    return (
        given({
            [side]: peers?.map(peerOf),
            ports: ports?.map(({ port, to, protocol = "TCP" }) => ({
                protocol,
                port,
                ...given({ endPort: to }),
            })),
        }) ?? {}
    );
}

function peerOf({ group, machine, namespace, cidr, except }: PolicyPeerArgs): Fields {
    if (cidr !== undefined) {
        return { ipBlock: { cidr, ...given({ except }) } };
    }
    const labels = {
        ...(group === undefined ? {} : { [groupLabel]: group }),
        ...(machine === undefined ? {} : { "kubevirt.io/vm": machine }),
    };
    return {
        ...(namespace === undefined
            ? {}
            : { namespaceSelector: { matchLabels: { [namespaceLabel]: namespace } } }),
        ...(Object.keys(labels).length === 0 ? {} : { podSelector: { matchLabels: labels } }),
    };
}

/**
 * Names are resolved by the cluster's DNS pods, and where the guest or the nodes have others, by those: a resolver on the node
 * itself (NodeLocal DNSCache) is no pod that a selector finds. Source: Kubernetes cluster/addons/dns (k8s-app: kube-dns).
 */
function resolving(resolvers: readonly string[] | undefined): Fields[] {
    if (resolvers === undefined) {
        return [];
    }
    const cluster = {
        namespaceSelector: { matchLabels: { [namespaceLabel]: "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    };
    const others = resolvers.map((text) => {
        const address = parseAddress(text);
        const length = address?.family === 6 ? 128 : 32;
        return { ipBlock: { cidr: address === undefined ? text : `${text}/${String(length)}` } };
    });
    return [
        {
            to: [cluster, ...others],
            ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 })),
        },
    ];
}
