import assert from "node:assert/strict";
import { decide } from "../../../sandbox/data-plane/controllers";
import type {
    Claim,
    Condition,
    DataVolumeStatus,
    Kind,
    KubernetesObject,
    Pod,
    Texts,
} from "../../../sandbox/data-plane/objects";
import { annotationOf, conditionOf, timestamp } from "../../../sandbox/data-plane/reading";
import { Store } from "../../../sandbox/data-plane/store";
import { type Write, merged } from "../../../sandbox/data-plane/writes";

/** How long one look at the cluster takes. */
const stepMs = 250;

/** An event that the simulation wrote. */
export interface SaidEvent {
    readonly about: string;
    readonly type: string;
    readonly reason: string;
    readonly message: string;
}

/**
 * Kubernetes in a few lines, for tests of the simulated controllers without a cluster: binds claims to the volumes that name
 * them, places and starts pods, and collects what belongs to nobody. Time moves only in `run`.
 */
export class PlayedCluster {
    readonly store = new Store();
    /** Every status that a DataVolume had, in order. */
    readonly statuses: DataVolumeStatus[] = [];
    readonly events: SaidEvent[] = [];
    now = Date.parse("2026-11-21T12:00:00.000Z");
    /** Says why an object is refused, as an admission plugin does. */
    refuse: (kind: Kind, name: string) => string | undefined = () => undefined;
    #version = 0;

    constructor(...objects: readonly Record<string, unknown>[]) {
        objects.forEach((object) => this.add(object));
    }

    /** Makes an object. */
    add(object: Record<string, unknown>): void {
        const given = object as unknown as KubernetesObject;
        this.#version += 1;
        this.#put({
            status: {},
            ...object,
            metadata: {
                uid: `uid-${this.#version}`,
                creationTimestamp: timestamp(this.now),
                generation: 1,
                ...given.metadata,
            },
        } as unknown as KubernetesObject);
    }

    /** Changes an object, status included. */
    change(kind: Kind, name: string, change: object): void {
        const found = this.find(kind, name);
        if (found !== undefined) {
            this.#put(merged(found, change) as KubernetesObject);
        }
    }

    /** The object of this name, in whatever namespace. */
    find<K extends Kind>(kind: K, name: string) {
        return this.store.list(kind).find(({ metadata }) => metadata.name === name);
    }

    /** Deletes an object at once. */
    delete(object: KubernetesObject): void {
        this.store.remove(object);
    }

    /** Lets time pass. */
    run(seconds: number): void {
        for (const end = this.now + seconds * 1000; this.now < end; this.now += stepMs) {
            for (const { writes, error } of decide(this.store, this.now)) {
                assert.equal(error, undefined);
                this.#write(writes);
            }
            this.#bindClaims();
            this.#placePods();
            this.#collect();
        }
    }

    #write(writes: readonly Write[]): void {
        for (const write of writes) {
            switch (write.do) {
                case "create":
                    this.#create(write);
                    break;
                case "patch":
                    this.#patch(write.target, write.change);
                    break;
                case "delete":
                    this.#delete(write.target, write.atOnce === true);
                    break;
                case "say":
                    this.events.push({
                        about: `${write.about.kind}/${write.about.metadata.name}`,
                        type: write.type,
                        reason: write.reason,
                        message: write.message,
                    });
            }
        }
    }

    #create({ object, made = [], refused }: Extract<Write, { do: "create" }>): void {
        const { namespace, name } = object.metadata;
        const why = this.refuse(object.kind, name);
        if (why !== undefined) {
            this.#write(refused?.(why) ?? []);
        } else if (this.store.get(object.kind, namespace, name) === undefined) {
            this.add({ ...object });
            this.#write(made);
        }
    }

    #patch(target: KubernetesObject, change: object): void {
        const { namespace, name, uid } = target.metadata;
        const now = this.store.get(target.kind, namespace, name);
        if (now?.metadata.uid === uid) {
            this.#put(merged(now, change) as KubernetesObject);
        }
    }

    #delete(target: KubernetesObject, atOnce: boolean): void {
        const { namespace, name } = target.metadata;
        const now = this.store.get(target.kind, namespace, name);
        if (now !== undefined && !atOnce && (now.metadata.finalizers?.length ?? 0) > 0) {
            this.#put(
                merged(now, {
                    metadata: { deletionTimestamp: timestamp(this.now) },
                }) as KubernetesObject,
            );
        } else if (now !== undefined) {
            this.store.remove(now);
        }
    }

    #put(object: KubernetesObject): void {
        this.#version += 1;
        const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
        this.store.put({ ...object, metadata });
        if (object.kind === "DataVolume") {
            const { status } = object as { readonly status?: DataVolumeStatus };
            this.statuses.push(status ?? {});
        }
    }

    /** The persistent volume controller. */
    #bindClaims(): void {
        for (const claim of this.store.list("PersistentVolumeClaim")) {
            const volumes = this.store.list("PersistentVolume");
            const mine = volumes.find(({ spec }) => spec.claimRef?.uid === claim.metadata.uid);
            const of = this.store.get("StorageClass", undefined, claim.spec.storageClassName ?? "");
            const bound = claim.status?.phase === "Bound";
            if (bound && mine === undefined) {
                this.#patch(claim, { status: { phase: "Lost" } });
            } else if (!bound && mine !== undefined && claim.status?.phase !== "Lost") {
                this.#patch(claim, {
                    spec: { volumeName: mine.metadata.name },
                    status: { phase: "Bound", capacity: mine.spec.capacity },
                });
            } else if (!bound && of !== undefined && isPlaced(claim, of.volumeBindingMode)) {
                const annotations = {
                    "volume.kubernetes.io/storage-provisioner": of.provisioner,
                };
                if (annotationOf(claim, "volume.kubernetes.io/storage-provisioner") === undefined) {
                    this.#patch(claim, { metadata: { annotations }, status: { phase: "Pending" } });
                }
            }
        }
    }

    /** The scheduler, and KWOK, which starts what is placed. */
    #placePods(): void {
        for (const pod of this.store.list("Pod")) {
            if (pod.spec.nodeName === undefined) {
                const why = this.#unplaced(pod);
                const condition =
                    why === undefined
                        ? { type: "PodScheduled", status: "True" }
                        : { type: "PodScheduled", status: "False", reason: "Unschedulable" };
                if (why !== "waits") {
                    this.#patch(pod, {
                        ...(why === undefined ? { spec: { nodeName: nodeFor(pod) } } : {}),
                        status: { phase: "Pending", conditions: [condition] },
                    });
                }
            } else if (
                pod.status?.phase === "Pending" &&
                !saysReady(pod.status.conditions) &&
                annotationOf(pod, "kwok.x-k8s.io/status") === undefined
            ) {
                this.#patch(pod, startedStatus(pod, this.now));
            }
        }
    }

    #unplaced(pod: Pod): "waits" | "nowhere" | undefined {
        const { "kubernetes.io/hostname": host, ...others } = pod.spec.nodeSelector ?? {};
        const placed = Object.keys(others);
        if (placed.some((label) => label !== "kubevirt.io/schedulable")) {
            return "nowhere";
        }
        if (host !== undefined && !["node-1", "node-2"].includes(host)) {
            return "nowhere";
        }
        const claims = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: used }) =>
            used === undefined ? [] : [used.claimName],
        );
        for (const name of claims) {
            const claim = this.store.get("PersistentVolumeClaim", pod.metadata.namespace, name);
            const of = this.store.get(
                "StorageClass",
                undefined,
                claim?.spec.storageClassName ?? "",
            );
            if (claim === undefined || claim.status?.phase === "Lost") {
                return "nowhere";
            }
            if (claim.status?.phase !== "Bound") {
                if (of?.volumeBindingMode !== "WaitForFirstConsumer") {
                    return "nowhere";
                }
                const annotations = { "volume.kubernetes.io/selected-node": "node-1" };
                this.#patch(claim, { metadata: { annotations } });
                return "waits";
            }
        }
        return undefined;
    }

    /** The garbage collector, and the end of what nothing holds any more. */
    #collect(): void {
        const kinds = [
            "DataVolume",
            "PersistentVolumeClaim",
            "Pod",
            "VirtualMachineInstance",
            "VirtualMachineInstanceMigration",
        ] as const;
        const all = [...kinds, "VirtualMachine" as const].flatMap((kind) => this.store.list(kind));
        for (const object of all) {
            const { deletionTimestamp, finalizers = [] } = object.metadata;
            if (deletionTimestamp !== undefined && finalizers.length === 0) {
                this.store.remove(object);
            }
        }
        const uids = new Set(all.map(({ metadata }) => metadata.uid));
        for (const object of kinds.flatMap((kind): KubernetesObject[] => this.store.list(kind))) {
            const { ownerReferences: owners = [] } = object.metadata;
            if (owners.length > 0 && !owners.some(({ uid }) => uids.has(uid))) {
                this.#delete(object, false);
            }
        }
    }
}

