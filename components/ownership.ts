import * as pulumi from "@pulumi/pulumi";
import { ownerAnnotation } from "../model/annotations";
import type { Problems } from "../model/problems";
import { isObjectSettled } from "../model/settled";
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
    /** Ours, under a name that the program does not use any more: the engine knows it by the alias, and nothing is imported. */
    | { readonly state: "renamed"; readonly live: LiveObject }
    /** Ours, and just being deleted. */
    | { readonly state: "going" };

export interface LiveObject {
    readonly metadata?: {
        readonly annotations?: Readonly<Record<string, string>>;
        readonly deletionTimestamp?: string;
    };
    readonly spec?: unknown;
}

/** What a component is called in the program, and was called before as far as the program says so. */
interface Names {
    readonly name: string;
    readonly former: readonly string[];
}

const namesOf = new WeakMap<pulumi.Resource, Names>();

/**
 * The owners of what a component was called before, where the program tells the engine so with aliases: its own, and those of its parent
 * where the parent's name begins its own. To be asked before its children are made. Source: sdk/nodejs/resource.ts (allAliases,
 * inheritedChildAlias).
 */
export function formerOwners(
    component: pulumi.Resource,
    name: string,
    { aliases, parent }: pulumi.ComponentResourceOptions = {},
): readonly string[] {
    const own = (Array.isArray(aliases) ? aliases : []).flatMap((alias: unknown) => {
        const { name: before } = (typeof alias === "object" ? alias : {}) as {
            readonly name?: unknown;
        };
        return typeof before === "string" ? [before] : [];
    });
    const above = parent && namesOf.get(parent);
    const inherited =
        above !== undefined && name.startsWith(above.name)
            ? above.former.map((before) => `${before}${name.slice(above.name.length)}`)
            : [];
    const former = [...own, ...inherited];
    namesOf.set(component, { name, former });
    return former.map(ownerOf);
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

/**
 * As {@link lookFor}; what stands in the way is added to the problems of a field.
 *
 * @param adopt the user has said that the object is to be taken over; one that another stack of this package has made is not.
 * @param former the owners of what the component was called before, see {@link formerOwners}.
 */
export async function existing(
    cluster: Cluster,
    object: Wanted,
    field: string,
    problems: Problems,
    adopt = false,
    former: readonly string[] = [],
): Promise<Existing> {
    const found = await lookFor(cluster, object);
    if (found.state === "foreign" && former.includes(found.owner ?? "")) {
        return { state: "renamed", live: found.live };
    }
    return adopt && found.state === "foreign" && found.owner === undefined
        ? found
        : refuseOthers(found, object, field, problems);
}

/** What an object is registered with that is taken over as it is: it is in the state, and nothing is written on it. */
export const asItIs: { readonly ignoreChanges: string[] } = {
    ignoreChanges: ["metadata", "spec"],
};

/**
 * The resource options of an object that was found. One that is taken over and already is what the program says is left as it is; the
 * first change marks it as this program's.
 */
export function adopted(
    found: Existing,
    wanted: object,
    adopt: boolean,
    lists: "whole" | "by-field" = "whole",
): Pick<pulumi.CustomResourceOptions, "import" | "ignoreChanges"> {
    const isLeft =
        adopt &&
        found.state === "foreign" &&
        isObjectSettled(found.live, wanted as Readonly<Record<string, unknown>>, lists);
    return { ...takenBack(found, adopt), ...(isLeft ? asItIs : {}) };
}

/**
 * Adds that what was found is somebody else's, or just going.
 *
 * @param cure what to do about one that is somebody else's.
 */
export function refuseOthers(
    found: Existing,
    { kind, metadata: { name, namespace } }: Wanted,
    field: string,
    problems: Problems,
    cure = "choose another name; what is there stays untouched",
): Existing {
    if (found.state === "foreign") {
        const place =
            namespace === undefined ? "the cluster has" : `namespace ${namespace} already has`;
        const whose =
            found.owner === undefined
                ? "that this package did not make"
                : `that belongs to ${found.owner}`;
        problems.add(
            field,
            `is ${JSON.stringify(name)}, and ${place} a ${kind} of that name ${whose}`,
            cure,
        );
    } else if (found.state === "going") {
        const inNamespace = namespace === undefined ? "" : `-n ${namespace} `;
        problems.add(
            field,
            `is ${JSON.stringify(name)}, and the ${kind} of that name is just being deleted`,
            `run again when it is gone: kubectl get ${kind.toLowerCase()} ${inNamespace}${name}`,
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

/** A machine that is started: it has the disks that it was started with, whatever its VirtualMachine says since. */
interface RunningMachine {
    readonly metadata?: { readonly name?: string };
    readonly spec?: { readonly volumes?: readonly Volume[] };
    readonly status?: { readonly phase?: string };
}

interface Volume {
    readonly dataVolume?: { readonly name?: string };
    readonly persistentVolumeClaim?: { readonly claimName?: string };
}

/** The objects of a kind in a namespace; none where the cluster cannot be asked. */
async function listed<T>(
    cluster: Cluster,
    kind: "VirtualMachine" | "VirtualMachineInstance",
    namespace: string,
): Promise<readonly T[]> {
    const connection = await cluster.connection;
    const list = (await connection?.look(collectionPath(kind, namespace))) as
        { items?: readonly T[] } | undefined;
    return list?.items ?? [];
}

function machinesIn(cluster: Cluster, namespace: string): Promise<readonly LiveMachine[]> {
    return listed(cluster, "VirtualMachine", namespace);
}

function claimsIn(volumes: readonly Volume[] = []): readonly string[] {
    return volumes.map(
        (volume) => volume.dataVolume?.name ?? volume.persistentVolumeClaim?.claimName ?? "",
    );
}

function claimsOf({ spec }: LiveMachine): readonly string[] {
    return claimsIn(spec?.template?.spec?.volumes);
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
 * what is on it, and neither Kubernetes nor KubeVirt stands in the way of it on a volume that many nodes may mount. One that a disk
 * was taken from has it until it is restarted. The machine's own former self (another machineName) is no other: it is deleted before
 * this one is created.
 */
export async function refuseDisksInUse(
    cluster: Cluster,
    machine: KubernetesObject,
    claims: ReadonlyMap<string, string>,
    problems: Problems,
): Promise<void> {
    const { name, namespace, annotations } = machine.metadata;
    const machines = await machinesIn(cluster, namespace);
    const own = new Set([
        name,
        ...machines
            .filter(
                ({ metadata }) =>
                    metadata?.annotations?.[ownerAnnotation] === annotations?.[ownerAnnotation],
            )
            .map(({ metadata }) => metadata?.name),
    ]);
    const refuse = (
        other: string | undefined,
        used: readonly string[],
        how: string,
        cure: string,
    ) => {
        for (const [disk, claim] of own.has(other) ? [] : claims) {
            if (used.includes(claim)) {
                problems.add(
                    `disks, "${disk}"`,
                    `is claim ${JSON.stringify(claim)}, which VirtualMachine ${JSON.stringify(other)} ${how}: two machines on one disk destroy its data`,
                    cure,
                );
            }
        }
    };
    const claimsWritten = new Map(
        machines.map((other) => [other.metadata?.name, claimsOf(other)] as const),
    );
    for (const [other, used] of claimsWritten) {
        refuse(
            other,
            used,
            "already has",
            "take the disk away from the other machine first, in an update of its own",
        );
    }
    const running = await listed<RunningMachine>(cluster, "VirtualMachineInstance", namespace);
    for (const { metadata, spec, status } of running) {
        const written = claimsWritten.get(metadata?.name) ?? [];
        const isOver = status?.phase === "Succeeded" || status?.phase === "Failed";
        refuse(
            metadata?.name,
            isOver ? [] : claimsIn(spec?.volumes).filter((claim) => !written.includes(claim)),
            "runs with until it is restarted",
            `restart or stop that machine first: virtctl restart -n ${namespace} ${String(metadata?.name)}`,
        );
    }
}

/** The resource option that takes an object of ours back into the state; somebody else's only where the user has said so. */
export function takenBack(found: Existing, takeOver = false): { import?: string } {
    return found.state === "ours" || (found.state === "foreign" && takeOver)
        ? { import: found.importId }
        : {};
}
