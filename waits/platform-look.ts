import { ownerAnnotation } from "../model/annotations";
import type { CollectionKind } from "./collections";
import { collectionPath } from "./collections";
import type { Connection } from "./connection";
import type { KubernetesObject } from "./objects";
import { annotationOf, conditionOf } from "./objects";
import type { OperatorKind } from "./operator-facts";
import { runningVersion } from "./operator-facts";
import type { CdiResource, KubeVirtResource } from "./platform-objects";

/** A KubeVirt or CDI that is on the cluster. */
export interface FoundOperator {
    /** Undefined for a CDI, which is cluster-wide. */
    readonly namespace: string | undefined;
    readonly name: string;
    /** Version that is completely installed; empty while none is. */
    readonly version: string;
    readonly phase: string;
    readonly available: boolean;
    /** Undefined where the CR leaves it to the operator, which then removes everything. */
    readonly uninstallStrategy: string | undefined;
    /** Whose it is; undefined for one that this package did not make. */
    readonly owner: string | undefined;
}

/**
 * One look at every KubeVirt or CDI of the cluster, or of one namespace. Empty where there is none, or the kind is not served;
 * undefined when the cluster cannot be asked.
 */
export async function lookAtOperator(
    connection: Connection | undefined,
    kind: OperatorKind,
    namespace?: string,
): Promise<readonly FoundOperator[] | undefined> {
    const found = await listed<KubeVirtResource & CdiResource>(connection, kind, namespace);
    return found?.map(foundOperator);
}

/** A KubeVirt of the cluster, and which features it is told to have. */
export interface SwitchedKubeVirt {
    readonly annotations: Readonly<Record<string, string>>;
    /** Version that is completely installed; empty while none is. */
    readonly version: string;
    readonly gates: { readonly enable: readonly string[]; readonly disable: readonly string[] };
}

/** The KubeVirts of the cluster with their feature gates. Empty where there is none, or the cluster cannot be asked. */
export async function listKubeVirts(
    connection: Connection | undefined,
): Promise<readonly SwitchedKubeVirt[]> {
    const found = (await listed<KubeVirtResource>(connection, "KubeVirt")) ?? [];
    return found.map((kubevirt) => {
        const { featureGates = [], disabledFeatureGates = [] } =
            kubevirt.spec?.configuration?.developerConfiguration ?? {};
        return {
            annotations: kubevirt.metadata?.annotations ?? {},
            version: runningVersion(kubevirt),
            gates: { enable: featureGates, disable: disabledFeatureGates },
        };
    });
}

/** What a KubeVirt or CDI says about itself. */
export function foundOperator(resource: KubeVirtResource | CdiResource): FoundOperator {
    return {
        namespace: resource.metadata?.namespace,
        name: resource.metadata?.name ?? "",
        version: runningVersion(resource),
        phase: resource.status?.phase ?? "",
        available: conditionOf(resource.status?.conditions, "Available")?.status === "True",
        uninstallStrategy: resource.spec?.uninstallStrategy,
        owner: annotationOf(resource, ownerAnnotation),
    };
}

async function listed<T extends KubernetesObject>(
    connection: Connection | undefined,
    kind: CollectionKind,
    namespace?: string,
): Promise<readonly T[] | undefined> {
    if (connection === undefined) {
        return undefined;
    }
    const path = collectionPath(kind, namespace);
    const list = (await connection.look(path)) as { readonly items?: readonly T[] } | undefined;
    if (list !== undefined) {
        return list.items ?? [];
    }
    // A look says nothing about why it is empty; the answer to it is known already.
    return (await connection.ask(path)).state === "absent" ? [] : undefined;
}
