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

type Configuration = Pick<Metadata, "name" | "labels" | "annotations" | "ownerReferences">;

/** The configuration of a webhook; none where nobody would answer. */
export function webhook(
    configuration: Configuration,
    given: Webhook,
    platform: Platform,
    fault: Fault | undefined,
): NewObject[] {
    return webhooks(configuration, [given], platform, fault);
}

/** One configuration of several webhooks, all of which either change or only look. */
export function webhooks(
    configuration: Configuration,
    given: readonly Webhook[],
    { webhooks: address }: Platform,
    fault: Fault | undefined,
): NewObject[] {
    if (address === undefined) {
        return [];
    }
    return [
        {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: given.some(({ mutates }) => mutates === true)
                ? "MutatingWebhookConfiguration"
                : "ValidatingWebhookConfiguration",
            metadata: configuration,
            webhooks: given.map(
                ({ path, resource, apiGroup, apiVersions, operations, mutates: _, ...policy }) => ({
                    ...policy,
                    admissionReviewVersions: ["v1"],
                    sideEffects: "None",
                    rules: [
                        { operations, apiGroups: [apiGroup], apiVersions, resources: [resource] },
                    ],
                    clientConfig: {
                        url: `${address.url}${path}`,
                        ...(fault === "webhook-no-ca" ? {} : { caBundle: address.caBundle }),
                    },
                }),
            ),
        },
    ];
}
