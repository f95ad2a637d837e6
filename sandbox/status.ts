import * as fs from "node:fs";
import { Api } from "./api";
import { type Layout, layoutOf } from "./layout";
import { type SandboxProcess, components, processesOf } from "./processes";

/** The parts of a sandbox and the number of the process that runs each, if any. */
export interface SandboxStatus {
    readonly folder: string;
    readonly parts: readonly {
        readonly part: SandboxProcess["part"];
        readonly pid: number | undefined;
    }[];
    /** Address of the API server when it answers. */
    readonly server: string | undefined;
}

/** Looks at a sandbox and changes nothing. */
export async function sandboxStatus(folder: string): Promise<SandboxStatus> {
    const layout = layoutOf(folder);
    const running = processesOf(layout);
    const parts = [...components, "data-plane" as const].map((part) => ({
        part,
        pid: running.find((process) => process.part === part)?.pid,
    }));
    return { folder: layout.folder, parts, server: await answeringServer(layout) };
}

async function answeringServer(layout: Layout): Promise<string | undefined> {
    if (!fs.existsSync(layout.kubeconfig)) {
        return undefined;
    }
    const api = Api.fromKubeconfig(layout.kubeconfig);
    return (await api.isReady()) ? api.credentials.server : undefined;
}
