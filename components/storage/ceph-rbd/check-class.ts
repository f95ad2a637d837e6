import { Check, type Findings } from "../../../model/findings";
import { objectNameFault } from "../../../model/object-name";
import type { CephRbdArgs } from "./args";
import type { CephRbdClassArgs, CephTopologyPoolArgs } from "./class-args";
import { defaultFeatures, domainOf, ownParameters } from "./classes";
import { parseMapOptions } from "./map-options";

/** What is wrong with a class whose fields are all filled in, and what may surprise. */
export function checkCephRbdClass(tier: CephRbdClassArgs, args: CephRbdArgs): Findings {
    const check = new Check();
    if (tier.className !== undefined) {
        check.refuseIf("className", objectNameFault(tier.className));
    }
    checkPools(tier, check);
    checkFeatures(tier, check);
    checkMapping(tier, args, check);
    checkFilesystem(tier, check);
    checkTopologyPools(tier, args, check);
    checkLayout(tier, check);
    checkWords(tier, check);
    checkParameters(tier, check);
    if (tier.encrypted === true && args.encryption === undefined) {
        check.refuse(
            "encrypted",
            "is true, which needs a passphrase for each disk",
            "say with encryption of the backend where the passphrases are",
        );
    }
    return check;
}

/**
 * Why a name cannot stand where it ends up: in a class, and unquoted in Ceph's capabilities. Source: Ceph src/mgr/MgrCap.cc
 * (unquoted_word); an image's full name has its pool before a "/".
 */
export function cephNameFault(text: string, what: string) {
    return /^[A-Za-z0-9_.-]+$/.test(text)
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is not the name of ${what}`,
              cure: `use letters, digits, "-", "_" and "."`,
          };
}

function checkPools({ pool, dataPool }: CephRbdClassArgs, check: Check): void {
    if (pool === undefined) {
        check.refuse(
            "pool",
            "is missing, and images have to be in one",
            "write the name of a replicated pool (`ceph osd pool ls`)",
        );
    } else {
        check.refuseIf("pool", cephNameFault(pool, "a pool"));
    }
    if (dataPool !== undefined) {
        check.refuseIf("dataPool", cephNameFault(dataPool, "a pool"));
    }
}

/** Source: ceph-csi internal/rbd/rbd_util.go (supportedFeatures, hasSnapshotFeature), controllerserver.go. */
const needs: Readonly<Record<string, string | undefined>> = {
    layering: undefined,
    "exclusive-lock": undefined,
    "object-map": "exclusive-lock",
    "fast-diff": "object-map",
    "deep-flatten": undefined,
    journaling: "exclusive-lock",
};

function checkFeatures({ imageFeatures, mounter }: CephRbdClassArgs, check: Check): void {
    const features: readonly string[] = imageFeatures ?? defaultFeatures;
    if (!features.includes("layering")) {
        check.refuse(
            "imageFeatures",
            `is ${JSON.stringify(features)}, which has no layering, and without it there are no snapshots and no clones`,
            `add "layering"`,
        );
    }
    for (const [index, feature] of features.entries()) {
        const field = `imageFeatures[${String(index)}]`;
        check.refuseUnknown(field, feature, Object.keys(needs), "ceph-csi");
        const needed = needs[feature];
        if (needed !== undefined && !features.includes(needed)) {
            check.refuse(
                field,
                `is "${feature}", which needs ${needed}`,
                `add "${needed}", or leave "${feature}" out`,
            );
        }
        if (feature === "journaling" && mounter !== "rbd-nbd") {
            check.refuse(
                field,
                `is "journaling", which the kernel's client does not know`,
                `leave it out, or set mounter to "rbd-nbd"`,
            );
        }
    }
}

function checkMapping(tier: CephRbdClassArgs, args: CephRbdArgs, check: Check): void {
    const { mapOptions, unmapOptions, mounter } = tier;
    const { options, fault } = parseMapOptions(mapOptions ?? "");
    check.refuseIf("mapOptions", fault);
    check.refuseIf("unmapOptions", parseMapOptions(unmapOptions ?? "").fault);
    // Source: rbd(8): it disables the hand-over of the lock; ceph-csi#578: snapshots and flattening wait for the lock, too.
    if ([...options.krbd, ...options.nbd].includes("exclusive")) {
        check.refuse(
            "mapOptions",
            `is ${JSON.stringify(mapOptions)}, which keeps an image's lock on one node: a live migration never ends`,
            `leave "exclusive" out; the image feature exclusive-lock has one writer at a time without it`,
        );
    }
    if (mounter !== undefined && (mounter as string) !== "rbd-nbd") {
        check.refuse(
            "mounter",
            `is ${JSON.stringify(mounter)}, which ceph-csi does not know`,
            `leave it out for the kernel's client, or write "rbd-nbd"`,
        );
    }
    if (mounter === "rbd-nbd") {
        check.warn(
            "mounter",
            `is "rbd-nbd", and the disks of a node hang on a process in the driver's pod: they stall when it is started anew`,
            "leave it out unless the kernel cannot map the images",
        );
        return;
    }
    // Source: rbd(8): without ms_mode the kernel speaks msgr1, which Ceph does not serve on 3300.
    const speaksNewer = options.krbd.some((option) => option.startsWith("ms_mode="));
    const isNewer = (monitor: string) => monitor.endsWith(":3300");
    if (args.monitors.length > 0 && args.monitors.every(isNewer) && !speaksNewer) {
        check.warn(
            "mapOptions",
            "has no ms_mode, and every monitor is on port 3300, where most kernels' clients need one",
            `add "krbd:ms_mode=prefer-crc" (a kernel of 5.11 or newer), or give monitors with port 6789`,
        );
    }
}

