import type { Cdi, StorageClass, StorageProfile } from "./objects";
import { withTimes } from "./operator-conditions";
import { annotationOf, isDeleted, ownedBy, timestamp } from "./reading";
import { adviceFor } from "./storage-capabilities";
import type { Store } from "./store";
import { type Write, create, patch, patchStatus, remove } from "./writes";

/** Source: CDI pkg/controller/storageprofile-controller.go, MakeEmptyStorageProfileSpec, and pkg/util/util.go, SetRecommendedLabels. */
const labels = {
    app: "containerized-data-importer",
    "cdi.kubevirt.io": "",
    "app.kubernetes.io/component": "storage",
    "app.kubernetes.io/managed-by": "cdi-controller",
};

/** CDI makes a profile for each class. Source: CDI pkg/controller/storageprofile-controller.go. */
export function reconcileStorageClass(world: Store, of: StorageClass): Write[] {
    const { name } = of.metadata;
    const cdi = runningCdi(world);
    return cdi === undefined ||
        isDeleted(of) ||
        world.get("StorageProfile", undefined, name) !== undefined
        ? []
        : [
              create({
                  apiVersion: "cdi.kubevirt.io/v1beta1",
                  kind: "StorageProfile",
                  metadata: { name, labels, ownerReferences: ownedBy(cdi) },
                  spec: {},
              }),
          ];
}

/**
 * What CDI says about a class, and the end of a profile whose class is gone. Source: the same file, reconcileStorageProfile: what the
 * profile's spec says comes first.
 */
export function reconcileProfile(world: Store, profile: StorageProfile, now: number): Write[] {
    if (runningCdi(world) === undefined || isDeleted(profile)) {
        return [];
    }
    const { name } = profile.metadata;
    const of = world.get("StorageClass", undefined, name);
    if (of === undefined || isDeleted(of)) {
        return remove(profile);
    }
    const { spec = {}, status } = profile;
    const advice = adviceFor(of);
    const snapshotClass = snapshotClassFor(world, of, spec.snapshotClass);
    const wished = spec.claimPropertySets ?? [];
    return [
        ...patch(profile, { metadata: { labels } }),
        ...patchStatus(profile, {
            storageClass: name,
            provisioner: of.provisioner,
            ...(snapshotClass === undefined ? {} : { snapshotClass }),
            cloneStrategy: spec.cloneStrategy ?? strategyFor(of, advice.strategy, snapshotClass),
            dataImportCronSourceFormat:
                spec.dataImportCronSourceFormat ??
                (advice.format === "snapshot" && snapshotClass === undefined
                    ? "pvc"
                    : (advice.format ?? "pvc")),
            claimPropertySets: wished.length > 0 ? wished : (advice.sets ?? []),
            conditions: withTimes(
                [
                    advice.sets === undefined
                        ? {
                              type: "Recognized",
                              status: "False",
                              reason: "UnrecognizedProvisioner",
                              message: "Provisioner is not recognized",
                          }
                        : {
                              type: "Recognized",
                              status: "True",
                              reason: "RecognizedProvisioner",
                              message: "Provisioner is recognized",
                          },
                ],
                status?.conditions,
                () => ({ lastTransitionTime: timestamp(now), lastHeartbeatTime: timestamp(now) }),
            ),
        }),
    ];
}

/** The installation whose controller runs. */
export function runningCdi(world: Store): Cdi | undefined {
    const runs = world
        .list("Deployment")
        .some(
            ({ metadata, status }) =>
                metadata.name === "cdi-deployment" && (status?.availableReplicas ?? 0) > 0,
        );
    return runs ? world.list("CDI").find((cdi) => !isDeleted(cdi)) : undefined;
}

/** Source: CDI pkg/controller/common/util.go, GetVolumeSnapshotClass: the default of the driver, else the first by name. */
function snapshotClassFor(
    world: Store,
    of: StorageClass,
    wished: string | undefined,
): string | undefined {
    const classes = world
        .list("VolumeSnapshotClass")
        .filter(({ driver }) => driver === of.provisioner);
    const byName = classes.map(({ metadata }) => metadata.name).sort();
    if (wished !== undefined) {
        return byName.find((name) => name === wished);
    }
    const annotation = "snapshot.storage.kubernetes.io/is-default-class";
    const marked = classes.find((each) => annotationOf(each, annotation) === "true");
    return marked?.metadata.name ?? byName[0];
}

/** Source: storageprofile-controller.go, reconcileCloneStrategy. */
function strategyFor(
    of: StorageClass,
    advised: string | undefined,
    snapshotClass: string | undefined,
): string {
    const annotated = annotationOf(of, "cdi.kubevirt.io/clone-strategy");
    if (annotated !== undefined) {
        return annotated;
    }
    const strategy = advised ?? (snapshotClass === undefined ? "copy" : "snapshot");
    return strategy === "snapshot" && snapshotClass === undefined ? "copy" : strategy;
}
