import { evictionStrategy, type LiveMigrationWish, migratability } from "../../model/migratability";
import { type Fields, isFields, isSame } from "../../model/machine-difference";
import { movableParts } from "../machine/movable";
import {
    type MachineOrder,
    type MachinePlan,
    type NamedKind,
    type RunStrategy,
    runStrategies,
    virtualMachine,
} from "../virtual-machine";
import { entriesAt, partAt, patch, some, textAt, withoutNulls, wordOf } from "./patch";
import { readHardware } from "./read-hardware";
import { type ReadInterface, readInterfaces } from "./read-interfaces";
import { readPlacement, readProbe, seconds } from "./read-placement";
import { type ClaimFacts, claimOf, entriesOf, readDisk, readVolume } from "./read-volumes";

/** A machine as a program says it. `virtualMachine(plan)` has the spec of the machine that was read. */
export interface ReadMachine {
    readonly name: string;
    readonly namespace: string;
    readonly plan: MachinePlan;
    readonly interfaces: readonly ReadInterface[];
    readonly liveMigration: LiveMigrationWish;
}

/** Why a machine cannot be said by a program. */
export interface UnreadMachine {
    readonly name: string;
    readonly why: string;
}

/**
 * Reads a machine.
 *
 * @param disks what is known of the claims that become disks of the program; the others stay volumes.
 */
export function readMachine(
    machine: Fields,
    disks: ReadonlyMap<string, ClaimFacts>,
): ReadMachine | UnreadMachine {
    const metadata = partAt(machine, "metadata");
    const place = {
        name: textAt(metadata, "name") ?? "",
        namespace: textAt(metadata, "namespace") ?? "",
    };
    const spec = saidSpec(machine);
    const template = partAt(partAt(spec, "template"), "spec") ?? {};
    const strategy = strategyOf(spec);
    const interfaces = readInterfaces(template, place);
    const probes = {
        readiness: readProbe(partAt(template, "readinessProbe"), "readiness"),
        liveness: readProbe(partAt(template, "livenessProbe"), "liveness"),
    };
    if (strategy === undefined) {
        const said = textAt(spec, "runStrategy");
        return {
            name: place.name,
            why: `its run strategy is ${JSON.stringify(said)}, which no program can say`,
        };
    }
    if (interfaces === undefined) {
        return {
            name: place.name,
            why: "its interfaces and networks do not belong to each other one by one",
        };
    }
    if (template["readinessProbe"] !== undefined && probes.readiness === undefined) {
        return { name: place.name, why: "its readinessProbe has fields that no program can say" };
    }
    const entries = entriesOf(template);
    const folders = entriesAt(partAt(partAt(template, "domain"), "devices"), "filesystems");
    const isDisk = (volume: Fields | undefined) => disks.has(claimOf(volume) ?? "");
    const volumes = entries
        .filter(({ volume }) => !isDisk(volume))
        .map((entry) =>
            readVolume(
                entry,
                folders.some(({ name }) => name === entry.name),
            ),
        );
    const instancetype = namedKind(spec["instancetype"], "VirtualMachineClusterInstancetype");
    const preference = namedKind(spec["preference"], "VirtualMachineClusterPreference");
    const labels = sharedLabels(metadata, spec);
    const placement = readPlacement(template);
    const stop = template["terminationGracePeriodSeconds"];
    const plain: Omit<MachinePlan, "evictionStrategy"> = {
        ...place,
        owner: "",
        os: "linux",
        runStrategy: strategy,
        ...readHardware(partAt(template, "domain") ?? {}, instancetype !== undefined),
        ...(instancetype === undefined ? {} : { instancetype }),
        ...(preference === undefined ? {} : { preference }),
        disks: entries.flatMap((entry) => {
            const facts = disks.get(claimOf(entry.volume) ?? "");
            return facts === undefined ? [] : [readDisk(entry, facts)];
        }),
        ...(volumes.length === 0 ? {} : { volumes }),
        networks: interfaces.map(({ plan }) => plan),
        ...(probes.readiness === undefined ? {} : { readinessProbe: probes.readiness }),
        ...(probes.liveness === undefined ? {} : { livenessProbe: probes.liveness }),
        ...(placement === undefined ? {} : { placement }),
        ...(labels === undefined ? {} : { labels }),
        ...(seconds(stop) === undefined ? {} : { stopWithinSeconds: stop as number }),
    };
    const mobility = migratability(movableParts(plain));
    const wish = wishFor(template["evictionStrategy"], mobility.migratable);
    const bare = withOrder(
        { ...plain, evictionStrategy: evictionStrategy(mobility, wish) },
        template,
    );
    const overrides = without(patch(virtualMachine(bare).spec, spec) ?? {}, lists);
    const plan = overrides === undefined ? bare : { ...bare, overrides };
    return { ...place, plan, interfaces, liveMigration: wish };
}

