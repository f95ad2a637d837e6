import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../components";
import { collectionPath } from "../../waits/collections";
import { speakThrough, type Speaker } from "../../waits/say";
import { acceptHooks } from "../../sandbox/runner/hooks";
import { ApiServer } from "../support/api-server";
import { unreachableKubeconfig } from "../support/kubeconfig";

/** Namespace of the disks. */
export const namespace = "vms";

/** What checks of disks read. */
const kinds = [
    "DataVolume",
    "PersistentVolumeClaim",
    "VirtualMachine",
    "VirtualMachineInstance",
    "PersistentVolume",
    "StorageClass",
    "StorageProfile",
    "CSIDriver",
    "CDIConfig",
    "VolumeSnapshotClass",
] as const;

/** Keeps what a suite's previews say off the screen. */
export function quietly(): void {
    let loud: Speaker;
    before(() => {
        loud = speakThrough(() => undefined);
    });
    after(() => {
        speakThrough(loud);
    });
}

/** Where objects of a kind are. */
export const pathOf = (kind: (typeof kinds)[number]) => collectionPath(kind, namespace);

/** An API server that knows these kinds and has nothing of them yet. */
export async function emptyServer(): Promise<ApiServer> {
    const server = new ApiServer();
    await server.start();
    for (const kind of kinds) {
        server.remove(pathOf(kind), "");
    }
    return server;
}

/** Begins a preview of stack `shop/test` without an engine, and answers its cluster. Each reads everything anew. */
export async function clusterOf(server: ApiServer | "out of reach"): Promise<Cluster> {
    await pulumi.runtime.setMocks(
        {
            call: ({ inputs }) => inputs as object,
            newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
        },
        "shop",
        "test",
        true,
    );
    acceptHooks();
    return new Cluster("prod", {
        kubeconfig: server === "out of reach" ? unreachableKubeconfig : server.kubeconfig,
        namespace,
    });
}

/** Runs a suite as a preview of stack `shop/test` that asks no cluster. */
export function inPreview(): void {
    quietly();
    before(() => clusterOf("out of reach"));
}
