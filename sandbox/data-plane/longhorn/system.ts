import * as yaml from "yaml";
import { isReady } from "../driver";
import type { ConfigMap, DaemonSet, Pod } from "../objects";
import { annotationOf, isDeleted } from "../reading";
import type { Store } from "../store";
import { defaultValue } from "./setting-values";

/** Source: longhorn-manager types/types.go, LonghornDriverName. */
export const longhornDriverName = "driver.longhorn.io";

export const longhornApi = "longhorn.io/v1beta2";

/** Source: longhorn-manager types/types.go, LonghornFinalizerKey: its objects stay until their controller lets them go. */
export const longhornFinalizer = "longhorn.io";

/** Source: longhorn-manager types/types.go, GetBaseLabelsForSystemManagedComponent. */
export const managedLabels = { "longhorn.io/managed-by": "longhorn-manager" };

/** Longhorn, where its manager runs. */
export interface Longhorn {
    readonly namespace: string;
    readonly manager: DaemonSet;
    /** The manager's pods that serve. */
    readonly pods: readonly Pod[];
}

/** The Longhorn of the cluster: all of its objects have fixed names, so there is one at most. */
export function longhornOf(world: Store): Longhorn | undefined {
    const manager = world
        .list("DaemonSet")
        .find(({ metadata }) => metadata.name === "longhorn-manager");
    if (manager === undefined || isDeleted(manager)) {
        return undefined;
    }
    const { namespace = "" } = manager.metadata;
    const pods = world
        .list("Pod", namespace)
        .filter((pod) => pod.metadata.labels?.["app"] === "longhorn-manager" && isReady(pod));
    return pods.length === 0 ? undefined : { namespace, manager, pods };
}

/** The value of a setting. */
export function settingOf(world: Store, namespace: string, name: string): string {
    return world.get("LonghornSetting", namespace, name)?.value ?? defaultValue(name);
}

/** Which version of the ConfigMap an object was last made to follow. Source: types.go, ConfigMapResourceVersionKey. */
const followed = "longhorn.io/configmap-resource-version";

/** Whether an object has been made to follow the ConfigMap as it is: what somebody else writes later stands. */
export function follows(object: Parameters<typeof annotationOf>[0], from: ConfigMap): boolean {
    return annotationOf(object, followed) === from.metadata.resourceVersion;
}

/** What says that an object follows the ConfigMap. */
export function following(from: ConfigMap | undefined): Record<string, string> {
    return { [followed]: from?.metadata.resourceVersion ?? "" };
}

/** A value that the chart writes: maps are texts of JSON there. */
export type Scalar = string | number | boolean | null;

const read = new WeakMap<ConfigMap, Readonly<Record<string, Scalar>>>();

/** The YAML in a ConfigMap of the chart. Source: longhorn/longhorn chart/templates, the three longhorn-default-* and storageclass. */
export function yamlIn(map: ConfigMap, key: string): Readonly<Record<string, Scalar>> {
    const known = read.get(map);
    if (known !== undefined) {
        return known;
    }
    const content = (yaml.parse(map.data?.[key] ?? "") ?? {}) as Record<string, Scalar>;
    read.set(map, content);
    return content;
}
