import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { type BulkFile, bulkFile } from "../manifests/import/bulk-file";
import { importPlan, type ImportPlan } from "../manifests/import/plan";
import { programText } from "../manifests/import/program";
import { UserError } from "../model/user-error";
import { kubeconfigTransport } from "../waits/transport";
import { exportOf, ownerOf } from "./disks-stack";
import { targetOf } from "./explain-cluster";
import { importHelp, type ImportOptions, readImportOptions } from "./import-options";
import { type NamespaceRead, objectsOfState, readNamespace } from "./import-read";
import { type ImportFiles, importText, nextText } from "./import-text";
import { projectFolder, type TargetCluster } from "./target";

/** Where the command writes what it has to say. */
export interface ImportOutput {
    readonly print: (text: string) => void;
    readonly env: NodeJS.ProcessEnv;
}

/** Reads a namespace and writes a program that has it. Answers the exit code. */
export async function runImport(
    args: readonly string[],
    { print, env }: ImportOutput,
): Promise<number> {
    const options = readImportOptions(args);
    if (options === undefined) {
        print(importHelp);
        return 0;
    }
    const files = filesOf(options);
    const target = targetOf(options, env);
    const { seen, notes } = await read(target, options.namespace);
    const plan = importPlan(seen, {
        stack: options.stack === undefined ? undefined : ownerOf(options.stack),
        state: await stateObjects(options.stack),
        includeManaged: options.includeManaged,
    });
    const all = { ...plan, notes: [...plan.notes, ...notes.map(cluster)] };
    const isEmpty = [plan.machines, plan.disks, plan.networks, plan.services].every(
        ({ length }) => length === 0,
    );
    const context = options.context ?? target.context;
    if (!isEmpty && files !== undefined) {
        await write(all, { ...options, context }, files);
    }
    if (options.json) {
        print(JSON.stringify(summary(all, isEmpty ? undefined : files), undefined, 4));
    } else {
        print(importText(all, target.label));
        const newOn = options.stack === undefined && !options.part ? context : undefined;
        print(isEmpty ? "\nThere is nothing to import." : `\n${next(all, files, newOn)}`);
    }
    return isEmpty ? 1 : 0;
}

function next(plan: ImportPlan, files: ImportFiles | undefined, newOn: string | undefined): string {
    return files === undefined
        ? "Nothing was written. Say where the program is to go: --out stacks/imported.ts"
        : nextText(plan, files, newOn);
}

function cluster(note: string) {
    return { kind: "Cluster", name: "", note: note.replace(/\.$/, "") };
}

/** The files to write, none of which may be there. */
function filesOf({ out, stack, part }: ImportOptions): ImportFiles | undefined {
    if (out === undefined) {
        return undefined;
    }
    const bulk = out.replace(/\.ts$/, ".import.json");
    for (const file of [out, bulk]) {
        if (existsSync(file)) {
            throw new UserError(
                `${file} is there already, and is not overwritten. Name another file, or remove it.`,
            );
        }
    }
    const owner = stack ?? basename(out, ".ts");
    return { program: out, bulk, stack: owner, part };
}

async function read(target: TargetCluster, namespace: string): Promise<NamespaceRead> {
    try {
        return await readNamespace(
            await kubeconfigTransport(target.kubeconfig, target.context),
            namespace,
        );
    } catch (error) {
        if (error instanceof UserError) {
            throw error;
        }
        const message = error instanceof Error ? error.message : String(error);
        throw new UserError(
            `Namespace ${namespace} cannot be read from ${target.label}: ${message}. Check that the cluster is up and that this account may read machines, DataVolumes and claims there.`,
        );
    }
}

async function stateObjects(stack: string | undefined): Promise<ReadonlySet<string>> {
    const exported = stack === undefined ? undefined : await exportOf(stack);
    return exported === undefined ? new Set() : objectsOfState(exported);
}

async function write(
    plan: ImportPlan,
    { cluster: name, context, part }: ImportOptions,
    { program, bulk, stack }: ImportFiles,
): Promise<void> {
    const library = libraryFrom(dirname(resolve(program)));
    const text = programText(plan, { library, cluster: name, context, kubeconfig, part });
    const layout = (await resolveConfig(resolve(projectFolder, "index.ts"))) ?? {};
    const [project = "", short = ""] = ownerOf(stack).split("/");
    const place = { project, stack: short, cluster: name, identifier: name };
    mkdirSync(dirname(resolve(program)), { recursive: true });
    writeFileSync(program, await format(text, { ...layout, parser: "typescript" }), { flag: "wx" });
    writeFileSync(bulk, `${bulkText(bulkFile(plan, place))}\n`, { flag: "wx" });
}

/** How the program reads the kubeconfig of the machine that it runs on. */
const kubeconfig = `readFileSync(process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config"), "utf8")`;

function bulkText(file: BulkFile): string {
    return JSON.stringify(file, undefined, 4);
}

/** The library of this checkout, or the package for a program that is elsewhere. */
function libraryFrom(folder: string): string {
    const way = relative(folder, resolve(projectFolder, "components"));
    const inside = !relative(projectFolder, folder).startsWith("..");
    return inside ? (way.startsWith(".") ? way : `./${way}`) : "pulumi-kubevirt";
}

function summary(plan: ImportPlan, files: ImportFiles | undefined): object {
    const { namespace, left, notes } = plan;
    const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
    return {
        namespace,
        machines: plan.machines.map(({ name, ownDisks, tied, changes }) => ({
            name,
            disks: [...ownDisks.keys()],
            tied,
            changes,
        })),
        disks: names(plan.disks),
        networks: names(plan.networks),
        services: names(plan.services),
        left,
        notes,
        files: files === undefined ? [] : [files.program, files.bulk],
    };
}
