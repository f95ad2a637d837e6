import { nearest } from "./nearest";
import { objectNameFault } from "./object-name";
import { type Preference, type PreferenceName, preferences } from "./preferences";
import type { Size } from "./size";

/** What a common instancetype gives a machine. */
export interface Instancetype {
    /** Virtual CPUs. */
    readonly cpu: number;
    readonly memory: Size;
    /** CPUs of its own on the node. */
    readonly dedicated?: true;
    readonly hugePages?: "2Mi" | "1Gi";
    /** The NUMA topology of its node. */
    readonly numa?: true;
    readonly realtime?: true;
    /** Percent more memory than the node gives it. */
    readonly overcommit?: number;
}

type Capacity = readonly [cpu: number, memory: Size];

const general = {
    micro: [1, "1Gi"],
    small: [1, "2Gi"],
    medium: [1, "4Gi"],
    large: [2, "8Gi"],
    xlarge: [4, "16Gi"],
    "2xlarge": [8, "32Gi"],
    "4xlarge": [16, "64Gi"],
    "8xlarge": [32, "128Gi"],
} as const satisfies Readonly<Record<string, Capacity>>;

const nano = { nano: [1, "512Mi"] } as const;
const twoMedium = { "2xmedium": [2, "4Gi"] } as const;

const computing = {
    medium: [1, "2Gi"],
    large: [2, "4Gi"],
    xlarge: [4, "8Gi"],
    "2xlarge": [8, "16Gi"],
    "4xlarge": [16, "32Gi"],
    "8xlarge": [32, "64Gi"],
} as const satisfies Readonly<Record<string, Capacity>>;

const memory = {
    large: [2, "16Gi"],
    xlarge: [4, "32Gi"],
    "2xlarge": [8, "64Gi"],
    "4xlarge": [16, "128Gi"],
    "8xlarge": [32, "256Gi"],
} as const satisfies Readonly<Record<string, Capacity>>;

const network = {
    medium: [4, "4Gi"],
    large: [4, "8Gi"],
    xlarge: [8, "16Gi"],
    "2xlarge": [16, "32Gi"],
    "4xlarge": [32, "64Gi"],
    "8xlarge": [64, "128Gi"],
} as const satisfies Readonly<Record<string, Capacity>>;

/**
 * The common instancetypes that KubeVirt v1.9 brings: kubevirt/common-instancetypes v1.7.0, as in KubeVirt
 * pkg/virt-operator/resource/generate/components/data/common-instancetypes. A series and the sizes that it comes in.
 */
const series = {
    /** General purpose. */
    u1: { sizes: { ...nano, ...general, ...twoMedium }, traits: {} },
    /** As u1, on CPUs of its own. */
    d1: { sizes: { ...nano, ...general, ...twoMedium }, traits: { dedicated: true } },
    /** As u1, on memory that others may have too. */
    o1: { sizes: { ...nano, ...general }, traits: { overcommit: 50 } },
    /** For real-time work. */
    rt1: {
        sizes: general,
        traits: { dedicated: true, hugePages: "1Gi", numa: true, realtime: true },
    },
    /** For computing. */
    cx1: { sizes: computing, traits: { dedicated: true, hugePages: "2Mi", numa: true } },
    /** For much memory. */
    m1: { sizes: memory, traits: { hugePages: "2Mi" } },
    /** For network functions. */
    n1: { sizes: network, traits: { dedicated: true, hugePages: "1Gi" } },
} as const satisfies Readonly<
    Record<
        string,
        {
            readonly sizes: Readonly<Record<string, Capacity>>;
            readonly traits: Partial<Instancetype>;
        }
    >
>;

type Series = typeof series;
type OfSeries<S extends keyof Series> = `${S}.${keyof Series[S]["sizes"] & string}`;

/** Name of a common instancetype; `1gi` in the end stands for huge pages of 1Gi. */
export type InstancetypeName =
    { readonly [S in keyof Series]: OfSeries<S> }[keyof Series] | `${OfSeries<"cx1" | "m1">}1gi`;

/** An instancetype: a common one by its name, or one that the cluster has of its own. */
export type InstancetypeReference =
    | InstancetypeName
    | {
          readonly name: string;
          readonly kind: "VirtualMachineInstancetype" | "VirtualMachineClusterInstancetype";
      };

/** A preference: a common one by its name, or one that the cluster has of its own. */
export type PreferenceReference =
    | PreferenceName
    | {
          readonly name: string;
          readonly kind: "VirtualMachinePreference" | "VirtualMachineClusterPreference";
      };

