import type { Clock } from "./clock";
import { collectionLabel, collectionPath } from "./collections";
import type { RunningInstance } from "./guest-size";
import type { DataImportCron, ImageDataSource } from "./image-objects";
import type { InstanceMigration, MovingInstance } from "./migration-objects";
import type {
    Claim,
    DataVolume,
    KubernetesEvent,
    KubernetesObject,
    LimitRange,
    Pod,
    StorageClass,
    VirtualMachine,
} from "./objects";
import type {
    CdiResource,
    ClusterNode,
    CsiNode,
    EndpointSlice,
    KubeVirtResource,
    WebhookConfiguration,
    Workload,
} from "./platform-objects";
import { Poll } from "./poll";
import type { Transport } from "./transport";
import type { Trouble } from "./watch";
import { Watch } from "./watch";

/** The kinds that waits look at. */
export interface Kinds {
    readonly DataVolume: DataVolume;
    readonly DataSource: ImageDataSource;
    readonly DataImportCron: DataImportCron;
    readonly PersistentVolumeClaim: Claim;
    readonly Pod: Pod;
    readonly Event: KubernetesEvent;
    readonly StorageClass: StorageClass;
    readonly LimitRange: LimitRange;
    readonly Node: ClusterNode;
    readonly CSIDriver: KubernetesObject;
    readonly CSINode: CsiNode;
    readonly VirtualMachine: VirtualMachine;
    readonly VirtualMachineInstance: RunningInstance & MovingInstance;
    readonly VirtualMachineInstanceMigration: InstanceMigration;
    readonly KubeVirt: KubeVirtResource;
    readonly CDI: CdiResource;
    readonly Deployment: Workload;
    readonly DaemonSet: Workload;
    readonly EndpointSlice: EndpointSlice;
    readonly ValidatingWebhookConfiguration: WebhookConfiguration;
    readonly MutatingWebhookConfiguration: WebhookConfiguration;
}

/** One of the kinds that waits look at. */
export type Kind = keyof Kinds;

/** What somebody who looks at a kind in a namespace has, until it is released. */
export interface Observed<T> {
    /** "datavolumes.cdi.kubevirt.io in namespace vms": what an account has to be allowed to read. */
    readonly label: string;
    get(name: string): T | undefined;
    all(): readonly T[];
    /** The objects are what the server had, at some moment after somebody began to look. */
    readonly listed: boolean;
    readonly trouble: Trouble | undefined;
    /** Calls back after every change, until it is released. */
    onChange(run: () => void): void;
    release(): void;
}

/** What somebody who asks for one path again and again has, until it is released. */
export interface Asked {
    /** The path. */
    readonly label: string;
    /** The answer; undefined while the server has nothing there. */
    readonly answer: unknown;
    /** The server has answered at least once. */
    readonly listed: boolean;
    readonly trouble: Trouble | undefined;
    /** Calls back after every change, until it is released. */
    onChange(run: () => void): void;
    release(): void;
}

/** Something that is read for all who look at it, until the last of them lets go. */
interface Shared<S> {
    readonly source: S;
    readonly listeners: Set<() => void>;
    users: number;
}

/** The part of a shared source that one who looks has. */
interface Share<S> {
    readonly source: S;
    readonly onChange: (run: () => void) => void;
    readonly release: () => void;
}

/** The watches of one cluster, one per kind and namespace, shared by everybody who waits. */
export class View {
    readonly #transport: Transport;
    readonly #clock: Clock;
    readonly #watches = new Map<string, Shared<Watch<KubernetesObject>>>();
    readonly #polls = new Map<string, Shared<Poll>>();
    readonly #said = new Set<string>();

    constructor(transport: Transport, clock: Clock) {
        this.#transport = transport;
        this.#clock = clock;
    }

    /** Looks at a kind, cluster-wide where it has no namespace. The last release ends the watch. */
    observe<K extends Kind>(kind: K, namespace?: string): Observed<Kinds[K]> {
        const path = collectionPath(kind, namespace);
        const { source, onChange, release } = share(
            this.#watches,
            path,
            (changed) =>
                new Watch<KubernetesObject>(
                    this.#transport,
                    this.#clock,
                    { path, keep: withoutBulk },
                    changed,
                ),
        );
        // What is listed under a kind's path is of that kind.
        const watch = source as unknown as Watch<Kinds[K]>;
        return {
            label: collectionLabel(kind, namespace),
            get: (name) => watch.objects.get(name),
            all: () => watch.all(),
            get listed() {
                return watch.listed;
            },
            get trouble() {
                return watch.trouble;
            },
            onChange,
            release,
        };
    }

    /** Asks for one path every two seconds, for what cannot be watched. The last release ends it. */
    ask(path: string): Asked {
        const { source, onChange, release } = share(
            this.#polls,
            path,
            (changed) => new Poll(this.#transport, this.#clock, path, changed),
        );
        return {
            label: path,
            get answer() {
                return source.answer;
            },
            get listed() {
                return source.answered;
            },
            get trouble() {
                return source.trouble;
            },
            onChange,
            release,
        };
    }

    /** Whether an object is there now: asks the server itself, for when a watch says that it is not. */
    async exists(kind: Kind, namespace: string, name: string): Promise<boolean> {
        const object = await this.#transport.get(`${collectionPath(kind, namespace)}/${name}`);
        return object !== undefined;
    }

    /** True the first time a text is about to be said, for what one of many waits should say for all. */
    isNew(text: string): boolean {
        const isNew = !this.#said.has(text);
        this.#said.add(text);
        return isNew;
    }
}

/** Takes part in what is read under a path, and begins to read it for the first who looks. */
function share<S extends { stop(): void }>(
    all: Map<string, Shared<S>>,
    path: string,
    begin: (changed: () => void) => S,
): Share<S> {
    const shared = all.get(path) ?? opened(begin);
    all.set(path, shared);
    shared.users += 1;
    const mine = new Set<() => void>();
    let released = false;
    return {
        source: shared.source,
        onChange: (run) => {
            mine.add(run);
            shared.listeners.add(run);
        },
        release: () => {
            if (released) {
                return;
            }
            released = true;
            for (const run of mine) {
                shared.listeners.delete(run);
            }
            shared.users -= 1;
            if (shared.users === 0) {
                shared.source.stop();
                all.delete(path);
            }
        },
    };
}

function opened<S>(begin: (changed: () => void) => S): Shared<S> {
    const listeners = new Set<() => void>();
    const source = begin(() => {
        for (const run of [...listeners]) {
            run();
        }
    });
    return { source, listeners, users: 0 };
}

/**
 * Leaves away what is large and never read: field managers, what pods are made of (which may hold secrets in its environment) but
 * for the claims they use.
 */
function withoutBulk<T extends KubernetesObject>(object: T): T {
    const { spec, ...rest } = object as T & { readonly spec?: object & Pod["spec"] };
    const isPod = spec !== undefined && "containers" in spec;
    const metadata = { ...object.metadata, managedFields: undefined };
    // Only optional fields were taken away.
    return {
        ...rest,
        ...(spec === undefined
            ? {}
            : { spec: isPod ? podSpec(spec) : { ...spec, template: undefined } }),
        metadata,
    } as unknown as T;
}

function podSpec({ nodeName, volumes }: NonNullable<Pod["spec"]>): Pod["spec"] {
    const claims = (volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
        persistentVolumeClaim === undefined ? [] : [{ persistentVolumeClaim }],
    );
    return {
        ...(nodeName === undefined ? {} : { nodeName }),
        ...(claims.length === 0 ? {} : { volumes: claims }),
    };
}
