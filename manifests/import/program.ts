import type { AccessMode, VolumeMode } from "../../model/access";
import { Code, code, Variables } from "./code";
import { contentArgs, machineArgs } from "./machine-code";
import type { ImportPlan } from "./plan";
import type { ReadDisk } from "./read-disk";
import type { ReadService } from "./read-service";

/** How the program reaches the library and the cluster. */
export interface ProgramPlace {
    /** What the library is imported from. */
    readonly library: string;
    /** Name of the Cluster in the program. */
    readonly cluster: string;
    /** Context of the kubeconfig; undefined for the current one. */
    readonly context: string | undefined;
    /** The expression that reads the kubeconfig. */
    readonly kubeconfig: string;
    /** Only the function, for a program that has its Cluster already. */
    readonly part: boolean;
}

/** A storage of the program: a class, and what its first disk has of it. */
export interface ImportedStorage {
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
}

/** The StorageClasses that a plan needs, in the order of its disks. */
export function storagesOf({ machines, disks }: ImportPlan): readonly ImportedStorage[] {
    const all = [...machines.flatMap(({ ownDisks }) => [...ownDisks.values()]), ...disks];
    const classes = [...new Set(all.map(({ storageClass }) => storageClass))];
    return classes.flatMap((storageClass) => {
        const first = all.find((disk) => disk.storageClass === storageClass);
        return first === undefined
            ? []
            : [{ storageClass, accessMode: first.accessMode, volumeMode: first.volumeMode }];
    });
}

/** The program, not laid out yet. */
export function programText(plan: ImportPlan, place: ProgramPlace): string {
    const functionName = new Variables([]).name(plan.namespace, "namespace");
    const variables = new Variables([functionName, ...own]);
    const statements = statementsOf(plan, variables);
    const imported = [...statements.classes, "Cluster"].sort();
    const inline = plan.machines.some((machine) => machine.inline.length > 0);
    return [
        ...(place.part
            ? []
            : [
                  `import { readFileSync } from "node:fs";`,
                  `import { homedir } from "node:os";`,
                  `import { join } from "node:path";`,
              ]),
        ...(inline || !place.part ? [`import { Config } from "@pulumi/pulumi";`] : []),
        place.part
            ? `import { ${imported.map((one) => (one === "Cluster" ? "type Cluster" : one)).join(", ")} } from ${JSON.stringify(place.library)};`
            : `import { ${imported.join(", ")} } from ${JSON.stringify(place.library)};`,
        "",
        comment(plan),
        `export function ${functionName}(cluster: Cluster) {`,
        `const place = ${code({ cluster: new Code("cluster"), namespace: plan.namespace })};`,
        ...(inline ? [firstBoot] : []),
        ...statements.lines,
        `return { ${statements.returned.join(", ")} };`,
        `}`,
        ...(place.part ? [] : [clusterText(functionName, plan.namespace, place)]),
        "",
    ].join("\n");
}

/** What the program's function has beside the objects. */
const own = [
    "cluster",
    "place",
    "config",
    "firstBoot",
    "readFileSync",
    "homedir",
    "join",
    "kubeconfig",
];

const firstBoot = `
const config = new Config();
/** First-boot data that is written in a machine itself: kept in the configuration as base64, so that no line end is lost. */
const firstBoot = (key: string) => config.requireSecret(key).apply((text) => Buffer.from(text, "base64").toString());
`;

function clusterText(functionName: string, namespace: string, place: ProgramPlace): string {
    const args = {
        kubeconfig: new Code("kubeconfig"),
        context: place.context,
        identifier: place.cluster,
        namespace,
    };
    return `
const kubeconfig = ${place.kubeconfig};
const cluster = new Cluster(${JSON.stringify(place.cluster)}, ${code(args)});

// Without the machines there is the Cluster alone, which \`pulumi import --file\` wants in the state before.
export const machines = new Config().getBoolean("machines") === false ? [] : Object.keys(${functionName}(cluster));`;
}

