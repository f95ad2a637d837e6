import { type Fields, isSame } from "../../model/machine-difference";
import { type MachineChange, machineChanges } from "../../model/machine-changes";
import { nameFault } from "../../model/names";
import { inWordsOf } from "../machine/adopted";
import { virtualMachine } from "../virtual-machine";
import { lookedAfter } from "./owners";
import { entriesAt, partAt, textAt } from "./patch";
import { type ReadDisk, readDisk, type UnreadDisk } from "./read-disk";
import { readMachine, type ReadMachine, saidSpec } from "./read-machine";
import { readNetwork, type ReadNetwork } from "./read-network";
import { readService, type ReadService } from "./read-service";
import { claimOf, entriesOf, inlineData } from "./read-volumes";

/** What a namespace has. */
export interface NamespaceSeen {
    readonly namespace: string;
    readonly machines: readonly Fields[];
    readonly dataVolumes: readonly Fields[];
    readonly claims: readonly Fields[];
    readonly networks: readonly Fields[];
    readonly services: readonly Fields[];
    readonly policies: readonly Fields[];
}

/** What is the stack's already, and what else is wanted. */
export interface ImportWish {
    /** `<project>/<stack>`; undefined where no stack was named. */
    readonly stack: string | undefined;
    /** What the stack's state has: `<Kind> <namespace>/<name>`. */
    readonly state: ReadonlySet<string>;
    /** Also what Helm, Argo CD and so on look after. */
    readonly includeManaged: boolean;
}

/** A machine of the program. */
export interface ImportedMachine extends ReadMachine {
    /** Disks that it has alone; those that it shares are disks of their own. */
    readonly ownDisks: ReadonlyMap<string, ReadDisk>;
    /** Disks that go with the machine when it is deleted, by their names inside it: it is protected. */
    readonly tied: readonly string[];
    /** First-boot data in plain text, which the program takes from the configuration. */
    readonly inline: readonly InlineData[];
    /** What the program says otherwise than the cluster has it: nothing, or it is told. */
    readonly changes: readonly MachineChange[];
}

/** Data that is written in a machine itself. */
export interface InlineData {
    readonly volume: string;
    readonly source: string;
    readonly field: string;
    /** Key of the configuration. */
    readonly key: string;
}

/** Something that the program does not have. */
export interface LeftOut {
    readonly kind: string;
    readonly name: string;
    readonly why: string;
    /** What brings it in; undefined where nothing has to be done. */
    readonly cure?: string;
}

/** What is worth knowing of something that the program has. */
export interface ImportNote {
    readonly kind: string;
    readonly name: string;
    readonly note: string;
}

/** What a namespace comes to as a program. */
export interface ImportPlan {
    readonly namespace: string;
    readonly machines: readonly ImportedMachine[];
    /** Disks of their own: of several machines, or of none. */
    readonly disks: readonly ReadDisk[];
    readonly networks: readonly ReadNetwork[];
    readonly services: readonly ReadService[];
    readonly left: readonly LeftOut[];
    readonly notes: readonly ImportNote[];
}

/** Works out what of a namespace becomes a program, and what is left where it is. */
export function importPlan(seen: NamespaceSeen, wish: ImportWish): ImportPlan {
    return new Planner(seen, wish).plan();
}

class Planner {
    readonly #left: LeftOut[] = [];
    readonly #notes: ImportNote[] = [];

    constructor(
        readonly seen: NamespaceSeen,
        readonly wish: ImportWish,
    ) {}

