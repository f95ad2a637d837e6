import type { NamespaceSeen } from "../manifests/import/plan";
import type { Fields } from "../model/machine-difference";
import { UserError } from "../model/user-error";
import { collectionLabel, type CollectionKind, collectionPath } from "../waits/collections";
import { ApiError, type Transport } from "../waits/transport";

/** What a namespace has, and what could not be looked at. */
export interface NamespaceRead {
    readonly seen: NamespaceSeen;
    readonly notes: readonly string[];
}

/** Reads a namespace. Machines and their disks have to be readable; without the others they are imported all the same. */
export async function readNamespace(
    transport: Pick<Transport, "get" | "list">,
    namespace: string,
): Promise<NamespaceRead> {
    if ((await transport.get(`${collectionPath("Namespace")}/${namespace}`)) === undefined) {
        throw new UserError(
            `The cluster has no namespace ${namespace}. kubectl get namespaces lists those that there are.`,
        );
    }
    const notes: string[] = [];
    const read = async (kind: CollectionKind, isNeeded = false): Promise<readonly Fields[]> => {
        try {
            const { items } = await transport.list(collectionPath(kind, namespace), {});
            return items as readonly Fields[];
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return [];
            }
            if (isNeeded || !(error instanceof ApiError) || error.status !== 403) {
                throw error;
            }
            notes.push(
                `${collectionLabel(kind, namespace)} cannot be read by this account: none is imported.`,
            );
            return [];
        }
    };
    const [machines, dataVolumes, claims, networks, services, policies] = await Promise.all([
        read("VirtualMachine", true),
        read("DataVolume", true),
        read("PersistentVolumeClaim", true),
        read("NetworkAttachmentDefinition"),
        read("Service"),
        read("NetworkPolicy"),
    ]);
    return {
        seen: { namespace, machines, dataVolumes, claims, networks, services, policies },
        notes,
    };
}

/** What a state has of the cluster: `VirtualMachine vms/web`. Source: Pulumi sdk/go/common/apitype, DeploymentV3. */
export function objectsOfState(exported: string): ReadonlySet<string> {
    const { deployment } = JSON.parse(exported) as {
        readonly deployment?: {
            readonly resources?: readonly { readonly type: string; readonly id?: string }[] | null;
        };
    };
    return new Set(
        (deployment?.resources ?? []).flatMap(({ type, id }) =>
            id !== undefined && type.startsWith("kubernetes:")
                ? [`${type.split(":").at(-1) ?? ""} ${id}`]
                : [],
        ),
    );
}
