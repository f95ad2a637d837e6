import { groupLabel, managedByLabel, ownerAnnotation } from "../model/annotations";
import type { EvictionStrategy } from "../model/migratability";
import type { MachinePlacementArgs } from "../model/machine/placement";
import type { ProbeArgs } from "../model/machine/probes";
import type { MachineVolumeArgs } from "../model/machine/volumes";
import type { SpecOverrides } from "../model/overrides";
import { type Fields, given, patched } from "./fields";
import type { KubernetesObject } from "./kubernetes-object";
import {
    diskDevice,
    diskVolume,
    type MachineDiskPlan,
    volumeDevice,
    volumeSource,
} from "./machine/disks";
import {
    interfaces,
    type NetworkInterfacePlan,
    networks,
    type TemplateNetworks,
} from "./machine-networks";
import { withLeaving } from "./network-change";
import { hardware, type HardwarePlan, otherDevices } from "./machine/domain";
import { placementFields, probeFields } from "./machine/placement";

export type { MachineDiskPlan } from "./machine/disks";

/**
 * When a machine runs. Source: KubeVirt core/v1 types.go. `WaitAsReceiver` is left out: it belongs to migration between clusters.
 */
export const runStrategies = ["Always", "RerunOnFailure", "Once", "Manual", "Halted"] as const;
export type RunStrategy = (typeof runStrategies)[number];

/** Whether the machine is started by KubeVirt itself, so that it becomes the first consumer of its disks. */
export function startsByItself(runStrategy: RunStrategy): boolean {
    return runStrategy === "Always" || runStrategy === "RerunOnFailure" || runStrategy === "Once";
}

/** An instancetype or a preference, and where it is. */
export interface NamedKind {
    readonly name: string;
    readonly kind: string;
}

/** Where first-boot settings come from: a Secret with the key `userdata`, and `networkdata` where addresses are set. */
export interface CloudInitVolumePlan {
    readonly secret: string;
    readonly dataSource: "NoCloud" | "ConfigDrive";
    readonly networkData: boolean;
}

/** What the guest agent keeps in step with Secrets while the machine runs. */
export interface AccessPlan {
    readonly sshKeys?: { readonly secret: string; readonly users: readonly string[] };
    readonly passwords?: { readonly secret: string };
}

/** Everything a machine's object is built from. */
export interface MachinePlan extends HardwarePlan {
    readonly owner: string;
    readonly runStrategy: RunStrategy;
    readonly instancetype?: NamedKind;
    readonly preference?: NamedKind;
    readonly disks: readonly MachineDiskPlan[];
    readonly volumes?: readonly MachineVolumeArgs[];
    /** None is none: without an interface of its own KubeVirt would give the machine one that cannot move. */
    readonly networks: readonly NetworkInterfacePlan[];
    /** The networks of the machine as it is on the cluster: one that goes is unplugged from it. */
    readonly liveNetworks?: TemplateNetworks;
    readonly cloudInit?: CloudInitVolumePlan;
    /** Secret with the answer files of Windows' setup. */
    readonly sysprepSecret?: string;
    /** Image with the virtio drivers for Windows. */
    readonly driversImage?: string;
    readonly access?: AccessPlan;
    readonly readinessProbe?: ProbeArgs;
    readonly livenessProbe?: ProbeArgs;
    readonly placement?: MachinePlacementArgs;
    readonly group?: string;
    /** What happens when the machine's node is drained. */
    readonly evictionStrategy: EvictionStrategy;
    readonly stopWithinSeconds?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly overrides?: SpecOverrides;
    readonly order?: MachineOrder;
}

/** The order of a machine's disks and volumes, by their names; those that are not named come after the others. */
export interface MachineOrder {
    /** As the guest sees them. */
    readonly disks?: readonly string[];
    readonly volumes?: readonly string[];
}

export interface VirtualMachineManifest extends KubernetesObject {
    readonly spec: Readonly<Record<string, unknown>>;
}

/** Volumes that the package itself gives a machine. */
const own = { cloudInit: "cloud-init", sysprep: "sysprep", drivers: "virtio-drivers" } as const;

/** Disk names that the machine's own volumes take, where it has them. */
export const reservedDiskNames = own;

/** The VirtualMachine object. Source: KubeVirt kubevirt.io/v1. */
export function virtualMachine(plan: MachinePlan): VirtualMachineManifest {
    const spec = {
        runStrategy: plan.runStrategy,
        ...given({ instancetype: plan.instancetype, preference: plan.preference }),
        template: {
            metadata: {
                labels: {
                    ...plan.labels,
                    ...given({ [groupLabel]: plan.group }),
                    "kubevirt.io/vm": plan.name,
                },
                ...given({ annotations: plan.annotations }),
            },
            spec: templateSpec(plan),
        },
    };
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: {
            name: plan.name,
            namespace: plan.namespace,
            labels: { ...plan.labels, ...managedByLabel },
            annotations: { ...plan.annotations, [ownerAnnotation]: plan.owner },
        },
        spec: patched(spec, plan.overrides),
    };
}

