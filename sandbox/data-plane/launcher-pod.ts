import { quantityBytes } from "../../model/size";
import { type Fault, faultAnnotation } from "./faults";
import type { MachineDisk } from "./machine-disks";
import { interfacesInPod } from "./guest";
import type { MachineSpec, Migration, Pod, Texts, VirtualMachineInstance } from "./objects";
import { statusByHand } from "./operands";
import { ownedBy } from "./reading";
import { nowhere } from "./worker-pod";
import type { NewObject } from "./writes";

/** KubeVirt's own need beside the guest's memory (recorded). */
const overheadBytes = 296 * 2 ** 20;

/** The name of the pod that runs an instance. The last part is random in a real cluster; here it follows from the uid. */
export function launcherName({ metadata }: VirtualMachineInstance): string {
    return `virt-launcher-${metadata.name}-${(metadata.uid ?? "").slice(-5)}`;
}

/** The name of the short-lived pod that only makes the scheduler choose a node for the disks. */
export function consumerName(instance: VirtualMachineInstance): string {
    return `${launcherName(instance)}c`;
}

/** The name of the pod that a migration moves an instance to. */
export function targetName(
    instance: VirtualMachineInstance,
    { metadata }: Pick<Migration, "metadata">,
): string {
    return `virt-launcher-${instance.metadata.name}-m${(metadata.uid ?? "").slice(-5)}`;
}

/** The pod that brings a hotplugged volume to the node where its instance runs. */
export function attachmentName({ metadata }: VirtualMachineInstance, volume: string): string {
    return `hp-volume-${(metadata.uid ?? "").slice(-5)}-${volume}`;
}

/** The pod that runs an instance. Source: KubeVirt pkg/virt-controller/services/template.go. */
export function launcherPod(
    instance: VirtualMachineInstance,
    disks: readonly MachineDisk[],
    fault: Fault | undefined,
): NewObject {
    return launcher(
        instance,
        launcherName(instance),
        disks,
        {
            ...(fault === "vm-unschedulable" ? nowhere : {}),
        },
        fault,
    );
}

/**
 * The pod that an instance moves to: on another node, and where the migration says. Source: KubeVirt
 * pkg/virt-controller/watch/migration/migration.go, createTargetPod.
 */
export function targetPod(
    instance: VirtualMachineInstance,
    migration: Migration,
    disks: readonly MachineDisk[],
): NewObject {
    const { uid = "" } = migration.metadata;
    const made = launcher(
        instance,
        targetName(instance, migration),
        disks,
        migration.spec.addedNodeSelector ?? {},
        undefined,
    );
    const elsewhere = {
        labelSelector: { matchLabels: { "kubevirt.io/created-by": instance.metadata.uid ?? "" } },
        topologyKey: "kubernetes.io/hostname",
    };
    const { affinity } = made.spec as { readonly affinity?: PodAffinity };
    const others = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    return {
        ...made,
        metadata: {
            ...made.metadata,
            labels: { ...made.metadata.labels, [migrationJob]: uid },
            annotations: {
                ...made.metadata.annotations,
                "kubevirt.io/migrationJobName": migration.metadata.name,
            },
        },
        spec: {
            ...made.spec,
            affinity: {
                ...affinity,
                podAntiAffinity: {
                    ...affinity?.podAntiAffinity,
                    requiredDuringSchedulingIgnoredDuringExecution: [...others, elsewhere],
                },
            },
        },
    };
}

/** On a pod: the migration that made it. */
export const migrationJob = "kubevirt.io/migrationJobUID";

interface PodAffinity {
    readonly podAntiAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly object[];
    };
}

function launcher(
    instance: VirtualMachineInstance,
    name: string,
    disks: readonly MachineDisk[],
    selector: Texts,
    fault: Fault | undefined,
): NewObject {
    const { nodeSelector, affinity, tolerations, domain } = instance.spec;
    const guest = quantityBytes(domain.memory?.guest ?? "") ?? 0;
    const byHand = fault === "vm-image-pull" || fault === "vm-no-network" ? statusByHand : {};
    const names = (domain.devices.interfaces ?? [])
        .filter(({ state }) => state !== "absent")
        .map((each) => each.name);
    const made = pod(instance, name, disks, {
        nodeSelector: { "kubevirt.io/schedulable": "true", ...nodeSelector, ...selector },
        affinity,
        tolerations,
        memory: guest + overheadBytes,
        cpu: cpuRequest(domain),
    });
    const annotations = {
        ...made.metadata.annotations,
        [interfacesInPod]: names.join(","),
        ...byHand,
        ...(fault === "vm-no-network" ? { [faultAnnotation]: fault } : {}),
    };
    return { ...made, metadata: { ...made.metadata, annotations } };
}

