import type { CollectionKind } from "./collections";
import { collectionPath } from "./collections";
import type { Connection } from "./connection";
import type { KubernetesObject, StorageClass } from "./objects";
import type {
    CdiResource,
    ClusterNode,
    KubeVirtResource,
    LonghornNode,
    VolumeSnapshotClass,
    Workload,
} from "./platform-objects";
import { foundOperator } from "./platform-look";
import { preflight } from "./preflight";
import type { Finding, Reading } from "./preflight-facts";

/** Looks at a cluster once, one list a kind, and judges it. What cannot be read is a finding of its own; nothing is refused. */
export async function readPreflight(
    connection: Pick<Connection, "ask">,
    namespace?: string,
): Promise<readonly Finding[]> {
    const list = <T extends KubernetesObject>(
        kind: CollectionKind,
    ): Promise<Reading<readonly T[]>> =>
        read(connection, collectionPath(kind), (answer) => {
            const { items } = answer as { readonly items?: readonly T[] };
            return items ?? [];
        });
    const [
        kubernetes,
        nodes,
        storageClasses,
        drivers,
        deployments,
        snapshotClasses,
        kubevirt,
        cdi,
        longhornNodes,
        namespaceRead,
    ] = await Promise.all([
        // Source: k8s.io/apimachinery pkg/version (Info); every account may read it.
        read(
            connection,
            "/version",
            (answer) => (answer as { readonly gitVersion?: string }).gitVersion ?? "",
        ),
        list<ClusterNode>("Node"),
        list<StorageClass>("StorageClass"),
        list("CSIDriver"),
        list<Workload>("Deployment"),
        list<VolumeSnapshotClass>("VolumeSnapshotClass"),
        list<KubeVirtResource>("KubeVirt"),
        list<CdiResource>("CDI"),
        list<LonghornNode>("LonghornNode"),
        namespace === undefined
            ? undefined
            : read(connection, `${collectionPath("Namespace")}/${namespace}`, (answer) => answer),
    ]);
    return preflight({
        kubernetes,
        nodes,
        storageClasses,
        drivers,
        deployments,
        snapshotClasses,
        kubevirt: operators(kubevirt),
        cdi: operators(cdi),
        longhornNodes,
        namespace:
            namespace === undefined || namespaceRead === undefined
                ? undefined
                : { name: namespace, reading: namespaceRead },
    });
}

function operators(
    reading: Reading<readonly (KubeVirtResource | CdiResource)[]>,
): Reading<readonly ReturnType<typeof foundOperator>[]> {
    return reading.state === "read"
        ? { state: "read", value: reading.value.map(foundOperator) }
        : reading;
}

async function read<T>(
    connection: Pick<Connection, "ask">,
    path: string,
    take: (answer: unknown) => T,
): Promise<Reading<T>> {
    const answer = await connection.ask(path);
    return answer.state === "found" ? { state: "read", value: take(answer.object) } : answer;
}
