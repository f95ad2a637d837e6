import * as pulumi from "@pulumi/pulumi";
import type { DiskPlan } from "../../manifests/disk";
import type { Problems } from "../../model/problems";
import { bytesOf, formatBytes, quantityBytes } from "../../model/size";
import { collectionPath } from "../../waits/collections";
import type { Cluster } from "../cluster";
import type { DiskArgs } from "./disk-args";

/** A PersistentVolume as far as a check reads it. */
interface LiveVolume {
    readonly metadata?: { readonly resourceVersion?: string; readonly deletionTimestamp?: string };
    readonly spec?: {
        readonly capacity?: { readonly storage?: string };
        readonly accessModes?: readonly string[];
        readonly volumeMode?: string;
        readonly storageClassName?: string;
        readonly claimRef?: {
            readonly namespace?: string;
            readonly name?: string;
            readonly uid?: string;
        };
    };
    readonly status?: { readonly phase?: string };
}

/** Adds why a volume cannot be adopted: not there, in use, or something else than the disk is to be. */
export async function refuseOtherVolume(
    cluster: Cluster,
    { adopt }: DiskArgs,
    plan: DiskPlan,
    problems: Problems,
): Promise<void> {
    if (adopt === undefined || !("volume" in adopt)) {
        return;
    }
    const connection = await cluster.connection;
    const answer = await connection?.ask(pathOf(adopt.volume));
    if (answer === undefined || answer.state === "unreadable") {
        return;
    }
    const volume = answer.state === "found" ? (answer.object as LiveVolume) : undefined;
    if (volume === undefined) {
        problems.add(
            "adopt.volume",
            `is ${JSON.stringify(adopt.volume)}, and the cluster has no PersistentVolume of that name`,
            "write a name that `npm run disks` or `kubectl get pv` lists",
        );
        return;
    }
    const { spec, status } = volume;
    const holder = `${spec?.claimRef?.namespace ?? ""}/${spec?.claimRef?.name ?? ""}`;
    if (status?.phase === "Bound" && holder !== `${plan.namespace}/${plan.name}`) {
        problems.add(
            "adopt.volume",
            `is ${JSON.stringify(adopt.volume)}, which claim ${holder} has`,
            "adopt that claim, or copy it (source: { claim: … })",
        );
    }
    if (volume.metadata?.deletionTimestamp !== undefined) {
        problems.add(
            "adopt.volume",
            `is ${JSON.stringify(adopt.volume)}, which is just being deleted`,
            "nothing can be adopted of it any more: restore the data from a snapshot or backup",
        );
    }
    differs(problems, "storage", spec?.storageClassName ?? "", plan.storageClass);
    differs(problems, "volumeMode", spec?.volumeMode ?? "Filesystem", plan.volumeMode);
    if (!(spec?.accessModes ?? []).includes(plan.accessMode)) {
        differs(problems, "accessMode", spec?.accessModes?.[0] ?? "none", plan.accessMode);
    }
    const has = quantityBytes(spec?.capacity?.storage ?? "");
    if (has !== undefined && bytesOf(plan.size) > has) {
        problems.add(
            "size",
            `is "${plan.size}", and the volume has ${formatBytes(has)} (${String(has)} bytes)`,
            "write what it has; it can grow once it is adopted",
        );
    }
}

/**
 * Lets a kept volume be bound again: it still names the claim it had, by an id that no new claim has. Only this very volume as it
 * was checked is changed. Source: Kubernetes, "Retain" of persistent volumes; pkg/controller/volume/persistentvolume (syncVolume).
 */
export async function releaseVolume(
    cluster: Cluster,
    { adopt }: DiskArgs,
    plan: DiskPlan,
): Promise<void> {
    if (adopt === undefined || !("volume" in adopt) || pulumi.runtime.isDryRun()) {
        return;
    }
    const connection = await cluster.connection;
    const answer = await connection?.ask(pathOf(adopt.volume));
    if (connection === undefined || answer?.state !== "found") {
        return;
    }
    const { metadata, status } = answer.object as LiveVolume;
    if (status?.phase !== "Bound") {
        await connection.writer.merge(pathOf(adopt.volume), {
            metadata: { resourceVersion: metadata?.resourceVersion },
            spec: {
                claimRef: {
                    apiVersion: "v1",
                    kind: "PersistentVolumeClaim",
                    namespace: plan.namespace,
                    name: plan.name,
                    uid: null,
                    resourceVersion: null,
                },
            },
        });
    }
}

function differs(problems: Problems, field: string, has: string, wanted: string): void {
    if (has !== wanted) {
        problems.add(
            field,
            `is ${wanted}, and the volume to adopt has ${has === "" ? "none" : has}`,
            has === ""
                ? "no claim of a class binds it: give the volume the class first"
                : `write ${has}`,
        );
    }
}

function pathOf(volume: string): string {
    return `${collectionPath("PersistentVolume")}/${volume}`;
}
