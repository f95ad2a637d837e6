import type { Condition, KubernetesObject, StorageClass } from "./objects";
import { annotationOf } from "./objects";
import type { LonghornNode, VolumeSnapshotClass, Workload } from "./platform-objects";
import type { Finding, PreflightObservation } from "./preflight-facts";
import { checked, someNames } from "./preflight-facts";

type Judged = Omit<Finding, "check">;

/** Storage: one default class, snapshots of its driver, and what Longhorn says about its nodes. */
export function storageFindings(observed: PreflightObservation): readonly Finding[] {
    const { storageClasses, drivers, deployments, snapshotClasses, longhornNodes } = observed;
    const chosen = storageClasses.state === "read" ? defaultOf(storageClasses.value) : undefined;
    return [
        ...checked("Default storage class", storageClasses, (all = []) => defaults(all)),
        ...(chosen === undefined
            ? []
            : checked("CSI driver", drivers, (all = []) => [driverOf(chosen, all)])),
        ...checked("Snapshot controller", deployments, (all = []) => [controller(all)]),
        ...checked("Snapshot class", snapshotClasses, (all) => [snapshotClass(chosen, all)]),
        ...checked("Longhorn nodes", longhornNodes, longhorn),
    ];
}

/** Source: Kubernetes pkg/volume/util/storageclass.go. */
const ordinary = "storageclass.kubernetes.io/is-default-class";
/** Source: CDI pkg/controller/common/util.go (AnnDefaultVirtStorageClass). */
const forMachines = "storageclass.kubevirt.io/is-default-virt-class";

function marked(classes: readonly StorageClass[], annotation: string): readonly StorageClass[] {
    return classes.filter((object) => annotationOf(object, annotation) === "true");
}

/**
 * The class that a disk without a class gets. Source: CDI pkg/controller/common/util.go (getFallbackStorageClass,
 * GetPlatformDefaultStorageClass): that for machines comes first, the newest of several, then by name.
 */
function defaultOf(classes: readonly StorageClass[]): StorageClass | undefined {
    const own = marked(classes, forMachines);
    const created = ({ metadata }: StorageClass): string => metadata?.creationTimestamp ?? "";
    const name = ({ metadata }: StorageClass): string => metadata?.name ?? "";
    return [...(own.length > 0 ? own : marked(classes, ordinary))].sort(
        (one, other) =>
            created(other).localeCompare(created(one)) || name(one).localeCompare(name(other)),
    )[0];
}

function defaults(classes: readonly StorageClass[]): readonly Judged[] {
    const chosen = defaultOf(classes);
    if (chosen === undefined) {
        return [
            {
                status: "warning",
                what: `none of the ${String(classes.length)} classes is the default: a disk has to name its class`,
                cure: `mark one: kubectl annotate storageclass NAME ${ordinary}=true`,
            },
        ];
    }
    const several = [ordinary, forMachines]
        .map((annotation) => ({ annotation, classes: marked(classes, annotation) }))
        .filter((group) => group.classes.length > 1)
        .map((group) => ({
            status: "warning" as const,
            what: `several are marked ${group.annotation}: ${someNames(group.classes)}; the newest counts, which changes with the next one`,
            cure: "leave the mark on one",
        }));
    const how = marked(classes, forMachines).length > 0 ? " (the default for machines)" : "";
    return several.length > 0
        ? several
        : [{ status: "ok", what: `${chosen.metadata?.name ?? ""}${how}` }];
}

function driverOf(chosen: StorageClass, drivers: readonly KubernetesObject[]): Judged {
    const { provisioner = "" } = chosen;
    return drivers.some(({ metadata }) => metadata?.name === provisioner)
        ? { status: "ok", what: provisioner }
        : {
              status: "warning",
              what: `the default class is made by ${provisioner}, which is no CSI driver of this cluster: no snapshots, and copies go through the network`,
              cure: "install the driver, or use a class of a CSI driver",
          };
}

