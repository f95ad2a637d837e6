import type { LonghornSetting } from "../objects";
import type { Store } from "../store";
import { type Write, create, patch } from "../writes";
import { defaultValue, normalised, settingNames } from "./setting-values";
import { follows, following, longhornApi, yamlIn } from "./system";

/**
 * Longhorn's settings: all that are known are there, and a change of the chart's ConfigMap is applied once. Source:
 * longhorn-manager datastore/longhorn.go, UpdateCustomizedSettings and createNonExistingSettingCRsWithDefaultSetting.
 */
export function reconcileSettings(world: Store, namespace: string): Write[] {
    const map = world.get("ConfigMap", namespace, "longhorn-default-setting");
    const wished = map === undefined ? {} : yamlIn(map, "default-setting.yaml");
    return [...new Set([...settingNames, ...Object.keys(wished)])].flatMap((name) => {
        const value = name in wished ? normalised(name, wished[name] ?? null) : undefined;
        const there = world.get("LonghornSetting", namespace, name);
        if (there === undefined) {
            return [
                create({
                    apiVersion: longhornApi,
                    kind: "LonghornSetting",
                    metadata: { name, namespace, annotations: following(map) },
                    value: value ?? defaultValue(name),
                }),
            ];
        }
        return map === undefined || follows(there, map) ? [] : apply(there, value, following(map));
    });
}

/** What the ConfigMap does not name stays as it is. */
function apply(
    there: LonghornSetting,
    value: string | undefined,
    annotations: Record<string, string>,
): Write[] {
    return patch(there, { metadata: { annotations }, ...(value === undefined ? {} : { value }) });
}
