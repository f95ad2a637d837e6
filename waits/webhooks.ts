import type { EndpointSlice, WebhookConfiguration } from "./platform-objects";

/**
 * Names of the configurations that each operator makes. Sources: KubeVirt
 * pkg/virt-operator/resource/generate/components/webhooks.go; CDI pkg/operator/resources/cluster/apiserver.go and
 * pkg/operator/controller/callbacks.go.
 */
const names = {
    KubeVirt: /^virt-(api|operator|launcher-pod)-(validator|mutator)$/,
    CDI: /^(cdi-api|objecttransfer-api)-/,
    // The chart's templates/webhook-validating-webhook.yaml, with the release's name.
    CertManager: /(^|-)cert-manager-webhook$/,
} as const;

/** Whose webhooks are known. */
export type WebhookOwner = keyof typeof names;

/** A webhook that cannot answer yet, and why. */
export interface DeafWebhook {
    readonly configuration: string;
    readonly what: string;
}

/**
 * The first webhook of an operator that cannot answer, or undefined when all can. What passes through one that cannot is refused,
 * so the first machine or disk would be.
 *
 * @param endpoints of the operator's namespace; undefined when they cannot be read, and are then not judged.
 */
export function deafWebhook(
    kind: WebhookOwner,
    configurations: readonly WebhookConfiguration[],
    endpoints: readonly EndpointSlice[] | undefined,
): DeafWebhook | undefined {
    for (const { metadata, webhooks = [] } of configurations) {
        const configuration = metadata?.name ?? "";
        if (!names[kind].test(configuration)) {
            continue;
        }
        for (const { name = "", clientConfig } of webhooks) {
            const service = clientConfig?.service?.name;
            if ((clientConfig?.caBundle ?? "") === "") {
                return { configuration, what: `Webhook ${name} has no CA bundle yet` };
            }
            if (
                service !== undefined &&
                endpoints !== undefined &&
                !hasAddress(service, endpoints)
            ) {
                return {
                    configuration,
                    what: `Webhook ${name} has nobody to answer: Service ${service} has no ready address`,
                };
            }
        }
    }
    return undefined;
}

function hasAddress(service: string, endpoints: readonly EndpointSlice[]): boolean {
    return endpoints.some(
        (slice) =>
            slice.metadata?.labels?.["kubernetes.io/service-name"] === service &&
            (slice.endpoints ?? []).some(
                ({ addresses, conditions }) =>
                    (addresses ?? []).length > 0 && conditions?.ready !== false,
            ),
    );
}
