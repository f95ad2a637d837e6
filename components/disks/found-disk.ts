import { blankClaim, dataVolume, isFilled } from "../../manifests/disk";
import {
    componentAnnotation,
    onDestroyAnnotation,
    originAnnotation,
    sizeAnnotation,
} from "../../model/annotations";
import { Problems } from "../../model/problems";
import { collectionPath } from "../../waits/collections";
import { type Connection, isAbsent } from "../../waits/connection";
import type { Cluster } from "../cluster";
import { lookFor, machinesWith, refuseOthers, takenBack } from "../ownership";
import { adoptedClaim, adoptedDataVolume } from "./adopted-claim";
import type { LiveClaim } from "./live-claim";
import type { FoundDisk, LookedFor } from "./looked-for";
import { refuseChanges, refuseLess } from "./origin";
import { contentAt } from "./remake";

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
        return { ...(await adoptedClaim(cluster, disk, claim, problems)), requested };
    }
    const manifest = isFilled(plan) ? dataVolume(plan) : blankClaim(plan);
    const looked = await lookFor(cluster, manifest);
    if (adopt !== undefined && "dataVolume" in adopt && looked.state !== "ours") {
        const taken = await adoptedDataVolume(cluster, disk, looked, claim, problems);
        return { ...taken, requested };
    }
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
        await refuseWithoutDataVolume(connection, disk, claim, problems);
        await refuseVanished(cluster, connection, disk, problems);
    }
    return {
        // With an alias the state knows it. Where it does not, an import would leave two resources with one disk, and the old one
        // would go with it.
        options: wasOurs ? {} : takenBack(found),
        exists: found.state === "ours",
        requested,
    };
}

/** A claim that was kept while its DataVolume went: CDI refuses another DataVolume of that name. */
async function refuseWithoutDataVolume(
    connection: Connection | undefined,
    { plan }: LookedFor,
    claim: LiveClaim | undefined,
    problems: Problems,
): Promise<void> {
    const path = `${collectionPath("DataVolume", plan.namespace)}/${plan.name}`;
    if (
        isFilled(plan) &&
        claim !== undefined &&
        connection !== undefined &&
        (await isAbsent(connection, path))
    ) {
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
    connection: Connection | undefined,
    { plan, recreate }: LookedFor,
    problems: Problems,
): Promise<void> {
    const path = `${collectionPath("PersistentVolumeClaim", plan.namespace)}/${plan.name}`;
    if (recreate || connection === undefined || !(await isAbsent(connection, path))) {
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
