import type { Api } from "../api";
import { ApiError } from "../api";

/** A Kubernetes object as the program declares it. */
export interface DeclaredObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What became of an object. */
export interface Declared {
    readonly change: "create" | "update" | "same";
    readonly live: Record<string, unknown>;
}

/** Fields that nobody knows are errors, not warnings: a typo is seen here. */
const query = "fieldManager=pulumi-kubevirt-runner&force=true&fieldValidation=Strict";

/** Declares objects to the sandbox's API server by server-side apply. */
export class Declarer {
    readonly #api: Api;
    readonly #dryRun: boolean;
    readonly #kinds = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

    constructor(api: Api, dryRun: boolean) {
        this.#api = api;
        this.#dryRun = dryRun;
    }

    /** @param isPart what is declared of the object does not make one: a dry run asks about it only where there is one. */
    async declare(object: DeclaredObject, isPart = false): Promise<Declared> {
        const path = await this.#path(object);
        const before = await this.#get(path);
        if (this.#dryRun && isPart && before === undefined) {
            return { change: "create", live: { ...object } };
        }
        const text = await this.#api.request(
            "PATCH",
            `${path}?${query}${this.#dryRun ? "&dryRun=All" : ""}`,
            { type: "application/apply-patch+yaml", text: JSON.stringify(object) },
        );
        const live = JSON.parse(text) as Record<string, unknown>;
        if (before === undefined) {
            return { change: "create", live };
        }
        return { change: isSame(before, live) ? "same" : "update", live };
    }

    async #get(path: string): Promise<Record<string, unknown> | undefined> {
        try {
            return (await this.#api.get(path)) as Record<string, unknown>;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return undefined;
            }
            throw error;
        }
    }

    async #path({ apiVersion, kind, metadata }: DeclaredObject): Promise<string> {
        const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        let kinds = this.#kinds.get(group);
        if (kinds === undefined) {
            kinds = this.#resources(group);
            this.#kinds.set(group, kinds);
        }
        const resource = (await kinds).get(kind);
        if (resource === undefined) {
            throw new Error(`the sandbox does not serve ${kind} of ${apiVersion}`);
        }
        const namespace = resource.namespaced
            ? `/namespaces/${metadata.namespace ?? "default"}`
            : "";
        return `${group}${namespace}/${resource.name}/${metadata.name}`;
    }

    async #resources(group: string): Promise<ReadonlyMap<string, Resource>> {
        const { resources } = (await this.#api.get(group)) as { resources: Resource[] };
        return new Map(
            resources
                .filter((resource) => !resource.name.includes("/"))
                .map((resource) => [resource.kind, resource]),
        );
    }
}

interface Resource {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
}

function isSame(before: Record<string, unknown>, after: Record<string, unknown>): boolean {
    return JSON.stringify(declaredPart(before)) === JSON.stringify(declaredPart(after));
}

/** An object without what the API server counts and keeps for itself. */
function declaredPart({ metadata, status: _, ...rest }: Record<string, unknown>): unknown {
    const {
        managedFields: _fields,
        resourceVersion: _version,
        generation: _generation,
        ...kept
    } = metadata as Record<string, unknown>;
    return { ...rest, metadata: kept };
}
