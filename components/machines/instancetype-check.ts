import type * as pulumi from "@pulumi/pulumi";
import {
    type InstancetypeReference,
    matcherOf,
    preferenceMatcherOf,
    type PreferenceReference,
} from "../../model/instancetypes";
import { nearest } from "../../model/nearest";
import type { Problem, Problems } from "../../model/problems";
import { collectionPath, isCollectionKind } from "../../waits/collections";
import type { Cluster } from "../cluster";
import { refuseInUpdate } from "../refusal";

/** A machine whose instancetype and preference have to be on its cluster. */
export interface MachineOfType {
    readonly namespace: string;
    readonly instancetype?: InstancetypeReference | undefined;
    readonly preference?: PreferenceReference | undefined;
}

/**
 * Asks the cluster for a machine's instancetype and preference: KubeVirt accepts a machine without either, and then never starts it
 * (Failure, FailedFindInstancetype or FailedFindPreference; recorded). A warning in a preview, a problem in an update; nothing where
 * the cluster cannot be asked, or has no KubeVirt yet: the common ones come with it.
 */
export async function checkTypesExist(
    component: pulumi.Resource,
    name: string,
    cluster: Cluster,
    machine: MachineOfType,
    problems: Problems,
): Promise<void> {
    const { namespace, instancetype, preference } = machine;
    const wanted = [
        ...(instancetype === undefined
            ? []
            : [{ field: "instancetype", ...matcherOf(instancetype) }]),
        ...(preference === undefined
            ? []
            : [{ field: "preference", ...preferenceMatcherOf(preference) }]),
    ];
    for (const one of wanted) {
        const problem = missing(one, await namesOf(cluster, one.kind, namespace));
        if (problem !== undefined) {
            refuseInUpdate(component, "VirtualMachine", name, problem, problems);
        }
    }
}

/** The names that the cluster has of a kind; undefined where it cannot be asked or does not serve the kind. */
async function namesOf(
    cluster: Cluster,
    kind: string,
    namespace: string,
): Promise<readonly string[] | undefined> {
    const connection = await cluster.connection;
    if (connection === undefined || !isCollectionKind(kind)) {
        return undefined;
    }
    const answer = await connection.ask(collectionPath(kind, namespace));
    if (answer.state !== "found") {
        return undefined;
    }
    const { items = [] } = answer.object as {
        readonly items?: readonly { readonly metadata?: { readonly name?: string } }[];
    };
    return items.map(({ metadata }) => metadata?.name ?? "");
}

function missing(
    { field, name, kind }: { readonly field: string; readonly name: string; readonly kind: string },
    names: readonly string[] | undefined,
): Problem | undefined {
    if (names === undefined || names.includes(name)) {
        return undefined;
    }
    const near = nearest(name, names);
    return {
        field,
        fault: `is ${JSON.stringify(name)}, and the cluster has no ${kind} of that name: KubeVirt would take the machine and never start it`,
        cure: `${near === undefined ? "make it first" : `write ${JSON.stringify(near)}, or make it first`}; kubectl get ${kind.toLowerCase()} lists them`,
    };
}
