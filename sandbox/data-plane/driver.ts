import type { Claim, Pod, StorageClass, Texts, Volume, VolumeSnapshotClass } from "./objects";
import type { ContainerFields } from "./platform-objects";
import type { Store } from "./store";
import type { Write } from "./writes";

/** A claim that is to get a volume. */
export interface VolumeRequest {
    readonly world: Store;
    readonly now: number;
    readonly claim: Claim;
    readonly of: StorageClass;
    /** Of the volume to be. */
    readonly name: string;
}

/** Why a driver does not do what it is asked for. Without words it is still trying. */
export interface Refusal {
    readonly says?: string;
}

/** A CSI driver of the cluster, as its controller pods answer for it. */
export interface Driver {
    readonly name: string;
    /** Who signs the events of its provisioner. */
    readonly reporter: string;
    /** Which of its sidecars run. */
    readonly runs: Readonly<Record<"provisioner" | "resizer" | "snapshotter", boolean>>;
    /** Its volumes carry a finalizer until it has deleted what is behind them. */
    readonly guards: boolean;
    readonly create: (request: VolumeRequest) => Refusal | MadeVolume;
    /** Deletes what is behind a volume. The volume itself goes once there is nothing left to write. */
    readonly remove: (world: Store, volume: Volume) => Refusal | readonly Write[];
    readonly grow: (world: Store, volume: Volume, bytes: number) => Refusal | readonly Write[];
    readonly snapshot: (world: Store, of: VolumeSnapshotClass) => Refusal | undefined;
}

/** What a driver made for a claim. */
export interface MadeVolume {
    /** What it writes before there is a PersistentVolume. */
    readonly writes: readonly Write[];
    readonly handle: string;
    readonly attributes?: Texts;
}

/** Whether a driver did not do what it was asked for. */
export function isRefusal(answer: Refusal | MadeVolume | readonly Write[]): answer is Refusal {
    return !Array.isArray(answer) && !("writes" in answer);
}

/** An answer of a driver as its sidecars quote it. Source: google.golang.org/grpc status.Error. */
export function rpcError(code: string, description: string): Refusal {
    return { says: `rpc error: code = ${code} desc = ${description}` };
}

/** The value of a flag of a container; `$(NAME)` stands for a variable of it, as Kubernetes has it. */
export function flagOf(
    containers: readonly ContainerFields[],
    flag: `--${string}`,
): string | undefined {
    for (const { args = [], env = [] } of containers) {
        const given = args.find((each) => each.startsWith(`${flag}=`));
        if (given !== undefined) {
            return given
                .slice(flag.length + 1)
                .replace(/\$\((\w+)\)/g, (_, name) => valueOf(env, String(name)));
        }
    }
    return undefined;
}

function valueOf(env: NonNullable<ContainerFields["env"]>, wanted: string): string {
    return env.find(({ name }) => name === wanted)?.value ?? "";
}

/** The pod that speaks for a component: the first by name that is ready. Real ones elect a leader. */
export function speaker(world: Store, namespace: string, labels: Texts): Pod | undefined {
    return world
        .list("Pod", namespace)
        .filter((pod) => hasLabels(pod, labels) && isReady(pod))
        .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))[0];
}

/**
 * Who signs the events of a provisioner: driver, host name and a random id. Source: sig-storage-lib-external-provisioner
 * controller/controller.go, NewProvisionController.
 */
export function reporterOf(driver: string, pod: Pod | undefined): string {
    return pod === undefined ? driver : `${driver}_${pod.metadata.name}_${pod.metadata.uid ?? ""}`;
}

/** Whether an object has all these labels. */
export function hasLabels(
    { metadata }: { readonly metadata: { readonly labels?: Texts } },
    labels: Texts,
): boolean {
    return Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);
}

/** Whether a pod serves. */
export function isReady({ metadata, status }: Pod): boolean {
    return (
        metadata.deletionTimestamp === undefined &&
        status?.phase === "Running" &&
        status.conditions?.find(({ type }) => type === "Ready")?.status === "True"
    );
}
