import { checkCapacity } from "../../../model/capacity";
import { durationFault } from "../../../model/duration";
import { Check, type Findings } from "../../../model/findings";
import { nameFault } from "../../../model/names";
import { objectNameFault } from "../../../model/object-name";
import type { Problem } from "../../../model/problems";
import { checkPlacement } from "../../../model/placement";
import { pinned, versionFault } from "../../../model/versions";
import { checkBackupTarget } from "./check-backup";
import { checkClass } from "./check-class";
import { checkNodes } from "./check-nodes";
import { checkEncryption, checkMetrics, checkUi } from "./check-parts";
import { checkSettings, checkValues } from "./check-values";
import { hasOwnPolicies } from "./metrics-policy";
import { longhornOwnClasses } from "./names";
import { longhornDefaultTier, type LonghornSettings, longhornTiers } from "./tiers";

/**
 * Everything that is wrong with a Longhorn as far as nobody has to be asked, and what should be known about it.
 *
 * @param nodes how many nodes of the cluster take pods, where that is known
 */
export function checkLonghorn(
    name: string,
    args: LonghornSettings,
    nodes: number | undefined,
): Findings {
    const check = new Check();
    checkWords(args, check);
    checkTiers(name, args, check);
    checkClasses(name, args, nodes, check);
    addAll(checkNodes(args), check);
    checkNumbers(args, check);
    checkPlaces(args, check);
    check.addFrom("backupTarget", checkBackupTarget(args.backupTarget));
    check.addFrom("encryption", checkEncryption(args.encryption));
    check.addFrom("metrics", checkMetrics(args.metrics));
    check.addFrom("ui", checkUi(args.ui));
    check.addFrom("settings", checkSettings(args.settings, args.environment));
    check.addFrom("values", checkValues(args.values, args.environment));
    if (args.capacity !== undefined) {
        check.addFrom("capacity", checkCapacity(args.capacity));
    }
    checkRemoval(args, check);
    return check;
}

