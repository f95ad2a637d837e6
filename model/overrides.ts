import { Check, type Findings } from "./findings";
import { nearest } from "./nearest";
import { shownField } from "./source-fields";

/** Fields of an object's spec, as the API has them, that are merged over what the other arguments say. */
export type SpecOverrides = Readonly<Record<string, unknown>>;

/** Fields that must not be overridden, with what to do instead. A field inside another is written with dots. */
export type Guarded = Readonly<Record<string, string>>;

/** What overrides may not touch, because a check or a protection would be gone without a word. */
export function checkOverrides(overrides: SpecOverrides, guarded: Guarded): Findings {
    const check = new Check();
    for (const [path, cure] of Object.entries(guarded)) {
        const value = valueAt(overrides, path.split("."));
        if (value !== undefined) {
            check.refuse(
                path,
                `is ${JSON.stringify(value)}, which this package sets and checks itself`,
                cure,
            );
        }
    }
    return check;
}

/**
 * The fields of a VirtualMachine's spec. Source: KubeVirt core/v1 VirtualMachineSpec. What is inside them is the API server's to check:
 * it has the fields of its own version.
 */
export const machineSpecFields = [
    "template",
    "instancetype",
    "preference",
    "runStrategy",
    "running",
    "dataVolumeTemplates",
    "updateVolumesStrategy",
] as const;

/** Fields that a machine's spec does not have: the API server would drop them without a word. */
export function checkMachineFields(overrides: SpecOverrides): Findings {
    const check = new Check();
    for (const [field, value] of Object.entries(overrides)) {
        if (value !== undefined && !(machineSpecFields as readonly string[]).includes(field)) {
            check.refuse(
                shownField(field),
                "is given, which no VirtualMachine's spec has",
                cureOf(field),
            );
        }
    }
    return check;
}

function cureOf(field: string): string {
    if (field === "spec") {
        return "leave this level out: overrides are the fields of the spec itself";
    }
    if (field === "metadata") {
        return "use labels and annotations";
    }
    const meant = nearest(field, machineSpecFields);
    return meant === undefined
        ? `write template: { spec: { ${/^\w{1,64}$/.test(field) ? field : "…"}: … } } for a field of the running machine; the spec itself has ${machineSpecFields.join(", ")}`
        : `write ${meant}`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (at, key) =>
            typeof at === "object" && at !== null ? (at as SpecOverrides)[key] : undefined,
        value,
    );
}
