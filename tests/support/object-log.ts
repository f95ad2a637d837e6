import { kubeconfigTransport } from "../../waits/transport";

/** What one watch event said, as far as order and phases go. */
export interface Seen {
    readonly kind: string;
    readonly type: string;
    readonly name: string;
    /** The phase (DataVolume, claim) or printable status (VirtualMachine) at that moment. */
    readonly phase: string;
    /** Grows with every write to the API server, whatever the kind. */
    readonly version: bigint;
}

interface Watched {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly resourceVersion: string };
    readonly status?: { readonly phase?: string; readonly printableStatus?: string };
}

const paths = (namespace: string) => [
    `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
    `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
    `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines`,
];

/** Writes down everything that happens to disks and machines of a namespace, in the API server's own order, until it is stopped. */
export class ObjectLog {
    readonly #seen: Seen[] = [];
    readonly #stop = new AbortController();
    readonly #waiting = new Set<() => void>();

    static async start(kubeconfig: string, namespace: string): Promise<ObjectLog> {
        const log = new ObjectLog();
        const transport = await kubeconfigTransport(kubeconfig);
        await Promise.all(
            paths(namespace).map(async (path) => {
                const { resourceVersion } = await transport.list(path, {});
                await new Promise<void>((open) => {
                    void transport.watch(
                        path,
                        { resourceVersion },
                        {
                            open,
                            event: ({ type, object }) => {
                                log.#add(type, object as Watched);
                            },
                        },
                        log.#stop.signal,
                    );
                });
            }),
        );
        return log;
    }

    /** Everything so far, oldest first. */
    get seen(): readonly Seen[] {
        return [...this.#seen].sort((left, right) => (left.version < right.version ? -1 : 1));
    }

    /** The first event that fits, when it has come. */
    async first(fits: (seen: Seen) => boolean): Promise<Seen> {
        for (;;) {
            const found = this.seen.find(fits);
            if (found !== undefined) {
                return found;
            }
            await new Promise<void>((changed) => this.#waiting.add(changed));
        }
    }

    stop(): void {
        this.#stop.abort();
    }

    #add(type: string, { kind, metadata, status }: Watched): void {
        this.#seen.push({
            kind,
            type,
            name: metadata.name,
            phase: status?.phase ?? status?.printableStatus ?? "",
            version: BigInt(metadata.resourceVersion),
        });
        for (const changed of this.#waiting) {
            changed();
        }
        this.#waiting.clear();
    }
}
