import type { KubernetesObject, StorageClass } from "./objects";
import type { ClusterNode, LonghornNode, VolumeSnapshotClass, Workload } from "./platform-objects";
import type { FoundOperator } from "./platform-look";

/** One thing that was looked at before work begins. */
export interface Finding {
    /** What was looked at: "Nodes with KVM". */
    readonly check: string;
    readonly status: "ok" | "warning" | "problem" | "unknown";
    /** A sentence with what was found, without its full stop. */
    readonly what: string;
    /** What to do about it, or how to look where the API cannot tell. */
    readonly cure?: string;
}

/** What reading a part of the cluster brought. */
export type Reading<T> =
    | { readonly state: "read"; readonly value: T }
    /** The cluster does not serve the kind. */
    | { readonly state: "absent" }
    | { readonly state: "unreadable"; readonly reason: string };

/** Everything that the checks look at. */
export interface PreflightObservation {
    /** As the API server says it: `v1.36.3`. */
    readonly kubernetes: Reading<string>;
    readonly nodes: Reading<readonly ClusterNode[]>;
    readonly storageClasses: Reading<readonly StorageClass[]>;
    readonly drivers: Reading<readonly KubernetesObject[]>;
    /** Of all namespaces: the snapshot controller is looked for among them. */
    readonly deployments: Reading<readonly Workload[]>;
    readonly snapshotClasses: Reading<readonly VolumeSnapshotClass[]>;
    readonly kubevirt: Reading<readonly FoundOperator[]>;
    readonly cdi: Reading<readonly FoundOperator[]>;
    /** The namespace of the machines; undefined where none is meant. */
    readonly namespace: { readonly name: string; readonly reading: Reading<unknown> } | undefined;
    readonly longhornNodes: Reading<readonly LonghornNode[]>;
}

/** A check on something that was read; what could not be read is said to be unknown, with the reason. */
export function checked<T>(
    check: string,
    reading: Reading<T>,
    judge: (value: T | undefined) => readonly Omit<Finding, "check">[],
): readonly Finding[] {
    const findings: readonly Omit<Finding, "check">[] =
        reading.state === "unreadable"
            ? [
                  {
                      status: "unknown",
                      what: `cannot be read: ${reading.reason}`,
                      cure: "let this account list it, or look by hand",
                  },
              ]
            : judge(reading.state === "read" ? reading.value : undefined);
    return findings.map((finding) => ({ check, ...finding }));
}

/** "a, b and 3 more": names as far as a person reads them. */
export function someNames(objects: readonly KubernetesObject[]): string {
    const names = objects.map(({ metadata }) => metadata?.name ?? "(unnamed)").sort();
    const shown = names.slice(0, 5).join(", ");
    return names.length > 5 ? `${shown} and ${String(names.length - 5)} more` : shown;
}
