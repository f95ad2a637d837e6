import {
    type Driver,
    type MadeVolume,
    type Refusal,
    type VolumeRequest,
    reporterOf,
    rpcError,
    speaker,
} from "../driver";
import type { Texts, Volume, VolumeSnapshotClass } from "../objects";
import { isDeleted } from "../reading";
import type { Store } from "../store";
import { type Write, create, patch, remove } from "../writes";
import { longhornDriverName, longhornOf } from "./system";
import { backupFor } from "./restore";
import { roundedBytes, volumeFor } from "./volume-spec";

/** Longhorn's driver, when one of its CSI Deployments has a pod. */
export function longhornDriver(world: Store, name: string): Driver | undefined {
    const provisioner = world
        .list("Deployment")
        .find(
            ({ metadata }) =>
                metadata.name === "csi-provisioner" &&
                metadata.labels?.["longhorn.io/managed-by"] === "longhorn-manager",
        );
    if (name !== longhornDriverName || provisioner === undefined) {
        return undefined;
    }
    const { namespace = "" } = provisioner.metadata;
    const runs = (sidecar: string) => isAvailable(world, namespace, `csi-${sidecar}`);
    const leader = speaker(world, namespace, { app: "csi-provisioner" });
    return {
        name,
        reporter: reporterOf(name, leader),
        runs: {
            provisioner: runs("provisioner"),
            resizer: runs("resizer"),
            snapshotter: runs("snapshotter"),
        },
        guards: true,
        create: (request) => createVolume(request, namespace),
        remove: (_, volume) => deleteVolume(world, namespace, volume),
        grow: (_, volume, bytes) => growVolume(world, namespace, volume, bytes),
        snapshot: (_, of) => snapshot(world, namespace, of),
    };
}

function isAvailable(world: Store, namespace: string, name: string): boolean {
    const found = world.get("Deployment", namespace, name);
    return found !== undefined && !isDeleted(found) && (found.status?.availableReplicas ?? 0) > 0;
}

/** Source: longhorn-manager csi/controller_server.go, CreateVolume, and csi/util.go, getVolumeOptions. */
function createVolume(request: VolumeRequest, namespace: string): Refusal | MadeVolume {
    const { world, of, name } = request;
    const refusal = managerAway(world) ?? invalidParameter(of.parameters) ?? unequalClone(request);
    const backup = refusal === undefined ? backupFor(request, namespace) : {};
    return (
        refusal ??
        backup.refusal ?? {
            writes:
                world.get("LonghornVolume", namespace, name) === undefined
                    ? [create(volumeFor(request, namespace, backup.found))]
                    : [],
            handle: name,
            attributes: classAttributes(of.parameters),
        }
    );
}

/** The driver asks the manager for everything. */
function managerAway(world: Store): Refusal | undefined {
    return longhornOf(world) === undefined
        ? rpcError(
              "Internal",
              'Get "http://longhorn-backend:9500/v1/volumes": dial tcp: connect: connection refused',
          )
        : undefined;
}

function invalidParameter(parameters: Texts = {}): Refusal | undefined {
    for (const name of ["staleReplicaTimeout", "numberOfReplicas"]) {
        const value = parameters[name];
        if (value !== undefined && !/^[+-]?\d+$/.test(value)) {
            return rpcError(
                "InvalidArgument",
                `invalid parameter ${name}: strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`,
            );
        }
    }
    for (const name of ["migratable", "encrypted"]) {
        const value = parameters[name];
        if (
            value !== undefined &&
            !/^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)
        ) {
            return rpcError(
                "InvalidArgument",
                `invalid parameter ${name}: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
            );
        }
    }
    return undefined;
}

/** A copy has the size of what is copied. Source: controller_server.go, CreateVolume. */
function unequalClone({ world, claim }: VolumeRequest): Refusal | undefined {
    const from = claim.spec.dataSourceRef ?? claim.spec.dataSource;
    const source =
        from?.kind === "PersistentVolumeClaim"
            ? world.get("PersistentVolumeClaim", claim.metadata.namespace, from.name)
            : undefined;
    if (source === undefined) {
        return undefined;
    }
    const wanted = roundedBytes(claim.spec.resources?.requests?.storage);
    const has = roundedBytes(source.status?.capacity?.storage);
    return wanted === has
        ? undefined
        : rpcError(
              "OutOfRange",
              `failed to clone volume: the requested size (${wanted} bytes) is different than the source volume size (${has} bytes)`,
          );
}

/** What the sidecar hands on of the class: not the words it keeps for itself. */
function classAttributes(parameters: Texts = {}): Record<string, string> {
    return Object.fromEntries(
        Object.entries(parameters).filter(([name]) => !name.startsWith("csi.storage.k8s.io/")),
    );
}

function deleteVolume(world: Store, namespace: string, volume: Volume): Refusal | readonly Write[] {
    const there = world.get("LonghornVolume", namespace, volume.spec.csi?.volumeHandle ?? "");
    if (there === undefined) {
        return [];
    }
    // The manager lets it go.
    return isDeleted(there) ? {} : (managerAway(world) ?? remove(there));
}

function growVolume(
    world: Store,
    namespace: string,
    volume: Volume,
    bytes: number,
): Refusal | readonly Write[] {
    const there = world.get("LonghornVolume", namespace, volume.spec.csi?.volumeHandle ?? "");
    const size = String(roundedBytes(String(bytes)));
    return managerAway(world) ?? (there === undefined ? [] : patch(there, { spec: { size } }));
}

/** A class without a type, or with `bak`, makes a backup. Source: controller_server.go, CreateSnapshot and createCSISnapshotTypeLonghornBackup. */
function snapshot(world: Store, namespace: string, of: VolumeSnapshotClass): Refusal | undefined {
    const { type = "" } = of.parameters ?? {};
    if (!["", "snap", "bak", "bs", "bi"].includes(type)) {
        return rpcError(
            "InvalidArgument",
            `invalid CSI snapshot type: ${type}. Must be snap, bak or bi`,
        );
    }
    const target = world.get("LonghornBackupTarget", namespace, "default");
    const isBackup = !["snap", "bi"].includes(type);
    return isBackup && target?.status?.available !== true
        ? rpcError("Aborted", "backup target default is not available")
        : undefined;
}
