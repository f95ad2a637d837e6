import type { Clock } from "./clock";
import type {
    Claim,
    DataVolume,
    KubernetesEvent,
    KubernetesObject,
    Pod,
    StorageClass,
    VirtualMachine,
    VirtualMachineInstance,
} from "./objects";
import type { Transport } from "./transport";
import type { Trouble } from "./watch";
import { Watch } from "./watch";

/** The kinds that waits look at. */
export interface Kinds {
    readonly DataVolume: DataVolume;
    readonly PersistentVolumeClaim: Claim;
    readonly Pod: Pod;
    readonly Event: KubernetesEvent;
    readonly StorageClass: StorageClass;
    readonly VirtualMachine: VirtualMachine;
    readonly VirtualMachineInstance: VirtualMachineInstance;
}

/** One of the kinds that waits look at. */
export type Kind = keyof Kinds;

/** How a kind is asked for. Source of the groups and versions: facts, table of API groups. */
const resources: { readonly [K in Kind]: { readonly root: string; readonly plural: string } } = {
    DataVolume: { root: "/apis/cdi.kubevirt.io/v1beta1", plural: "datavolumes" },
    PersistentVolumeClaim: { root: "/api/v1", plural: "persistentvolumeclaims" },
    Pod: { root: "/api/v1", plural: "pods" },
    Event: { root: "/api/v1", plural: "events" },
    StorageClass: { root: "/apis/storage.k8s.io/v1", plural: "storageclasses" },
    VirtualMachine: { root: "/apis/kubevirt.io/v1", plural: "virtualmachines" },
    VirtualMachineInstance: { root: "/apis/kubevirt.io/v1", plural: "virtualmachineinstances" },
};

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

interface Shared {
    readonly watch: Watch<KubernetesObject>;
    readonly listeners: Set<() => void>;
    users: number;
}

/** The watches of one cluster, one per kind and namespace, shared by everybody who waits. */
export class View {
    readonly #transport: Transport;
    readonly #clock: Clock;
    readonly #shared = new Map<string, Shared>();
    readonly #said = new Set<string>();

    constructor(transport: Transport, clock: Clock) {
        this.#transport = transport;
        this.#clock = clock;
    }

    /** Looks at a kind, cluster-wide where it has no namespace. The last release ends the watch. */
    observe<K extends Kind>(kind: K, namespace?: string): Observed<Kinds[K]> {
        const path = pathOf(kind, namespace);
        const shared = this.#shared.get(path) ?? this.#open(path);
        shared.users += 1;
        // What is listed under a kind's path is of that kind.
        const watch = shared.watch as unknown as Watch<Kinds[K]>;
        const mine = new Set<() => void>();
        let released = false;
        return {
            label: labelOf(kind, namespace),
            get: (name) => watch.objects.get(name),
            all: () => [...watch.objects.values()],
            get listed() {
                return watch.listed;
            },
            get trouble() {
                return watch.trouble;
            },
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
                    watch.stop();
                    this.#shared.delete(path);
                }
            },
        };
    }

    /** Whether an object is there now: asks the server itself, for when a watch says that it is not. */
    async exists(kind: Kind, namespace: string, name: string): Promise<boolean> {
        const object = await this.#transport.get(`${pathOf(kind, namespace)}/${name}`);
        return object !== undefined;
    }

    /** True the first time a text is about to be said, for what one of many waits should say for all. */
    isNew(text: string): boolean {
        const isNew = !this.#said.has(text);
        this.#said.add(text);
        return isNew;
    }

    #open(path: string): Shared {
        const listeners = new Set<() => void>();
        const watch = new Watch<KubernetesObject>(
            this.#transport,
            this.#clock,
            { path, keep: withoutBulk },
            () => {
                for (const run of [...listeners]) {
                    run();
                }
            },
        );
        const shared = { watch, listeners, users: 0 };
        this.#shared.set(path, shared);
        return shared;
    }
}

function pathOf(kind: Kind, namespace: string | undefined): string {
    const { root, plural } = resources[kind];
    return namespace === undefined
        ? `${root}/${plural}`
        : `${root}/namespaces/${namespace}/${plural}`;
}

function labelOf(kind: Kind, namespace: string | undefined): string {
    const { root, plural } = resources[kind];
    const group = /^\/apis\/([^/]+)\//.exec(root)?.[1];
    return `${plural}${group === undefined ? "" : `.${group}`}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

/** Leaves away what is large and never read: field managers, a pod's spec (which may hold secrets in its environment). */
function withoutBulk<T extends KubernetesObject>(object: T): T {
    const { spec, ...rest } = object as T & { readonly spec?: unknown };
    const isPod = typeof spec === "object" && spec !== null && "containers" in spec;
    const metadata = { ...object.metadata, managedFields: undefined };
    // Only optional fields were taken away.
    return { ...rest, ...(isPod ? {} : { spec }), metadata } as unknown as T;
}
