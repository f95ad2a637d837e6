import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Binaries } from "./binaries";
import { type Layout, clusterName } from "./layout";
import type { Ports } from "./ports";
import { kwokctlArguments } from "./processes";
import type { Versions } from "./programs";

/** What kwokctl is asked for. */
export interface Request {
    readonly binaries: Binaries & { readonly kwokctl: string };
    readonly ports: Ports;
    readonly versions: Versions;
    /** Where kwokctl keeps what it downloads. */
    readonly downloads: string;
}

/** A kwokctl at work. */
export interface Kwokctl {
    /** Its exit code, once it has ended. */
    readonly code: () => number | undefined;
    readonly stop: () => void;
}

/** The components that take a lease before they work. */
export const leaders = ["kube-controller-manager", "kube-scheduler"] as const;

/** The ports of the last request of this sandbox, if it is whole. */
export function lastPorts(layout: Layout): Ports | undefined {
    if (!fs.existsSync(layout.request)) {
        return undefined;
    }
    try {
        const { options } = JSON.parse(fs.readFileSync(layout.request, "utf8")) as {
            options: Ports;
        };
        return options;
    } catch (error) {
        if (error instanceof SyntaxError) {
            // Its writer was killed; other ports do as well.
            return undefined;
        }
        throw error;
    }
}

/** Writes the configuration file. Source: KwokctlConfiguration of kwok 0.8, pkg/apis/config/v1alpha1. */
export function writeRequest(layout: Layout, request: Request): void {
    const { binaries, versions } = request;
    const paths = {
        etcdBinary: binaries.etcd,
        kubeApiserverBinary: binaries["kube-apiserver"],
        kubeControllerManagerBinary: binaries["kube-controller-manager"],
        kubeSchedulerBinary: binaries["kube-scheduler"],
        kwokControllerBinary: binaries.kwok,
        kubectlBinary: binaries.kubectl,
    };
    const configuration = {
        apiVersion: "config.kwok.x-k8s.io/v1alpha1",
        kind: "KwokctlConfiguration",
        // So that the data plane can hold a container back from starting, see data-plane/operands.ts.
        componentsPatches: [
            // They are alone. One that cannot renew its lease while the API server is busy ends itself, and nobody starts it again.
            ...leaders.map((name) => ({
                name,
                extraArgs: [
                    { key: "leader-elect-lease-duration", value: "30m" },
                    { key: "leader-elect-renew-deadline", value: "29m" },
                ],
            })),
            {
                name: "kwok-controller",
                extraArgs: [
                    {
                        key: "disregard-status-with-annotation-selector",
                        value: "kwok.x-k8s.io/status=custom",
                    },
                ],
            },
        ],
        options: {
            ...request.ports,
            ...paths,
            runtime: "binary",
            // The default is every interface.
            bindAddress: "127.0.0.1",
            // Fifty machines at once would wait for the controllers' own request limits.
            disableQPSLimits: true,
            kubeVersion: `v${versions.kubernetes}`,
            etcdVersion: versions.etcd,
            kwokVersion: `v${versions.kwok}`,
            cacheDir: request.downloads,
        },
    };
    fs.writeFileSync(layout.request, JSON.stringify(configuration, undefined, 4));
}

/** Makes the cluster, or starts what is missing of one that kwokctl knows. */
export function createCluster(
    layout: Layout,
    binaries: Request["binaries"],
    log: (line: string) => void,
): Kwokctl {
    const child = spawn(
        binaries.kwokctl,
        // An empty kubeconfig: the user's is not touched.
        ["create", "cluster", "--name", clusterName, ...kwokctlArguments(layout), "--kubeconfig="],
        {
            cwd: layout.folder,
            env: environment(layout, binaries),
            stdio: ["ignore", "ignore", "pipe"],
        },
    );
    let ended: number | undefined;
    const file = path.join(layout.logs, "kwokctl.log");
    createInterface({ input: child.stderr }).on("line", (line) => {
        fs.appendFileSync(file, `${line}\n`);
        const download = /"msg":"Download".*"uri":"([^"]+)"/.exec(line)?.[1];
        if (download !== undefined) {
            log(`downloading ${download}`);
        }
    });
    child.once("error", (error) => {
        fs.appendFileSync(file, `${error.message}\n`);
        ended = 1;
    });
    child.once("exit", (code) => (ended = code ?? 1));
    return { code: () => ended, stop: () => child.kill("SIGKILL") };
}

/** At home in our folder, and without KWOK_ variables of the user's shell, which would change the cluster. */
function environment(layout: Layout, binaries: Binaries): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("KWOK_"));
    const kubectl = binaries.kubectl === undefined ? [] : [path.dirname(binaries.kubectl)];
    return {
        ...Object.fromEntries(kept),
        HOME: layout.folder,
        PATH: [...kubectl, process.env["PATH"] ?? ""].join(path.delimiter),
    };
}