/** external-snapshotter's own name, and those of distributions: rke2-snapshot-controller, csi-snapshot-controller. */
const controllerName = /(^|-)snapshot-controller$/;

function controller(deployments: readonly Workload[]): Judged {
    const found = deployments.filter(({ metadata }) => controllerName.test(metadata?.name ?? ""));
    if (found.length === 0) {
        return {
            status: "warning",
            what: "none is seen; some clusters run it where it cannot be seen",
            cure: "install one (SnapshotSupport), or see that a VolumeSnapshot becomes ready",
        };
    }
    const places = found
        .map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`)
        .join(", ");
    const idle = found.every(({ status }) => (status?.availableReplicas ?? 0) === 0);
    if (idle) {
        return {
            status: "problem",
            what: `${places} has no pod that is available`,
            cure: "look at its pods; it ends when the snapshot CRDs are missing",
        };
    }
    return found.length > 1
        ? {
              status: "warning",
              what: `several: ${places}; a cluster is meant to have one`,
              cure: "remove all but one",
          }
        : { status: "ok", what: places };
}

function snapshotClass(
    chosen: StorageClass | undefined,
    classes: readonly VolumeSnapshotClass[] | undefined,
): Judged {
    if (classes === undefined) {
        return {
            status: "warning",
            what: "the cluster does not know VolumeSnapshots: no snapshots and no quick copies",
            cure: "install the snapshot CRDs and controller (SnapshotSupport)",
        };
    }
    if (chosen === undefined) {
        return {
            status: "unknown",
            what: `${String(classes.length)} classes, and no default storage class to compare them with`,
            cure: "compare the driver of each with your storage classes: kubectl get volumesnapshotclass",
        };
    }
    const { provisioner = "" } = chosen;
    const fitting = classes.filter(({ driver }) => driver === provisioner);
    return fitting.length === 0
        ? {
              status: "warning",
              what: `none has the default class's driver, ${provisioner}: no snapshots and no quick copies of its disks`,
              cure: `make a VolumeSnapshotClass with driver ${provisioner}`,
          }
        : { status: "ok", what: someNames(fitting) };
}

/**
 * Whether no volume of the node works because of it; the rest matters to some uses only. KernelModulesLoaded is about encryption
 * (dm_crypt) and the v2 engine, most of RequiredPackages too. Source: longhorn-manager, EnvironmentCheckMonitor (read at a version
 * near 1.12, not at its tag).
 */
function stopsVolumes({ type = "", message = "" }: Condition): boolean {
    return (
        type === "Ready" ||
        type === "MountPropagation" ||
        (type === "RequiredPackages" && /iscsi/.test(message))
    );
}

function longhorn(nodes: readonly LonghornNode[] | undefined): readonly Judged[] {
    if (nodes === undefined || nodes.length === 0) {
        return [
            {
                status: "unknown",
                what: "Longhorn is not there; its nodes need iscsid, the module iscsi_tcp and a mount propagation that shares",
                cure: "with Longhorn, look before: longhornctl check preflight; with other storage, leave it",
            },
        ];
    }
    const faults = nodes.flatMap(({ metadata, status }) =>
        (status?.conditions ?? [])
            .filter((condition) => condition.status === "False")
            .map((condition): Judged => {
                const { type = "", message = "", reason = "" } = condition;
                const said = message === "" ? reason : message;
                return {
                    status: stopsVolumes(condition) ? "problem" : "warning",
                    what: `${metadata?.name ?? ""}, ${type}: ${said.replace(/\.$/, "")}`,
                    cure: "put right on the node what the message names: longhornctl check preflight",
                };
            }),
    );
    return faults.length === 0
        ? [
              {
                  status: "ok",
                  what: `${String(nodes.length)} nodes report nothing missing (Longhorn does not look for the module iscsi_tcp)`,
              },
          ]
        : faults;
}
