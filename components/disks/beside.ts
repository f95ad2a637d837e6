import type * as pulumi from "@pulumi/pulumi";
import type { DiskPlan } from "../../manifests/disk";
import { volumeSnapshot } from "../../manifests/golden-image";
import type { PlainObject } from "../../manifests/plain-object";
import { persistentVolume } from "../../manifests/static-volume";
import { restoreSnapshot, restoreSnapshotContent } from "../../manifests/volume-restore";
import type { Problems } from "../../model/problems";
import type { Cluster } from "../cluster";
import { takenBack } from "../ownership";
import { type FoundObject, lookForAll, ManifestResource, typeOf } from "../platform/objects";
import type { DiskArgs } from "./disk-args";
import { copiesSnapshot, copySnapshotName, snapshotClassOf } from "./disk-plan";

/**
 * What a disk is made from, where that is an object of its own: the PersistentVolume of a volume that is there, the snapshot that
 * stands for a backup, the snapshot of the disk that is copied. None of them ever deletes data of another.
 */
export function besideObjects(args: DiskArgs, plan: DiskPlan): readonly PlainObject[] {
    const { source } = plan;
    if (source !== undefined && "volume" in source) {
        return [persistentVolume(plan, source.volume)];
    }
    if (source !== undefined && "backup" in source) {
        return [restoreSnapshotContent(plan, source.backup), restoreSnapshot(plan, source.backup)];
    }
    if (!copiesSnapshot(args)) {
        return [];
    }
    const { copyOf } = args;
    return [
        volumeSnapshot({
            name: copySnapshotName(plan.name),
            namespace: plan.namespace,
            owner: plan.owner,
            claim: typeof copyOf === "object" ? copyOf.claimName : (copyOf ?? ""),
            snapshotClass: snapshotClassOf(args) ?? "",
        }),
    ];
}

/** Looks for those objects, and adds that one belongs to somebody else. */
export async function findBeside(
    cluster: Cluster,
    objects: readonly PlainObject[],
    problems: Problems,
): Promise<readonly FoundObject[]> {
    const all = await lookForAll(cluster, objects);
    for (const { object, found } of all) {
        if (found.state === "foreign") {
            const owner = found.owner === undefined ? "" : `, which belongs to ${found.owner}`;
            problems.add(
                "claimName",
                `needs the ${object.kind} ${JSON.stringify(object.metadata.name)}, and the cluster has another of that name${owner}`,
                "choose another claimName; what is there stays untouched",
            );
        }
    }
    return all;
}

/** A disk whose own object needs others beside it. */
export interface BesideDisk {
    readonly component: pulumi.ComponentResource;
    readonly cluster: Cluster;
    readonly name: string;
    /** What has to be there before a snapshot is taken; empty once the disk is there. */
    readonly after: Promise<pulumi.Resource[]>;
}

/** Registers them, each after the one before. */
export function registerBeside(
    { component, cluster, name, after }: BesideDisk,
    objects: readonly FoundObject[],
): pulumi.CustomResource[] {
    const registered: pulumi.CustomResource[] = [];
    for (const { object, found } of objects) {
        const earlier = [...registered];
        const before: Promise<pulumi.Resource[]> = after.then((first) => [...first, ...earlier]);
        registered.push(
            new ManifestResource(
                typeOf(object),
                `${name}-${roles[object.kind] ?? object.kind}`,
                { ...object },
                {
                    parent: component,
                    provider: cluster.provider,
                    dependsOn: before,
                    // What an existing disk was made from never changes; see its origin.
                    ignoreChanges: ["spec", "metadata.finalizers"],
                    retainOnDelete: object.kind === "PersistentVolume",
                    ...takenBack(found),
                },
            ),
        );
    }
    return registered;
}

/** Names of the resources, after the disk's. */
const roles: Readonly<Record<string, string>> = {
    PersistentVolume: "volume",
    VolumeSnapshot: "snapshot",
    VolumeSnapshotContent: "snapshot-content",
};