/**
 * The spec as far as a program says it. Templates of disks stay the machine's own, and what KubeVirt has filled in says nothing.
 */
export function saidSpec(machine: Fields): Fields {
    const {
        running,
        dataVolumeTemplates: _,
        ...spec
    } = withoutNulls(partAt(machine, "spec") ?? {}) as Fields;
    const isOld = typeof running === "boolean" && spec["runStrategy"] === undefined;
    const said = isOld ? { ...spec, runStrategy: running ? "Always" : "Halted" } : spec;
    return without(said, filledIn) ?? {};
}

/** Source: KubeVirt pkg/virt-api/webhooks/mutating-webhook/mutators/vm-mutator.go. */
const filledIn = {
    template: {
        spec: {
            architecture: (value: unknown) => value === "amd64",
            domain: {
                resources: (value: unknown) => isFields(value) && Object.keys(value).length === 0,
            },
        },
    },
};

function strategyOf(spec: Fields): RunStrategy | undefined {
    return wordOf(spec["runStrategy"], runStrategies);
}

function namedKind(value: unknown, usual: string): NamedKind | undefined {
    const fields = value as Fields | undefined;
    const name = textAt(fields, "name");
    return name === undefined ? undefined : { name, kind: textAt(fields, "kind") ?? usual };
}

/** Labels that both the machine and its pods have: the program's labels are on both. */
function sharedLabels(
    metadata: Fields | undefined,
    spec: Fields,
): Readonly<Record<string, string>> | undefined {
    const own = partAt(metadata, "labels") ?? {};
    const pods = partAt(partAt(partAt(spec, "template"), "metadata"), "labels") ?? {};
    const shared = Object.entries(own).filter(
        ([key, value]) => pods[key] === value && !/^(kubevirt\.io|app\.kubernetes\.io)\//.test(key),
    );
    return shared.length === 0
        ? undefined
        : (Object.fromEntries(shared) as Readonly<Record<string, string>>);
}

function wishFor(strategy: unknown, migratable: boolean): LiveMigrationWish {
    if (strategy === "None") {
        return "none";
    }
    return strategy === "LiveMigrate" && migratable ? "required" : "if-possible";
}

/** The order of the lists, where it is not the one that the program has by itself. */
function withOrder(plan: MachinePlan, template: Fields): MachinePlan {
    const made = virtualMachine(plan).spec;
    const madeTemplate = partAt(partAt(made, "template"), "spec") ?? {};
    const names = (spec: Fields, list: "disks" | "volumes") =>
        entriesAt(list === "volumes" ? spec : partAt(partAt(spec, "domain"), "devices"), list).map(
            ({ name }) => String(name),
        );
    const order = some({
        disks: differing(names(madeTemplate, "disks"), names(template, "disks")),
        volumes: differing(names(madeTemplate, "volumes"), names(template, "volumes")),
    }) as MachineOrder | undefined;
    return order === undefined ? plan : { ...plan, order };
}

function differing(
    made: readonly string[],
    wanted: readonly string[],
): readonly string[] | undefined {
    return isSame(made, wanted) ? undefined : wanted;
}

/** Disks, volumes and networks are said by arguments of their own. */
const lists = {
    template: {
        spec: {
            volumes: anything,
            networks: anything,
            domain: { devices: { disks: anything, interfaces: anything } },
        },
    },
};

function anything(): boolean {
    return true;
}

/** What is taken away: a field with a value that is meant, or fields in it. */
interface Taken {
    readonly [field: string]: Taken | ((value: unknown) => boolean);
}

/** Fields, and what is in them, without those that are taken away. Undefined where nothing is left. */
function without(fields: Fields, taken: Taken): Fields | undefined {
    const entries = Object.entries(fields).flatMap(([key, value]) => {
        const inner = taken[key];
        if (typeof inner === "function") {
            return inner(value) ? [] : [[key, value]];
        }
        const left = inner !== undefined && isFields(value) ? without(value, inner) : value;
        return left === undefined ? [] : [[key, left]];
    });
    return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Fields);
}
