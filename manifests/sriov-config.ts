import type { SriovPoolArgs } from "../model/network-plumbing";
import { given } from "./fields";
import type { KubernetesObject } from "./kubernetes-object";

/** The device plugin's configuration. */
export interface SriovConfigManifest extends KubernetesObject {
    readonly data: Readonly<Record<string, string>>;
}

/** What the device plugin offers on the nodes. Source: sriov-network-device-plugin README.md (Config parameters). */
export function sriovConfig(
    namespace: string,
    pools: readonly SriovPoolArgs[],
): SriovConfigManifest {
    const resourceList = pools.map((pool) => ({
        resourceName: pool.name,
        ...given({ resourcePrefix: pool.prefix }),
        selectors: [
            {
                drivers: pool.drivers ?? ["vfio-pci"],
                ...given({
                    vendors: pool.vendors,
                    devices: pool.devices,
                    pfNames: pool.pfNames,
                }),
            },
        ],
    }));
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "sriovdp-config", namespace },
        data: { "config.json": JSON.stringify({ resourceList }, undefined, 2) },
    };
}
