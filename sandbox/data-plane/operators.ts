import type { UploadProxyAddress } from "./cdi-config";
import type { Deployment } from "./objects";
import type { Store } from "./store";
import type { NewObject } from "./writes";

/** The kinds of which each object is an installation that an operator looks after. */
export type Installation = "KubeVirt" | "CDI";

/** A definition that an operator makes once it has something to install. */
export interface OperandDefinition {
    readonly by: Installation;
    readonly object: NewObject;
}

/** Where the API server reaches the simulated webhooks. */
export interface WebhookAddress {
    readonly url: string;
    /** Signs the certificate of that address; base64 of PEM. */
    readonly caBundle: string;
}

/** What the simulated operators have from outside the cluster. */
export interface Platform {
    readonly definitions: readonly OperandDefinition[];
    /** Absent: no webhook is registered. */
    readonly webhooks?: WebhookAddress;
    /** Where the API server reaches the parts of its API that CDI and KubeVirt serve. */
    readonly apiPort?: number;
    /** Absent: CDI says of none where it is. */
    readonly uploadProxy?: UploadProxyAddress;
}

/** A platform of which nothing is known: operators install no definitions and no webhooks. */
export const barePlatform: Platform = { definitions: [] };

/** An operator that runs. */
export interface Operator {
    readonly deployment: Deployment;
    readonly namespace: string;
    /** What it installs: its own version. */
    readonly version: string;
    /** Where its own image is from: `quay.io/kubevirt`. */
    readonly registry: string;
    readonly image: string;
    /** A variable of its container; empty when it is not set. */
    readonly variable: (name: string) => string;
}

/** Which Deployment an operator is. */
interface OperatorName {
    readonly name: string;
    /** The variable that holds its version. Without it the tag of its image counts. */
    readonly versionVariable: string;
    /** The only namespace it works for; absent: any. */
    readonly namespace?: string;
}

/**
 * The operator, when a replica of its newest version is available: nobody acts for one that does not run, and an old one, of
 * which something is left while a new one is rolled out, has nothing more to do.
 */
export function runningOperator(
    world: Store,
    { name, versionVariable, namespace }: OperatorName,
): Operator | undefined {
    const deployment = world
        .list("Deployment", namespace)
        .find((each) => each.metadata.name === name && newestAvailable(each) > 0);
    const container = deployment?.spec.template.spec.containers[0];
    if (deployment === undefined || container === undefined) {
        return undefined;
    }
    const variable = (wanted: string) =>
        container.env?.find((each) => each.name === wanted)?.value ?? "";
    const [, registry = "", tag = ""] =
        /^(.*)\/[^/:@]+(?::([^@]*))?(?:@.*)?$/.exec(container.image) ?? [];
    return {
        deployment,
        namespace: deployment.metadata.namespace ?? "",
        version: variable(versionVariable) || tag,
        registry,
        image: container.image,
        variable,
    };
}

/** How many replicas of the newest version are available, at least. */
function newestAvailable({ metadata, status = {} }: Deployment): number {
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration } = status;
    const old = replicas - updatedReplicas;
    return observedGeneration === metadata.generation ? availableReplicas - old : 0;
}

/** The definitions that one kind of installation brings. */
export function definitionsOf(platform: Platform, by: Installation): readonly NewObject[] {
    return platform.definitions.filter((each) => each.by === by).map(({ object }) => object);
}
