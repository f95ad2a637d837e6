import { type Place, VmNetwork } from "../components";
import type { Networks } from "./schema/environment";

/** The networks of a stack beside the pod network, by the names that machines give. */
export function networksOf(
    networks: Networks = {},
    cluster: Place,
): Readonly<Record<string, VmNetwork>> {
    return Object.fromEntries(
        Object.entries(networks).map(([name, network]) => [
            name,
            new VmNetwork(name, { ...network, cluster }),
        ]),
    );
}