/** Names of all common instancetypes. */
export const instancetypeNames: readonly string[] = Object.entries(series).flatMap(
    ([name, { sizes }]) =>
        Object.keys(sizes).flatMap((size) =>
            name === "cx1" || name === "m1"
                ? [`${name}.${size}`, `${name}.${size}1gi`]
                : [`${name}.${size}`],
        ),
);

/** What a common instancetype gives a machine; undefined for any other, which only the cluster knows. */
export function commonInstancetype(reference: InstancetypeReference): Instancetype | undefined {
    const name = referencedName(reference);
    if (!isCluster(reference) || !instancetypeNames.includes(name)) {
        return undefined;
    }
    const [family = "", text = ""] = name.split(".");
    const { sizes, traits } = series[family as keyof Series];
    const [cpu, size] = (sizes as Readonly<Record<string, Capacity>>)[
        text.replace(/1gi$/, "")
    ] as Capacity;
    return {
        cpu,
        memory: size,
        ...traits,
        ...(text.endsWith("1gi") ? { hugePages: "1Gi" as const } : {}),
    };
}

/** What a common preference asks of a machine; undefined for any other, which only the cluster knows. */
export function commonPreference(reference: PreferenceReference): Preference | undefined {
    const name = referencedName(reference);
    return isCluster(reference) && Object.hasOwn(preferences, name)
        ? preferences[name as PreferenceName]
        : undefined;
}

/** A reference as a machine's object has it. Source: KubeVirt core/v1 types.go (InstancetypeMatcher). */
export function matcherOf(reference: InstancetypeReference): {
    readonly name: string;
    readonly kind: string;
} {
    return typeof reference === "string"
        ? { name: reference, kind: "VirtualMachineClusterInstancetype" }
        : { name: reference.name, kind: reference.kind };
}

/** As {@link matcherOf}, of a preference. */
export function preferenceMatcherOf(reference: PreferenceReference): {
    readonly name: string;
    readonly kind: string;
} {
    return typeof reference === "string"
        ? { name: reference, kind: "VirtualMachineClusterPreference" }
        : { name: reference.name, kind: reference.kind };
}

/** Why something is not the name of an instancetype, or undefined when it may be one. */
export function instancetypeFault(
    reference: InstancetypeReference,
): { fault: string; cure: string } | undefined {
    return referenceFault(reference, instancetypeNames, [
        "VirtualMachineClusterInstancetype",
        "VirtualMachineInstancetype",
    ]);
}

/** Why something is not the name of a preference, or undefined when it may be one. */
export function preferenceFault(
    reference: PreferenceReference,
): { fault: string; cure: string } | undefined {
    return referenceFault(reference, Object.keys(preferences), [
        "VirtualMachineClusterPreference",
        "VirtualMachinePreference",
    ]);
}

function referenceFault(
    reference: unknown,
    known: readonly string[],
    kinds: readonly [string, string],
): { fault: string; cure: string } | undefined {
    if (typeof reference === "string") {
        if (known.includes(reference)) {
            return undefined;
        }
        const near = nearest(reference, known);
        const own = `for one of the cluster's own write { name, kind: "${kinds[0]}" }`;
        return {
            fault: `is ${JSON.stringify(reference)}, which is none of the common ones`,
            cure: `${near === undefined ? `write one of them, such as ${JSON.stringify(known[0])}` : `write ${JSON.stringify(near)}`}, or ${own}`,
        };
    }
    const { name, kind } = (reference ?? {}) as {
        readonly name?: unknown;
        readonly kind?: unknown;
    };
    if (typeof name !== "string" || typeof kind !== "string" || !kinds.includes(kind)) {
        return {
            fault: `is ${JSON.stringify(reference)}, which names no ${kinds.join(" and no ")}`,
            cure: `write { name, kind: "${kinds[0]}" } or { name, kind: "${kinds[1]}" }`,
        };
    }
    return objectNameFault(name);
}

/** The name of what is meant. */
export function referencedName(reference: InstancetypeReference | PreferenceReference): string {
    return typeof reference === "string" ? reference : reference.name;
}

/** Whether it is one of the whole cluster, as the common ones are. */
function isCluster(reference: InstancetypeReference | PreferenceReference): boolean {
    return typeof reference === "string" || /^VirtualMachineCluster/.test(reference.kind);
}
