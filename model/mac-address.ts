import type { Fault } from "./source-fields";

/** Taken by KubeVirt for the bridge inside the pod. Source: KubeVirt pkg/network/link/mac.go (StaticMasqueradeBridgeMAC). */
const reserved = "02:00:00:00:00:00";

/**
 * Why a text cannot be the MAC address of a network interface, or undefined when it can.
 * Source: KubeVirt pkg/network/link/mac.go and pkg/network/admitter/binding.go of v1.9.0; that a group address is no sender's is
 * IEEE 802.
 */
export function macFault(text: string): Fault | undefined {
    if (!/^[0-9a-f]{2}([:-])([0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text)) {
        return {
            fault: `is ${JSON.stringify(text)}, which is not a MAC address`,
            cure: `write six bytes: "02:1a:2b:3c:4d:5e"`,
        };
    }
    const mac = normalMac(text);
    if (mac === reserved) {
        return {
            fault: `is ${JSON.stringify(text)}, which KubeVirt keeps for the bridge inside the pod`,
            cure: "choose another one, or leave it out",
        };
    }
    return Number.parseInt(mac.slice(0, 2), 16) % 2 === 1
        ? {
              fault: `is ${JSON.stringify(text)}, which is the address of a group of interfaces`,
              cure: `choose one whose first byte is even, such as "02:1a:2b:3c:4d:5e", or leave it out`,
          }
        : undefined;
}

/** The one way to write it: lower case, with colons. */
export function normalMac(text: string): string {
    return text.toLowerCase().replaceAll("-", ":");
}
