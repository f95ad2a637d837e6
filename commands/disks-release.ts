import { setTimeout as pause } from "node:timers/promises";
import { ownerAnnotation } from "../model/annotations";
import { formatBytes, quantityBytes } from "../model/size";
import { UserError } from "../model/user-error";
import { collectionPath } from "../waits/collections";
import { type Transport, unreadText } from "../waits/transport";
import type { Writer } from "../waits/writes";
import type { LiveObject, StateIds } from "./disks-list";

/** A DataVolume that is to go while its claim stays. */
export interface Release {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    /** The claim that stays. */
    readonly claim: string;
    /** What will happen, in words. */
    readonly text: string;
}

type Owned = LiveObject & {
    readonly metadata?: {
        readonly uid?: string;
        readonly deletionTimestamp?: string;
        readonly ownerReferences?: readonly { readonly uid?: string }[];
    };
};

/** The garbage collector takes a second; a busy one takes longer. */
const goneWithinMs = 180_000;
const everyMs = 200;

/**
 * Looks at what is to be released, and refuses what would lose data or what somebody else looks after. Source of the way: the
 * claim belongs to the DataVolume (CDI doc/datavolumes.md), and a deletion that orphans takes that away before the DataVolume goes.
 */
export async function planRelease(
    transport: Pick<Transport, "get">,
    { namespace, name }: Pick<Release, "namespace" | "name">,
    stack: string,
    state: StateIds | undefined,
): Promise<Release> {
    const place = `${namespace}/${name}`;
    const dataVolume = await object(transport, pathOf(namespace, name));
    if (dataVolume === undefined) {
        throw new UserError(
            `There is no DataVolume ${place}. An empty disk is a claim, which nothing holds: there is nothing to release.`,
        );
    }
    const { uid = "", annotations, deletionTimestamp } = dataVolume.metadata ?? {};
    const owner = annotations?.[ownerAnnotation];
    if (owner?.startsWith(`${stack}/`) !== true) {
        throw new UserError(
            `DataVolume ${place} belongs to ${owner ?? "somebody else"}, not to ${stack}. Whoever made it may release it: kubectl delete datavolume -n ${namespace} ${name} --cascade=orphan.`,
        );
    }
    if (state?.has(`claim ${place}`) === true) {
        throw new UserError(
            `DataVolume ${place} is in the stack's state. Take its Disk out of the program first (the data stays), and run the update.`,
        );
    }
    if (deletionTimestamp !== undefined) {
        throw new UserError(
            `DataVolume ${place} is being deleted already, and its claim with it. See which finalizer holds it.`,
        );
    }
    const { phase = "", claimName = name } = dataVolume.status ?? {};
    if (phase !== "Succeeded") {
        throw new UserError(
            `DataVolume ${place} is not filled (phase ${JSON.stringify(phase)}): its claim would stay half written. Wait until it has Succeeded; npm run explain -- ${place} says what it is doing.`,
        );
    }
    const claim = await object(transport, claimPath(namespace, claimName));
    if (claim?.status?.phase !== "Bound") {
        throw new UserError(
            `DataVolume ${place} has no bound claim ${claimName}: there is no data to keep.`,
        );
    }
    const size = formatBytes(quantityBytes(claim.status.capacity?.storage ?? "") ?? 0);
    return {
        namespace,
        name,
        uid,
        claim: claimName,
        text: `Deletes DataVolume ${place}. Its claim ${claimName} (${size}) stays, with its data and for the machines that use it; CDI knows nothing of it any more.`,
    };
}

/** Deletes the DataVolume and comes back when it is gone and the claim is nobody's. */
export async function release(
    transport: Pick<Transport, "get"> & Writer,
    { namespace, name, uid, claim }: Release,
): Promise<void> {
    await transport.remove(pathOf(namespace, name), uid, true);
    const until = Date.now() + goneWithinMs;
    while ((await object(transport, pathOf(namespace, name)))?.metadata?.uid === uid) {
        if (Date.now() > until) {
            throw new UserError(
                `DataVolume ${namespace}/${name} is still there. Its deletion goes on by itself: kubectl get datavolume -n ${namespace} ${name} -o jsonpath={.metadata.finalizers}`,
            );
        }
        await pause(everyMs);
    }
    const kept = await object(transport, claimPath(namespace, claim));
    const isKept =
        kept !== undefined &&
        kept.metadata?.deletionTimestamp === undefined &&
        (kept.metadata?.ownerReferences ?? []).every((owner) => owner.uid !== uid);
    if (!isKept) {
        throw new Error(
            `claim ${namespace}/${claim} was to stay, and is ${kept === undefined ? "gone" : "going"}`,
        );
    }
}

async function object(transport: Pick<Transport, "get">, path: string): Promise<Owned | undefined> {
    try {
        return (await transport.get(path)) as Owned | undefined;
    } catch (error) {
        throw new UserError(`${unreadText(error)}.`);
    }
}

function pathOf(namespace: string, name: string): string {
    return `${collectionPath("DataVolume", namespace)}/${name}`;
}

function claimPath(namespace: string, name: string): string {
    return `${collectionPath("PersistentVolumeClaim", namespace)}/${name}`;
}
