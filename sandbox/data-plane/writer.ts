import { createHash } from "node:crypto";
import { ApiError } from "../api";
import type { Client } from "./client";
import { calledKind, collectionPath, served } from "./kinds";
import type { Kind, KubernetesObject } from "./objects";
import { timestamp } from "./reading";
import type { Store } from "./store";
import type { Create, Delete, Patch, Say, Write } from "./writes";

/** How long to leave alone what the API server refused. */
const refusedMs = 3000;

/** The same event again within this time is not written. */
const repeatMs = 2000;

interface KnownEvent {
    readonly path: string;
    count: number;
    at: number;
}

/** Does on the API server what the simulation decided, and keeps the store up to date with the answers. */
export class Writer {
    readonly #refused = new Map<string, number>();
    readonly #events = new Map<string, KnownEvent>();

    constructor(
        private readonly client: Client,
        private readonly store: Store,
    ) {}

    /** Makes the writes of one object in order. Throws at the first that fails for a reason other than time having passed. */
    async write(writes: readonly Write[], now: number): Promise<void> {
        for (const write of writes) {
            if (!(await this.#write(write, now))) {
                return;
            }
        }
    }

    /** Returns whether the next one may follow. */
    async #write(write: Write, now: number): Promise<boolean> {
        switch (write.do) {
            case "create":
                return await this.#create(write, now);
            case "patch":
                return await this.#patch(write);
            case "delete":
                return await this.#delete(write);
            case "say":
                await this.#say(write, now).catch((error: unknown) => {
                    if (!isLeaving(error)) {
                        throw error;
                    }
                });
                return true;
        }
    }

    async #create({ object, made = [], refused }: Create, now: number): Promise<boolean> {
        const { namespace, name } = object.metadata;
        const key = `${object.kind} ${namespace ?? ""}/${name}`;
        if ((this.#refused.get(key) ?? 0) > now) {
            return refused !== undefined;
        }
        this.#refused.delete(key);
        try {
            const path = collectionPath(object.kind, namespace);
            const body = { ...object, kind: calledKind(object.kind) };
            this.#keep(object.kind, await this.client.send({ method: "POST", path, body }));
        } catch (error) {
            // Made a moment ago, which the watch will tell; or there is no place for it any more.
            if (isStatus(error, 409) || isLeaving(error)) {
                return false;
            }
            if (refused === undefined || !isStatus(error, 403, 422)) {
                this.#refused.set(key, now + refusedMs);
                throw error;
            }
            this.#refused.set(key, now + refusedMs);
            await this.write(refused(error.message), now);
            return true;
        }
        await this.write(made, now);
        return true;
    }

    async #patch({ target, change, subresource }: Patch): Promise<boolean> {
        const { uid } = target.metadata;
        // With the uid the API server refuses to touch an object that was made again under the same name.
        const body = { ...change, metadata: { ...metadataOf(change), uid } };
        const separate = subresource !== undefined && served[target.kind].plainStatus !== true;
        const changed = await this.#changeExisting(
            `${pathOf(target)}${separate ? `/${subresource}` : ""}`,
            body,
        );
        if (changed === undefined) {
            return false;
        }
        this.#keep(target.kind, changed);
        return true;
    }

    async #delete({ target, atOnce }: Delete): Promise<boolean> {
        const preconditions = { uid: target.metadata.uid };
        const body = { preconditions, ...(atOnce === true ? { gracePeriodSeconds: 0 } : {}) };
        try {
            await this.client.send({ method: "DELETE", path: pathOf(target), body });
        } catch (error) {
            if (!isStatus(error, 404, 409)) {
                throw error;
            }
        }
        return true;
    }

    /** The object after a merge patch. One that is gone or was made again meanwhile needs no change; the watch will tell. */
    async #changeExisting(path: string, body: object): Promise<unknown> {
        try {
            const contentType = "application/merge-patch+json";
            return await this.client.send({ method: "PATCH", path, contentType, body });
        } catch (error) {
            if (isStatus(error, 404, 409)) {
                return undefined;
            }
            throw error;
        }
    }

    #keep(kind: Kind, answer: unknown): void {
        this.store.put({ ...(answer as KubernetesObject), kind });
    }

    async #say(event: Say, now: number): Promise<void> {
        const { about, reason, message, type, by } = event;
        const { namespace = "default", name, uid = "" } = about.metadata;
        const key = createHash("sha256")
            .update([uid, by, type, reason, message].join("\n"))
            .digest("hex");
        const known = this.#events.get(key);
        if (known !== undefined) {
            if (now - known.at >= repeatMs) {
                known.at = now;
                known.count += 1;
                const body = { count: known.count, lastTimestamp: timestamp(now) };
                await this.#changeExisting(known.path, body);
            }
            return;
        }
        const eventName = `${name.slice(0, 200)}.${key.slice(0, 8)}${now.toString(16)}`;
        const path = `/api/v1/namespaces/${namespace}/events`;
        this.#events.set(key, { path: `${path}/${eventName}`, count: 1, at: now });
        const at = timestamp(now);
        await this.client.send({
            method: "POST",
            path,
            body: {
                metadata: { name: eventName, namespace },
                involvedObject: {
                    apiVersion: about.apiVersion,
                    kind: calledKind(about.kind),
                    name,
                    namespace: about.metadata.namespace,
                    uid,
                },
                type,
                reason,
                message: message.slice(0, 1024),
                source: { component: by },
                firstTimestamp: at,
                lastTimestamp: at,
                count: 1,
            },
        });
    }
}

function pathOf({ kind, metadata }: KubernetesObject): string {
    return `${collectionPath(kind, metadata.namespace)}/${metadata.name}`;
}

function metadataOf(change: object): object {
    return "metadata" in change ? (change.metadata as object) : {};
}

/** The namespace goes, and takes nothing new. */
function isLeaving(error: unknown): boolean {
    return isStatus(error, 403) && error.message.includes("because it is being terminated");
}

function isStatus(error: unknown, ...statuses: readonly number[]): error is ApiError {
    return error instanceof ApiError && statuses.includes(error.status);
}
