import { createHash } from "node:crypto";
import { dataVolume, type FilledDiskPlan } from "../../manifests/disk";
import {
    cloneAccess,
    dataImportCron,
    dataSource,
    type ImageObjectPlan,
    volumeSnapshot,
} from "../../manifests/golden-image";
import type { KubernetesObject } from "../../manifests/kubernetes-object";
import { sourceText } from "../../model/disk-source";
import { fillWithin } from "../../model/filling-time";
import type { RegistrySource } from "../../model/image-source";
import { sizeFault } from "../../model/size";
import { ownerOf } from "../ownership";
import type { GoldenImageArgs } from "./golden-image-args";

/** Where a golden image is, and as what. */
export interface ImagePlace {
    readonly imageName: string;
    readonly namespace: string;
    readonly format: "claim" | "snapshot";
}

/** What a golden image consists of on the cluster. */
export function imageObjects(
    { imageName, namespace, format }: ImagePlace,
    args: GoldenImageArgs,
    plan: FilledDiskPlan,
): ImageObjects {
    const { name, ...base }: ImageObjectPlan = {
        name: imageName,
        namespace,
        owner: plan.owner,
        ...(args.labels === undefined ? {} : { labels: args.labels }),
    };
    const defaults = {
        ...(args.instancetype === undefined ? {} : { instancetype: args.instancetype }),
        ...(args.preference === undefined ? {} : { preference: args.preference }),
    };
    const filled = dataVolume(plan);
    const snapshot =
        format === "snapshot"
            ? volumeSnapshot({
                  ...base,
                  name: plan.name,
                  claim: plan.name,
                  snapshotClass: args.storage.snapshotClass ?? "",
              })
            : undefined;
    const source = dataSource({
        ...base,
        ...defaults,
        name,
        from: { kind: format, name: plan.name },
    });
    const access = (args.sharedWith ?? [])
        .filter((other) => other !== namespace)
        .map((forNamespace) =>
            cloneAccess({ ...base, name: `${name}-clone-${forNamespace}`, forNamespace }),
        );
    if (args.refresh === undefined) {
        return {
            dataVolume: filled,
            snapshot,
            dataSource: source,
            cron: undefined,
            access,
            all: [filled, ...(snapshot === undefined ? [] : [snapshot]), source, ...access],
        };
    }
    const cron = dataImportCron({
        ...base,
        ...defaults,
        // CDI looks after a DataSource whose label has the cron's name: another name would let go of it.
        name,
        dataSource: name,
        disk: plan as FilledDiskPlan & { readonly source: RegistrySource },
        schedule: args.refresh.schedule,
        keep: args.refresh.keep ?? 3,
        collect: args.refresh.collect ?? "outdated",
    });
    return {
        dataVolume: filled,
        snapshot,
        dataSource: source,
        cron,
        access,
        all: [cron, ...access],
    };
}

/** The objects of a golden image. */
export interface ImageObjects {
    readonly dataVolume: KubernetesObject;
    readonly snapshot: KubernetesObject | undefined;
    readonly dataSource: KubernetesObject;
    readonly cron: KubernetesObject | undefined;
    readonly access: readonly ReturnType<typeof cloneAccess>[];
    /** Those that are registered. */
    readonly all: readonly KubernetesObject[];
}

/** The import of the version that the program names. */
export function imagePlan(
    name: string,
    args: GoldenImageArgs,
    place: { readonly imageName: string; readonly namespace: string },
): FilledDiskPlan {
    const { storage, source, size } = args;
    const plan = {
        name: place.imageName,
        namespace: place.namespace,
        owner: ownerOf(name),
        size,
        storageClass: storage.storageClass,
        accessMode: storage.accessMode,
        volumeMode: storage.volumeMode,
        source,
        // No machine ever starts with it.
        bindImmediately: true,
        ...(args.labels === undefined ? {} : { labels: args.labels }),
    };
    return { ...plan, name: `${place.imageName}-${versionOf(plan)}` };
}

/** Another version has another name, so that the old one stays until the new one is there. */
export function versionOf(plan: FilledDiskPlan): string {
    const parts = [
        sourceText(plan.source, plan.namespace),
        // A file of the same name with other content is another version.
        ...("checksum" in plan.source ? [plan.source.checksum] : []),
        plan.size,
        plan.storageClass,
        plan.accessMode,
        plan.volumeMode,
    ];
    return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 8);
}

/** How long the import may take, in milliseconds; nothing for a size that is none, which is refused. */
export function importWithin({ readyWithin, size }: GoldenImageArgs): number {
    return readyWithin === undefined && sizeFault(size) !== undefined
        ? 0
        : fillWithin(size, readyWithin);
}