/** What a tier takes from the top level is said once, and of the top level. */
function checkClasses(
    name: string,
    args: LonghornSettings,
    nodes: number | undefined,
    check: Check,
): void {
    const said = new Set<string>();
    const say = (tier: string, how: "refuse" | "warn", problems: readonly Problem[]) => {
        for (const { field, fault, cure } of problems) {
            const [root = ""] = field.split(/[.[]/);
            const own = args.tiers?.[tier];
            const isShared = own === undefined || (!(root in own) && root in args);
            const place = isShared ? field : `tiers.${tier}.${field}`;
            const text = JSON.stringify([place, fault, cure]);
            if (!said.has(text)) {
                said.add(text);
                check[how](place, fault, cure);
            }
        }
    };
    for (const [tier, own] of Object.entries(longhornTiers(name, args))) {
        const found = checkClass(own, args, nodes);
        say(tier, "refuse", found.problems);
        say(tier, "warn", found.warnings);
    }
}

function addAll(found: Findings, check: Check): void {
    found.problems.forEach(({ field, fault, cure }) => check.refuse(field, fault, cure));
    found.warnings.forEach(({ field, fault, cure }) => check.warn(field, fault, cure));
}

function checkWords(args: LonghornSettings, check: Check): void {
    check.refuseUnknown("environment", args.environment, ["production", "trial"], "this package");
    check.refuseUnknown(
        "snapshotDeletionPolicy",
        args.snapshotDeletionPolicy,
        ["Delete", "Retain"],
        "Kubernetes",
    );
    check.refuseUnknown("teardown", args.teardown, ["armed"], "this package");
    const { version, readyWithin } = args;
    check.refuseIf(
        "version",
        version === undefined ? undefined : versionFault(version, pinned.longhorn),
    );
    check.refuseIf(
        "readyWithin",
        readyWithin === undefined ? undefined : durationFault(readyWithin),
    );
}

/** What the classes of one Longhorn must not have in common, or only one of them may have. */
function checkTiers(name: string, args: LonghornSettings, check: Check): void {
    const tiers = Object.entries(longhornTiers(name, args));
    if (tiers.length === 0) {
        check.refuse("tiers", "is empty, and a Longhorn has at least one class", "leave it out");
        return;
    }
    const names = tiers.map(([tier]) => tier);
    const chosen = longhornDefaultTier(args);
    if (!names.includes(chosen)) {
        check.refuse(
            "defaultTier",
            `is ${JSON.stringify(chosen)}, which is no tier`,
            `write one of ${names.join(", ")}`,
        );
    }
    for (const [tier, { className }] of tiers) {
        const place = args.tiers === undefined ? "" : `tiers.${tier}.`;
        const fault = nameFault(tier);
        check.refuseIf(`tiers.${tier}`, fault);
        if (fault === undefined) {
            check.refuseIf(`${place}className`, classNameFault(className));
        }
        const first = tiers.find(([, other]) => other.className === className)?.[0];
        if (first !== undefined && first !== tier) {
            check.refuse(
                `tiers.${tier}.className`,
                `is ${JSON.stringify(className)}, which is the name of the tier ${first}'s class, too`,
                "give each its own",
            );
        }
    }
    const marked = tiers.filter(([, tier]) => tier.isDefaultForMachines === true);
    if (marked.length > 1) {
        check.refuse(
            "isDefaultForMachines",
            `is true for ${marked.map(([tier]) => tier).join(" and ")}, and CDI takes the newest of several`,
            "leave it on one",
        );
    }
    for (const field of ["className", "fromBackup"] as const) {
        if (args.tiers !== undefined && args[field] !== undefined) {
            check.refuse(
                field,
                "is given beside tiers, and is about one class",
                "move it to the tier that it is about",
            );
        }
    }
}

function classNameFault(name: string): { fault: string; cure: string } | undefined {
    return longhornOwnClasses.includes(name)
        ? {
              fault: `is ${JSON.stringify(name)}, which is the name of a class that Longhorn makes and removes itself`,
              cure: `write className: "longhorn-vm"`,
          }
        : objectNameFault(name);
}

function checkNumbers(args: LonghornSettings, check: Check): void {
    const { csiReplicas, guaranteedInstanceManagerCpu: cpu } = args;
    if (csiReplicas !== undefined && !(Number.isInteger(csiReplicas) && csiReplicas >= 1)) {
        check.refuse(
            "csiReplicas",
            `is ${String(csiReplicas)}, which is not a number of pods`,
            "write a whole number of at least 1",
        );
    }
    // Source: longhorn-manager types/setting.go (SettingDefinitionGuaranteedInstanceManagerCPU).
    if (cpu !== undefined && !(cpu >= 0 && cpu <= 40)) {
        check.refuse(
            "guaranteedInstanceManagerCpu",
            `is ${String(cpu)}, which is not a percentage from 0 to 40`,
            "write a number such as 12",
        );
    }
}

function checkPlaces(args: LonghornSettings, check: Check): void {
    const { dataPath, kubeletDir, storageNetwork, tolerations, nodeSelector } = args;
    for (const [field, path] of Object.entries({ dataPath, kubeletDir })) {
        if (path !== undefined && !path.startsWith("/")) {
            check.refuse(
                field,
                `is ${JSON.stringify(path)}, which is not a path from the root of a node`,
                `begin it with "/"`,
            );
        }
    }
    // Source: longhorn-manager types/types.go (ValidateCNINetwork).
    if (storageNetwork !== undefined && !/^[a-z0-9.-]+\/[a-z0-9.-]+$/.test(storageNetwork)) {
        check.refuse(
            "storageNetwork",
            `is ${JSON.stringify(storageNetwork)}, which is not a network`,
            `write namespace and name of its NetworkAttachmentDefinition, such as "kube-system/storage-network"`,
        );
    }
    if (args.networkPolicies === false) {
        check.warn(
            "networkPolicies",
            "is false, and every pod of the cluster can tell Longhorn to delete volumes",
            "leave it out, and let in who reads metrics with metrics.from",
        );
    } else if (!hasOwnPolicies(args) && args.metrics?.from !== undefined) {
        check.warn(
            "metrics.from",
            `is given, and Longhorn ${args.version ?? ""} has no policies that keep anybody out`,
            `use ${pinned.longhorn} or newer, or leave it out`,
        );
    }
    addAll(checkPlacement({ ...(tolerations && { tolerations }) }), check);
    for (const [index, { key = "", tolerationSeconds }] of (tolerations ?? []).entries()) {
        if (tolerationSeconds !== undefined) {
            check.refuse(
                `tolerations[${String(index)}].tolerationSeconds`,
                `is ${String(tolerationSeconds)}, which Longhorn has no word for`,
                "leave it out",
            );
        }
        if (key.includes("kubernetes.io")) {
            check.warn(
                `tolerations[${String(index)}].key`,
                `is ${JSON.stringify(key)}, and Longhorn takes keys of kubernetes.io for Kubernetes' own`,
                "taint the nodes with a key of your own",
            );
        }
    }
    // The setting is a text with these two as separators: longhorn-manager types/setting.go (UnmarshalNodeSelector).
    for (const [key, value] of Object.entries(nodeSelector ?? {})) {
        if (/[:;]/.test(key + value)) {
            check.refuse(
                "nodeSelector",
                `has ${JSON.stringify(`${key}: ${value}`)}, which is not a label of a node`,
                `write it as { "example.org/storage": "true" }`,
            );
        }
    }
}

function checkRemoval(args: LonghornSettings, check: Check): void {
    if (args.teardown === "armed") {
        check.warn(
            "teardown",
            `is "armed", and the next destroy erases every copy of every volume, in use or not`,
            "take it out to disarm",
        );
    } else if ((args.eraseVolumes ?? []).length > 0) {
        check.refuse(
            "eraseVolumes",
            `is given, and teardown is not "armed": nothing is erased`,
            `leave it out, or add teardown: "armed"`,
        );
    }
}