function checkFilesystem(tier: CephRbdClassArgs, check: Check): void {
    if (tier.fsType !== undefined) {
        check.warn(
            "fsType",
            `is ${JSON.stringify(tier.fsType)}, and one node mounts a filesystem: machines with a disk of the class are not migrated live`,
            "leave it out for machines; containers may have it",
        );
        return;
    }
    for (const field of ["mkfsOptions", "mountOptions"] as const) {
        if (tier[field] !== undefined) {
            check.refuse(
                field,
                `is ${JSON.stringify(tier[field])}, which a class of raw devices has no use for`,
                `leave it out, or set fsType where the class is for filesystems (in the machine, "discard" is an option of its own mounts)`,
            );
        }
    }
}

function checkTopologyPools(tier: CephRbdClassArgs, args: CephRbdArgs, check: Check): void {
    const { topologyPools, bindingMode } = tier;
    if (topologyPools === undefined) {
        return;
    }
    if (args.topology === undefined || topologyPools.length === 0) {
        check.refuse(
            "topologyPools",
            topologyPools.length === 0
                ? "is empty, which leaves no zone with a pool"
                : "is set, and the driver does not know the nodes' zones",
            `name the nodes' labels in topology of the backend, such as { domainLabels: ["topology.kubernetes.io/zone"] }, and a pool for each zone`,
        );
    }
    if (bindingMode === "Immediate") {
        check.refuse(
            "bindingMode",
            `is "Immediate", which makes a disk before anybody knows its zone`,
            `leave it out with topologyPools`,
        );
    }
    for (const [index, each] of topologyPools.entries()) {
        checkTopologyPool(`topologyPools[${String(index)}]`, each, args, check);
    }
}

function checkTopologyPool(
    field: string,
    { pool, dataPool, domain }: CephTopologyPoolArgs,
    { topology }: CephRbdArgs,
    check: Check,
): void {
    check.refuseIf(`${field}.pool`, cephNameFault(pool, "a pool"));
    if (dataPool !== undefined) {
        check.refuseIf(`${field}.dataPool`, cephNameFault(dataPool, "a pool"));
    }
    const known = topology?.domainLabels ?? [];
    const unknown = Object.keys(domain).find(
        (label) => !known.some((one) => domainOf(one) === domainOf(label)),
    );
    if (Object.keys(domain).length === 0 || (unknown !== undefined && known.length > 0)) {
        check.refuse(
            `${field}.domain`,
            `is ${JSON.stringify(domain)}, which ${unknown === undefined ? "names no zone" : `has ${JSON.stringify(unknown)}, and topology does not`}`,
            `write labels of topology.domainLabels with their values, such as { "topology.kubernetes.io/zone": "east" }`,
        );
    }
}

const fourMiB = 4 * 2 ** 20;
/** Source: rbd(8), --object-size. */
const objectSizes = { least: 4096, most: 32 * 2 ** 20 };

function checkLayout({ stripe, objectSize, volumeNamePrefix }: CephRbdClassArgs, check: Check) {
    const { least, most } = objectSizes;
    const isSize =
        objectSize === undefined ||
        (objectSize >= least && objectSize <= most && Number.isInteger(Math.log2(objectSize)));
    if (!isSize) {
        check.refuse(
            "objectSize",
            `is ${String(objectSize)}, which is not a power of two from ${String(least)} to ${String(most)}`,
            "write a number of bytes such as 4194304, or leave it out",
        );
    }
    if (stripe !== undefined) {
        const object = isSize ? (objectSize ?? fourMiB) : fourMiB;
        const { unit, count } = stripe;
        // Source: Ceph doc/man/8/rbd.rst, "Striping": a unit has to divide the object.
        if (!Number.isInteger(unit) || unit < 1 || object % unit !== 0) {
            check.refuse(
                "stripe.unit",
                `is ${String(unit)}, which does not divide the object size of ${String(object)} bytes`,
                "write a power of two that is not larger, such as 65536",
            );
        }
        if (!Number.isInteger(count) || count < 1) {
            check.refuse(
                "stripe.count",
                `is ${String(count)}, which is not a number of objects of at least 1`,
                "write a whole number such as 16",
            );
        }
    }
    if (volumeNamePrefix !== undefined) {
        check.refuseIf("volumeNamePrefix", cephNameFault(volumeNamePrefix, "an image"));
    }
}

function checkWords(tier: CephRbdClassArgs, check: Check): void {
    const words: [keyof CephRbdClassArgs, readonly string[], string][] = [
        ["guests", ["any", "windows"], "this package"],
        ["reclaimPolicy", ["Retain", "Delete"], "Kubernetes"],
        ["bindingMode", ["Immediate", "WaitForFirstConsumer"], "Kubernetes"],
        ["fsType", ["ext4", "xfs"], "this package"],
    ];
    for (const [field, known, who] of words) {
        check.refuseUnknown(field, tier[field] as string | undefined, known, who);
    }
    for (const field of ["mapOptions", "unmapOptions", "mkfsOptions"] as const) {
        if (tier[field] === "") {
            check.refuse(field, `is "", which says nothing`, "leave it out");
        }
    }
}

function checkParameters({ parameters = {} }: CephRbdClassArgs, check: Check): void {
    for (const [key, value] of Object.entries(parameters)) {
        const field = `parameters.${key}`;
        const own = /-secret-(name|namespace)$/.test(key) ? "user" : ownParameters[key];
        if (own !== undefined) {
            check.refuse(
                field,
                `is ${JSON.stringify(value)}, which this package sets itself`,
                `use ${own}`,
            );
        } else if (typeof value !== "string" || value === "") {
            check.refuse(
                field,
                `is ${JSON.stringify(value)}, which is not a text, and a class has nothing else`,
                `write it in quotes, such as "true"`,
            );
        }
    }
}
