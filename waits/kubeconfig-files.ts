import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";

/** The files that a KUBECONFIG names: more than one is one kubeconfig in parts. */
export function kubeconfigFiles(written: string | undefined): readonly string[] {
    return (written ?? "").split(delimiter).filter((file) => file !== "");
}

/**
 * One kubeconfig of several files, as kubectl has it: the first to set something wins, and files that are not there are passed over.
 * Source: client-go tools/clientcmd/loader.go (ClientConfigLoadingRules). The library's own merge refuses two users of one name.
 */
export function mergedKubeconfig(files: readonly string[]): KubeConfig {
    const [first = new KubeConfig(), ...more] = files
        .filter((file) => existsSync(file))
        .map((file) => {
            const config = new KubeConfig();
            config.loadFromFile(file);
            return config;
        });
    for (const config of more) {
        first.clusters = withNew(first.clusters, config.clusters);
        first.users = withNew(first.users, config.users);
        first.contexts = withNew(first.contexts, config.contexts);
        first.currentContext ||= config.currentContext;
    }
    return first;
}

function withNew<T extends { readonly name: string }>(known: readonly T[], more: readonly T[]) {
    const names = new Set(known.map(({ name }) => name));
    return [...known, ...more.filter(({ name }) => !names.has(name))];
}
