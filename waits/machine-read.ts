import { collectionPath, type CollectionKind } from "./collections";
import type { ReadDisk } from "./disk-read";
import { readDisk } from "./disk-read";
import type { RunningInstance } from "./guest-size";
import { restartReason } from "./restart-reason";
import type { KubernetesEvent, Pod, VirtualMachine } from "./objects";
import { conditionOf } from "./objects";
import { ApiError, type Transport } from "./transport";

/** A machine as it is now, without anything that could be wrong with reading it. */
export interface ReadMachine {
    readonly namespace: string;
    readonly name: string;
    readonly virtualMachine: VirtualMachine | undefined;
    readonly instance: RunningInstance | undefined;
    readonly pods: readonly Pod[];
    readonly events: readonly KubernetesEvent[];
    /** Its disks by their names inside it; a volume without a claim (cloud-init, a container disk) is none. */
    readonly disks: readonly {
        readonly name: string;
        readonly observed: ReadDisk["observed"];
    }[];
    /** Why it needs a restart, with the fields that were changed; undefined where it needs none. */
    readonly restartRequired?: string | undefined;
    /** What this account may not read although it would tell more: "pods". */
    readonly unreadable: readonly string[];
}

interface WithVolumes extends VirtualMachine {
    readonly spec?: VirtualMachine["spec"] & {
        readonly template?: {
            readonly spec?: {
                readonly volumes?: readonly {
                    readonly name?: string;
                    readonly dataVolume?: { readonly name?: string };
                    readonly persistentVolumeClaim?: { readonly claimName?: string };
                }[];
            };
        };
    };
}

/**
 * Reads everything that belongs to a machine once, without a watch. Rejects where the machine itself cannot be read; what only makes
 * diagnoses better may be refused.
 */
export async function readMachine(
    transport: Pick<Transport, "get" | "list">,
    namespace: string,
    name: string,
): Promise<ReadMachine> {
    const unreadable = new Set<string>();

    async function get(kind: CollectionKind): Promise<unknown> {
        return transport.get(`${collectionPath(kind, namespace)}/${name}`);
    }

    async function allowed(what: string, kind: CollectionKind): Promise<readonly unknown[]> {
        try {
            return (await transport.list(collectionPath(kind, namespace), {})).items;
        } catch (error) {
            if (!(error instanceof ApiError && error.status === 403)) {
                throw error;
            }
            unreadable.add(what);
            return [];
        }
    }

    // The objects are what is asked for: the verdicts take nothing of their fields for granted.
    const virtualMachine = (await get("VirtualMachine")) as WithVolumes | undefined;
    const [instance, pods, events] = await Promise.all([
        get("VirtualMachineInstance") as Promise<RunningInstance | undefined>,
        allowed("pods", "Pod") as Promise<readonly Pod[]>,
        allowed("events", "Event") as Promise<readonly KubernetesEvent[]>,
    ]);
    const restart = conditionOf(virtualMachine?.status?.conditions, "RestartRequired");
    const restartRequired =
        instance === undefined
            ? undefined
            : await restartReason(
                  transport,
                  { namespace, name },
                  restart?.status === "True" ? (restart.message ?? "") : undefined,
              );
    const disks = await Promise.all(
        (virtualMachine?.spec?.template?.spec?.volumes ?? []).flatMap((volume) => {
            const claim = volume.dataVolume?.name ?? volume.persistentVolumeClaim?.claimName;
            return claim === undefined
                ? []
                : [
                      readDisk(transport, namespace, claim).then((read) => {
                          read.unreadable.forEach((what) => unreadable.add(what));
                          return { name: volume.name ?? claim, observed: read.observed };
                      }),
                  ];
        }),
    );
    return {
        namespace,
        name,
        virtualMachine,
        instance,
        pods,
        events,
        disks,
        restartRequired,
        unreadable: [...unreadable],
    };
}
