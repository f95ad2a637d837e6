import { type AddressedNetwork, overlapFault } from "../../model/ipam";
import type { Problems } from "../../model/problems";
import type { Cluster } from "../cluster";

/** The networks of a program so far, by their cluster: each is held against those before it. */
const known = new WeakMap<Cluster, AddressedNetwork[]>();

/** Adds that another network of the program gives away the same addresses, or has the same name. */
export function refuseOverlaps(
    cluster: Cluster,
    network: AddressedNetwork,
    problems: Problems,
): void {
    const others = known.get(cluster) ?? [];
    for (const other of others) {
        if (other.networkName === network.networkName) {
            problems.add(
                "networkName",
                `is ${JSON.stringify(network.networkName)}, which another VmNetwork of this program has`,
                "choose another name",
            );
        }
        problems.addIf(
            network.ipam.static === undefined ? "whereabouts" : "static",
            overlapFault(network, other),
        );
    }
    known.set(cluster, [...others, network]);
}
