import { checkCapacity } from "../../../model/capacity";
import { durationFault } from "../../../model/duration";
import { Check, type Findings } from "../../../model/findings";
import { nameFault } from "../../../model/names";
import { objectNameFault } from "../../../model/object-name";
import type { Problem } from "../../../model/problems";
import { parseVersion, pinned, versionFault } from "../../../model/versions";
import type { CephRbdArgs } from "./args";
import { cephNameFault, checkCephRbdClass } from "./check-class";
import { checkCephAccess } from "./check-access";
import { cephRbdClasses } from "./classes";
import { checkCephRbdValues } from "./check-values";
import { defaultTierOf, onlyTier, tiersOf } from "./tiers";

/**
 * Everything that is wrong with the arguments of a CephRbd, and what may surprise.
 *
 * @param nodes how many nodes the driver's controller can be placed on; undefined where nobody has been asked.
 * @param name the component's, which its classes and its Secret are called after.
 */
export function checkCephRbd(args: CephRbdArgs, nodes: number | undefined, name: string): Findings {
    const check = new Check();
    check.refuseIf("name", objectNameFault(name));
    checkCephAccess(args, check);
    checkTiers(args, name, check);
    checkDriver(args, nodes, check);
    checkCephRbdValues(args.values ?? {}, check);
    if (args.capacity !== undefined) {
        check.addFrom("capacity", checkCapacity(args.capacity));
    }
    if (args.readyWithin !== undefined) {
        check.refuseIf("readyWithin", durationFault(args.readyWithin));
    }
    return check;
}

function checkTiers(args: CephRbdArgs, name: string, check: Check): void {
    const { tiers } = args;
    const names = Object.keys(tiers ?? { [onlyTier]: {} });
    if (names.length === 0) {
        check.refuse("tiers", "is {}, which leaves no class", "add a tier, or leave tiers out");
    }
    for (const tier of Object.keys(tiers ?? {})) {
        check.refuseIf(`tiers.${tier}`, nameFault(tier));
    }
    if (names.length > 0) {
        check.refuseUnknown("defaultTier", defaultTierOf(args), names, "tiers");
    }
    checkClasses(args, check);
    checkTogether(args, name, check);
}

/** What a tier has from the arguments around it is said once, and of the arguments around it. */
function checkClasses(args: CephRbdArgs, check: Check): void {
    const said = new Set<string>();
    const say = (problems: readonly Problem[], tier: string, how: "refuse" | "warn") => {
        for (const { field, fault, cure } of problems) {
            const place = placeOf(field, tier, args);
            const text = JSON.stringify([place, fault, cure]);
            if (!said.has(text)) {
                said.add(text);
                check[how](place, fault, cure);
            }
        }
    };
    for (const [tier, values] of Object.entries(tiersOf(args))) {
        const found = checkCephRbdClass(values, args);
        say(found.problems, tier, "refuse");
        say(found.warnings, tier, "warn");
    }
}

function placeOf(field: string, tier: string, args: CephRbdArgs): string {
    const [root = ""] = field.split(/[.[]/);
    const own = args.tiers?.[tier];
    return own === undefined || (!(root in own) && root in args) ? field : `tiers.${tier}.${field}`;
}

function checkTogether(args: CephRbdArgs, name: string, check: Check): void {
    const tiersOfClass = new Map<string, string[]>();
    for (const [tier, plan] of Object.entries(cephRbdClasses(name, args))) {
        tiersOfClass.set(plan.name, [...(tiersOfClass.get(plan.name) ?? []), tier]);
    }
    for (const [className, [first = "", second, ...more]] of tiersOfClass) {
        if (second !== undefined) {
            check.refuse(
                `tiers.${second}.className`,
                `is ${JSON.stringify(className)}, which is the name of tier ${JSON.stringify(first)}, too`,
                more.length === 0
                    ? "give one of them another className"
                    : `give each another className, also ${more.join(", ")}`,
            );
        }
    }
    const defaults = Object.entries(tiersOf(args)).filter(
        ([, { isDefaultForMachines }]) => isDefaultForMachines === true,
    );
    if (defaults.length > 1) {
        check.refuse(
            "isDefaultForMachines",
            `is true for ${defaults.map(([tier]) => tier).join(", ")}, and of several the newest counts`,
            "leave it to one tier",
        );
    }
}

function checkDriver(args: CephRbdArgs, nodes: number | undefined, check: Check): void {
    const { namespace, driverName, kubeletDir, version, chart, snapshotDeletionPolicy } = args;
    checkReplicas(args.provisionerReplicas, nodes, check);
    check.refuseUnknown(
        "snapshotDeletionPolicy",
        snapshotDeletionPolicy,
        ["Delete", "Retain"],
        "the snapshot controller",
    );
    if (namespace !== undefined) {
        check.refuseIf("namespace", nameFault(namespace));
    }
    if (driverName !== undefined) {
        check.refuseIf("driverName", driverNameFault(driverName));
    }
    if (kubeletDir?.startsWith("/") === false) {
        check.refuse(
            "kubeletDir",
            `is ${JSON.stringify(kubeletDir)}, which is not a folder of the nodes`,
            `write it from the root on, such as "/var/lib/kubelet"`,
        );
    }
    if (version !== undefined) {
        check.refuseIf("version", chartVersionFault(version));
    }
    if (chart === "") {
        check.refuse(
            "chart",
            `is "", which is no folder and no file`,
            "write where the chart is, or leave it out",
        );
    }
    if (args.radosNamespace !== undefined) {
        check.refuseIf("radosNamespace", cephNameFault(args.radosNamespace, "a RADOS namespace"));
    }
}

function checkReplicas(wanted: number | undefined, nodes: number | undefined, check: Check): void {
    if (wanted === undefined) {
        return;
    }
    if (!Number.isInteger(wanted) || wanted < 1) {
        check.refuse(
            "provisionerReplicas",
            `is ${String(wanted)}, which is not a number of replicas of at least 1`,
            "write a whole number, or leave it out",
        );
    } else if (nodes !== undefined && nodes > 0 && wanted > nodes) {
        check.refuse(
            "provisionerReplicas",
            `is ${String(wanted)}, which is more than the ${String(nodes)} nodes that pods can be placed on, and each replica needs one of its own: the install would never end`,
            `write ${String(nodes)} or less, or leave it out`,
        );
    }
}

/** Source: Kubernetes pkg/apis/storage/validation (CSI driver names have at most 63 characters). */
function driverNameFault(text: string) {
    return text.length > 63
        ? {
              fault: `is ${JSON.stringify(text)}, which has ${String(text.length)} characters; a driver's name has 63 at most`,
              cure: "shorten it",
          }
        : objectNameFault(text);
}

/** Canary charts carry images that change under the same version. */
function chartVersionFault(version: string) {
    return parseVersion(version)?.prerelease?.includes("canary") === true
        ? {
              fault: `is ${JSON.stringify(version)}, which is built anew every day`,
              cure: `write a release, such as "${pinned.cephCsiRbd}"`,
          }
        : versionFault(version, pinned.cephCsiRbd);
}
