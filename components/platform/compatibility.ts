import { checkCompatibility } from "../../model/compatibility";
import type { Findings } from "../../model/findings";
import type { Part } from "../../model/versions";
import type { Cluster } from "../cluster";

type Known = Map<Part, Promise<string | undefined>>;

const versions = new WeakMap<Cluster, Known>();
const checked = new WeakMap<Cluster, Promise<Findings>>();

/** Says which version of a part a cluster will have; undefined where that is not known. Said by constructors, before any check. */
export function tellVersion(
    cluster: Cluster,
    part: Part,
    version: Promise<string | undefined>,
): void {
    const known: Known = versions.get(cluster) ?? new Map<Part, Promise<string | undefined>>();
    known.set(part, version);
    versions.set(cluster, known);
}

/**
 * Whether everything that the program puts on a cluster goes together, and with the cluster's Kubernetes. The first component that
 * asks gets the answer and says it; there is nothing new for the others.
 */
export async function checkTogether(cluster: Cluster): Promise<Findings> {
    const already = checked.get(cluster);
    if (already !== undefined) {
        await already;
        return { problems: [], warnings: [] };
    }
    const findings = check(cluster);
    checked.set(cluster, findings);
    return findings;
}

async function check(cluster: Cluster): Promise<Findings> {
    const connection = await cluster.connection;
    const { gitVersion } = ((await connection?.look("/version")) ?? {}) as { gitVersion?: string };
    const known = await Promise.all(
        [...(versions.get(cluster) ?? [])].map(
            async ([part, version]) => [part, await version] as const,
        ),
    );
    const all = [["kubernetes", gitVersion] as const, ...known];
    return checkCompatibility(
        Object.fromEntries(all.filter(([, version]) => version !== undefined && version !== "")),
    );
}
