import type { Store } from "../store";

/** Where the sandbox is told what the Ceph cluster is really like. Without it, everything that is configured is right. */
const place = { namespace: "default", name: "sandbox-ceph" } as const;

/** A Ceph cluster as it really is. */
export interface CephTruth {
    /** The addresses at which monitors answer. */
    readonly monitors: readonly string[];
    readonly pools: readonly string[];
    /** The RADOS namespaces of its pools. */
    readonly namespaces: readonly string[];
    /** The key of each user. */
    readonly users: Readonly<Record<string, string>>;
}

/** Reads the ConfigMap; lists are separated by commas, users are `id=key`. */
export function cephTruth(world: Store): CephTruth | undefined {
    const told = world.get("ConfigMap", place.namespace, place.name);
    if (told === undefined) {
        return undefined;
    }
    const { monitors, pools, namespaces, users } = told.data ?? {};
    return {
        monitors: listed(monitors),
        pools: listed(pools),
        namespaces: listed(namespaces),
        users: Object.fromEntries(
            listed(users).map((user) => {
                // A key is base64, which ends with the same sign.
                const at = user.indexOf("=");
                return [user.slice(0, at), user.slice(at + 1)];
            }),
        ),
    };
}

function listed(text = ""): string[] {
    return text
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each !== "");
}