/** Where the scheduler puts a pod: what moves goes to the other node, and comes back. */
function nodeFor({ metadata, spec }: Pod): string {
    const host = spec.nodeSelector?.["kubernetes.io/hostname"];
    return host ?? (metadata.labels?.["kubevirt.io/migrationJobUID"] ? "node-2" : "node-1");
}

/** A class of the sandbox's CSI driver, or of its provisioner without a driver. */
export function storageClass(
    name: string,
    mode: string,
    driver: "csi" | "local",
    annotations: Texts = {},
) {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name, annotations },
        provisioner:
            driver === "csi" ? "sandbox.csi.pulumi-kubevirt.dev" : "sandbox.local/hostpath",
        volumeBindingMode: mode,
        allowVolumeExpansion: true,
    };
}

/** What CDI knows of a class. */
export function profile(name: string, cloneStrategy = "copy") {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "StorageProfile",
        metadata: { name },
        status: {
            cloneStrategy,
            claimPropertySets: [{ accessModes: ["ReadWriteMany"], volumeMode: "Block" }],
        },
    };
}

/** The sandbox's CSI driver. */
export const csiDriver = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: "sandbox.csi.pulumi-kubevirt.dev" },
};

/** A fault plan. */
export function plan(data: Texts) {
    const metadata = { namespace: "default", name: "sandbox-faults" };
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

/** A pod that uses a claim. */
export function consumer(claimName: string) {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { namespace: "vms", name: `uses-${claimName}` },
        spec: {
            volumes: [{ name: "disk", persistentVolumeClaim: { claimName } }],
            containers: [{ name: "main", image: "main" }],
        },
    };
}

function isPlaced(claim: Claim, mode: string | undefined): boolean {
    return (
        mode !== "WaitForFirstConsumer" ||
        annotationOf(claim, "volume.kubernetes.io/selected-node") !== undefined
    );
}

function saysReady(conditions: readonly Condition[] | undefined): boolean {
    return conditionOf(conditions, "Ready")?.status === "True";
}

function startedStatus(pod: Pod, now: number): object {
    return {
        status: {
            phase: "Running",
            podIP: "10.0.0.7",
            conditions: [{ type: "Ready", status: "True" }],
            containerStatuses: pod.spec.containers.map(({ name, image }) => ({
                name,
                image,
                ready: true,
                restartCount: 0,
                state: { running: { startedAt: timestamp(now) } },
            })),
        },
    };
}