    plan(): ImportPlan {
        const { seen } = this;
        const wanted = seen.machines.filter((machine) => this.#isWanted("VirtualMachine", machine));
        const users = counted(seen.machines.flatMap(claimsOf));
        const machines = wanted.flatMap((machine) => this.#machine(machine, users));
        const attached = new Set(
            machines.flatMap(({ plan }) => plan.disks.map(({ claim }) => claim)),
        );
        const shared = [...users].filter(([claim, count]) => count > 1 && attached.has(claim));
        const used = new Set(users.keys());
        return {
            namespace: seen.namespace,
            machines,
            disks: [
                ...shared.flatMap(([claim]) => this.#diskOf(claim) ?? []),
                ...this.#unused(used),
            ],
            networks: seen.networks
                .filter((one) => this.#isWanted("NetworkAttachmentDefinition", one))
                .flatMap((one) => this.#network(one)),
            services: seen.services.flatMap((one) => this.#service(one, machines)),
            left: [...this.#left, ...seen.policies.flatMap(policy)],
            notes: this.#notes,
        };
    }

    #isWanted(kind: string, object: Fields): boolean {
        const after = lookedAfter({ kind, ...object }, this.wish.stack, this.wish.state);
        const name = nameOf(object);
        if (after?.by === "this stack") {
            this.#left.push({ kind, name, why: `is this stack's already (${after.name})` });
            return false;
        }
        if (after !== undefined && !this.wish.includeManaged) {
            this.#left.push({
                kind,
                name,
                why: `${after.name} looks after it, and would go on doing so`,
                cure: "take it out there first; or say --include-managed",
            });
            return false;
        }
        if (after !== undefined) {
            this.#notes.push({
                kind,
                name,
                note: `${after.name} looks after it too: take it out there before it is changed here`,
            });
        }
        return true;
    }

    #machine(machine: Fields, users: ReadonlyMap<string, number>): ImportedMachine[] {
        const name = nameOf(machine);
        const kind = "VirtualMachine";
        const fault = nameFaultIn(machine);
        if (fault !== undefined) {
            this.#left.push({ kind, name, why: fault });
            return [];
        }
        const found = claimsOf(machine).map((claim) => [claim, this.#disk(claim)] as const);
        const waiting = found.find(([, one]) => "unfinished" in one);
        if (waiting !== undefined && "why" in waiting[1]) {
            this.#left.push({
                kind,
                name,
                why: `its disk ${waiting[0]} is not ready: ${waiting[1].why}`,
                cure: "import it again when it is; a disk that waits for its first consumer needs the machine to be started once",
            });
            return [];
        }
        const disks = new Map(
            found.flatMap(([claim, one]) => ("why" in one ? [] : [[claim, one] as const])),
        );
        const facts = new Map(
            [...disks].map(([claim, { filled, accessMode, volumeMode }]) => [
                claim,
                { claim, filled, accessMode, volumeMode },
            ]),
        );
        const read = readMachine(machine, facts);
        if ("why" in read) {
            this.#left.push({ kind, name, why: read.why });
            return [];
        }
        for (const [claim, one] of found) {
            if ("why" in one) {
                const kept = one.tiedTo === undefined ? "" : ", so the program protects it";
                const note = `its disk ${claim} stays a volume of the machine: ${one.why}${kept}`;
                this.#notes.push({ kind, name, note });
            }
        }
        const inline = (read.plan.volumes ?? []).flatMap((volume) =>
            inlineData(volume).map((one) => ({
                ...one,
                volume: volume.name,
                key: `${name}-${volume.name}-${one.field}`,
            })),
        );
        const tied = found.flatMap(([claim, one]) =>
            "why" in one && one.tiedTo !== undefined ? [claim] : [],
        );
        const isShared = (claim: string) => (users.get(claim) ?? 0) > 1;
        const ownDisks = new Map([...disks].filter(([claim]) => !isShared(claim)));
        return [{ ...read, ownDisks, tied, inline, changes: changesOf(machine, read) }];
    }

    /** A claim of a machine as a disk, unless somebody else looks after it. */
    #disk(claim: string): ReadDisk | UnreadDisk {
        const [pvc, volume] = this.#objects(claim);
        const users = this.seen.machines.filter((machine) => claimsOf(machine).includes(claim));
        const modes = partAt(pvc, "spec")?.["accessModes"];
        const isForMany = Array.isArray(modes) && modes[0] === "ReadWriteMany";
        const isShared = isForMany && users.every((machine) => shares(machine, claim));
        if (users.length > 1 && !isShared) {
            return {
                why: `${users.map(nameOf).join(" and ")} have it, and not all of them say shareable, or it is not ReadWriteMany`,
            };
        }
        for (const [kind, object] of [
            ["DataVolume", volume],
            ["PersistentVolumeClaim", pvc],
        ] as const) {
            const { stack, state, includeManaged } = this.wish;
            const after =
                object === undefined ? undefined : lookedAfter({ kind, ...object }, stack, state);
            if (after?.by === "this stack") {
                return { why: `it is this stack's already (${after.name})` };
            }
            if (after !== undefined && !includeManaged) {
                return { why: `${after.name} looks after it` };
            }
        }
        return readDisk(pvc, volume);
    }

