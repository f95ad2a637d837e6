import { createHash } from "node:crypto";
import { type MachineDisk, diskState, notFound } from "./machine-disks";
import type { Condition, Pod, VirtualMachineInstance } from "./objects";
import { conditionOf, timestamp } from "./reading";

/** The status of an instance in a phase. Recorded from virt-controller v1.9; what virt-handler adds was played there too. */
export function instanceStatus(
    instance: VirtualMachineInstance,
    phase: string,
    launcher: Pod | undefined,
    disks: readonly MachineDisk[],
    now: number,
): object {
    const { domain } = instance.spec;
    const before = instance.status;
    const node = launcher?.spec.nodeName;
    const placed = phase === "Scheduled" || phase === "Running";
    const guest = domain.memory?.guest;
    const times = before?.phaseTransitionTimestamps ?? [];
    return {
        phase,
        phaseTransitionTimestamps:
            before?.phase === phase
                ? times
                : [...times, { phase, phaseTransitionTimestamp: timestamp(now) }],
        conditions: conditions(instance, phase, launcher, disks, now),
        activePods: launcher === undefined ? null : { [launcher.metadata.uid ?? ""]: node ?? "" },
        nodeName: placed ? node : null,
        interfaces: placed ? interfaces(instance, launcher, phase) : null,
        volumeStatus: placed ? volumeStatus(instance, disks) : null,
        currentCPUTopology: {
            cores: domain.cpu?.cores ?? 1,
            sockets: domain.cpu?.sockets,
            threads: domain.cpu?.threads,
        },
        ...(guest === undefined
            ? {}
            : {
                  memory: {
                      guestAtBoot: before?.memory?.guestAtBoot ?? guest,
                      guestCurrent: guest,
                      guestRequested: guest,
                  },
              }),
        ...(placed ? { migrationTransport: "Unix" } : {}),
        guestOSInfo: {},
        runtimeUser: 107,
        qosClass: "Burstable",
        launcherContainerImageVersion:
            launcher === undefined ? null : "quay.io/kubevirt/virt-launcher:v1.9.0",
    };
}

function conditions(
    instance: VirtualMachineInstance,
    phase: string,
    launcher: Pod | undefined,
    disks: readonly MachineDisk[],
    now: number,
): Condition[] {
    const { namespace } = instance.metadata;
    const wanted: Condition[] = [readiness(phase, launcher)];
    const missing = disks.find(({ claim }) => claim === undefined);
    if (missing !== undefined && launcher === undefined) {
        const message = notFound(namespace, missing);
        wanted.push(
            { type: "Synchronized", status: "False", reason: "FailedPvcNotFound", message },
            { type: "PodScheduled", status: "False", reason: "Unschedulable", message },
        );
    }
    const scheduled = conditionOf(launcher?.status?.conditions, "PodScheduled");
    if (scheduled?.status === "False") {
        wanted.push(withoutTimes(scheduled));
    }
    const filled = disks.filter(({ dataVolume }) => dataVolume !== undefined);
    if (filled.length > 0 && missing === undefined) {
        wanted.push(dataVolumesReady(filled));
        if (launcher === undefined && filled.some((disk) => diskState(disk) !== "ready")) {
            wanted.push({ type: "Provisioning", status: "True" });
        }
    }
    if (phase === "Running") {
        wanted.push(liveMigratable(instance, disks));
    }
    return wanted.map((condition) => withTimes(condition, instance.status?.conditions, now));
}

function readiness(phase: string, launcher: Pod | undefined): Condition {
    if (phase === "Running") {
        return { type: "Ready", status: "True" };
    }
    const [reason, message] =
        launcher === undefined
            ? ["PodNotExists", "virt-launcher pod has not yet been scheduled"]
            : ["GuestNotRunning", "Guest VM is not reported as running"];
    return { type: "Ready", status: "False", reason, message };
}

function dataVolumesReady(disks: readonly MachineDisk[]): Condition {
    const all = disks.every(
        (disk) => diskState(disk) === "ready" && disk.claim?.status?.phase === "Bound",
    );
    return all
        ? {
              type: "DataVolumesReady",
              status: "True",
              reason: "AllDVsReady",
              message: "All of the VMI's DVs are bound and ready",
          }
        : {
              type: "DataVolumesReady",
              status: "False",
              reason: "NotAllDVsReady",
              message: "Not all of the VMI's DVs are ready",
          };
}

