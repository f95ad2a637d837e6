import * as https from "node:https";
import { collectionPath } from "../../sandbox/data-plane/kinds";
import type { Kind } from "../../sandbox/data-plane/objects";
import { ApiError } from "../../sandbox/api";
import type { SharedSandbox } from "../support/sandbox";
import { PlatformClient, type Read } from "./platform-client";

/** An object on its way to the API server. */
export type Made = Record<string, unknown> & { readonly metadata: Record<string, unknown> };

/** The disks of one namespace, in few words. */
export class DiskClient {
    readonly #platform: PlatformClient;

    constructor(
        readonly sandbox: SharedSandbox,
        readonly namespace: string,
    ) {
        this.#platform = new PlatformClient(sandbox.api);
    }

    /** Where a kind's objects are; cluster-wide where it has no namespaces. */
    path(kind: Kind, name?: string): string {
        const cluster =
            /^(PersistentVolume|StorageClass|VolumeSnapshotContent|CDIConfig|APIService)$/;
        const at = collectionPath(kind, cluster.test(kind) ? undefined : this.namespace);
        return name === undefined ? at : `${at}/${name}`;
    }

    /** Makes an object; throws what the API server says against it. */
    async make(kind: Kind, object: Made): Promise<void> {
        await this.sandbox.api.request("POST", this.path(kind), {
            type: "application/json",
            text: JSON.stringify({ kind, apiVersion: apiVersionOf(this.path(kind)), ...object }),
        });
    }

    async merge(kind: Kind, name: string, change: object): Promise<void> {
        await this.sandbox.api.request("PATCH", this.path(kind, name), {
            type: "application/merge-patch+json",
            text: JSON.stringify(change),
        });
    }

    async remove(kind: Kind, name: string): Promise<void> {
        await this.sandbox.api.request("DELETE", this.path(kind, name));
    }

    async read<T extends Read>(kind: Kind, name: string): Promise<T> {
        return (await this.sandbox.api.get(this.path(kind, name))) as T;
    }

    async list<T extends Read>(kind: Kind): Promise<readonly T[]> {
        return ((await this.sandbox.api.get(this.path(kind))) as { items: T[] }).items;
    }

    async until(kind: Kind, name: string, holds: (object: Read) => boolean): Promise<Read> {
        return await this.#platform.until(this.path(kind, name), holds);
    }

    /** A disk that CDI fills. */
    async disk(
        name: string,
        source: object,
        more: {
            readonly storageClassName?: string;
            readonly size?: string;
            readonly volumeMode?: string;
            readonly annotations?: Record<string, string>;
            readonly contentType?: string;
        } = {},
    ): Promise<void> {
        const { storageClassName = "sandbox-block", size = "1Gi", annotations = {} } = more;
        const { volumeMode, contentType } = more;
        const modes =
            volumeMode === "Filesystem"
                ? { accessModes: ["ReadWriteOnce"], volumeMode }
                : { accessModes: ["ReadWriteMany"], volumeMode: "Block" };
        await this.make("DataVolume", {
            metadata: { name, annotations },
            spec: {
                ...("sourceRef" in source ? source : { source }),
                ...(contentType === undefined ? {} : { contentType }),
                storage: {
                    storageClassName,
                    ...modes,
                    ...(size === "" ? {} : { resources: { requests: { storage: size } } }),
                },
            },
        });
    }

    /** An empty claim. */
    async claim(name: string, spec: object = {}): Promise<void> {
        await this.make("PersistentVolumeClaim", {
            metadata: { name },
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                storageClassName: "sandbox-block",
                resources: { requests: { storage: "1Gi" } },
                ...spec,
            },
        });
    }

    async untilPhase(name: string, phase: string): Promise<Read> {
        return await this.until("DataVolume", name, ({ status }) => status?.phase === phase);
    }

    async untilBound(name: string): Promise<Read> {
        return await this.until(
            "PersistentVolumeClaim",
            name,
            ({ status }) => status?.phase === "Bound",
        );
    }

    /** What has been said about an object, newest last. */
    async events(name: string): Promise<readonly { reason: string; message: string }[]> {
        const path = `/api/v1/namespaces/${this.namespace}/events`;
        const { items } = (await this.sandbox.api.get(path)) as {
            items: { involvedObject: { name: string }; reason: string; message: string }[];
        };
        return items.filter((each) => each.involvedObject.name === name);
    }
}

/** The message with which the API server refuses. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
    try {
        await asked;
    } catch (error) {
        if (error instanceof ApiError) {
            return error.message;
        }
        throw error;
    }
    return "accepted";
}

/** Sends something, and says with which status it was answered; a broken connection is an answer too. */
export async function send(
    url: string,
    options: https.RequestOptions,
    body: Buffer = Buffer.alloc(0),
): Promise<{ readonly status: number; readonly text: string }> {
    return await new Promise((resolve) => {
        const request = https.request(url, { agent: false, method: "POST", ...options });
        request.once("error", (error) => resolve({ status: 0, text: error.message }));
        request.once("response", (response) => {
            let text = "";
            response.on("data", (part: Buffer) => (text += part.toString("utf8")));
            response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
            response.once("error", (error) => resolve({ status: 0, text: error.message }));
        });
        request.end(body);
    });
}

function apiVersionOf(path: string): string {
    const [, group, version] = /^\/apis\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
    return group === undefined ? "v1" : `${group}/${version ?? ""}`;
}
