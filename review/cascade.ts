import { leavesOrphans } from "./fate";
import { going, type Judgement } from "./judgement";
import { fateOf } from "./kinds";
import { templateDisks } from "./machine-fate";
import { grouped } from "../model/once";
import {
    claimKey,
    dataVolumeKey,
    definitionKey,
    machineKey,
    namespaceKey,
    ofKind,
    type Scene,
} from "./scene";
import { kindKey, ownersOf, textOf, type Thing } from "./thing";

/** Something with data that goes because of something else: also where the engine lets go of it, or leaves it alone. */
export interface Collateral {
    readonly thing: Thing;
    readonly judgement: Judgement;
}

/** Kinds whose fate is told when something else takes them along. */
const carried = [
    claimKey,
    dataVolumeKey,
    machineKey,
    "snapshot.storage.k8s.io/VolumeSnapshot",
    "snapshot.kubevirt.io/VirtualMachineSnapshot",
];

/** What the cluster deletes with what this change deletes: by namespace, by definition, by owner. */
export function collateral(scene: Scene): readonly Collateral[] {
    const takers = grouped(scene.deleted, (deleted) => takerKeys(deleted));
    return ofKind(scene.before, ...carried).flatMap((thing) => {
        const cause = carriedKeys(thing)
            .flatMap((key) => takers.get(key) ?? [])
            .find((deleted) => deleted.urn !== thing.urn && takesAlong(deleted, thing));
        if (cause === undefined) {
            return [];
        }
        const { why, ...rest } = going(fateOf({ thing, scene }));
        return [
            {
                thing,
                judgement: {
                    ...rest,
                    why: `${cause.kind} ${cause.name} is deleted, and this goes with it: ${why}`,
                },
            },
        ];
    });
}

/** By what a deleted object takes others along: as what they are in, as what defines them, by its name, by the names of its disks. */
function takerKeys(deleted: Thing): readonly string[] {
    switch (kindKey(deleted)) {
        case namespaceKey:
            return [`in ${deleted.name}`];
        case definitionKey:
            return ["defines"];
        default:
            return [deleted.name, ...templateDisks(deleted).map(({ name }) => name)].map(
                (name) => `named ${name}`,
            );
    }
}

function carriedKeys(thing: Thing): readonly string[] {
    return [
        `in ${thing.namespace}`,
        "defines",
        ...[thing.name, ...ownersOf(thing).map(({ name }) => name)].map((name) => `named ${name}`),
    ];
}

function takesAlong(deleted: Thing, thing: Thing): boolean {
    switch (kindKey(deleted)) {
        case namespaceKey:
            return thing.namespace === deleted.name;
        case definitionKey:
            return (
                textOf(deleted, ["spec", "group"]) === thing.group &&
                textOf(deleted, ["spec", "names", "kind"]) === thing.kind
            );
        default:
            return !leavesOrphans(deleted) && owns(deleted, thing);
    }
}

function owns(deleted: Thing, thing: Thing): boolean {
    if (deleted.namespace !== "" && deleted.namespace !== thing.namespace) {
        return false;
    }
    const isNamed = ownersOf(thing).some(
        ({ kind, name }) => kind === deleted.kind && name === deleted.name,
    );
    // CDI's claim has the name of its DataVolume, and KubeVirt's DataVolume that of its template.
    const isClaimOf =
        kindKey(deleted) === dataVolumeKey &&
        kindKey(thing) === claimKey &&
        deleted.name === thing.name;
    const isTemplate =
        kindKey(deleted) === machineKey &&
        [claimKey, dataVolumeKey].includes(kindKey(thing)) &&
        templateDisks(deleted).some(({ name }) => name === thing.name);
    return isNamed || isClaimOf || isTemplate;
}
