import type * as pulumi from "@pulumi/pulumi";
import { snapshotClass } from "../../manifests/storage-class";
import type { Problems } from "../../model/problems";
import type { SnapshotClassPlan } from "../../model/storage";
import { collectionPath } from "../../waits/collections";
import { servedGate } from "../../waits/platform-gates";
import type { GateArgs } from "../../waits/resource-gate";
import type { Cluster } from "../cluster";
import { afterAll } from "../depends-on";
import { refuseOthers } from "../ownership";
import {
    type FoundObject,
    lookForAll,
    owned,
    type Registrar,
    registerObjects,
} from "../platform/objects";
import { installedAt, type Place } from "../platform/place";

/** Looks for snapshot classes on the cluster; those of somebody else are added to the problems. */
export async function findSnapshotClasses(
    cluster: Cluster,
    component: string,
    plans: readonly SnapshotClassPlan[],
    problems: Problems,
): Promise<readonly FoundObject[]> {
    const all = await lookForAll(cluster, owned(plans.map(snapshotClass), component));
    for (const { object, found } of all) {
        if (found.state === "foreign") {
            refuseOthers(
                found,
                object,
                "snapshotClass",
                problems,
                "give the component another name, or delete that class if nobody needs it: snapshots that were taken with it stay",
            );
        }
    }
    return all;
}

/** Registers them as soon as the platform serves their kind. */
export async function registerSnapshotClasses(
    registrar: Registrar,
    place: Place,
    wait: GateArgs,
    found: readonly FoundObject[],
): Promise<pulumi.CustomResource[]> {
    if (found.length === 0) {
        return [];
    }
    const platform = await installedAt(place);
    await servedGate({ ...wait, paths: [collectionPath("VolumeSnapshotClass")] });
    return registerObjects({ ...registrar, after: afterAll(registrar.after, platform) }, found);
}
