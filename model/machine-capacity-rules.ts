import { type Decide, decideChange, liveAlone, staged } from "./machine-change-decision";
import type { Fields } from "./machine-difference";
import { cpuPlace, domainPlace, fieldsAt, memoryPlace, templatePlace } from "./machine-object";
import { quantityBytes } from "./size";

const { live, refused, restart, "next-start": nextStart } = decideChange;

/** Source: handleCPUChangeRequest in vm.go, setupCPUHotplug in pkg/defaults/defaults.go, validateLiveUpdateCPU in vms-admitter.go. */
export const decideSockets: Decide = (_, { from, to, running }) => {
    const old = fieldsAt(from, cpuPlace);
    const cpu = fieldsAt(to, cpuPlace);
    const [before, after] = [count(old["sockets"]), count(cpu["sockets"])];
    const written = cpu["maxSockets"];
    if (typeof written === "number" && written > 0 && after > written) {
        return refused(
            `KubeVirt refuses more CPUs than the machine may grow to, which is ${String(written)} sockets`,
        );
    }
    if (running.rollout === "Stage") {
        return restart(staged);
    }
    const most = running.maxSockets ?? mostSockets(old, before);
    if (after > most) {
        return nextStart(
            `the running machine can have at most ${String(most)} sockets: as many as it was started with make room for`,
        );
    }
    if (after < before) {
        return nextStart("KubeVirt takes no CPU away from a running machine");
    }
    if (fieldsAt(to, templatePlace)["architecture"] === "arm64") {
        return nextStart("KubeVirt adds no CPUs to a running machine on ARM");
    }
    return running.migratable === false
        ? nextStart(
              "KubeVirt adds CPUs by moving the machine to another pod, and this machine cannot move",
          )
        : liveAlone("KubeVirt adds the CPUs and moves the machine to a pod that has them");
};

function mostSockets(cpu: Fields, sockets: number): number {
    const written = cpu["maxSockets"];
    if (typeof written === "number" && written > 0) {
        return written;
    }
    const each = count(cpu["cores"]) * count(cpu["threads"]);
    return sockets * hotplugRatio * each > mostCpus
        ? Math.max(Math.floor(mostCpus / each), sockets)
        : sockets * hotplugRatio;
}

/** Source: DefaultMaxHotplugRatio in pkg/virt-config, maxVCPUs in pkg/defaults/defaults.go. */
const hotplugRatio = 4;
const mostCpus = 512;

/** Source: handleMemoryHotplugRequest in vm.go, ValidateLiveUpdateMemory in pkg/liveupdate/memory/memory.go, called by vms-admitter.go. */
export const decideGuestMemory: Decide = (_, { from, to, running }) => {
    const old = bytes(fieldsAt(from, memoryPlace)["guest"]);
    const memory = fieldsAt(to, memoryPlace);
    const after = bytes(memory["guest"]);
    if (old !== undefined && old === after) {
        return live("it is the same amount, written in another way");
    }
    const fault = memoryFault(to, after);
    const written = bytes(memory["maxGuest"]);
    if (written !== undefined && after !== undefined && after > written) {
        return refused("KubeVirt refuses more memory than the machine may grow to");
    }
    if (written !== undefined && fault !== undefined) {
        return refused(`KubeVirt refuses a machine whose memory may grow when ${fault}`);
    }
    if (running.rollout === "Stage") {
        return restart(staged);
    }
    if (running.migratable === false) {
        return nextStart(
            "KubeVirt changes the memory of a running machine by moving it, and this machine cannot move",
        );
    }
    if (fault !== undefined || old === undefined || after === undefined) {
        return nextStart(
            `KubeVirt changes no memory of a running machine when ${fault ?? "it has none of its own"}`,
        );
    }
    const atBoot = bytes(running.guestAtBoot) ?? old;
    const most =
        bytes(running.maxGuest) ??
        bytes(fieldsAt(from, memoryPlace)["maxGuest"]) ??
        atBoot * hotplugRatio;
    if (after < atBoot) {
        return nextStart("a running machine never has less memory than it was started with");
    }
    return after > most
        ? nextStart("it is more than the running machine can grow to")
        : liveAlone(
              "KubeVirt moves the machine to a pod that has the memory, and the guest sees it there",
          );
};

function memoryFault(object: Fields, guest: number | undefined): string | undefined {
    const domain = fieldsAt(object, domainPlace);
    const cpu = fieldsAt(object, cpuPlace);
    const page = fieldsAt(object, [...memoryPlace, "hugepages"])["pageSize"];
    const alignment = page === "1Gi" ? gib : 2 * mib;
    const { architecture } = fieldsAt(object, templatePlace);
    if (cpu["realtime"] !== undefined) {
        return "its CPUs are real-time ones";
    }
    if (fieldsAt(object, [...cpuPlace, "numa"])["guestMappingPassthrough"] !== undefined) {
        return "it has the NUMA topology of its node";
    }
    if (domain["launchSecurity"] !== undefined) {
        return "its memory is encrypted";
    }
    if (guest !== undefined && guest < gib) {
        return "it has less than 1Gi";
    }
    if (guest !== undefined && guest % alignment !== 0) {
        return `its memory is not a multiple of ${page === "1Gi" ? "1Gi" : "2Mi"}`;
    }
    return architecture !== undefined && architecture !== "amd64" ? "it is not x86_64" : undefined;
}

const mib = 2 ** 20;
const gib = 2 ** 30;

function count(value: unknown): number {
    return typeof value === "number" && value > 0 ? value : 1;
}

function bytes(quantity: unknown): number | undefined {
    return typeof quantity === "string" || typeof quantity === "number"
        ? quantityBytes(String(quantity))
        : undefined;
}
