import { ownerAnnotation } from "../model/annotations";
import { collectionPath } from "./collections";
import { quoted } from "./disk-facts";
import { waitForDisk } from "./disk-wait";
import type { Settled } from "./gate";
import type { Claim, KubernetesObject, StorageClass } from "./objects";
import { annotationOf } from "./objects";
import type { ClusterNode, CsiNode } from "./platform-objects";
import type { ProbeClaim } from "./probe-claim";
import { probeClaim, probeNode, waitsForNode } from "./probe-claim";
import { removeProbe } from "./probe-removal";
import type { ProvisioningFault } from "./provisioning-fault";
import { ApiError } from "./transport";
import type { Cause, Diagnosis } from "./verdict";
import type { ObjectWait } from "./watched-wait";
import type { Writer } from "./writes";

/** What a probe needs. */
export interface ProbeWaitOptions extends ObjectWait, ProbeClaim {
    readonly writer: Writer;
    /** What the class's driver says when it cannot make a volume; absent: nothing is known of it. */
    readonly faults?: readonly ProvisioningFault[] | undefined;
}

/**
 * Has the class make one small volume, and takes it away again: that proves the credentials, the pool and the driver. Ready when
 * nothing of it is left. What an earlier run could not take away goes first; a claim of somebody else is never touched.
 */
export async function waitForProbe(options: ProbeWaitOptions): Promise<Settled> {
    try {
        const before = await claimOf(options);
        if (before !== undefined) {
            if (annotationOf(before, ownerAnnotation) !== options.owner) {
                return failed(notOurs(options, before));
            }
            const removed = await removeProbe(options, before.metadata?.uid ?? "");
            if (removed.kind === "failed") {
                return removed;
            }
        }
        return await tried(options);
    } catch (error) {
        if (options.signal?.aborted === true) {
            throw error;
        }
        return failed(requestFailed(options, error));
    }
}

/** Makes the claim, waits for its volume, and takes both away, whatever came of it. */
async function tried(options: ProbeWaitOptions): Promise<Settled> {
    const node = await nodeFor(options);
    if (node === "none") {
        return failed(noNode(options));
    }
    const claim = (await options.writer.create(
        collectionPath("PersistentVolumeClaim", options.namespace),
        probeClaim(options, node),
    )) as Claim;
    const uid = claim.metadata?.uid ?? "";
    let settled: Settled | undefined;
    try {
        settled = await waitForDisk({
            ...options,
            kind: "PersistentVolumeClaim",
            consumer: "placed",
        });
    } finally {
        if (settled?.kind !== "ready") {
            // What was found out counts: a removal that fails as well is made up for by the next run.
            await removeProbe(options, uid).catch(() => undefined);
        }
    }
    if (settled.kind === "failed") {
        return { kind: "failed", diagnosis: settled.diagnosis };
    }
    const removed = await removeProbe(options, uid);
    return removed.kind === "failed"
        ? removed
        : { kind: "ready", note: `StorageClass ${options.storageClass} makes volumes` };
}

async function claimOf({ writer, namespace, name }: ProbeWaitOptions): Promise<Claim | undefined> {
    const path = `${collectionPath("PersistentVolumeClaim", namespace)}/${name}`;
    return (await writer.get(path)) as Claim | undefined;
}

/** The node that the claim has to name: undefined where it has to name none, "none" where no node can be named. */
async function nodeFor({ writer, storageClass }: ProbeWaitOptions): Promise<string | undefined> {
    const path = `${collectionPath("StorageClass")}/${storageClass}`;
    const of = (await writer.get(path)) as StorageClass | undefined;
    if (of === undefined || !waitsForNode(of)) {
        // The wait for the claim says that a class is not there.
        return undefined;
    }
    const [nodes, csiNodes] = await Promise.all([
        listed<ClusterNode>(writer, collectionPath("Node")),
        listed<CsiNode>(writer, collectionPath("CSINode")),
    ]);
    return probeNode(of, nodes, csiNodes) ?? "none";
}

async function listed<T extends KubernetesObject>(
    writer: Writer,
    path: string,
): Promise<readonly T[]> {
    const { items = [] } = ((await writer.get(path)) ?? {}) as { readonly items?: readonly T[] };
    return items;
}

function failed(diagnosis: Diagnosis): Settled {
    return { kind: "failed", diagnosis };
}

function placeOf({ namespace, name }: ProbeWaitOptions): string {
    return `PersistentVolumeClaim ${namespace}/${name}`;
}

function notOurs(options: ProbeWaitOptions, claim: Claim): Diagnosis {
    const owner = annotationOf(claim, ownerAnnotation);
    return {
        cause: "claim-in-use",
        what: `A claim of the probe's name is there and belongs to ${owner ?? "somebody else"}: it is not touched`,
        where: placeOf(options),
        cure: "Delete or rename that claim if it is not needed, or switch the probe off",
    };
}

function noNode(options: ProbeWaitOptions): Diagnosis {
    return {
        cause: "unschedulable",
        what: `No Ready node has the driver of StorageClass ${options.storageClass}, which makes volumes only for a node`,
        where: placeOf(options),
        cure: "See the nodes and which drivers they have: kubectl get nodes, kubectl get csinodes",
    };
}

/** A request of the probe's own that was refused, or not answered. */
function requestFailed(options: ProbeWaitOptions, error: unknown): Diagnosis {
    const message = quoted(error instanceof Error ? error.message : String(error));
    const refused: readonly [Cause, string] =
        error instanceof ApiError ? refusal(error) : unreachable;
    const [cause, cure] = refused;
    return { cause, what: `The probe cannot be made: ${message}`, where: placeOf(options), cure };
}

const unreachable: readonly [Cause, string] = [
    "server-unreachable",
    "Check the server's address in the kubeconfig, the network and the proxy settings",
];

function refusal({ status, message }: ApiError): readonly [Cause, string] {
    if (/exceeded quota/.test(message)) {
        return ["quota", "Raise the namespace's storage quota, or probe in another namespace"];
    }
    switch (status) {
        case 401:
        case 403:
            return [
                "forbidden",
                "Allow this account get, create and delete on claims there and get and patch on persistentvolumes, or switch the probe off",
            ];
        case 404:
            return ["not-there", "Make the namespace before the storage is probed in it"];
        default:
            return ["provisioning-failed", "Put right what the message names"];
    }
}
