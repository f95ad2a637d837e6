import { given } from "../../../manifests/fields";
import type { LonghornArgs } from "./args";
import type { LonghornClassArgs } from "./class-args";
import { longhornClassName } from "./names";

/** A tier with all it takes from the top level. */
export interface LonghornTier extends LonghornClassArgs {
    readonly className: string;
}

/** What a plan is made of: everything but where it is installed and what the component itself does. */
export type LonghornSettings = Omit<LonghornArgs, "cluster">;

/** The name of the only tier where none is given. */
export const onlyTier = "default";

/** Copies of a disk where nobody says another number. */
export const defaultReplicas = 3;

/** Class arguments that a tier takes from the top level. The others are about one class. */
const shared: readonly (keyof LonghornClassArgs)[] = [
    "replicas",
    "staleReplicaTimeout",
    "dataLocality",
    "diskTags",
    "nodeTags",
    "replicaAutoBalance",
    "trim",
    "encrypted",
    "dataEngine",
    "linkedClones",
    "recurringJobs",
    "fsType",
    "mkfsParams",
    "mountOptions",
    "reclaimPolicy",
    "allowVolumeExpansion",
    "bindingMode",
    "backupTargetName",
    "parameters",
];

/** The classes of a Longhorn by the names of their tiers, complete. */
export function longhornTiers(
    name: string,
    args: LonghornSettings,
): Readonly<Record<string, LonghornTier>> {
    if (args.tiers === undefined) {
        const own: LonghornClassArgs = args;
        return { [onlyTier]: { ...own, className: args.className ?? longhornClassName(name) } };
    }
    return Object.fromEntries(
        Object.entries(args.tiers).map(([tier, own]) => [
            tier,
            { className: `${name}-${tier}`, ...common(tier, args), ...defined(own) },
        ]),
    );
}

/** What a tier takes from the top level. */
function common(tier: string, args: LonghornSettings): LonghornClassArgs {
    const isDefault = tier === longhornDefaultTier(args) && args.isDefaultForMachines === true;
    return {
        ...defined(Object.fromEntries(shared.map((field) => [field, args[field]]))),
        ...(isDefault ? { isDefaultForMachines: true } : {}),
    };
}

/** Without what is undefined, which would hide the top level's value. */
function defined(args: LonghornClassArgs): LonghornClassArgs {
    return given({ ...args }) ?? {};
}

/** The tier of disks that name none. */
export function longhornDefaultTier(args: LonghornSettings): string {
    return args.defaultTier ?? Object.keys(args.tiers ?? {})[0] ?? onlyTier;
}

/** How many nodes have to be able to keep data before disks are made: for production as many as a disk has copies. */
export function longhornNodesWanted(args: LonghornSettings): number {
    const replicas = Object.values(longhornTiers("", args)).map((tier) => replicasOf(tier));
    return args.environment === "trial" ? 1 : Math.max(1, ...replicas);
}

/** Copies of every disk of a class. */
export function replicasOf(tier: LonghornClassArgs): number {
    return tier.replicas ?? defaultReplicas;
}

/** The engine of a class. */
export function engineOf(tier: LonghornClassArgs): "v1" | "v2" {
    return tier.dataEngine ?? "v1";
}
