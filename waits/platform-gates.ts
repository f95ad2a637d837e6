import type { OperatorKind } from "./operator-facts";
import { waitForOperator, waitForRollout, waitForServed } from "./platform-wait";
import type { GateArgs } from "./resource-gate";
import { gate } from "./resource-gate";
import { waitForWebhooks } from "./webhook-wait";
import type { WebhookOwner } from "./webhooks";

export type { OperatorKind } from "./operator-facts";
export type { FoundOperator } from "./platform-look";
export { lookAtOperator } from "./platform-look";

/** An operator's CR that everything it brings is ready for. */
export interface ReadyOperator {
    /** Version that runs, in the operator's own word (`v1.9.0`); empty in a preview. */
    readonly version: string;
    /** The CR's phase: `Deployed`; empty in a preview. */
    readonly phase: string;
}

/** Opens when the Deployment has rolled out. In a preview at once. */
export async function rolloutGate(args: GateArgs): Promise<void> {
    await gate(args, waitForRollout);
}

/**
 * Opens when KubeVirt or CDI is ready: its CR says so, the kinds it brings are served, and its webhooks can answer. In a preview
 * at once. The namespace of a CDI means nothing: it is cluster-wide.
 */
export async function operatorGate(
    args: GateArgs & {
        readonly kind: OperatorKind;
        /** Where its Deployments and DaemonSets are. */
        readonly operandsNamespace: string;
        /** Undefined for an adopted one: whichever runs is right. */
        readonly wantedVersion?: string | undefined;
    },
): Promise<ReadyOperator> {
    const { kind, operandsNamespace, wantedVersion } = args;
    const operator = await gate(args, (options) =>
        waitForOperator({ ...options, kind, operandsNamespace, wantedVersion }),
    );
    return { version: operator?.version ?? "", phase: operator?.phase ?? "" };
}

/** Opens when each path is served: `/apis/snapshot.storage.k8s.io/v1/volumesnapshots`. In a preview at once. */
export async function servedGate(
    args: GateArgs & { readonly paths: readonly string[] },
): Promise<void> {
    await gate(args, (options) => waitForServed({ ...options, paths: args.paths }));
}

/** Opens when the webhooks of an owner can answer. In a preview at once. The namespace is that of their Service. */
export async function webhooksGate(
    args: GateArgs & { readonly owner: WebhookOwner },
): Promise<void> {
    await gate(args, (options) => waitForWebhooks({ ...options, owner: args.owner }));
}