function comment({ namespace, left, notes, machines }: ImportPlan): string {
    const said = [
        ...left.map(
            ({ kind, name, why, cure }) =>
                `Not here: ${kind} ${name}: ${why}.${cure === undefined ? "" : ` To have it: ${cure}.`}`,
        ),
        ...notes.map(({ kind, name, note }) => `${kind} ${name}: ${note}.`),
        ...machines.flatMap(({ name, changes }) =>
            changes.map(
                ({ path, impact }) => `VirtualMachine ${name} differs: ${path} (${impact}).`,
            ),
        ),
    ];
    return [
        "/**",
        ` * Namespace ${namespace}, as \`npm run import\` found it. Nothing is written on an object as long as it is what is said here.`,
        ...(said.length === 0 ? [] : [" *"]),
        ...said.map((line) => ` * - ${line.replaceAll("*/", "* /")}`),
        " */",
    ].join("\n");
}

interface Statements {
    readonly lines: readonly string[];
    readonly returned: readonly string[];
    /** What is imported of the library. */
    readonly classes: readonly string[];
}

function statementsOf(plan: ImportPlan, variables: Variables): Statements {
    const lines: string[] = [];
    const returned: string[] = [];
    const classes = new Set<string>();
    const make = (type: string, variable: string, name: string, args: object, options?: object) => {
        classes.add(type);
        returned.push(variable);
        const more = options === undefined ? "" : `, ${code(options)}`;
        lines.push(
            `const ${variable} = new ${type}(${JSON.stringify(name)}, ${code(args)}${more});`,
        );
        return new Code(variable);
    };
    const storages = new Map(
        storagesOf(plan).map((storage) => {
            const { storageClass, accessMode, volumeMode } = storage;
            // What goes without saying.
            const modes = {
                ...(accessMode === "ReadWriteMany" ? {} : { accessMode }),
                ...(volumeMode === "Block" ? {} : { volumeMode }),
            };
            const variable = variables.name(storageClass, "storage");
            const args = { cluster: new Code("cluster"), storageClass, ...modes };
            return [
                storageClass,
                { storage, code: make("ExistingStorage", variable, storageClass, args) },
            ];
        }),
    );
    const networks = new Map(
        plan.networks.map(({ name, namespace, args }) => {
            const variable = make("VmNetwork", variables.name(name, "network"), name, {
                "...place": spread,
                ...args,
                adopt: true,
            });
            return [`${namespace}/${name}`, { variable, isSriov: args?.sriov !== undefined }];
        }),
    );
    const content = (disk: ReadDisk) => {
        const known = storages.get(disk.storageClass);
        const { accessMode, volumeMode, ...args } = contentArgs(disk, known?.code ?? new Code(""));
        return {
            ...args,
            ...(accessMode === known?.storage.accessMode ? {} : { accessMode }),
            ...(volumeMode === known?.storage.volumeMode ? {} : { volumeMode }),
        };
    };
    const disks = new Map(
        plan.disks.map((disk) => {
            const args = { ...content(disk), namespace: disk.namespace };
            return [disk.name, make("Disk", variables.name(disk.name, "disk"), disk.name, args)];
        }),
    );
    const machines = new Map(
        plan.machines.map((machine) => {
            const args = machineArgs(machine, {
                content,
                disk: (claim) => disks.get(claim) ?? new Code("undefined"),
                network: (attachment) => networks.get(attachment),
            });
            const variable = variables.name(machine.name, "machine");
            const options = machine.tied.length === 0 ? undefined : { protect: true };
            const all = { "...place": spread, ...args };
            return [machine.name, make("VirtualMachine", variable, machine.name, all, options)];
        }),
    );
    for (const service of plan.services) {
        const args = {
            "...place": spread,
            ...targetOf(service, machines),
            ...service.args,
            adopt: true,
        };
        make("VmService", variables.name(service.name, "service"), service.name, args);
    }
    return { lines, returned, classes: [...classes] };
}

/** Takes the place of a field: `...place`. */
const spread = new Code("...place");

function targetOf({ target }: ReadService, machines: ReadonlyMap<string, Code>): object {
    if ("labels" in target) {
        return { selector: target.labels };
    }
    return "machine" in target
        ? { machine: machines.get(target.machine) ?? target.machine }
        : { group: target.group };
}
