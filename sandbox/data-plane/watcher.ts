import { setTimeout as pause } from "node:timers/promises";
import { ApiError } from "../api";
import type { Client } from "./client";
import { collectionPath, served } from "./kinds";
import type { Kind, KubernetesObject } from "./objects";
import type { Store } from "./store";

/** How long to wait after a failure, or until a kind is served. */
const retryMs = 1000;

/** What a watch needs. */
export interface Watching {
    readonly client: Client;
    readonly store: Store;
    readonly signal: AbortSignal;
    readonly log: (line: string) => void;
    /** Something is new in the store. */
    readonly changed: () => void;
}

/**
 * Keeps the store's picture of a kind true until the signal. Lists again whenever a watch cannot go on: after a restart of the
 * API server, and when the version it stopped at is too old. Calls `listed` once the picture is complete for the first time;
 * a kind that is not served is complete and empty.
 */
export async function watchKind(kind: Kind, watching: Watching, listed: () => void): Promise<void> {
    const { signal, log } = watching;
    let failing = "";
    while (!signal.aborted) {
        try {
            const version = await list(kind, watching);
            listed();
            failing = "";
            await follow(kind, version, watching);
        } catch (error) {
            const notServed = error instanceof ApiError && error.status === 404;
            if (notServed) {
                watching.store.replace(kind, []);
                listed();
            } else if (failing !== String(error)) {
                failing = String(error);
                log(`watching ${served[kind].plural}: ${failing}; trying again`);
            }
            await pause(retryMs);
        }
    }
}

/** Reads the whole collection and returns its version. */
async function list(kind: Kind, { client, store, changed }: Watching): Promise<string> {
    const answer = (await client.send({
        method: "GET",
        path: path(kind, {}),
        accept: accept(kind, "PartialObjectMetadataList"),
    })) as { metadata: { resourceVersion: string }; items: KubernetesObject[] | null };
    // An empty list of metadata has null for its items.
    store.replace(
        kind,
        (answer.items ?? []).map((item) => complete(kind, item)),
    );
    changed();
    return answer.metadata.resourceVersion;
}

/** Follows the changes from one list to the end of the watches that continue it. */
async function follow(kind: Kind, from: string, watching: Watching): Promise<void> {
    const { client, store, changed, signal } = watching;
    let version = from;
    const old = new AbortController();
    const either = AbortSignal.any([signal, old.signal]);
    while (!either.aborted) {
        const query = { watch: "true", allowWatchBookmarks: "true", resourceVersion: version };
        await client.follow(
            path(kind, query),
            accept(kind, "PartialObjectMetadata"),
            either,
            (line) => {
                const event = JSON.parse(line) as { type: string; object: KubernetesObject };
                if (event.type === "ERROR") {
                    // The version is too old, or the server cannot go on from it.
                    old.abort();
                    return;
                }
                version = event.object.metadata.resourceVersion ?? version;
                if (event.type !== "BOOKMARK") {
                    const object = complete(kind, event.object);
                    const news =
                        event.type === "DELETED" ? store.remove(object) : store.put(object);
                    if (news) {
                        changed();
                    }
                }
            },
        );
    }
}

function path(kind: Kind, query: Readonly<Record<string, string>>): string {
    const { fieldSelector } = served[kind];
    const parameters = new URLSearchParams(query);
    if (fieldSelector !== undefined) {
        parameters.set("fieldSelector", fieldSelector);
    }
    return `${collectionPath(kind)}?${parameters.toString()}`;
}

function accept(kind: Kind, as: string): string {
    return served[kind].metadataOnly === true
        ? `application/json;as=${as};g=meta.k8s.io;v=v1`
        : "application/json";
}

/** The items of a list do not say what they are. */
function complete(kind: Kind, object: KubernetesObject): KubernetesObject {
    return { ...object, kind, apiVersion: served[kind].apiVersion };
}