/** Source: KubeVirt pkg/virt-handler/vm.go (calculateLiveMigrationCondition): disks first, then the pod network's binding. */
function liveMigratable(
    { spec }: VirtualMachineInstance,
    disks: readonly MachineDisk[],
): Condition {
    const no = (reason: string, message: string): Condition => ({
        type: "LiveMigratable",
        status: "False",
        reason,
        message,
    });
    const alone = disks.find(({ claim }) => !claim?.spec.accessModes?.includes("ReadWriteMany"));
    if (alone !== undefined) {
        return no(
            "DisksNotLiveMigratable",
            `cannot migrate VMI: PVC ${alone.claimName} is not shared, live migration requires that all PVCs must be shared (using ReadWriteMany access mode)`,
        );
    }
    const podNetwork = spec.networks?.find(({ pod }) => pod !== undefined)?.name;
    const bridged = spec.domain.devices.interfaces?.find(
        ({ name, ...binding }) => name === podNetwork && "bridge" in binding,
    );
    return bridged === undefined
        ? { type: "LiveMigratable", status: "True" }
        : no(
              "InterfaceNotLiveMigratable",
              "cannot migrate VMI which does not use masquerade, bridge with kubevirt.io/allow-pod-bridge-network-live-migration VM annotation or a migratable plugin to connect to the pod network",
          );
}

function interfaces(
    { spec, metadata }: VirtualMachineInstance,
    launcher: Pod | undefined,
    phase: string,
): object[] {
    const ip = launcher?.status?.podIP;
    const podNetwork = spec.networks?.find(({ pod }) => pod !== undefined)?.name;
    return (spec.domain.devices.interfaces ?? []).map(({ name, macAddress }, at) => ({
        name,
        podInterfaceName: at === 0 ? "eth0" : `net${at}`,
        ...(phase === "Running"
            ? {
                  infoSource: "domain",
                  mac: macAddress ?? madeUpMac(metadata.uid ?? "", name),
                  ...(name === podNetwork && ip !== undefined
                      ? { ipAddress: ip, ipAddresses: [ip] }
                      : {}),
              }
            : {}),
    }));
}

function madeUpMac(uid: string, name: string): string {
    const digits = createHash("sha256").update(`${uid}/${name}`).digest("hex");
    return ["02", ...(digits.match(/../g) ?? []).slice(0, 5)].join(":");
}

function volumeStatus({ spec }: VirtualMachineInstance, disks: readonly MachineDisk[]): object[] {
    const names = (spec.volumes ?? []).map(({ name }) => name).sort();
    return names.map((name) => {
        const disk = disks.find(({ volume }) => volume === name);
        return disk?.claim === undefined
            ? { name, target: "" }
            : { name, target: "", ...hotplugged(disk), persistentVolumeClaimInfo: info(disk) };
    });
}

function hotplugged({ hotpluggable, claim }: MachineDisk): object {
    return hotpluggable ? { phase: claim?.status?.phase === "Bound" ? "Ready" : "Pending" } : {};
}

function info({ claimName, claim }: MachineDisk): object {
    const block = claim?.spec.volumeMode === "Block";
    return {
        claimName,
        accessModes: claim?.spec.accessModes,
        volumeMode: claim?.spec.volumeMode,
        capacity: claim?.status?.capacity,
        requests: claim?.spec.resources?.requests,
        filesystemOverhead: block ? "0" : "0.06",
    };
}

function withoutTimes({ type, status, reason, message }: Condition): Condition {
    return {
        type,
        status,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
    };
}

/** A condition that says the same as before keeps its times. */
export function withTimes(
    condition: Condition,
    before: readonly Condition[] | undefined,
    now: number,
): Condition {
    const old = conditionOf(before, condition.type);
    const unchanged =
        old?.status === condition.status &&
        old.reason === condition.reason &&
        old.message === condition.message;
    return unchanged
        ? old
        : { lastProbeTime: null, lastTransitionTime: timestamp(now), ...condition };
}
