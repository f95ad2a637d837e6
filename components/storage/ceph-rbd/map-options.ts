import type { CephRbdClassArgs } from "./class-args";

/** Who maps an image. */
export type Mounter = "krbd" | "nbd";

/** Options of mapping, by who maps. */
export interface MapOptions {
    readonly options: Readonly<Record<Mounter, readonly string[]>>;
    /** What the driver would not understand, or would leave out without a word. */
    readonly fault?: { readonly fault: string; readonly cure: string };
}

/**
 * Takes map options apart: `krbd:a,b;nbd:c`, and what names no mounter is the kernel's. The driver keeps the last of two sections
 * for the same mounter. Source: ceph-csi internal/rbd/rbd_attach.go (parseMapOptions).
 */
export function parseMapOptions(text: string): MapOptions {
    const options: Record<Mounter, readonly string[]> = { krbd: [], nbd: [] };
    for (const section of text.split(";").filter((one) => one !== "")) {
        const colon = section.indexOf(":");
        const mounter = colon === -1 ? "krbd" : section.slice(0, colon).trim().toLowerCase();
        if (mounter !== "krbd" && mounter !== "nbd") {
            return {
                options,
                fault: {
                    fault: `is ${JSON.stringify(text)}, which names a mounter ${JSON.stringify(mounter)} that the driver does not have`,
                    cure: `write "krbd:" or "nbd:" before the options`,
                },
            };
        }
        if (options[mounter].length > 0) {
            return {
                options,
                fault: {
                    fault: `is ${JSON.stringify(text)}, which has two sections for ${mounter}, of which the driver takes the last`,
                    cure: `write its options into one, separated by ","`,
                },
            };
        }
        options[mounter] = section
            .slice(colon + 1)
            .split(",")
            .map((option) => option.trim())
            .filter((option) => option !== "");
    }
    return { options };
}

/** The map options of a class, with those that its guests need. */
export function mapOptionsOf({ guests, mapOptions, mounter }: CephRbdClassArgs) {
    const { options } = parseMapOptions(mapOptions ?? "");
    // rxbounce is an option of the kernel's client. Source: rbd(8), "Kernel rbd (krbd) options".
    if (guests !== "windows" || mounter !== undefined || options.krbd.includes("rxbounce")) {
        return mapOptions;
    }
    const krbd = `krbd:${[...options.krbd, "rxbounce"].join(",")}`;
    return options.nbd.length === 0 ? krbd : `${krbd};nbd:${options.nbd.join(",")}`;
}
