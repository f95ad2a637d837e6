import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../model/user-error";
import { hasCode } from "./fault";

/** The checkout this file belongs to. */
export const projectFolder = path.dirname(__dirname);

/** Where the sandbox is kept when nobody says otherwise. */
export const defaultFolder = path.join(projectFolder, ".sandbox");

/** Name of kwokctl's cluster. One is enough: each sandbox has a kwokctl folder of its own. */
export const clusterName = "sandbox";

/** Where each thing of one sandbox is kept. All of it is below `folder`. */
export interface Layout {
    readonly folder: string;
    /** Tells a sandbox from any other folder, so that `stop` never removes the wrong one. */
    readonly marker: string;
    readonly lock: string;
    /** kwokctl's folder of this cluster: certificates, etcd's data, pid files. */
    readonly cluster: string;
    /** What we ask of kwokctl: addresses, ports, binaries. */
    readonly request: string;
    readonly kubeconfig: string;
    readonly logs: string;
    /** Which custom resource definitions and platform the API server has. */
    readonly prepared: string;
    /** Whether it was started with a platform or without. */
    readonly platform: string;
    /** The definitions that the simulated operators bring. */
    readonly definitions: string;
    readonly dataPlanePid: string;
}

/** The layout of the sandbox in this folder, which need not exist. */
export function layoutOf(folder: string): Layout {
    const at = realPath(path.resolve(folder));
    return {
        folder: at,
        marker: path.join(at, "README"),
        lock: path.join(at, "lock"),
        // The folder is kwokctl's home. Its own variable, KWOK_WORKDIR, ends at the first space (pkg/utils/envs).
        cluster: path.join(at, ".kwok", "clusters", clusterName),
        request: path.join(at, "kwokctl.json"),
        kubeconfig: path.join(at, "kubeconfig"),
        logs: path.join(at, "logs"),
        prepared: path.join(at, "prepared"),
        platform: path.join(at, "platform"),
        definitions: path.join(at, "definitions.json"),
        dataPlanePid: path.join(at, "data-plane.pid"),
    };
}

/** Refuses a folder that holds something else: `stop` removes the whole of it. */
export function checkIsSandbox(layout: Layout): void {
    const ours =
        path.basename(layout.folder) === ".sandbox" ||
        fs.existsSync(layout.marker) ||
        entriesOf(layout.folder).every((entry) => entry.startsWith("lock"));
    if (!ours) {
        throw new UserError(
            `${layout.folder} is not a sandbox and not empty. Name another folder: a sandbox's folder is removed when it stops.`,
        );
    }
}

/** Makes the folder, readable by its owner only: it holds the keys of the cluster. */
export function makeFolder(layout: Layout): void {
    fs.mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(
        layout.marker,
        "A local cluster of pulumi-kubevirt. `npm run sandbox -- stop` ends it and removes this folder.\n",
    );
    fs.mkdirSync(layout.logs, { recursive: true });
}

function entriesOf(folder: string): string[] {
    try {
        return fs.readdirSync(folder);
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return [];
        }
        throw error;
    }
}

/** Processes are known by the paths in their command lines, so a path through a link has to be the same text every time. */
function realPath(folder: string): string {
    try {
        return fs.realpathSync(folder);
    } catch (error) {
        if (!hasCode(error, "ENOENT")) {
            throw error;
        }
        const parent = path.dirname(folder);
        return parent === folder ? folder : path.join(realPath(parent), path.basename(folder));
    }
}
