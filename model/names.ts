import { createHash } from "node:crypto";

/**
 * Why a name cannot be a Kubernetes object's name here, or undefined when it can. DataVolumes, claims and machines end up in
 * pod names, labels and host names, so the stricter DNS label rule holds for all of them (at most 63 characters).
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function nameFault(text: string): { fault: string; cure: string } | undefined {
    if (text.length > 63) {
        return {
            fault: `is ${JSON.stringify(text)}, which has ${String(text.length)} characters; Kubernetes allows 63`,
            cure: "shorten it",
        };
    }
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) {
        return {
            fault: `is ${JSON.stringify(text)}, which is not a Kubernetes name`,
            cure: `use lower-case letters, digits and "-", beginning and ending with a letter or digit`,
        };
    }
    return undefined;
}

/**
 * A MAC address that stays the same as long as the machine's name and the interface's name do, so that DHCP leases and
 * guest network configuration survive a restart. Locally administered, unicast (02:…).
 */
export function stableMacAddress(
    namespace: string,
    machine: string,
    networkInterface: string,
): string {
    const bytes = hash("mac", namespace, machine, networkInterface).subarray(0, 5);
    return ["02", ...[...bytes].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

/** A firmware UUID (RFC 9562 version 8: a hash of our own) that stays the same as long as the machine's name does. */
export function stableUuid(namespace: string, machine: string): string {
    const bytes = Buffer.from(hash("uuid", namespace, machine).subarray(0, 16));
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    const hex = bytes.toString("hex");
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        hex.slice(12, 16),
        hex.slice(16, 20),
        hex.slice(20, 32),
    ].join("-");
}

function hash(...parts: string[]): Buffer {
    return createHash("sha256").update(parts.join("\n")).digest();
}
