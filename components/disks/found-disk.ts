import type * as pulumi from "@pulumi/pulumi";
import { blankClaim, dataVolume, type DiskPlan, isFilled } from "../../manifests/disk";
import {
    componentAnnotation,
    onDestroyAnnotation,
    originAnnotation,
    ownerAnnotation,
    sizeAnnotation,
} from "../../model/annotations";
import { Problems } from "../../model/problems";
import { bytesOf, formatBytes, quantityBytes, sizeFor } from "../../model/size";
import { collectionPath } from "../../waits/collections";
import type { Cluster } from "../cluster";
import { lookFor, machinesWith, ownerOf, refuseOthers, takenBack } from "../ownership";
import type { DiskAdoption } from "./disk-args";
import type { LiveClaim } from "./live-claim";
import { type DiskIdentity, refuseChanges, refuseShrink } from "./origin";
import { contentAt } from "./remake";

/** What the cluster says about a disk before it is registered. */
export interface FoundDisk {
    /** Takes an object of ours back into the state, or an adopted one over. */
    readonly options: Pick<pulumi.CustomResourceOptions, "import">;
    /** The disk is on the cluster: nothing has to be there before it any more. */
    readonly exists: boolean;
    /** What the claim asks for already; undefined where there is none, or nobody knows. */
    readonly requested: string | undefined;
    /** Id of a DataVolume that is to become another one, and never had its content: it is taken away and made anew. */
    readonly unfilled?: string;
}

/** A disk that is about to be registered. */
export interface LookedFor {
    readonly name: string;
    readonly plan: DiskPlan;
    readonly identity: DiskIdentity;
    readonly adopt: DiskAdoption | undefined;
    readonly recreate: boolean;
    /** Type of the component and its parents, as in its URN. */
    readonly component: string;
    /** The program tells the engine that the disk was somewhere else in it before. */
    readonly moved: boolean;
    /** Owners of what it was called before. */
    readonly formerOwners: readonly string[];
}

/** Nothing is known: a new disk, or a cluster that cannot be asked. */
export const notFound: FoundDisk = { options: {}, exists: false, requested: undefined };

/** Looks at the cluster for a disk, and adds what stands in the way of it. */
export async function findDisk(
    cluster: Cluster,
    disk: LookedFor,
    problems: Problems,
): Promise<FoundDisk> {
    const { plan, adopt } = disk;
    const connection = await cluster.connection;
    const path = `${collectionPath("PersistentVolumeClaim", plan.namespace)}/${plan.name}`;
    const claim = (await connection?.look(path)) as LiveClaim | undefined;
    const requested = claim?.spec?.resources?.requests?.storage;
    if (adopt !== undefined && "claim" in adopt) {
        return { ...(await adopted(cluster, disk, claim, problems)), requested };
    }
    const manifest = isFilled(plan) ? dataVolume(plan) : blankClaim(plan);
    const looked = await lookFor(cluster, manifest);
    const wasOurs = looked.state === "foreign" && disk.formerOwners.includes(looked.owner ?? "");
    const found = wasOurs
        ? { ...looked, state: "ours" as const }
        : refuseOthers(looked, manifest, "claimName", problems);
    if (found.state === "ours") {
        const annotations = found.live.metadata?.annotations;
        const changes = new Problems();
        refuseChanges({ origin: annotations?.[originAnnotation] }, disk.identity, changes);
        if (changes.all.length > 0) {
            const content = isFilled(plan) ? await contentAt(cluster, plan) : undefined;
            if (content?.kind === "unfilled") {
                return { ...notFound, exists: false, unfilled: content.uid };
            }
            changes.all.forEach(({ field, fault, cure }) => problems.add(field, fault, cure));
        }
        refuseLess(annotations?.[sizeAnnotation], requested, plan, problems);
        refuseMove(disk, annotations, problems);
    } else if (found.state === "absent") {
        refuseWithoutDataVolume(disk, claim, problems);
        await refuseVanished(cluster, disk, claim, problems);
    }
    return {
        // With an alias the state knows it. Where it does not, an import would leave two resources with one disk, and the old one
        // would go with it.
        options: wasOurs ? {} : takenBack(found),
        exists: found.state === "ours",
        requested,
    };
}

/**
 * Adds that the disk would be smaller than the program once said. The claim itself may be larger than that for reasons of its
 * class, or not be as large as it was asked to be.
 */
function refuseLess(
    said: string | undefined,
    requested: string | undefined,
    plan: DiskPlan,
    problems: Problems,
): void {
    const has = quantityBytes(requested ?? "");
    if (has !== undefined && has > bytesOf(plan.size)) {
        refuseShrink(said, plan.size, problems);
    }
}

/** A claim that was kept while its DataVolume went: CDI refuses another DataVolume of that name. */
function refuseWithoutDataVolume(
    { plan }: LookedFor,
    claim: LiveClaim | undefined,
    problems: Problems,
): void {
    if (isFilled(plan) && claim !== undefined) {
        problems.add(
            "claimName",
            `is ${JSON.stringify(plan.name)}, and namespace ${plan.namespace} has a claim of that name without its DataVolume`,
            `take it over as it is, with its data: adopt: { claim: "${plan.name}" } instead of a source; or choose another name`,
        );
    }
}

