import type { Kind, Kinds, KubernetesObject } from "./objects";

/** How many of the last deletions to remember: late answers are late by milliseconds. */
const remembered = 1000;

/** What is known of the cluster: the newest seen version of each object. */
export class Store {
    readonly #objects = new Map<Kind, Map<string, KubernetesObject>>();
    /** What is gone does not come back, when the answer to a late write arrives after the news of its end. */
    readonly #gone = new Set<string>();

    /** A store with these objects. */
    static of(...objects: readonly KubernetesObject[]): Store {
        const store = new Store();
        objects.forEach((object) => store.put(object));
        return store;
    }

    /** An object by its name; a cluster-wide one has no namespace. */
    get<K extends Kind>(
        kind: K,
        namespace: string | undefined,
        name: string,
    ): Kinds[K] | undefined {
        return this.#of(kind).get(keyOf(namespace, name));
    }

    /** All objects of a kind, of one namespace when one is given. */
    list<K extends Kind>(kind: K, namespace?: string): Kinds[K][] {
        const all = [...this.#of(kind).values()];
        return namespace === undefined
            ? all
            : all.filter(({ metadata }) => metadata.namespace === namespace);
    }

    /** Keeps an object, unless a newer version of it is known. Returns whether that told something new. */
    put(object: KubernetesObject): boolean {
        const objects = this.#of(object.kind) as Map<string, KubernetesObject>;
        const key = keyOf(object.metadata.namespace, object.metadata.name);
        const known = objects.get(key);
        const late = known !== undefined && versionOf(known) >= versionOf(object);
        if (late || this.#gone.has(object.metadata.uid ?? "")) {
            return false;
        }
        objects.set(key, object);
        return true;
    }

    /** Forgets an object that is gone, unless it was made again meanwhile. */
    remove(object: KubernetesObject): boolean {
        const objects = this.#of(object.kind);
        const key = keyOf(object.metadata.namespace, object.metadata.name);
        const known = objects.get(key);
        this.#gone.add(object.metadata.uid ?? "");
        if (this.#gone.size > remembered) {
            this.#gone.delete(this.#gone.values().next().value ?? "");
        }
        return known?.metadata.uid === object.metadata.uid && objects.delete(key);
    }

    /** Takes a whole list as the truth about a kind. */
    replace(kind: Kind, objects: readonly KubernetesObject[]): void {
        this.#of(kind).clear();
        objects.forEach((object) => this.put(object));
    }

    #of<K extends Kind>(kind: K): Map<string, Kinds[K]> {
        let objects = this.#objects.get(kind);
        if (objects === undefined) {
            objects = new Map();
            this.#objects.set(kind, objects);
        }
        return objects as Map<string, Kinds[K]>;
    }
}

function keyOf(namespace: string | undefined, name: string): string {
    return `${namespace ?? ""}/${name}`;
}

/**
 * The order of versions. Source: since Kubernetes 1.35 resource versions of one resource may be compared as numbers
 * (KEP-5504).
 */
function versionOf({ metadata }: KubernetesObject): bigint {
    return BigInt(metadata.resourceVersion ?? "0");
}
