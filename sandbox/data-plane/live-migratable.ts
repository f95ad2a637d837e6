import type { MachineDisk } from "./machine-disks";
import type { Condition, VirtualMachineInstance } from "./objects";
import { annotationOf } from "./reading";

/**
 * Whether a running machine can move. Source: KubeVirt pkg/virt-handler/vm.go (calculateLiveMigrationCondition): the pod network's binding
 * first, then devices of the host, then disks.
 */
export function liveMigratable(
    instance: VirtualMachineInstance,
    disks: readonly MachineDisk[],
): Condition {
    const { spec } = instance;
    const { devices } = spec.domain;
    const no = (reason: string, message: string): Condition => ({
        type: "LiveMigratable",
        status: "False",
        reason,
        message,
    });
    const podNetwork = spec.networks?.find(({ pod }) => pod !== undefined)?.name;
    const bridged = devices.interfaces?.find(
        ({ name, bridge }) => name === podNetwork && bridge !== undefined,
    );
    const allowed = annotationOf(instance, "kubevirt.io/allow-pod-bridge-network-live-migration");
    if (bridged !== undefined && allowed === undefined) {
        return no(
            "InterfaceNotLiveMigratable",
            "cannot migrate VMI which does not use masquerade, bridge with kubevirt.io/allow-pod-bridge-network-live-migration VM annotation or a migratable plugin to connect to the pod network",
        );
    }
    const [hosts, gpus] = [devices.hostDevices?.length ?? 0, devices.gpus?.length ?? 0];
    if (hosts > 0) {
        return no(
            "HostDeviceNotLiveMigratable",
            "VMI specifies non-migratable generic PCI host device",
        );
    }
    if (gpus > 0) {
        return no(
            "HostDeviceNotLiveMigratable",
            gpus > 1
                ? "VMI specifies too many GPUs"
                : "VMI specifies a GPU but feature gate VGPULiveMigration is not enabled",
        );
    }
    const alone = disks.find(({ claim }) => !claim?.spec.accessModes?.includes("ReadWriteMany"));
    return alone === undefined
        ? { type: "LiveMigratable", status: "True" }
        : no(
              "DisksNotLiveMigratable",
              `cannot migrate VMI: PVC ${alone.claimName} is not shared, live migration requires that all PVCs must be shared (using ReadWriteMany access mode)`,
          );
}

/**
 * What of its spec a running machine has only after it has moved: more CPUs, more memory, interfaces. Source: KubeVirt
 * pkg/virt-controller/watch/vmi/vmi.go and pkg/virt-controller/network.
 */
export function growth({ spec, status }: VirtualMachineInstance): Condition[] {
    const { currentCPUTopology, memory, interfaces = [], phase } = status ?? {};
    if (phase !== "Running") {
        return [];
    }
    const { cpu, memory: wanted, devices } = spec.domain;
    const guest = memory?.guestCurrent;
    const plugged = (devices.interfaces ?? []).filter(({ state }) => state !== "absent");
    const has = new Set(interfaces.map(({ name }) => name));
    return [
        ...((currentCPUTopology?.sockets ?? cpu?.sockets) === cpu?.sockets
            ? []
            : [{ type: "HotVCPUChange", status: "True" }]),
        ...((guest ?? wanted?.guest) === wanted?.guest
            ? []
            : [{ type: "HotMemoryChange", status: "True" }]),
        ...(plugged.every(({ name }) => has.has(name))
            ? []
            : [
                  {
                      type: "MigrationRequired",
                      status: "True",
                      reason: "AutoMigrationDueToLiveUpdate",
                  },
              ]),
    ];
}
