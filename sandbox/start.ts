import * as fs from "node:fs";
import * as path from "node:path";
import type { Api } from "./api";
import { cacheFolder, keepDownloads, obtainBinaries, searchHere } from "./binaries";
import { checkSpace, runningControlPlane, startControlPlane } from "./cluster";
import { type CrdSet, crdSet, definitionsIn, sendCrds, waitForCrds } from "./crds";
import { dataPlaneRuns, restartDataPlane, startDataPlane } from "./data-plane-process";
import { UserError } from "../model/user-error";
import { hasCode } from "./fault";
import { holdJobPods } from "./job-pods";
import { type Layout, checkIsSandbox, layoutOf, makeFolder } from "./layout";
import { withLock } from "./lock";
import { createNodes, waitForNodes } from "./nodes";
import {
    type SandboxPlatform,
    definitionsAtStart,
    installOperators,
    installPlatform,
    platformOf,
    writeOperandDefinitions,
} from "./platform";
import { pinnedVersions } from "./programs";
import { releaseVersions } from "./releases";
import { applyStorageClasses, waitForProfiles } from "./storage-classes";

/** Which sandbox to start, and whom to tell. */
export interface StartOptions {
    /** Its folder, made if need be. Sandboxes in different folders do not know of each other. */
    readonly folder: string;
    readonly log: (line: string) => void;
    /**
     * `ready`: KubeVirt, CDI, a snapshot controller and Multus are installed, as by somebody else. `none`: not even their definitions
     * are there, and a program can install them.
     *
     * @defaultValue what the sandbox was started with before, else `ready`
     */
    readonly platform?: SandboxPlatform;
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
            () => startLocked(layout, options, started),
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
    { log, platform: asked }: StartOptions,
    started: number,
): Promise<Sandbox> {
    const crds = crdSet(process.env);
    const platform = platformOf(layout, asked);
    makeFolder(layout);
    fs.writeFileSync(layout.platform, platform);
    const running = await runningControlPlane(layout, log);
    const api = running ?? (await makeControlPlane(layout, log));
    const prepared = running !== undefined && isPrepared(layout, crds, platform);
    const simulated = prepared && dataPlaneRuns(layout);
    if (!prepared) {
        await prepare(api, crds, platform, layout, log);
    } else if (!simulated) {
        await startDataPlane(layout);
    }
    if (!simulated) {
        log("the simulated data plane runs");
    }
    return {
        kubeconfig: fs.readFileSync(layout.kubeconfig, "utf8"),
        kubeconfigPath: layout.kubeconfig,
        folder: layout.folder,
        server: api.credentials.server,
        startedNow: !simulated,
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

/** Nodes, custom resource definitions, storage classes and the platform. Everything may be there already. */
async function prepare(
    api: Api,
    crds: CrdSet,
    platform: SandboxPlatform,
    layout: Layout,
    log: (line: string) => void,
): Promise<void> {
    await createNodes(api);
    log(`custom resource definitions: ${crds.label}`);
    const definitions = definitionsIn(crds);
    writeOperandDefinitions(layout, definitions);
    const atStart = definitionsAtStart(definitions, platform);
    await Promise.all([
        sendCrds(api, atStart),
        ...(platform === "ready" ? [installOperators(api, definitions)] : []),
        restartDataPlane(layout),
    ]);
    await Promise.all([
        // The operators work while the API server comes to serve the rest.
        ...(platform === "ready" ? [installPlatform(api, definitions, careful)] : []),
        waitForCrds(api, atStart).then(() => applyStorageClasses(api)),
        waitForNodes(api),
        holdJobPods(api),
    ]);
    if (platform === "ready") {
        await waitForProfiles(api);
    }
    fs.writeFileSync(layout.prepared, digestOf(crds, platform));
    log(
        platform === "ready"
            ? `three simulated nodes, the storage classes, KubeVirt ${releaseVersions.kubevirt} and CDI ${releaseVersions.cdi} are ready`
            : "three simulated nodes and the storage classes are ready, and nothing of the platform is there",
    );
}

/** What a careful owner adds to what the releases bring: nobody removes the platform under its machines. */
const careful = { uninstallStrategy: "BlockUninstallIfWorkloadsExist" };

function isPrepared(layout: Layout, crds: CrdSet, platform: SandboxPlatform): boolean {
    return (
        fs.existsSync(layout.prepared) &&
        fs.readFileSync(layout.prepared, "utf8") === digestOf(crds, platform)
    );
}

function digestOf({ digest }: CrdSet, platform: SandboxPlatform): string {
    return `${digest} ${platform}`;
}