/** A pod that uses a hotplugged volume where the instance runs. Source: KubeVirt pkg/virt-controller/services/template.go, RenderHotplugAttachmentPodTemplate. */
export function attachmentPod(
    instance: VirtualMachineInstance,
    owner: Pod,
    disk: MachineDisk,
): NewObject {
    const made = pod(instance, attachmentName(instance, disk.volume), [disk], {
        nodeSelector: { "kubernetes.io/hostname": owner.spec.nodeName ?? "" },
        affinity: undefined,
        tolerations: [{ operator: "Exists" }],
    });
    return {
        ...made,
        metadata: {
            name: made.metadata.name,
            namespace: instance.metadata.namespace ?? "",
            labels: { "kubevirt.io": "hotplug-disk" },
            ownerReferences: ownedBy(owner),
        },
    };
}

/** A pod that uses the disks so that the scheduler chooses a node. Source: KubeVirt pkg/virt-controller/watch/vmi (ephemeral-provisioning). */
export function consumerPod(
    instance: VirtualMachineInstance,
    disks: readonly MachineDisk[],
): NewObject {
    const { nodeSelector, affinity, tolerations } = instance.spec;
    const made = pod(instance, consumerName(instance), disks, {
        nodeSelector: { "kubevirt.io/schedulable": "true", ...nodeSelector },
        affinity,
        tolerations,
    });
    const annotations = { "kubevirt.io/ephemeral-provisioning": "true" };
    return { ...made, metadata: { ...made.metadata, annotations } };
}

interface Placement {
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly affinity: unknown;
    readonly tolerations: readonly unknown[] | undefined;
    readonly memory?: number;
    readonly cpu?: string;
}

function pod(
    instance: VirtualMachineInstance,
    name: string,
    disks: readonly MachineDisk[],
    { memory, cpu, ...placement }: Placement,
): NewObject {
    const vm = instance.metadata.name;
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name,
            namespace: instance.metadata.namespace ?? "",
            labels: {
                ...instance.metadata.labels,
                "kubevirt.io": "virt-launcher",
                "kubevirt.io/created-by": instance.metadata.uid ?? "",
                "vm.kubevirt.io/name": vm,
                "vmi.kubevirt.io/id": vm,
            },
            annotations: {
                "kubevirt.io/domain": vm,
                "kubectl.kubernetes.io/default-container": "compute",
            },
            ownerReferences: ownedBy(instance),
        },
        spec: {
            ...placement,
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 0,
            volumes: disks.map(({ volume, claimName }) => ({
                name: volume,
                persistentVolumeClaim: { claimName },
            })),
            containers: [
                {
                    name: "compute",
                    image: "quay.io/kubevirt/virt-launcher:v1.9.0",
                    ...mounts(disks),
                    ...(memory === undefined
                        ? {}
                        : { resources: { requests: { cpu, memory: String(memory) } } }),
                },
            ],
        },
    };
}

function mounts(disks: readonly MachineDisk[]): object {
    const isBlock = ({ claim }: MachineDisk) => claim?.spec.volumeMode === "Block";
    return {
        volumeDevices: disks
            .filter(isBlock)
            .map(({ volume }) => ({ name: volume, devicePath: `/dev/${volume}` })),
        volumeMounts: disks
            .filter((disk) => !isBlock(disk))
            .map(({ volume }) => ({
                name: volume,
                mountPath: `/var/run/kubevirt-private/vmi-disks/${volume}`,
            })),
    };
}

/** A tenth of the guest's CPUs. Source: KubeVirt cpuAllocationRatio, default 10. */
function cpuRequest({ cpu }: MachineSpec["domain"]): string {
    const count = (cpu?.cores ?? 1) * (cpu?.sockets ?? 1) * (cpu?.threads ?? 1);
    return `${100 * count}m`;
}
