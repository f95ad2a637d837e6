import { createHash } from "node:crypto";
import type { SeenInstance } from "./seen-instance";
import { since } from "./reading";

/** How long a guest takes from running until its agent and its services answer. */
const answerMs = 1000;

/** What the agent says of the guest's system. */
export const guestSystem = {
    id: "fedora",
    name: "Fedora Linux",
    prettyName: "Fedora Linux 42 (Cloud Edition)",
    version: "42 (Cloud Edition)",
    versionId: "42",
    kernelRelease: "6.14.0-63.fc42.x86_64",
    kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
    machine: "x86_64",
} as const;

function isUp({ instance, phase, now }: SeenInstance): boolean {
    const times = instance.status?.phaseTransitionTimestamps ?? [];
    const running = times.find((each) => each.phase === "Running")?.phaseTransitionTimestamp;
    return phase === "Running" && running !== undefined && since(running, now) >= answerMs;
}

/** Whether the guest's agent runs. Nothing in a machine's spec says so: it is seen. */
export function hasAgent(seen: SeenInstance): boolean {
    return isUp(seen) && seen.fault !== "no-agent";
}

/** Whether the guest passes its readiness probe. One without a probe is ready when it runs. */
export function answers(seen: SeenInstance): boolean {
    const probe = seen.instance.spec.readinessProbe;
    if (probe === undefined) {
        return true;
    }
    const asksAgent = probe.exec !== undefined || probe.guestAgentPing !== undefined;
    return asksAgent ? hasAgent(seen) : isUp(seen) && seen.fault !== "no-answer";
}

/**
 * The interfaces of an instance. One that was added while it runs comes with the next migration; one that is to go goes at once. Addresses
 * of other networks than the pod's are the guest's own affair.
 */
export function interfaceStatus(seen: SeenInstance): object[] {
    const { instance, phase, launcher } = seen;
    const { spec, metadata, status } = instance;
    const ip = launcher?.status?.podIP;
    const agent = hasAgent(seen);
    const podNetwork = spec.networks?.find(({ pod }) => pod !== undefined)?.name;
    const before = status?.phase === "Running" ? status.interfaces : undefined;
    const arrived = launcher?.metadata.annotations?.[interfacesInPod]?.split(",");
    return (spec.domain.devices.interfaces ?? [])
        .filter(
            ({ name, state }) =>
                state !== "absent" &&
                (before === undefined ||
                    before.some((each) => each.name === name) ||
                    (arrived?.includes(name) ?? false)),
        )
        .map(({ name, macAddress, sriov }, at) => ({
            name,
            ...(sriov === undefined ? { podInterfaceName: at === 0 ? "eth0" : `net${at}` } : {}),
            ...(phase === "Running"
                ? {
                      infoSource: agent ? "domain, guest-agent" : "domain",
                      mac: macAddress ?? madeUpMac(metadata.uid ?? "", name),
                      ...(agent ? { interfaceName: `enp${at + 1}s0` } : {}),
                      ...(name === podNetwork && ip !== undefined
                          ? { ipAddress: ip, ipAddresses: [ip] }
                          : {}),
                  }
                : {}),
        }));
}

/** On a pod of a machine: the interfaces that it was made with. */
export const interfacesInPod = "sandbox.pulumi-kubevirt.dev/interfaces";

function madeUpMac(uid: string, name: string): string {
    const digits = createHash("sha256").update(`${uid}/${name}`).digest("hex");
    return ["02", ...(digits.match(/../g) ?? []).slice(0, 5)].join(":");
}
