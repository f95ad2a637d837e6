import * as pulumi from "@pulumi/pulumi";
import type { DataVolumeManifest, DiskPlan } from "../../manifests/disk";
import { collectionPath } from "../../waits/collections";
import { unknownYet } from "../../waits/known";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { discard } from "./remake";

/**
 * The spec of a DataVolume as it is registered. CDI's webhook refuses one whose DataSource is not there, also in the dry run of a
 * preview, and a golden image of the same program comes only with the update: until then its name counts as unknown.
 * Source: CDI pkg/apiserver/webhooks/datavolume-mutate.go (recorded).
 */
export async function previewSpec(
    cluster: Cluster,
    { spec }: DataVolumeManifest,
): Promise<pulumi.Inputs> {
    const { sourceRef } = spec as {
        readonly sourceRef?: { readonly name: string; readonly namespace: string };
    };
    if (!pulumi.runtime.isDryRun() || sourceRef === undefined) {
        return spec;
    }
    const connection = await cluster.connection;
    const path = `${collectionPath("DataSource", sourceRef.namespace)}/${sourceRef.name}`;
    return (await connection?.ask(path))?.state === "absent"
        ? { ...spec, sourceRef: { ...sourceRef, name: unknownYet<string>() } }
        : spec;
}

/** A disk component, as far as its raw resource's options go. */
interface WithPlan extends pulumi.Resource {
    readonly cluster: Cluster;
    readonly plan: DiskPlan;
}

/**
 * CDI refuses every change of a DataVolume's spec; what would change the disk is in its origin. One that never had its content
 * goes, and is made anew with what the program says now. A preview says so: its dry run would meet the old one.
 *
 * @param unfilled id of such a one.
 */
export async function specOptions(
    disk: WithPlan,
    name: string,
    unfilled: string | undefined,
): Promise<pulumi.CustomResourceOptions> {
    if (unfilled === undefined) {
        return { ignoreChanges: ["spec"] };
    }
    say(
        "warn",
        `Disk "${name}": the DataVolume is made anew with what the program says now. It never had its content, so nothing is lost.`,
        disk,
    );
    await discard(disk.cluster, disk.plan, unfilled, disk);
    return pulumi.runtime.isDryRun()
        ? { ignoreChanges: ["spec"] }
        : { replaceOnChanges: ["spec"], deleteBeforeReplace: true };
}

/**
 * What an update of a claim leaves alone. The provider replaces a claim on a change of the first five (pulumi-kubernetes
 * provider/pkg/provider/diff.go); the others are what controllers write, which a claim that is taken back brings along.
 */
export const notOurs = [
    "spec.accessModes",
    "spec.dataSource",
    "spec.dataSourceRef",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeMode",
    "spec.volumeName",
    "metadata.finalizers",
    ...[
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
        "volume.beta.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/selected-node",
        "volume.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/storage-resizer",
    ].map((annotation) => `metadata.annotations["${annotation}"]`),
];
