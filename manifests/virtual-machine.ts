import type { AccessMode } from "../model/access";
import { isMigratable } from "../model/access";
import { managedByLabel, ownerAnnotation } from "../model/annotations";
import { stableMacAddress, stableUuid } from "../model/names";
import type { Size } from "../model/size";
import type { KubernetesObject } from "./kubernetes-object";

/**
 * When a machine runs. Source: KubeVirt core/v1 types.go. `WaitAsReceiver` is left out: it belongs to migration between clusters.
 */
export const runStrategies = ["Always", "RerunOnFailure", "Once", "Manual", "Halted"] as const;
export type RunStrategy = (typeof runStrategies)[number];

/** Whether the machine is started by KubeVirt itself, so that it becomes the first consumer of its disks. */
export function startsByItself(runStrategy: RunStrategy): boolean {
    return runStrategy === "Always" || runStrategy === "RerunOnFailure" || runStrategy === "Once";
}

export interface MachineDiskPlan {
    /** The user's name of the disk inside this machine. */
    readonly name: string;
    readonly claim: string;
    /** Filled by CDI (a DataVolume of the claim's name), or an empty claim. */
    readonly filled: boolean;
    readonly accessMode: AccessMode;
    /** 1 boots first. */
    readonly bootOrder?: number;
}

/** Everything a machine's object is built from. */
export interface MachinePlan {
    readonly name: string;
    readonly namespace: string;
    readonly owner: string;
    readonly cpu: number;
    readonly memory: Size;
    readonly runStrategy: RunStrategy;
    readonly disks: readonly MachineDiskPlan[];
    /** Secret with the key `userdata`. */
    readonly cloudInitSecret?: string;
    readonly labels?: Readonly<Record<string, string>>;
}

export interface VirtualMachineManifest extends KubernetesObject {
    readonly spec: Readonly<Record<string, unknown>>;
}

const cloudInitDisk = "cloud-init";
const networkName = "default";

/** The VirtualMachine object. Source: KubeVirt kubevirt.io/v1. */
export function virtualMachine(plan: MachinePlan): VirtualMachineManifest {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: {
            name: plan.name,
            namespace: plan.namespace,
            labels: { ...plan.labels, ...managedByLabel },
            annotations: { [ownerAnnotation]: plan.owner },
        },
        spec: {
            runStrategy: plan.runStrategy,
            template: {
                metadata: { labels: { ...plan.labels, "kubevirt.io/vm": plan.name } },
                spec: {
                    domain: {
                        // Sockets, not cores: KubeVirt adds and removes sockets while the machine runs.
                        cpu: { sockets: plan.cpu, cores: 1, threads: 1 },
                        memory: { guest: plan.memory },
                        firmware: { uuid: stableUuid(plan.namespace, plan.name) },
                        devices: {
                            disks: disks(plan),
                            interfaces: [
                                {
                                    name: networkName,
                                    // Without an interface of its own a machine gets the bridge binding, which cannot migrate.
                                    masquerade: {},
                                    macAddress: stableMacAddress(
                                        plan.namespace,
                                        plan.name,
                                        networkName,
                                    ),
                                },
                            ],
                            rng: {},
                        },
                    },
                    evictionStrategy: evictionStrategy(plan.disks),
                    networks: [{ name: networkName, pod: {} }],
                    volumes: volumes(plan),
                },
            },
        },
    };
}

/**
 * What happens when the machine's node is drained: it moves when every disk can be written from two nodes, else it is shut
 * down, so that a drain never waits for a move that cannot happen.
 */
function evictionStrategy(
    disks: readonly MachineDiskPlan[],
): "LiveMigrate" | "LiveMigrateIfPossible" {
    return disks.every((disk) => isMigratable(disk.accessMode))
        ? "LiveMigrate"
        : "LiveMigrateIfPossible";
}

function disks(plan: MachinePlan) {
    const data = plan.disks.map((disk) => ({
        name: disk.name,
        disk: { bus: "virtio" },
        ...(disk.bootOrder === undefined ? {} : { bootOrder: disk.bootOrder }),
    }));
    return plan.cloudInitSecret === undefined
        ? data
        : [...data, { name: cloudInitDisk, disk: { bus: "virtio" } }];
}

function volumes(plan: MachinePlan) {
    const data = plan.disks.map((disk) =>
        disk.filled
            ? { name: disk.name, dataVolume: { name: disk.claim } }
            : { name: disk.name, persistentVolumeClaim: { claimName: disk.claim } },
    );
    return plan.cloudInitSecret === undefined
        ? data
        : [
              ...data,
              {
                  name: cloudInitDisk,
                  cloudInitNoCloud: { secretRef: { name: plan.cloudInitSecret } },
              },
          ];
}

/** Disk names that the machine's own volumes take. */
export const reservedDiskNames: readonly string[] = [cloudInitDisk];
