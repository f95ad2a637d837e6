import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    CephRbd,
    type CephRbdArgs,
    Cluster,
    Disk,
    ExistingStorage,
    type ExistingStorageArgs,
    type DiskSource,
    Longhorn,
    type LonghornArgs,
    type Size,
    type StorageBackend,
    VirtualizationPlatform,
    VirtualMachine,
} from "../../../components";

/** A storage backend, disks on it and a machine with them, all as the configuration has them. */
const config = new pulumi.Config();

const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace: config.get("namespace") ?? "default",
});
const platform = new VirtualizationPlatform("virt", {
    cluster,
    certManager: "skip",
    snapshots: "adopt",
    kubevirt: "adopt",
    cdi: "adopt",
});

type Backend =
    | { readonly kind: "ceph"; readonly args: Omit<CephRbdArgs, "cluster" | "user"> }
    | { readonly kind: "longhorn"; readonly args: Omit<LonghornArgs, "cluster"> }
    | { readonly kind: "existing"; readonly args: Omit<ExistingStorageArgs, "cluster"> };

interface WantedDisk {
    readonly name: string;
    readonly size: Size;
    readonly tier?: string;
    readonly source?: DiskSource;
    readonly onDestroy?: "retain" | "delete";
}

const wanted = config.requireObject<Backend>("backend");
const key = config.getSecret("cephKey") ?? pulumi.secret("");

const { storage, tiers } = made(wanted);

function made(backend: Backend): {
    readonly storage: StorageBackend;
    readonly tiers: Readonly<Record<string, StorageBackend>>;
} {
    switch (backend.kind) {
        case "ceph": {
            const user = { id: "kubevirt", key };
            const ceph = new CephRbd<string>("storage", {
                ...backend.args,
                user,
                cluster: platform,
            });
            return { storage: ceph, tiers: ceph.tiers };
        }
        case "longhorn": {
            const longhorn = new Longhorn<string>("storage", {
                ...backend.args,
                cluster: platform,
            });
            return { storage: longhorn, tiers: longhorn.tiers };
        }
        case "existing":
            return {
                storage: new ExistingStorage("storage", { ...backend.args, cluster: platform }),
                tiers: {},
            };
    }
}

const disks = (config.getObject<readonly WantedDisk[]>("disks") ?? []).map(
    ({ name, tier, ...rest }) =>
        new Disk(name, {
            ...rest,
            storage: (tier === undefined ? undefined : tiers[tier]) ?? storage,
        }),
);
if (config.getBoolean("machine") === true) {
    new VirtualMachine("db", { cluster: platform, cpu: 1, memory: "1Gi", disks });
}

export const caps = storage instanceof CephRbd ? storage.caps : "";
export const forecast =
    storage instanceof CephRbd || storage instanceof Longhorn ? storage.forecast : "";
export const found = storage instanceof ExistingStorage ? storage.found : undefined;
