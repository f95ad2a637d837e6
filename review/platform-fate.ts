import { few } from "../model/few";
import { type Fate, type Going, keeps, loses } from "./fate";
import { fieldsAt } from "../model/machine-object";
import { templateDisks } from "./machine-fate";
import {
    claimKey,
    classNamed,
    classOf,
    dataVolumeKey,
    disksOn,
    machineKey,
    ofKind,
    poolKey,
    type Scene,
} from "./scene";
import { shownText } from "./secrets";
import { isStoragePart } from "./storage-names";
import {
    annotationOf,
    entriesOf,
    isHidden,
    placeText,
    textOf,
    type Thing,
    wantedOf,
} from "./thing";

/** Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/: everything in it is deleted. */
export function namespaceFate({ thing, scene }: Going): Fate {
    const inside = ofKind(scene.before, claimKey, dataVolumeKey)
        .filter(({ namespace }) => namespace === thing.name)
        .map(({ name }) => name);
    return loses(
        inside.length === 0
            ? "everything in it is deleted with it, also what this stack does not know: machines, claims, secrets"
            : `everything in it is deleted with it, also what this stack has let go of: ${few([...new Set(inside)], 8)}`,
    );
}

/** Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#delete-a-customresourcedefinition */
export function definitionFate({ thing }: Going): Fate {
    const kind = textOf(thing, ["spec", "names", "kind"]) ?? thing.name;
    return loses(`every ${kind} of the cluster is deleted with its definition, whoever made it`);
}

/** Nothing is erased by this alone; without its class a disk no longer grows, and nothing new is made on it. */
export function classGoingFate({ thing, scene, next }: Going): Fate {
    const disks = [
        ...new Set([...disksOn(scene, thing.name).map(placeText), ...partsOn(scene, thing)]),
    ];
    if (disks.length === 0 && scene.isWhole) {
        return keeps(
            "no disk of this stack is on it; volumes of others stay, and can no longer grow",
        );
    }
    const whose =
        disks.length === 0
            ? "nothing here says whether claims are bound to it"
            : `bound to it: ${few(disks, 8)}`;
    const policy = next === undefined ? undefined : textOf(next, ["reclaimPolicy"]);
    return loses(
        next === undefined
            ? `${whose}. Their volumes stay, but can no longer grow or be made again, and what the class knew of them (secrets, pool) is gone`
            : `it is made anew, and ${whose}. Their volumes stay as they are; new ones are made another way${policy === undefined ? "" : ` (reclaim policy ${policy})`}`,
    );
}

/** Disks on a class that have no resource of their own: of machines, of pools, of StatefulSets, and on the class that is the default. */
function partsOn(scene: Scene, thing: Thing): readonly string[] {
    const isDefault =
        annotationOf(thing, "storageclass.kubernetes.io/is-default-class") === "true" ||
        annotationOf(thing, "storageclass.kubevirt.io/is-default-virt-class") === "true";
    const isOn = (name: string | undefined) =>
        name === thing.name || (name === undefined && isDefault);
    const templates = ofKind(scene.before, machineKey, poolKey).flatMap((machine) =>
        templateDisks(machine)
            .filter(({ storageClass }) => isOn(storageClass))
            .map(({ name }) => `${placeText(machine)} (${name})`),
    );
    const sets = ofKind(scene.before, "apps/StatefulSet")
        .filter((set) => claimTemplateClasses(set).some(isOn))
        .map(placeText);
    const unnamed = isDefault
        ? ofKind(scene.before, claimKey, dataVolumeKey)
              .filter((disk) => classOf(disk) === undefined)
              .map(placeText)
        : [];
    return [...templates, ...sets, ...unnamed];
}

/** An operator's own object: with it the operator takes away what it has set up. */
export function operatorFate({ thing }: Going): Fate {
    const blocks =
        textOf(thing, ["spec", "uninstallStrategy"]) === "BlockUninstallIfWorkloadsExist";
    const what = thing.kind === "CDI" ? "DataVolumes" : "machines";
    return loses(
        blocks
            ? `with it ${thing.kind} is uninstalled, and its definitions with all ${what}; it does not go while there are any (BlockUninstallIfWorkloadsExist)`
            : `with it ${thing.kind} is uninstalled, and its definitions with all ${what} of the cluster`,
    );
}

export function storageSystemFate({ thing }: Going): Fate {
    return loses(
        `a ${thing.kind} is a part of the storage itself: what is kept in it goes with it`,
    );
}

/** A driver's objects: without them no volume is made, attached or deleted. */
export function driverFate({ thing }: Going): Fate {
    return loses(
        `it is a part of the storage driver: without it no volume of ${thing.name} can be made, attached or deleted, and machines on it do not start again`,
    );
}

/** What runs in pods, and may be a part of the storage. */
export function podsFate({ thing, next }: Going): Fate {
    return isStoragePart(thing) && next === undefined
        ? driverFate({ thing, scene: noScene })
        : keeps("no data is kept in it");
}

const noScene: Going["scene"] = {
    before: [],
    after: [],
    deleted: [],
    isWhole: false,
    states: new Map(),
    steps: [],
};

/** Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention */
export function statefulSetFate(going: Going): Fate {
    const { thing, scene } = going;
    const policy = ["spec", "persistentVolumeClaimRetentionPolicy"];
    const places = [["spec"], policy, [...policy, "whenDeleted"]];
    if (places.some((place) => isHidden(thing, place))) {
        return loses(
            "whether its claims are deleted with it is hidden in the preview (persistentVolumeClaimRetentionPolicy)",
        );
    }
    if (textOf(thing, [...policy, "whenDeleted"]) !== "Delete") {
        return podsFate(going);
    }
    const kept = (name: string | undefined) => {
        const named = classNamed(scene, name);
        return named !== undefined && textOf(named, ["reclaimPolicy"]) === "Retain";
    };
    const classes = claimTemplateClasses(thing);
    return classes.length > 0 && classes.every(kept)
        ? keeps("its claims go with it, and their class keeps the volumes (Retain)")
        : loses("its claims are deleted with it (persistentVolumeClaimRetentionPolicy)");
}

/** The classes of the claims that a StatefulSet makes; undefined where the cluster's default decides. */
function claimTemplateClasses(thing: Thing): readonly (string | undefined)[] {
    return entriesOf(wantedOf(thing, ["spec", "volumeClaimTemplates"])).map((one) =>
        shownText(fieldsAt(one, ["spec"])["storageClassName"]),
    );
}
