import * as pulumi from "@pulumi/pulumi";
import { ownerAnnotation } from "../model/annotations";
import type { Problems } from "../model/problems";
import type { KubernetesObject } from "../manifests/kubernetes-object";
import { collectionPath, isCollectionKind } from "../waits/collections";
import type { Cluster } from "./cluster";

/** What the cluster already has under a name that a component is about to use. */
export type Existing =
    /** Nothing, or the cluster cannot be asked (an unknown or unreachable cluster in a preview). */
    | { readonly state: "absent" }
    /** Made by this stack's program under the same resource name: taken back, never made a second time. */
    | { readonly state: "ours"; readonly importId: string; readonly live: LiveObject }
    /** Somebody else's. */
    | {
          readonly state: "foreign";
          readonly importId: string;
          readonly live: LiveObject;
          /** Who made it, where it says so. */
          readonly owner: string | undefined;
      }
    /** Ours, and just being deleted. */
    | { readonly state: "going" };

export interface LiveObject {
    readonly metadata?: {
        readonly annotations?: Readonly<Record<string, string>>;
        readonly deletionTimestamp?: string;
    };
    readonly spec?: unknown;
}

/** The owners of what a resource of this program was called before, where it tells the engine so with aliases. */
export function formerOwners(
    aliases: pulumi.ComponentResourceOptions["aliases"],
): readonly string[] {
    return (Array.isArray(aliases) ? aliases : []).flatMap((alias: unknown) => {
        const { name } = (typeof alias === "object" ? alias : {}) as { readonly name?: unknown };
        return typeof name === "string" ? [ownerOf(name)] : [];
    });
}

/** The value of the owner annotation for a resource of this program. */
export function ownerOf(name: string): string {
    return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

/** What is needed of an object to look for it. */
export interface Wanted {
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly annotations?: Readonly<Record<string, string>>;
    };
}

/**
 * Looks at the cluster before an object is registered. An object of ours that is not in the state (kept by an earlier
 * destroy, made by a run that was killed before it could write the state down) is imported. An import id of an object that is
 * in the state already is ignored by the engine.
 */
export async function lookFor(cluster: Cluster, object: Wanted): Promise<Existing> {
    const connection = await cluster.connection;
    if (connection === undefined || !isCollectionKind(object.kind)) {
        return { state: "absent" };
    }
    const { name, namespace } = object.metadata;
    const path = `${collectionPath(object.kind, namespace)}/${name}`;
    const live = (await connection.look(path)) as LiveObject | undefined;
    if (live === undefined) {
        return { state: "absent" };
    }
    const owner = live.metadata?.annotations?.[ownerAnnotation];
    if (owner !== object.metadata.annotations?.[ownerAnnotation]) {
        return { state: "foreign", importId: importIdOf(object), live, owner };
    }
    return live.metadata?.deletionTimestamp === undefined
        ? { state: "ours", importId: importIdOf(object), live }
        : { state: "going" };
}

/** The id that the Kubernetes provider knows an object by. */
export function importIdOf({ metadata: { name, namespace } }: Wanted): string {
    return namespace === undefined ? name : `${namespace}/${name}`;
}

/** As {@link lookFor}; what stands in the way is added to the problems of a field. */
export async function existing(
    cluster: Cluster,
    object: KubernetesObject,
    field: string,
    problems: Problems,
): Promise<Existing> {
    return refuseOthers(await lookFor(cluster, object), object, field, problems);
}

/** Adds that what was found is somebody else's, or just going. */
export function refuseOthers(
    found: Existing,
    object: KubernetesObject,
    field: string,
    problems: Problems,
): Existing {
    const { name, namespace } = object.metadata;
    if (found.state === "foreign") {
        problems.add(
            field,
            `is ${JSON.stringify(name)}, and namespace ${namespace} already has a ${object.kind} of that name ${found.owner === undefined ? "that this package did not make" : `that belongs to ${found.owner}`}`,
            "choose another name; what is there stays untouched",
        );
    } else if (found.state === "going") {
        problems.add(
            field,
            `is ${JSON.stringify(name)}, and the ${object.kind} of that name is just being deleted`,
            `run again when it is gone: kubectl get ${object.kind.toLowerCase()} -n ${namespace} ${name}`,
        );
    }
    return found;
}

interface LiveMachine extends LiveObject {
    readonly metadata?: LiveObject["metadata"] & { readonly name?: string };
    readonly spec?: {
        readonly template?: { readonly spec?: { readonly volumes?: readonly Volume[] } };
    };
}

interface Volume {
    readonly dataVolume?: { readonly name?: string };
    readonly persistentVolumeClaim?: { readonly claimName?: string };
}

/** The machines of a namespace; none where the cluster cannot be asked. */
async function machinesIn(cluster: Cluster, namespace: string): Promise<readonly LiveMachine[]> {
    const connection = await cluster.connection;
    const path = collectionPath("VirtualMachine", namespace);
    const list = (await connection?.look(path)) as { items?: readonly LiveMachine[] } | undefined;
    return list?.items ?? [];
}

function claimsOf({ spec }: LiveMachine): readonly string[] {
    return (spec?.template?.spec?.volumes ?? []).map(
        (volume) => volume.dataVolume?.name ?? volume.persistentVolumeClaim?.claimName ?? "",
    );
}

/** Names of the cluster's machines that have a claim as a disk. */
export async function machinesWith(
    cluster: Cluster,
    namespace: string,
    claim: string,
): Promise<readonly string[]> {
    return (await machinesIn(cluster, namespace))
        .filter((machine) => claimsOf(machine).includes(claim))
        .map(({ metadata }) => metadata?.name ?? "");
}

/**
 * Adds the problem that another machine of the namespace has one of the disks: two machines that write to one disk destroy
 * what is on it, and neither Kubernetes nor KubeVirt stands in the way of it on a volume that many nodes may mount. The
 * machine's own former self (another machineName) is no other: it is deleted before this one is created.
 */
export async function refuseDisksInUse(
    cluster: Cluster,
    machine: KubernetesObject,
    claims: ReadonlyMap<string, string>,
    problems: Problems,
): Promise<void> {
    const { name, namespace, annotations } = machine.metadata;
    const others = (await machinesIn(cluster, namespace)).filter(
        ({ metadata }) =>
            metadata?.name !== name &&
            metadata?.annotations?.[ownerAnnotation] !== annotations?.[ownerAnnotation],
    );
    for (const other of others) {
        const used = claimsOf(other);
        for (const [disk, claim] of claims) {
            if (used.includes(claim)) {
                problems.add(
                    `disks, "${disk}"`,
                    `is claim ${JSON.stringify(claim)}, which VirtualMachine ${JSON.stringify(other.metadata?.name)} already has: two machines on one disk destroy its data`,
                    "take the disk away from the other machine first, in an update of its own",
                );
            }
        }
    }
}

/** The resource option that takes an object of ours back into the state; somebody else's only where the user has said so. */
export function takenBack(found: Existing, takeOver = false): { import?: string } {
    return found.state === "ours" || (found.state === "foreign" && takeOver)
        ? { import: found.importId }
        : {};
}
