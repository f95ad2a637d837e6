import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildPrograms, canBuild } from "./build";
import { downloadKwokctl, hasReleases } from "./download";
import { UserError } from "../model/user-error";
import { type Program, type Versions, pinnedVersions, programs, toolsFolder } from "./programs";

/** Where each program is. One that is absent is downloaded by kwokctl when it makes the cluster. */
export type Binaries = Readonly<Partial<Record<Program, string>>>;

/** What the search depends on. */
export interface Search {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Folder of the Go modules that pin the versions. */
    readonly tools: string;
    readonly log: (line: string) => void;
}

/** The search on this machine. */
export function searchHere(log: (line: string) => void): Search {
    return { env: process.env, tools: toolsFolder, log };
}

/** Folder of the programs that were built, downloaded or imported earlier: outside the checkout, one per set of versions. */
export function cacheFolder(search: Search): string {
    const { kubernetes, etcd, kwok } = pinnedVersions(search.tools);
    const home = search.env["XDG_CACHE_HOME"] ?? path.join(homeOf(search), ".cache");
    return path.join(home, "pulumi-kubevirt", `kubernetes-${kubernetes}_etcd-${etcd}_kwok-${kwok}`);
}

/**
 * The programs that are on this machine. First the folder in SANDBOX_BINARIES, then that in KUBEBUILDER_ASSETS (it has
 * etcd, kube-apiserver and kubectl), then the cache; kwokctl (when its
 * version fits) and kubectl also from the PATH.
 */
export function presentBinaries(search: Search): Binaries {
    const folders = [
        userFolder(search, "SANDBOX_BINARIES"),
        userFolder(search, "KUBEBUILDER_ASSETS"),
        cacheFolder(search),
    ].filter((folder) => folder !== undefined);
    const found: Partial<Record<Program, string>> = {};
    for (const name of programs) {
        const places = folders.map((folder) => path.join(folder, name));
        const at = places.find(isExecutable);
        if (at !== undefined) {
            found[name] = at;
        }
    }
    const kwokctl = found.kwokctl ?? kwokctlOnPath(search);
    const kubectl = found.kubectl ?? onPath("kubectl", search);
    return {
        ...found,
        ...(kwokctl === undefined ? {} : { kwokctl }),
        // kwokctl asks with it whether the API server answers; any version can.
        ...(kubectl === undefined ? {} : { kubectl }),
    };
}

/** The programs that are not among them. */
export function missingBinaries(binaries: Binaries): Program[] {
    return programs.filter((name) => binaries[name] === undefined);
}

/**
 * The programs, got from wherever they can be had: this machine, else the released ones (kwokctl downloads them), else
 * built once from the pinned Go modules, which takes minutes.
 */
export async function obtainBinaries(search: Search): Promise<Binaries & { kwokctl: string }> {
    const present = presentBinaries(search);
    const missing = missingBinaries(present);
    if (present.kwokctl !== undefined && missing.length === 0) {
        return { ...present, kwokctl: present.kwokctl };
    }
    const cache = cacheFolder(search);
    search.log(`not on this machine: ${missing.join(", ")} (looked in ${cache})`);
    const versions = pinnedVersions(search.tools);
    if (await hasReleases(versions)) {
        search.log("downloading the released programs");
        return { ...present, kwokctl: present.kwokctl ?? (await downloadKwokctl(versions, cache)) };
    }
    search.log("the release servers do not answer");
    if (!canBuild()) {
        throw new UserError(noWayOut(versions, missing));
    }
    await buildPrograms({ tools: search.tools, into: cache, names: missing, log: search.log });
    const built = presentBinaries(search);
    if (built.kwokctl === undefined || missingBinaries(built).length > 0) {
        throw new Error(`the build left out ${missingBinaries(built).join(", ")}`);
    }
    return { ...built, kwokctl: built.kwokctl };
}