/** A machine of the cluster has the disk, and it is gone: made again it would be empty, and the machine would not say so. */
async function refuseVanished(
    cluster: Cluster,
    { plan, recreate }: LookedFor,
    claim: LiveClaim | undefined,
    problems: Problems,
): Promise<void> {
    if (recreate || claim !== undefined) {
        return;
    }
    const [machine] = await machinesWith(cluster, plan.namespace, plan.name);
    if (machine !== undefined) {
        problems.add(
            "claimName",
            `is ${JSON.stringify(plan.name)}, which VirtualMachine ${JSON.stringify(machine)} has as a disk, and the claim is gone: made again it would not have the machine's data`,
            "restore it (source: { snapshot: … }) or take a kept volume over (adopt: { volume: … }; npm run disks lists them), or accept the loss: recreate: true, and pulumi refresh",
        );
    }
}

/**
 * A disk that is found under its name while the program has it in another place (inside a machine before, on its own now) is
 * two resources to the engine, and the old one goes. With `onDestroy: "delete"` it would take the data along.
 */
function refuseMove(
    { component, moved }: LookedFor,
    annotations: Readonly<Record<string, string>> | undefined,
    problems: Problems,
): void {
    const before = annotations?.[componentAnnotation];
    if (
        !moved &&
        before !== undefined &&
        before !== component &&
        annotations?.[onDestroyAnnotation] === "delete"
    ) {
        problems.add(
            "onDestroy",
            'was "delete" where the disk is in the program now, and leaving that place would delete it',
            'set onDestroy: "retain" there in an update of its own first, or tell the engine with aliases that it is the same disk',
        );
    }
}

/** Takes over a claim that this stack did not make, or no longer has. */
async function adopted(
    cluster: Cluster,
    disk: LookedFor,
    claim: LiveClaim | undefined,
    problems: Problems,
): Promise<Omit<FoundDisk, "requested">> {
    const { plan } = disk;
    const found = await lookFor(cluster, blankClaim(plan));
    if (found.state === "absent" || claim === undefined) {
        const connection = await cluster.connection;
        const path = `${collectionPath("PersistentVolumeClaim", plan.namespace)}/${plan.name}`;
        if ((await connection?.ask(path))?.state === "absent") {
            problems.add(
                "adopt.claim",
                `is ${JSON.stringify(plan.name)}, and namespace ${plan.namespace} has no claim of that name`,
                "write a name that `npm run disks` or `kubectl get pvc` lists",
            );
        }
        return notFound;
    }
    const annotations = claim.metadata?.annotations;
    if (claim.metadata?.deletionTimestamp !== undefined) {
        problems.add(
            "adopt.claim",
            `is ${JSON.stringify(plan.name)}, which is just being deleted`,
            "see what deletes it; its volume can be adopted when it is kept: adopt: { volume: … }",
        );
    } else if (found.state === "ours") {
        refuseLess(
            annotations?.[sizeAnnotation],
            claim.spec?.resources?.requests?.storage,
            plan,
            problems,
        );
    } else {
        refuseTakenClaim(annotations, problems);
    }
    refuseOtherClaim(plan, claim, problems);
    return { options: takenBack(found, true), exists: true };
}

/** Another stack looks after it, or another resource of this one that would delete it when it goes. */
function refuseTakenClaim(
    annotations: Readonly<Record<string, string>> | undefined,
    problems: Problems,
): void {
    const owner = annotations?.[ownerAnnotation];
    if (owner === undefined) {
        return;
    }
    const stack = ownerOf("");
    if (!owner.startsWith(stack)) {
        problems.add(
            "adopt.claim",
            `belongs to ${owner}`,
            "let that stack go of it first: take the disk out of its program; it is kept unless its onDestroy says otherwise",
        );
    } else if (annotations?.[onDestroyAnnotation] === "delete") {
        problems.add(
            "adopt.claim",
            `belongs to ${owner}, whose onDestroy is "delete": when that resource goes, the data goes`,
            'set onDestroy: "retain" there in an update of its own first',
        );
    }
}

/** What an adopted claim cannot become. */
function refuseOtherClaim(plan: DiskPlan, { spec, metadata }: LiveClaim, problems: Problems): void {
    const differs = (field: string, has: string | undefined, wanted: string) => {
        if (has !== undefined && has !== wanted) {
            problems.add(
                field,
                `is ${wanted}, and the claim to adopt has ${has}: a claim keeps it`,
                `write ${has}`,
            );
        }
    };
    differs("storage", spec?.storageClassName, plan.storageClass);
    differs("volumeMode", spec?.volumeMode, plan.volumeMode);
    differs("accessMode", spec?.accessModes?.[0], plan.accessMode);
    const has = quantityBytes(spec?.resources?.requests?.storage ?? "");
    if (has !== undefined && bytesOf(plan.size) < has) {
        problems.add(
            "size",
            `is "${plan.size}", and the claim to adopt has ${formatBytes(has)}: a claim never shrinks`,
            `write "${sizeFor(has)}" or more`,
        );
    }
    const owner = metadata?.ownerReferences?.find(({ kind }) => kind === "DataVolume");
    if (owner !== undefined) {
        problems.add(
            "adopt.claim",
            `belongs to DataVolume ${JSON.stringify(owner.name)}, and goes when that is deleted`,
            `let it go first, the claim stays: npm run disks -- release ${plan.namespace}/${owner.name ?? ""}`,
        );
    }
}
