import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { CephRbdArgs, ClusterArgs, LonghornArgs } from "../components";
import type { ImageCatalog } from "../model/image-catalog";
import { Problems, problemsText } from "../model/problems";
import { configuredImages } from "./images";

/** The folder of the local sandbox: its cluster, its state, its passphrase. */
export const sandboxFolder = join(__dirname, "..", ".sandbox");

/** The cluster of the `local` stack: the sandbox, and nothing else, whatever KUBECONFIG says. */
export function sandboxCluster(): Pick<ClusterArgs, "kubeconfig" | "identifier"> {
    const file = join(sandboxFolder, "kubeconfig");
    if (!existsSync(file)) {
        throw new pulumi.RunError(
            `Stack "local" needs the sandbox, and none is running. Start it with: npm run up (or: npm run sandbox -- start).`,
        );
    }
    return { kubeconfig: readFileSync(file, "utf8"), identifier: "sandbox" };
}

/** What the configuration of a stack on a real cluster says, checked. */
export interface Environment {
    readonly cluster: Pick<ClusterArgs, "kubeconfig" | "context" | "identifier" | "namespace">;
    /** Where the stack's disks are kept. */
    readonly storage: StorageChoice;
    /** The images that the stack's disks are made from, each as `images.lock.json` has it. */
    readonly images: ImageCatalog;
}

/** Where a stack keeps its disks: one line of its configuration, `storage`. */
export type StorageChoice =
    /** A StorageClass that is there. */
    | { readonly kind: "existing"; readonly storageClass: string }
    | { readonly kind: "ceph"; readonly args: Omit<CephRbdArgs, "cluster"> }
    | { readonly kind: "longhorn"; readonly args: Omit<LonghornArgs, "cluster"> };

const storageKinds = ["existing", "ceph", "longhorn"];

/**
 * The environment of a stack on a real cluster, from its configuration, with every problem of it said at once. The cluster
 * is the context that is named there, in the kubeconfig of this machine: none is taken because it happens to be current.
 */
export function environment(): Environment {
    const stack = pulumi.getStack();
    refuseSandboxBackend(stack);
    const config = new pulumi.Config();
    const problems = new Problems();
    const required = (key: string, lists: string): string => {
        const value = config.get(key) ?? "";
        if (value === "") {
            problems.add(
                key,
                "is not set",
                `name one that \`${lists}\` lists: pulumi config set ${key} <name> -s ${stack}`,
            );
        }
        return value;
    };
    const context = required("context", "kubectl config get-contexts");
    const kind = config.get("storage") ?? "existing";
    if (!storageKinds.includes(kind)) {
        problems.add(
            "storage",
            `is ${JSON.stringify(kind)}, which is no storage that this package knows`,
            `write one of ${storageKinds.join(", ")}`,
        );
    }
    const storageClass =
        kind === "existing" ? required("storageClass", "kubectl get storageclass") : "";
    const ceph = config.getObject<CephConfig>("ceph");
    const key = config.getSecret("cephKey");
    if (kind === "ceph" && ceph === undefined) {
        problems.add(
            "ceph",
            "is not set",
            `say which Ceph: pulumi config set --path 'ceph.clusterId' <ceph fsid> -s ${stack}, and ceph.monitors[0], ceph.pool, ceph.user (docs/guide/storage.md)`,
        );
    }
    if (kind === "ceph" && key === undefined) {
        problems.add(
            "cephKey",
            "is not set",
            `pulumi config set --secret cephKey <ceph auth get-key client.NAME> -s ${stack}`,
        );
    }
    const { images, problems: wrongImages } = configuredImages(config);
    for (const { field, fault, cure } of wrongImages) {
        problems.add(field, fault, cure);
    }
    const file = kubeconfigFile();
    if (!existsSync(file)) {
        problems.add(
            "kubeconfig",
            `is ${file}, which is not there`,
            "set KUBECONFIG to the file that has the context",
        );
    }
    if (problems.all.length > 0) {
        throw new pulumi.RunError(problemsText("Stack", stack, problems.all));
    }
    return {
        cluster: {
            kubeconfig: readFileSync(file, "utf8"),
            context,
            identifier: context,
            namespace: config.get("namespace") ?? "default",
        },
        storage:
            kind === "longhorn"
                ? { kind, args: held(config.getObject<LonghornConfig>("longhorn") ?? {}) }
                : kind === "ceph" && ceph !== undefined && key !== undefined
                  ? { kind, args: held(cephArgs(ceph, key)) }
                  : { kind: "existing", storageClass },
        images,
    };
}

type LonghornConfig = Omit<LonghornArgs, "cluster">;

/** Too little room is an error in production, and a warning where less is at stake. */
function held<Args extends Pick<LonghornArgs, "capacity">>(args: Args): Args {
    const shortage = pulumi.getStack() === "production" ? "refuse" : "warn";
    return args.capacity === undefined
        ? args
        : { ...args, capacity: { shortage, ...args.capacity } };
}

/** As {@link CephRbdArgs}, but for the key of the user, which is a secret of its own (`cephKey`). */
type CephConfig = Omit<CephRbdArgs, "cluster" | "user"> & { readonly user: string };

function cephArgs(
    { user, ...rest }: CephConfig,
    key: pulumi.Output<string>,
): Omit<CephRbdArgs, "cluster"> {
    return { ...rest, user: { id: user, key } };
}

/** State kept in the sandbox's folder is gone with the sandbox: no other stack may keep its state there. */
function refuseSandboxBackend(stack: string): void {
    const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
    if (resolve(backend.replace(/^file:\/\//, "")).startsWith(resolve(sandboxFolder))) {
        throw new pulumi.RunError(
            `Stack "${stack}": its state would be kept in the sandbox (PULUMI_BACKEND_URL is ${backend}) and be lost with it. Unset PULUMI_BACKEND_URL, or set it to where this stack's state belongs.`,
        );
    }
}

function kubeconfigFile(): string {
    const [first] = (process.env["KUBECONFIG"] ?? "").split(":").filter((file) => file !== "");
    return first ?? join(homedir(), ".kube", "config");
}
