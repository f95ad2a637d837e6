import * as fs from "node:fs";
import * as path from "node:path";
import type { Api } from "./api";
import { cacheFolder, keepDownloads, obtainBinaries, searchHere } from "./binaries";
import { checkSpace, runningControlPlane, startControlPlane } from "./cluster";
import { type CrdSet, applyCrds, crdSet } from "./crds";
import { dataPlaneRuns, startDataPlane } from "./data-plane-process";
import { UserError } from "../model/user-error";
import { hasCode } from "./fault";
import { type Layout, checkIsSandbox, layoutOf, makeFolder } from "./layout";
import { withLock } from "./lock";
import { createNodes, waitForNodes } from "./nodes";
import { pinnedVersions } from "./programs";
import { applyStorageClasses } from "./storage-classes";

/** Which sandbox to start, and whom to tell. */
export interface StartOptions {
    /** Its folder, made if need be. Sandboxes in different folders do not know of each other. */
    readonly folder: string;
    readonly log: (line: string) => void;
}

/** A sandbox that runs. */
export interface Sandbox {
    /** Content of its kubeconfig. Needs no other file. */
    readonly kubeconfig: string;
    readonly kubeconfigPath: string;
    readonly folder: string;
    /** Address of its API server. */
    readonly server: string;
    /** False when it was running already. */
    readonly startedNow: boolean;
    /** How long this call took. */
    readonly seconds: number;
}

/**
 * Starts a sandbox, or whatever of it is not running, and comes back when it can be used. May be called again at any time,
 * also after a start that was killed.
 */
export async function startSandbox(options: StartOptions): Promise<Sandbox> {
    const { log } = options;
    const started = Date.now();
    const layout = layoutOf(options.folder);
    checkIsSandbox(layout);
    try {
        return await withLock(
            layout.lock,
            { log, busy: "another start or stop is under way" },
            () => startLocked(layout, log, started),
        );
    } catch (error) {
        throw hasCode(error, "ENOSPC")
            ? new UserError(
                  `The disk of ${layout.folder} is full. Free some space and start again.`,
              )
            : error;
    }
}

async function startLocked(
    layout: Layout,
    log: (line: string) => void,
    started: number,
): Promise<Sandbox> {
    const crds = crdSet(process.env);
    makeFolder(layout);
    const running = await runningControlPlane(layout, log);
    const api = running ?? (await makeControlPlane(layout, log));
    const prepared = running !== undefined && isPrepared(layout, crds);
    if (!prepared) {
        await prepare(api, crds, layout, log);
    }
    const simulated = dataPlaneRuns(layout);
    if (!simulated) {
        await startDataPlane(layout);
        log("the simulated data plane runs");
    }
    return {
        kubeconfig: fs.readFileSync(layout.kubeconfig, "utf8"),
        kubeconfigPath: layout.kubeconfig,
        folder: layout.folder,
        server: api.credentials.server,
        startedNow: !(prepared && simulated),
        seconds: (Date.now() - started) / 1000,
    };
}

async function makeControlPlane(layout: Layout, log: (line: string) => void): Promise<Api> {
    const search = searchHere(log);
    const binaries = await obtainBinaries(search);
    checkSpace(layout.folder);
    // Until it is known again: this start may be killed, and the data may be new.
    fs.rmSync(layout.prepared, { force: true });
    const api = await startControlPlane({
        layout,
        log,
        binaries,
        versions: pinnedVersions(search.tools),
        downloads: path.join(cacheFolder(search), "downloads"),
    });
    keepDownloads(path.join(layout.cluster, "bin"), search);
    log(`the control plane runs on ${api.credentials.server}`);
    return api;
}

/** Nodes, custom resource definitions and storage classes. Everything may be there already. */
async function prepare(
    api: Api,
    crds: CrdSet,
    layout: Layout,
    log: (line: string) => void,
): Promise<void> {
    await createNodes(api);
    log(`custom resource definitions: ${crds.label}`);
    await applyCrds(api, crds);
    await Promise.all([applyStorageClasses(api), waitForNodes(api)]);
    fs.writeFileSync(layout.prepared, crds.digest);
    log("three simulated nodes, the definitions and the storage classes are ready");
}

function isPrepared(layout: Layout, crds: CrdSet): boolean {
    return (
        fs.existsSync(layout.prepared) && fs.readFileSync(layout.prepared, "utf8") === crds.digest
    );
}
