import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "./layout";

/** The Go modules that pin what the sandbox is built from: one folder each. */
export const toolsFolder = path.join(projectFolder, "sandbox", "tools");

/** The programs of a sandbox. `kwok` is the controller that plays the nodes, `kwokctl` starts them all. */
export const programs = [
    "kwokctl",
    "etcd",
    "kwok",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
] as const;
export type Program = (typeof programs)[number];

/** What each program is built from: the folder of its Go module, and its main package. */
export const sources: Readonly<Record<Program, { folder: keyof Versions; main: string }>> = {
    kwokctl: { folder: "kwok", main: "sigs.k8s.io/kwok/cmd/kwokctl" },
    etcd: { folder: "etcd", main: "go.etcd.io/etcd/server/v3" },
    kwok: { folder: "kwok", main: "sigs.k8s.io/kwok/cmd/kwok" },
    "kube-apiserver": { folder: "kubernetes", main: "k8s.io/kubernetes/cmd/kube-apiserver" },
    "kube-controller-manager": {
        folder: "kubernetes",
        main: "k8s.io/kubernetes/cmd/kube-controller-manager",
    },
    "kube-scheduler": { folder: "kubernetes", main: "k8s.io/kubernetes/cmd/kube-scheduler" },
    kubectl: { folder: "kubernetes", main: "k8s.io/kubernetes/cmd/kubectl" },
};

/** Versions of the control plane, without a leading `v`. */
export interface Versions {
    readonly kubernetes: string;
    readonly etcd: string;
    readonly kwok: string;
}

/** The pinned versions. The go.mod files are the only place that names them. */
export function pinnedVersions(tools = toolsFolder): Versions {
    return {
        kubernetes: required(tools, "kubernetes", "k8s.io/kubernetes"),
        etcd: required(tools, "etcd", "go.etcd.io/etcd/server/v3"),
        kwok: required(tools, "kwok", "sigs.k8s.io/kwok"),
    };
}

function required(tools: string, folder: string, module: string): string {
    const file = path.join(tools, folder, "go.mod");
    for (const line of fs.readFileSync(file, "utf8").split("\n")) {
        const [name, version] = line
            .replace(/^require\s/, "")
            .trim()
            .split(/\s+/);
        if (name === module && version?.startsWith("v") === true) {
            return version.slice(1);
        }
    }
    throw new Error(`${file} does not require ${module}`);
}