function templateSpec(plan: MachinePlan): Fields {
    const { readinessProbe, livenessProbe } = plan;
    const volumes = ownVolumes(plan);
    const attached = withLeaving(
        { interfaces: interfaces(plan.networks), networks: networks(plan.networks) },
        plan.liveNetworks,
    );
    const filesystems = (plan.volumes ?? []).filter(({ as }) => as === "filesystem");
    return {
        domain: {
            ...hardware(plan),
            devices: {
                disks: inOrder(plan.order?.disks, [
                    ...plan.disks.map(diskDevice),
                    ...(plan.volumes ?? []).map(volumeDevice).filter(isThere),
                    ...volumes.map(({ device }) => device),
                ]),
                ...given({
                    filesystems:
                        filesystems.length === 0
                            ? undefined
                            : filesystems.map(({ name }) => ({ name, virtiofs: {} })),
                }),
                interfaces: attached.interfaces,
                // KubeVirt gives a machine without an interface one on the pod network otherwise.
                ...(plan.networks.length === 0 ? { autoattachPodInterface: false } : {}),
                ...otherDevices(plan),
            },
        },
        evictionStrategy: plan.evictionStrategy,
        networks: attached.networks,
        volumes: inOrder(plan.order?.volumes, [
            ...plan.disks.map(diskVolume),
            ...(plan.volumes ?? []).map(volumeSource).filter(isThere),
            ...volumes.map(({ volume }) => volume),
        ]),
        ...given({
            readinessProbe: readinessProbe === undefined ? undefined : probeFields(readinessProbe),
            livenessProbe: livenessProbe === undefined ? undefined : probeFields(livenessProbe),
            terminationGracePeriodSeconds: plan.stopWithinSeconds ?? stopsWithin[plan.os],
            accessCredentials: accessCredentials(plan.access),
        }),
        ...placementFields(plan.placement ?? {}, plan.group),
    };
}

/** A guest that is stopped hard may lose what it has not written. Those of KubeVirt's own preferences (termination-grace-period). */
const stopsWithin = { linux: 180, windows: 3600 } as const;

function inOrder(names: readonly string[] = [], all: readonly Fields[]): readonly Fields[] {
    const place = ({ name }: Fields) => {
        const at = names.indexOf(String(name));
        return at === -1 ? names.length : at;
    };
    return [...all].sort((one, other) => place(one) - place(other));
}

function isThere<T>(value: T | undefined): value is T {
    return value !== undefined;
}

/** The volumes that the package adds: after the user's, so that the guest's names of those do not move. */
function ownVolumes({ cloudInit, sysprepSecret, driversImage }: MachinePlan) {
    const disk = (name: string) => ({ name, disk: { bus: "virtio" } });
    const cdrom = (name: string) => ({ name, cdrom: { bus: "sata" } });
    const all: { readonly device: Fields; readonly volume: Fields }[] = [];
    if (cloudInit !== undefined) {
        const reference = { name: cloudInit.secret };
        all.push({
            device: disk(own.cloudInit),
            volume: {
                name: own.cloudInit,
                [`cloudInit${cloudInit.dataSource}`]: {
                    secretRef: reference,
                    ...(cloudInit.networkData ? { networkDataSecretRef: reference } : {}),
                },
            },
        });
    }
    if (sysprepSecret !== undefined) {
        all.push({
            device: cdrom(own.sysprep),
            volume: { name: own.sysprep, sysprep: { secret: { name: sysprepSecret } } },
        });
    }
    if (driversImage !== undefined) {
        all.push({
            device: cdrom(own.drivers),
            volume: { name: own.drivers, containerDisk: { image: driversImage } },
        });
    }
    return all;
}

/** What happens with keys and passwords while the machine runs. Source: KubeVirt core/v1 types.go (AccessCredential). */
function accessCredentials(access: AccessPlan | undefined): readonly Fields[] | undefined {
    const { sshKeys, passwords } = access ?? {};
    const all = [
        ...(sshKeys === undefined
            ? []
            : [
                  {
                      sshPublicKey: {
                          source: { secret: { secretName: sshKeys.secret } },
                          propagationMethod: { qemuGuestAgent: { users: sshKeys.users } },
                      },
                  },
              ]),
        ...(passwords === undefined
            ? []
            : [
                  {
                      userPassword: {
                          source: { secret: { secretName: passwords.secret } },
                          propagationMethod: { qemuGuestAgent: {} },
                      },
                  },
              ]),
    ];
    return all.length === 0 ? undefined : all;
}
