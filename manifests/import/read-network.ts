import type { Ipam, StaticIpamArgs, WhereaboutsArgs } from "../../model/ipam";
import { checkIpam } from "../../model/ipam";
import { type Fields, isFields, isSame } from "../../model/machine-difference";
import { checkNetworkType, type NetworkTypeArgs } from "../../model/network-type";
import { cniConfig, parsedConfig } from "../network-attachment";
import { entriesAt, numberAt, partAt, some, textAt } from "./patch";

/** A network as a program says it. */
export interface ReadNetwork {
    readonly name: string;
    readonly namespace: string;
    /** Undefined where no network of this package says it: it is referred to. */
    readonly args: (NetworkTypeArgs & Ipam & { readonly broadcastDomain?: string }) | undefined;
}

/** Reads a NetworkAttachmentDefinition. What its arguments come to is what it is, or it has none. */
export function readNetwork(attachment: Fields): ReadNetwork {
    const metadata = partAt(attachment, "metadata");
    const place = {
        name: textAt(metadata, "name") ?? "",
        namespace: textAt(metadata, "namespace") ?? "",
    };
    const config = parsedConfig(textAt(partAt(attachment, "spec"), "config") ?? "");
    if (!isFields(config)) {
        return { ...place, args: undefined };
    }
    const resource = textAt(partAt(metadata, "annotations"), "k8s.v1.cni.cncf.io/resourceName");
    const ipam = readIpam(partAt(config, "ipam"));
    const type = readType(config, resource);
    const broadcastDomain = textAt(partAt(config, "ipam"), "network_name");
    const args = {
        ...type,
        ...ipam,
        ...(broadcastDomain === undefined ? {} : { broadcastDomain }),
    };
    const made = cniConfig({ ...place, owner: "", type, ipam, broadcastDomain });
    const isSound = checkNetworkType(type).length === 0 && checkIpam(ipam).length === 0;
    return { ...place, args: isSound && isSame(made, config) ? args : undefined };
}

function readType(config: Fields, resourceName: string | undefined): NetworkTypeArgs {
    const { cniVersion: _, name: _name, ipam: _ipam, ...rest } = config;
    switch (config["type"]) {
        case "bridge":
            return {
                bridge: {
                    bridge: textAt(config, "bridge") ?? "",
                    ...some({ vlan: numberAt(config, "vlan"), mtu: numberAt(config, "mtu") }),
                    ...(config["preserveDefaultVlan"] === true
                        ? { preserveDefaultVlan: true }
                        : {}),
                    ...(config["macspoofchk"] === false ? { macSpoofCheck: false } : {}),
                },
            };
        case "macvlan": {
            const { master, mode, mtu } = config;
            const args = { parent: master, mode, mtu };
            return { macvlan: some(args) as NonNullable<NetworkTypeArgs["macvlan"]> };
        }
        case "sriov": {
            const onOff = (value: unknown) => (value === undefined ? undefined : value === "on");
            const args = some({
                resourceName: resourceName ?? "",
                vlan: config["vlan"],
                vlanQoS: config["vlanQoS"],
                vlanProtocol: config["vlanProto"],
                spoofCheck: onOff(config["spoofchk"]),
                trust: onOff(config["trust"]),
                linkState: config["link_state"],
                maxTxRate: config["max_tx_rate"],
            });
            return { sriov: args as NonNullable<NetworkTypeArgs["sriov"]> };
        }
        default:
            return { plugin: rest };
    }
}

function readIpam(ipam: Fields | undefined): Ipam {
    switch (ipam?.["type"]) {
        case "whereabouts": {
            const pools = entriesAt(ipam, "ipRanges").map((pool) =>
                some({
                    range: textAt(pool, "range"),
                    start: textAt(pool, "range_start"),
                    end: textAt(pool, "range_end"),
                    exclude: pool["exclude"],
                }),
            );
            const args = some({ pools, gateway: textAt(ipam, "gateway"), routes: routes(ipam) });
            return { whereabouts: args as unknown as WhereaboutsArgs };
        }
        case "static": {
            const all = entriesAt(ipam, "addresses");
            const args = some({
                addresses: all.map(({ address }) => address),
                gateway: textAt(
                    all.find(({ gateway }) => gateway !== undefined),
                    "gateway",
                ),
                routes: routes(ipam),
            });
            return { static: args as unknown as StaticIpamArgs };
        }
        default:
            return {};
    }
}

function routes(ipam: Fields): readonly Fields[] | undefined {
    const all = entriesAt(ipam, "routes").map(({ dst, gw }) => ({ to: dst, via: gw }));
    return all.length === 0 ? undefined : all;
}
