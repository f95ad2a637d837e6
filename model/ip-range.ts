import type { Fault } from "./source-fields";

/** Which Internet Protocol an address is of. */
export type Family = 4 | 6;

/** An address as a number. */
export interface IpAddress {
    readonly family: Family;
    readonly value: bigint;
}

/** Addresses from one to another, both included. */
export interface IpRange {
    readonly family: Family;
    readonly first: bigint;
    readonly last: bigint;
}

/** An address with the length of its network's prefix: `192.168.10.20/24`. */
export interface Cidr extends IpAddress {
    readonly prefix: number;
    /** All addresses of its network. */
    readonly network: IpRange;
}

const bits: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** Reads an address; undefined for what is none. No zones, no leading zeros, no short forms of IPv4, as Go's net.ParseIP reads it. */
export function parseAddress(text: string): IpAddress | undefined {
    const value = text.includes(":") ? valueOf6(text) : valueOf4(text);
    return value === undefined ? undefined : { family: text.includes(":") ? 6 : 4, value };
}

/** Reads an address with a prefix length; undefined for what is none. */
export function parseCidr(text: string): Cidr | undefined {
    const [, before = "", length = ""] = /^([^/]*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
    const address = parseAddress(before);
    const prefix = Number(length);
    if (address === undefined || length === "" || prefix > bits[address.family]) {
        return undefined;
    }
    const size = 1n << BigInt(bits[address.family] - prefix);
    const first = address.value - (address.value % size);
    const { family } = address;
    return { ...address, prefix, network: { family, first, last: first + size - 1n } };
}

/** Whether an address is one of a range. */
export function contains(range: IpRange, { family, value }: IpAddress): boolean {
    return range.family === family && range.first <= value && value <= range.last;
}

/** Whether two ranges have an address in common. */
export function overlaps(one: IpRange, other: IpRange): boolean {
    return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** Whether all addresses of a range are in another. */
export function covers(outer: IpRange, inner: IpRange): boolean {
    return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** What is left of a range without some others, in order. */
export function without(range: IpRange, excluded: readonly IpRange[]): IpRange[] {
    let left = [range];
    for (const hole of excluded) {
        left = left.flatMap((part) => {
            if (!overlaps(part, hole)) {
                return [part];
            }
            const { family } = part;
            const before = { family, first: part.first, last: hole.first - 1n };
            const after = { family, first: hole.last + 1n, last: part.last };
            return [before, after].filter(({ first, last }) => first <= last);
        });
    }
    return left;
}

/** How many addresses a range has. */
export function sizeOf({ first, last }: IpRange): bigint {
    return last - first + 1n;
}

/** An address as people write it; IPv6 with its longest row of zeros left out. Source: RFC 5952. */
export function addressText({ family, value }: IpAddress): string {
    return family === 4 ? text4(value) : text6(value);
}

/** Why a text is no address, or undefined when it is one. */
export function addressFault(text: unknown): Fault | undefined {
    return typeof text === "string" && parseAddress(text) !== undefined
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is not an IP address`,
              cure: `write it as "192.168.10.20" or "fd00:10::20"`,
          };
}

/** Why a text is no address with a prefix length, or undefined when it is one. */
export function cidrFault(text: unknown): Fault | undefined {
    return typeof text === "string" && parseCidr(text) !== undefined
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is not an address with the length of its network's prefix`,
              cure: `write it as "192.168.10.20/24" or "fd00:10::20/64"`,
          };
}

/** Why a text does not name a network, or undefined when it does: the part after the prefix is zero. */
export function subnetFault(text: unknown): Fault | undefined {
    const cidr = typeof text === "string" ? parseCidr(text) : undefined;
    if (cidr === undefined) {
        return {
            fault: `is ${JSON.stringify(text)}, which is not a network`,
            cure: `write it as "192.168.10.0/24" or "fd00:10::/64"`,
        };
    }
    const { family, network, prefix, value } = cidr;
    return value === network.first
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is an address inside a network`,
              cure: `write the network: "${addressText({ family, value: network.first })}/${String(prefix)}"`,
          };
}

function valueOf4(text: string): bigint | undefined {
    const parts = text.split(".");
    const isAddress =
        parts.length === 4 &&
        parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
    return isAddress ? parts.reduce((value, part) => value * 256n + BigInt(part), 0n) : undefined;
}

function valueOf6(text: string): bigint | undefined {
    const halves = text.split("::");
    const [head = "", tail] = halves;
    const before = groups(head, tail === undefined);
    const after = tail === undefined ? [] : groups(tail, true);
    if (halves.length > 2 || before === undefined || after === undefined) {
        return undefined;
    }
    const missing = 8 - before.length - after.length;
    if (tail === undefined ? missing !== 0 : missing < 1) {
        return undefined;
    }
    return [...before, ...Array<bigint>(missing).fill(0n), ...after].reduce(
        (value, group) => value * 65536n + group,
        0n,
    );
}

/** The groups of 16 bits of a part of an IPv6 address; the end of the whole may be an IPv4 address. */
function groups(half: string, isEnd: boolean): bigint[] | undefined {
    const parts = half === "" ? [] : half.split(":");
    const last = parts.at(-1) ?? "";
    const embedded = isEnd && last.includes(".") ? valueOf4(last) : undefined;
    if (embedded !== undefined) {
        parts.splice(-1, 1, (embedded >> 16n).toString(16), (embedded % 65536n).toString(16));
    }
    return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))
        ? parts.map((part) => BigInt(`0x${part}`))
        : undefined;
}

function text4(value: bigint): string {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) % 256n)).join(".");
}

function text6(value: bigint): string {
    const all = Array.from({ length: 8 }, (_, index) =>
        ((value >> BigInt(112 - 16 * index)) % 65536n).toString(16),
    );
    const rows = [
        ...all
            .map((group) => (group === "0" ? "0" : "x"))
            .join("")
            .matchAll(/0{2,}/g),
    ];
    const [longest] = rows.sort((one, other) => other[0].length - one[0].length);
    return longest === undefined
        ? all.join(":")
        : `${all.slice(0, longest.index).join(":")}::${all.slice(longest.index + longest[0].length).join(":")}`;
}
