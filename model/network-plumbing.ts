import type { PartFacts } from "./manifest-part";
import { type Problem, Problems } from "./problems";
import { pinned } from "./versions";

/** The parts that networks of machines are made with. */
export type PlumbingPart = "multus" | "whereabouts" | "sriov";

/** All of them, in the order in which they are made. */
export const plumbingParts = ["multus", "whereabouts", "sriov"] as const satisfies PlumbingPart[];

const raw = "https://raw.githubusercontent.com/k8snetworkplumbingwg";
const registry = "ghcr.io/k8snetworkplumbingwg";
/** None of the projects marks its DaemonSets, and distributions rename them: they are known by a part of their name. */
const nobody = (title: string) =>
    `no DaemonSet has ${title} in its name: pods with such an interface do not start if nobody else looks after them`;

/**
 * Source: multus-cni deployments/multus-daemonset-thick.yml of v4.3.0; whereabouts doc/crds of v0.9.4;
 * sriov-network-device-plugin deployments/sriovdp-daemonset.yaml of v3.11.0; sriov-cni images/sriov-cni-daemonset.yaml of v2.10.0.
 */
export const plumbingFacts: Readonly<Record<PlumbingPart, PartFacts>> = {
    multus: {
        title: "Multus",
        version: pinned.multus,
        urls: (version) => [`${raw}/multus-cni/${version}/deployments/multus-daemonset-thick.yml`],
        registry,
        images: (version) => ({ "multus-cni": `multus-cni:${version}-thick` }),
        api: {
            group: "/apis/k8s.cni.cncf.io/v1",
            plurals: ["network-attachment-definitions"],
            words: "the kinds of Multus",
        },
        workload: "DaemonSet",
        workloads: /multus/,
        unattended: nobody("Multus"),
    },
    whereabouts: {
        title: "whereabouts",
        version: pinned.whereabouts,
        urls: (version) =>
            [
                "whereabouts.cni.cncf.io_ippools.yaml",
                "whereabouts.cni.cncf.io_nodeslicepools.yaml",
                "whereabouts.cni.cncf.io_overlappingrangeipreservations.yaml",
                "daemonset-install.yaml",
            ].map((file) => `${raw}/whereabouts/${version}/doc/crds/${file}`),
        registry,
        images: (version) => ({ whereabouts: `whereabouts:${version}` }),
        api: {
            group: "/apis/whereabouts.cni.cncf.io/v1alpha1",
            plurals: ["ippools", "overlappingrangeipreservations"],
            words: "the kinds of whereabouts",
        },
        workload: "DaemonSet",
        workloads: /whereabouts/,
        unattended: nobody("whereabouts"),
    },
    sriov: {
        title: "the SR-IOV plugins",
        version: pinned.sriovDevicePlugin,
        urls: (version) => [
            `${raw}/sriov-cni/${pinned.sriovCni}/images/sriov-cni-daemonset.yaml`,
            `${raw}/sriov-network-device-plugin/${version}/deployments/sriovdp-daemonset.yaml`,
        ],
        registry,
        images: (version) => ({
            "sriov-cni": `sriov-cni:${pinned.sriovCni}`,
            "sriov-network-device-plugin": `sriov-network-device-plugin:${version}`,
        }),
        api: undefined,
        workload: "DaemonSet",
        workloads: /sriov.*(cni|device-plugin|dp)/,
        unattended: nobody("sriov-cni or sriov-device-plugin"),
    },
};

/** Which virtual functions are one pool. An empty selector takes every one. */
export interface SriovPoolArgs {
    /**
     * Name of the pool, without the prefix.
     *
     * @impact restart: machines ask for it by its name
     * @example "lan_vfs"
     */
    readonly name: string;
    /**
     * Prefix of the name: `resourceName` of a network is `<prefix>/<name>`.
     *
     * @defaultValue `"intel.com"`, the plugin's own, whoever made the card
     * @impact restart: machines ask for it by its name
     */
    readonly prefix?: string;
    /**
     * Vendors of the card, as `lspci -n` shows them.
     *
     * @defaultValue any
     * @impact restart: running machines keep theirs
     * @example ["8086"]
     */
    readonly vendors?: readonly string[];
    /**
     * Device ids of the virtual functions.
     *
     * @defaultValue any
     * @impact restart: running machines keep theirs
     * @example ["154c"]
     */
    readonly devices?: readonly string[];
    /**
     * Drivers that the virtual functions are bound to. A machine needs `vfio-pci`.
     *
     * @defaultValue `["vfio-pci"]`
     * @impact restart: running machines keep theirs
     */
    readonly drivers?: readonly string[];
    /**
     * Ports of the card that they belong to.
     *
     * @defaultValue any
     * @impact restart: running machines keep theirs
     * @example ["ens1f0"]
     */
    readonly pfNames?: readonly string[];
}

/**
 * What the device plugin would leave out in silence, or end over. Source: sriov-network-device-plugin pkg/resources/server.go
 * and cmd/sriovdp/manager.go (validConfigs).
 */
export function checkSriovPools(pools: readonly SriovPoolArgs[]): Problem[] {
    const problems = new Problems();
    const seen = new Set<string>();
    pools.forEach(({ name, prefix = "intel.com", vendors, devices }, index) => {
        const place = `pools[${String(index)}]`;
        if (!/^[a-zA-Z0-9_]{1,63}$/.test(name)) {
            problems.add(
                `${place}.name`,
                `is ${JSON.stringify(name)}, which the device plugin does not take`,
                `write letters, digits and "_"`,
            );
        }
        // Kubernetes' own rule for the part before the slash: a DNS subdomain (IsQualifiedName).
        if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(prefix)) {
            problems.add(
                `${place}.prefix`,
                `is ${JSON.stringify(prefix)}, which no resource of a node can begin with`,
                `write a domain name, such as "intel.com"`,
            );
        }
        if (seen.has(`${prefix}/${name}`)) {
            problems.add(
                `${place}.name`,
                `is ${JSON.stringify(name)}, which another pool has`,
                "give each pool a name of its own",
            );
        }
        seen.add(`${prefix}/${name}`);
        for (const [field, ids] of Object.entries({ vendors, devices })) {
            for (const id of (ids ?? []).filter((one) => !/^[0-9a-fA-F]{4}$/.test(one))) {
                problems.add(
                    `${place}.${field}`,
                    `has ${JSON.stringify(id)}, which is not a PCI id`,
                    `write four hexadecimal digits, as \`lspci -n\` shows them`,
                );
            }
        }
    });
    return problems.all;
}
