import {
    type IpRange,
    addressFault,
    cidrFault,
    contains,
    overlaps,
    parseAddress,
    parseCidr,
    subnetFault,
    without,
} from "./ip-range";
import { type Problem, Problems } from "./problems";

/** One pool of addresses. */
export interface AddressPoolArgs {
    /**
     * The network.
     *
     * @impact restart: pods that are made from then on take addresses of the new one
     * @example "192.168.10.0/24"
     */
    readonly range: string;
    /**
     * First address that is given away.
     *
     * @defaultValue the network's first one
     * @impact restart
     */
    readonly start?: string;
    /**
     * Last address that is given away.
     *
     * @defaultValue the network's last one
     * @impact restart
     */
    readonly end?: string;
    /**
     * Addresses and networks that are not given away: routers, static addresses of guests.
     *
     * @defaultValue none
     * @impact restart
     * @example ["192.168.10.0/28", "192.168.10.20"]
     */
    readonly exclude?: readonly string[];
}

/**
 * Addresses from whereabouts, one for each pod over the whole cluster. The address belongs to the pod: a machine that is started
 * anew or moves can get another one. For an address that stays, give it to the guest (`addresses` of a machine's network).
 */
export interface WhereaboutsArgs {
    /**
     * The pools; of each a pod gets one address: one for IPv4, one for IPv6.
     *
     * @impact restart
     */
    readonly pools: readonly AddressPoolArgs[];
    /**
     * Router that the guest is told.
     *
     * @defaultValue none: the network has no way out
     * @impact restart
     */
    readonly gateway?: string;
    /**
     * Further routes that the guest is told.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly routes?: readonly RouteArgs[];
}

/** The same addresses for every pod: for a network that one machine alone is on. */
export interface StaticIpamArgs {
    /**
     * Addresses with the length of their network's prefix.
     *
     * @impact restart
     * @example ["192.168.10.20/24"]
     */
    readonly addresses: readonly string[];
    /**
     * Router that the guest is told.
     *
     * @defaultValue none: the network has no way out
     * @impact restart
     */
    readonly gateway?: string;
    /**
     * Further routes that the guest is told.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly routes?: readonly RouteArgs[];
}

/** A way to another network. */
export interface RouteArgs {
    /**
     * The other network; `0.0.0.0/0` is everything.
     *
     * @impact restart
     */
    readonly to: string;
    /**
     * Router on the way there.
     *
     * @impact restart
     */
    readonly via: string;
}

/** Which addresses pods get. */
export interface Ipam {
    readonly whereabouts?: WhereaboutsArgs;
    readonly static?: StaticIpamArgs;
}

/** Everything that is wrong with them. */
export function checkIpam(ipam: Ipam): Problem[] {
    const problems = new Problems();
    const { whereabouts, static: fixed } = ipam;
    if (whereabouts !== undefined && fixed !== undefined) {
        problems.add(
            "static",
            "is given beside whereabouts: addresses come from one of them",
            "leave one out",
        );
    }
    if (whereabouts !== undefined) {
        if (whereabouts.pools.length === 0) {
            problems.add("whereabouts.pools", "is empty", `write [{ range: "192.168.10.0/24" }]`);
        }
        whereabouts.pools.forEach((pool, index) => {
            problems.addFrom(`whereabouts.pools[${String(index)}]`, checkPool(pool));
        });
        const ranges = whereabouts.pools.flatMap(rangeOf);
        checkWays("whereabouts", whereabouts, ranges, problems);
        const router = parseAddress(whereabouts.gateway ?? "");
        const given = whereabouts.pools.flatMap(addressesIn);
        if (router !== undefined && given.some((range) => contains(range, router))) {
            problems.add(
                "whereabouts.gateway",
                `is ${JSON.stringify(whereabouts.gateway)}, which the pool gives away to a pod`,
                `write exclude: [${JSON.stringify(whereabouts.gateway)}]`,
            );
        }
    }
    if (fixed !== undefined) {
        if (fixed.addresses.length === 0) {
            problems.add("static.addresses", "is empty", `write ["192.168.10.20/24"]`);
        }
        fixed.addresses.forEach((address, index) =>
            problems.addIf(`static.addresses[${String(index)}]`, cidrFault(address)),
        );
        const ranges = fixed.addresses.flatMap((address) => parseCidr(address)?.network ?? []);
        checkWays("static", fixed, ranges, problems);
    }
    return problems.all;
}

/** Adds what is wrong with a gateway and routes: a router is on one of the networks. */
export function checkWays(
    place: string,
    { gateway, routes = [] }: Pick<WhereaboutsArgs, "gateway" | "routes">,
    networks: readonly IpRange[],
    problems: Problems,
): void {
    const router = (field: string, text: string) => {
        const address = parseAddress(text);
        problems.addIf(field, addressFault(text));
        if (
            address !== undefined &&
            networks.length > 0 &&
            !networks.some((network) => contains(network, address))
        ) {
            problems.add(
                field,
                `is ${JSON.stringify(text)}, which is on none of the networks of the addresses`,
                "write a router of the same network",
            );
        }
    };
    if (gateway !== undefined) {
        router(`${place}.gateway`, gateway);
    }
    routes.forEach(({ to, via }, index) => {
        problems.addIf(`${place}.routes[${String(index)}].to`, subnetFault(to));
        router(`${place}.routes[${String(index)}].via`, via);
    });
}

function checkPool(pool: AddressPoolArgs): Problem[] {
    const problems = new Problems();
    problems.addIf("range", subnetFault(pool.range));
    const network = rangeOf(pool)[0];
    for (const field of ["start", "end"] as const) {
        const text = pool[field];
        const address = text === undefined ? undefined : parseAddress(text);
        problems.addIf(field, text === undefined ? undefined : addressFault(text));
        if (network !== undefined && address !== undefined && !contains(network, address)) {
            problems.add(
                field,
                `is ${JSON.stringify(text)}, which is not in ${pool.range}`,
                "write an address of the range",
            );
        }
    }
    (pool.exclude ?? []).forEach((text, index) => {
        const field = `exclude[${String(index)}]`;
        const hole = holeOf(text);
        problems.addIf(field, text.includes("/") ? cidrFault(text) : addressFault(text));
        if (network !== undefined && hole !== undefined && !overlaps(network, hole)) {
            problems.add(
                field,
                `is ${JSON.stringify(text)}, which is not in ${pool.range}`,
                "leave it out, or correct it",
            );
        }
    });
    if (problems.all.length === 0) {
        const [start, end] = [pool.start, pool.end].map((text) => parseAddress(text ?? "")?.value);
        if (start !== undefined && end !== undefined && end < start) {
            problems.add(
                "end",
                `is ${JSON.stringify(pool.end)}, which is before start ${JSON.stringify(pool.start)}`,
                "write the later address",
            );
        } else if (addressesIn(pool).length === 0) {
            problems.add(
                "exclude",
                "leaves no address of the range",
                "exclude less, or write a larger range",
            );
        }
    }
    return problems.all;
}

/** The whole network of a pool; nothing for what is none. */
function rangeOf({ range }: AddressPoolArgs): IpRange[] {
    const cidr = parseCidr(range);
    return cidr === undefined ? [] : [cidr.network];
}

function holeOf(text: string): IpRange | undefined {
    const address = parseAddress(text);
    return address === undefined
        ? parseCidr(text)?.network
        : { family: address.family, first: address.value, last: address.value };
}

/**
 * The addresses that a pool gives away: without its exclusions, the network's own address and that of all its hosts. The gateway
 * is given away like any other. Source: whereabouts pkg/iphelpers (GetIPRange) and pkg/allocate (IterateForAssignment) of v0.9.4.
 */
export function addressesIn(pool: AddressPoolArgs): IpRange[] {
    const [network] = rangeOf(pool);
    if (network === undefined) {
        return [];
    }
    const usable = { ...network, first: network.first + 1n, last: network.last - 1n };
    const inside = (text: string | undefined) => {
        const address = parseAddress(text ?? "");
        return address !== undefined && contains(usable, address) ? address.value : undefined;
    };
    const first = inside(pool.start) ?? usable.first;
    const last = inside(pool.end) ?? usable.last;
    const holes = (pool.exclude ?? []).flatMap((text) => holeOf(text) ?? []);
    return first > last ? [] : without({ family: network.family, first, last }, holes);
}

/** The addresses that a network's pods may get. */
export function addressesOf({ whereabouts, static: fixed }: Ipam): IpRange[] {
    return [
        ...(whereabouts?.pools ?? []).flatMap(addressesIn),
        ...(fixed?.addresses ?? []).flatMap((text) => {
            const cidr = parseCidr(text);
            return cidr === undefined
                ? []
                : [{ family: cidr.family, first: cidr.value, last: cidr.value }];
        }),
    ];
}

/** The networks that its addresses are of. */
export function subnetsOf({ whereabouts, static: fixed }: Ipam): IpRange[] {
    return [
        ...(whereabouts?.pools ?? []).flatMap(rangeOf),
        ...(fixed?.addresses ?? []).flatMap((text) => parseCidr(text)?.network ?? []),
    ];
}

/** A network as far as its addresses are concerned. */
export interface AddressedNetwork {
    /** Its name on the cluster, `namespace/name`. */
    readonly networkName: string;
    readonly ipam: Ipam;
    /** Which wire it is on, where that was said. */
    readonly broadcastDomain: string | undefined;
}

/**
 * Why two networks cannot both give their addresses away, or undefined when they can: an address that two machines of one wire
 * have is reached by chance. Two networks that are said to be on different wires never meet. Two on one wire (the same VLAN in two
 * namespaces) share a pool when they have the same pools: whereabouts keeps one list for a range.
 */
export function overlapFault(
    network: AddressedNetwork,
    other: AddressedNetwork,
): { fault: string; cure: string } | undefined {
    const [one, two] = [network, other].map(({ broadcastDomain }) => broadcastDomain);
    if (one !== undefined && two !== undefined && (one !== two || samePools(network, other))) {
        return undefined;
    }
    const shared = addressesOf(network.ipam).some((range) =>
        addressesOf(other.ipam).some((another) => overlaps(range, another)),
    );
    return shared
        ? {
              fault: `gives away addresses that VmNetwork ${other.networkName} gives away too`,
              cure:
                  one !== undefined && one === two
                      ? "give both the same pools, or pools without a common address"
                      : "exclude them on one side, or write broadcastDomain on both: different ones for different wires, the same for one pool in two places",
          }
        : undefined;
}

function samePools({ ipam }: AddressedNetwork, other: AddressedNetwork): boolean {
    const [one, two] = [ipam.whereabouts, other.ipam.whereabouts];
    return (
        one !== undefined &&
        two !== undefined &&
        JSON.stringify(one.pools) === JSON.stringify(two.pools)
    );
}
