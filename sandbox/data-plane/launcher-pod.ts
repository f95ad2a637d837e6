import { quantityBytes } from "../../model/size";
import type { Fault } from "./faults";
import type { MachineDisk } from "./machine-disks";
import type { MachineSpec, VirtualMachineInstance } from "./objects";
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

/** The pod that runs an instance. Source: KubeVirt pkg/virt-controller/services/template.go. */
export function launcherPod(
    instance: VirtualMachineInstance,
    disks: readonly MachineDisk[],
    fault: Fault | undefined,
): NewObject {
    const { nodeSelector, affinity, tolerations, domain } = instance.spec;
    const guest = quantityBytes(domain.memory?.guest ?? "") ?? 0;
    return pod(instance, launcherName(instance), disks, {
        nodeSelector: {
            "kubevirt.io/schedulable": "true",
            ...nodeSelector,
            ...(fault === "vm-unschedulable" ? nowhere : {}),
        },
        affinity,
        tolerations,
        memory: guest + overheadBytes,
        cpu: cpuRequest(domain),
    });
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
