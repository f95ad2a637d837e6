import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as yaml from "yaml";
import type { Api, ApiObject } from "./api";
import { UserError } from "../model/user-error";
import { projectFolder } from "./layout";

/** A set of custom resource definitions. */
export interface CrdSet {
    /** For people: where they are from. */
    readonly label: string;
    readonly files: readonly string[];
    /** Changes with their content. */
    readonly digest: string;
}

/** Groups that no chart of ours brings along: a definition that is there already makes a chart's install fail. */
const folders = ["cdi", "kubevirt", "snapshot", "network"];

const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** A custom resource definition. */
export interface Definition extends ApiObject {
    readonly spec: { readonly group: string };
}

const thinFolder = path.join(projectFolder, "sandbox", "crds");

/** Whose release a definition belongs to; `none` for those that come with the sandbox. */
export type CrdOwner = "cdi" | "kubevirt" | "snapshots" | "multus" | "whereabouts" | "none";

/** Groups with a name of their own. */
const byGroup: Readonly<Record<string, CrdOwner>> = {
    "snapshot.storage.k8s.io": "snapshots",
    "k8s.cni.cncf.io": "multus",
    "whereabouts.cni.cncf.io": "whereabouts",
};

/** Whose a definition is, by its group. */
export function crdOwner({ spec: { group } }: Definition): CrdOwner {
    if (/(^|\.)cdi\.kubevirt\.io$/.test(group)) {
        return "cdi";
    }
    if (/(^|\.)kubevirt\.io$/.test(group)) {
        return "kubevirt";
    }
    return byGroup[group] ?? "none";
}

/** The definitions of the installations themselves: a release brings them, and its operator makes the others. */
const ofReleases = ["cdis.cdi.kubevirt.io", "kubevirts.kubevirt.io"];

/** Whether a definition comes with a release, and not from its operator. */
export function isInRelease({ metadata: { name } }: Definition): boolean {
    return ofReleases.includes(name);
}

/**
 * The real definitions, from the folder in SANDBOX_CRDS or from `shared/data/crds` beside the checkout, else our own thin
 * ones, which know the fields that the components set.
 */
export function crdSet(
    env: Readonly<Record<string, string | undefined>>,
    beside = path.join(projectFolder, "..", "shared", "data", "crds"),
): CrdSet {
    const given = env["SANDBOX_CRDS"];
    if (given !== undefined && given !== "") {
        const files = realFiles(given);
        if (files.length === 0) {
            throw new UserError(
                `SANDBOX_CRDS is ${JSON.stringify(given)}, which has no YAML file in ${folders.join(", ")}. Put the definitions there, or unset it to use the thin ones.`,
            );
        }
        return set(`the real ones of ${given}`, files);
    }
    const files = realFiles(beside);
    return files.length > 0
        ? set(`the real ones of ${path.resolve(beside)}`, files)
        : set(
              "thin ones of our own (set SANDBOX_CRDS to a folder with the real ones)",
              yamlFiles(thinFolder),
          );
}

/**
 * All definitions of a set. What the releases in the sandbox bring themselves is never missing: without the installations there is no
 * platform, and without its kinds no plumbing of networks.
 */
export function definitionsIn(crds: CrdSet): Definition[] {
    const given = crds.files.flatMap(definitionsOf);
    const names = given.map(({ metadata }) => metadata.name);
    const needed = yamlFiles(thinFolder)
        .flatMap(definitionsOf)
        .filter((each) => isInRelease(each) || isOfPlumbing(each));
    return [...given, ...needed.filter(({ metadata }) => !names.includes(metadata.name))];
}

function isOfPlumbing(definition: Definition): boolean {
    return ["multus", "whereabouts"].includes(crdOwner(definition));
}

/** Applies the definitions and comes back when the API server serves them. */
export async function applyCrds(api: Api, definitions: readonly Definition[]): Promise<void> {
    await sendCrds(api, definitions);
    await waitForCrds(api, definitions);
}

/** Applies the definitions. The API server serves them some time later. */
export async function sendCrds(api: Api, definitions: readonly Definition[]): Promise<void> {
    await Promise.all(definitions.map((definition) => api.apply(collection, definition)));
}

/** Comes back when the API server serves the definitions. */
export async function waitForCrds(
    api: Api,
    definitions: readonly Definition[],
    limit = 300_000,
): Promise<void> {
    const deadline = Date.now() + limit;
    for (;;) {
        const waiting = await notEstablished(api, definitions);
        if (waiting.length === 0) {
            return;
        }
        if (Date.now() > deadline) {
            throw new UserError(
                `After ${limit / 1000} s the API server does not serve ${waiting.join("; ")}. Check these definitions.`,
            );
        }
        await pause(100);
    }
}

/** The definitions in a file, as they can be applied: what a generator left in `status` is the API server's to write. */
export function definitionsOf(file: string): Definition[] {
    return yaml
        .parseAllDocuments(fs.readFileSync(file, "utf8"))
        .map((document) => document.toJS() as Definition | null)
        .filter((object) => object?.kind === "CustomResourceDefinition")
        .map((object) => ({ ...object, status: undefined }) as unknown as Definition);
}

interface CrdStatus {
    metadata: { name: string };
    status?: { conditions?: { type: string; status: string; message?: string }[] };
}

/** Each with what the API server says about it. */
async function notEstablished(api: Api, definitions: readonly ApiObject[]): Promise<string[]> {
    const list = (await api.get(collection)) as { items: CrdStatus[] };
    return definitions.flatMap(({ metadata: { name } }) => {
        const conditions =
            list.items.find((item) => item.metadata.name === name)?.status?.conditions ?? [];
        const established = conditions.some(
            (condition) => condition.type === "Established" && condition.status === "True",
        );
        const said = conditions
            .filter((condition) => condition.status === "False")
            .map((condition) => condition.message ?? condition.type);
        return established ? [] : [`${name} (${said.join(", ") || "nothing said yet"})`];
    });
}

function realFiles(folder: string): string[] {
    return folders.flatMap((name) => yamlFiles(path.join(folder, name)));
}

function yamlFiles(folder: string): string[] {
    return fs.existsSync(folder)
        ? fs
              .readdirSync(folder)
              .filter((entry) => /\.ya?ml$/.test(entry))
              .sort()
              .map((entry) => path.join(folder, entry))
        : [];
}

function set(label: string, files: readonly string[]): CrdSet {
    const hash = createHash("sha256");
    for (const file of files) {
        hash.update(fs.readFileSync(file));
    }
    return { label, files, digest: hash.digest("hex") };
}