    #diskOf(claim: string): ReadDisk | undefined {
        const disk = this.#disk(claim);
        return "why" in disk ? undefined : disk;
    }

    #objects(claim: string): readonly [Fields | undefined, Fields | undefined] {
        const named = (all: readonly Fields[]) => all.find((object) => nameOf(object) === claim);
        return [named(this.seen.claims), named(this.seen.dataVolumes)];
    }

    /** DataVolumes are made for machines; any other claim may be anybody's. */
    #unused(used: ReadonlySet<string>): readonly ReadDisk[] {
        const kind = "DataVolume";
        return this.seen.dataVolumes
            .filter((volume) => !used.has(nameOf(volume)) && this.#isWanted(kind, volume))
            .flatMap((volume) => {
                const name = nameOf(volume);
                const disk = this.#disk(name);
                if ("why" in disk) {
                    this.#left.push({ kind, name, why: disk.why });
                    return [];
                }
                return [disk];
            });
    }

    #network(attachment: Fields): readonly ReadNetwork[] {
        const read = readNetwork(attachment);
        const fault = nameFault(read.name);
        if (read.args !== undefined && fault === undefined) {
            return [read];
        }
        this.#left.push({
            kind: "NetworkAttachmentDefinition",
            name: read.name,
            why: "no VmNetwork comes to its configuration: machines refer to it by its name",
        });
        return [];
    }

    /** Services that send to a machine of the program; the others are not of machines. */
    #service(service: Fields, machines: readonly ImportedMachine[]): readonly ReadService[] {
        const selector = Object.entries(partAt(partAt(service, "spec"), "selector") ?? {});
        const isOfMachine = machines.some(({ plan }) => {
            const labels = podLabels(virtualMachine(plan).spec);
            return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
        });
        if (!isOfMachine || !this.#isWanted("Service", service)) {
            return [];
        }
        const read = readService(service);
        if (read === undefined) {
            const why = "it has fields that no VmService has";
            this.#left.push({ kind: "Service", name: nameOf(service), why });
        }
        return read === undefined ? [] : [read];
    }
}

/** What a policy selects is a group of this package's, which no other machine is in. */
function policy(object: Fields): LeftOut {
    return {
        kind: "NetworkPolicy",
        name: nameOf(object),
        why: "it selects by labels of its own, and a VmNetworkPolicy by the group of its machines: it goes on as it is",
    };
}

function podLabels(spec: Fields): Fields {
    return partAt(partAt(partAt(spec, "template"), "metadata"), "labels") ?? {};
}

/** What the cluster would change by the program's manifest. */
function changesOf(live: Fields, { plan }: ReadMachine): readonly MachineChange[] {
    const made = inWordsOf({ spec: partAt(live, "spec") }, virtualMachine(plan)).spec;
    const changes = machineChanges({ spec: saidSpec(live) }, { spec: saidSpec({ spec: made }) });
    // A list with nothing in it says what no list says.
    return changes.filter(({ from, to }) => from !== undefined || !isSame(to, []));
}

/** Names of a machine, its disks and volumes that a program cannot have. */
function nameFaultIn(machine: Fields): string | undefined {
    const template = partAt(partAt(partAt(machine, "spec"), "template"), "spec");
    const devices = partAt(partAt(template, "domain"), "devices");
    const names = [
        nameOf(machine),
        ...[...entriesAt(template, "volumes"), ...entriesAt(devices, "disks")].map(({ name }) =>
            String(name),
        ),
    ];
    const wrong = names.find((name) => nameFault(name) !== undefined);
    return wrong === undefined ? undefined : `the name ${nameFault(wrong)?.fault ?? ""}`;
}

function claimsOf(machine: Fields): readonly string[] {
    const template = partAt(partAt(partAt(machine, "spec"), "template"), "spec");
    return entriesAt(template, "volumes").flatMap((volume) => claimOf(volume) ?? []);
}

/** Whether a machine says that it shares a disk with others. */
function shares(machine: Fields, claim: string): boolean {
    const template = partAt(partAt(partAt(machine, "spec"), "template"), "spec") ?? {};
    return entriesOf(template).some(
        ({ volume, device }) => claimOf(volume) === claim && device?.["shareable"] === true,
    );
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
    return counts;
}

function nameOf(object: Fields): string {
    return textAt(partAt(object, "metadata"), "name") ?? "";
}
