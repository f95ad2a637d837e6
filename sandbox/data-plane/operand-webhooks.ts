import type { Fault } from "./faults";
import type { Metadata } from "./objects";
import type { Platform } from "./operators";
import type { NewObject } from "./writes";

/** A webhook of an operator. */
export interface Webhook {
    readonly name: string;
    readonly path: string;
    readonly resource: string;
    readonly apiGroup: string;
    readonly apiVersions: readonly string[];
    readonly operations: readonly ("CREATE" | "UPDATE" | "DELETE")[];
    readonly failurePolicy: "Fail" | "Ignore";
    readonly timeoutSeconds: number;
    /** It may change what is asked for. */
    readonly mutates?: true;
}

/** The configuration of a webhook; none where nobody would answer. */
export function webhook(
    configuration: Pick<Metadata, "name" | "labels" | "annotations" | "ownerReferences">,
    { name, path, resource, apiGroup, apiVersions, operations, mutates, ...policy }: Webhook,
    { webhooks: address }: Platform,
    fault: Fault | undefined,
): NewObject[] {
    if (address === undefined) {
        return [];
    }
    const rule = { operations, apiGroups: [apiGroup], apiVersions, resources: [resource] };
    return [
        {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind:
                mutates === true
                    ? "MutatingWebhookConfiguration"
                    : "ValidatingWebhookConfiguration",
            metadata: configuration,
            webhooks: [
                {
                    name,
                    ...policy,
                    admissionReviewVersions: ["v1"],
                    sideEffects: "None",
                    rules: [rule],
                    clientConfig: {
                        url: `${address.url}${path}`,
                        ...(fault === "webhook-no-ca" ? {} : { caBundle: address.caBundle }),
                    },
                },
            ],
        },
    ];
}