/** Puts what kwokctl downloaded where the next search finds it. `from` has a link to each program that the cluster runs. */
export function keepDownloads(from: string, search: Search): void {
    const cache = cacheFolder(search);
    const downloads = path.join(cache, "downloads");
    if (!fs.existsSync(downloads)) {
        return;
    }
    for (const name of programs) {
        const link = path.join(from, name === "kwok" ? "kwok-controller" : name);
        const target = fs.existsSync(link) ? fs.realpathSync(link) : "";
        if (target.startsWith(`${fs.realpathSync(downloads)}${path.sep}`)) {
            const half = path.join(cache, `.${name}.${process.pid}`);
            fs.linkSync(target, half);
            fs.renameSync(half, path.join(cache, name));
        }
    }
}

/** Copies programs into the cache, each whole or not at all. Says which it took. */
export function importBinaries(from: string, search: Search): void {
    const cache = cacheFolder(search);
    fs.mkdirSync(cache, { recursive: true });
    const taken = programs.filter((name) => isExecutable(path.join(from, name)));
    if (taken.length === 0) {
        throw new UserError(`${from} has none of ${programs.join(", ")}.`);
    }
    for (const name of taken) {
        const half = path.join(cache, `.${name}.${process.pid}`);
        fs.copyFileSync(path.join(from, name), half);
        fs.chmodSync(half, 0o755);
        fs.renameSync(half, path.join(cache, name));
    }
    search.log(`copied ${taken.join(", ")} to ${cache}`);
}

function noWayOut(versions: Versions, missing: readonly Program[]): string {
    return [
        `The sandbox needs ${missing.join(", ")}: they are not on this machine, the release servers cannot be reached and Go is not installed. One of these helps:`,
        "  1. connect to the internet (through a proxy: set HTTPS_PROXY; curl has to be installed) and start again: the released programs are downloaded;",
        `  2. install Go and start again: they are built from pinned modules (about 12 minutes, once);`,
        `  3. bring them along: put etcd ${versions.etcd}, Kubernetes ${versions.kubernetes} (kube-apiserver, kube-controller-manager, kube-scheduler, kubectl) and KWOK ${versions.kwok} (kwok, kwokctl) in a folder and set SANDBOX_BINARIES to it.`,
        "Or use a cluster you have: every stack but local takes a kubeconfig.",
    ].join("\n");
}

function userFolder(search: Search, variable: string): string | undefined {
    const folder = search.env[variable];
    if (folder === undefined || folder === "") {
        return undefined;
    }
    if (!fs.existsSync(folder)) {
        throw new UserError(
            `${variable} is ${JSON.stringify(folder)}, which does not exist. Correct it, or unset it to use the cache.`,
        );
    }
    return path.resolve(folder);
}

/** Another kwokctl may read our configuration otherwise, so only the pinned minor version is taken. */
function kwokctlOnPath(search: Search): string | undefined {
    const kwokctl = onPath("kwokctl", search);
    if (kwokctl === undefined) {
        return undefined;
    }
    const pinned = pinnedVersions(search.tools).kwok;
    const said = spawnSync(kwokctl, ["--version"], { encoding: "utf8", timeout: 60_000 }).stdout;
    const version = /\bv(\d+\.\d+\.\d+)/.exec(said)?.[1] ?? "unknown";
    if (minor(version) === minor(pinned)) {
        return kwokctl;
    }
    search.log(`${kwokctl} is ${version}, the sandbox is made for ${pinned}: not used`);
    return undefined;
}

function onPath(name: Program, search: Search): string | undefined {
    return (search.env["PATH"] ?? "")
        .split(path.delimiter)
        .filter((folder) => folder !== "")
        .map((folder) => path.join(folder, name))
        .find(isExecutable);
}

function minor(version: string): string {
    return version.split(".").slice(0, 2).join(".");
}

function isExecutable(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        // Whatever the reason, it cannot be run from here.
        return false;
    }
}

function homeOf(search: Search): string {
    return search.env["HOME"] ?? os.homedir();
}
