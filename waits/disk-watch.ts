import { quantityBytes } from "../model/size";
import { claimVerdict } from "./claim";
import type { Clock } from "./clock";
import { dataVolumeVerdict } from "./data-volume";
import type { CloneStrategy } from "./disk-clone";
import { cloneFallback, cloneStrategy } from "./disk-clone";
import type { DiskObservation } from "./disk-facts";
import { mayBeLimited } from "./disk-limits";
import type { DataVolume, StorageClass } from "./objects";
import type { ProvisioningFault } from "./provisioning-fault";
import { readingVerdict } from "./reading";
import type { Verdict } from "./verdict";
import type { Kinds, Observed, View } from "./view";

/** What a disk is made as. */
export type DiskKind = "DataVolume" | "PersistentVolumeClaim";

/** A disk that is looked at. */
export interface WatchedDisk {
    readonly kind: DiskKind;
    /** Of the DataVolume, or of the blank claim. */
    readonly name: string;
    /** Whether a machine that uses the disk is to start without waiting for the disk. */
    readonly consumer: DiskObservation["consumer"];
    /** What the driver of the disk's class says when it cannot make a volume; absent: nothing is known of it. */
    readonly faults?: readonly ProvisioningFault[] | undefined;
}

/** How a disk stands. */
export interface DiskState {
    /** Name of the claim a machine mounts. */
    readonly claim: string;
    /** CDI's phase, or a blank claim's. */
    readonly phase: string;
    readonly bound: boolean;
    /** Undefined until the claim is bound. */
    readonly capacityBytes: number | undefined;
    /** How a copy is really made; undefined for a disk that is no copy, and until CDI has chosen. */
    readonly cloneStrategy: CloneStrategy | undefined;
    /** Why everything is copied where the storage system could have done it, in CDI's words; undefined where there is no reason. */
    readonly cloneFallback: string | undefined;
}

/** Everything that is read to judge the disks of a namespace, through the shared watches. */
export class DiskWatch {
    readonly #view: View;
    readonly #namespace: string;
    readonly #clock: Clock;
    readonly #dataVolumes: Observed<Kinds["DataVolume"]> | undefined;
    readonly #claims: Observed<Kinds["PersistentVolumeClaim"]>;
    readonly #pods: Observed<Kinds["Pod"]>;
    readonly #events: Observed<Kinds["Event"]>;
    readonly #classes: Observed<Kinds["StorageClass"]>;
    /** What only a few verdicts ask for, by kind and namespace: looked at when the first one does. */
    readonly #seldom = new Map<string, Observed<unknown>>();
    readonly #listeners: (() => void)[] = [];
    /** Restarts that each disk's worker had at the first look. */
    readonly #restartsBefore = new Map<string, number>();

    /** @param kinds what the disks are made as: without a DataVolume among them, CDI need not be there. */
    constructor(view: View, clock: Clock, namespace: string, kinds: readonly DiskKind[]) {
        this.#view = view;
        this.#namespace = namespace;
        this.#clock = clock;
        this.#dataVolumes = kinds.includes("DataVolume")
            ? view.observe("DataVolume", namespace)
            : undefined;
        this.#claims = view.observe("PersistentVolumeClaim", namespace);
        this.#pods = view.observe("Pod", namespace);
        this.#events = view.observe("Event", namespace);
        this.#classes = view.observe("StorageClass");
    }

    onChange(run: () => void): void {
        this.#listeners.push(run);
        for (const observed of this.#all()) {
            observed.onChange(run);
        }
    }

    release(): void {
        for (const observed of this.#all()) {
            observed.release();
        }
    }

    /** What the reading itself means for who waits, or undefined when what was read can be judged. */
    reading(): Verdict | undefined {
        const now = this.#clock.now();
        return (
            (this.#dataVolumes && readingVerdict(this.#dataVolumes, now)) ??
            readingVerdict(this.#claims, now)
        );
    }

    verdict(disk: WatchedDisk): Verdict {
        const { kind, name } = disk;
        const reading = this.reading();
        if (reading !== undefined) {
            // What was last seen is better than nothing to show.
            return reading.kind === "waiting"
                ? { ...reading, phase: this.state(kind, name).phase }
                : reading;
        }
        const observation = this.#observe(disk);
        return kind === "DataVolume" ? dataVolumeVerdict(observation) : claimVerdict(observation);
    }

    state(kind: DiskKind, name: string): DiskState {
        const dataVolume = kind === "DataVolume" ? this.#dataVolumes?.get(name) : undefined;
        const claimName = dataVolume?.status?.claimName ?? name;
        const claim = this.#claims.get(claimName);
        const bound = claim?.status?.phase === "Bound";
        return {
            claim: claimName,
            phase: (kind === "DataVolume" ? dataVolume : claim)?.status?.phase ?? "",
            bound,
            capacityBytes: bound ? quantityBytes(claim.status.capacity?.storage ?? "") : undefined,
            ...this.#copyOf(dataVolume, claim),
        };
    }

    /** What cannot be read although it would make diagnoses better: "pods in namespace vms". */
    unreadable(): readonly string[] {
        return [this.#pods, this.#events, this.#classes, ...this.#seldom.values()]
            .filter(({ trouble }) => trouble?.kind === "denied")
            .map(({ label }) => label);
    }

    #observe({ kind, name, consumer, faults }: WatchedDisk): DiskObservation {
        const dataVolume = kind === "DataVolume" ? this.#dataVolumes?.get(name) : undefined;
        const claim = this.#claims.get(dataVolume?.status?.claimName ?? name);
        return {
            namespace: this.#namespace,
            name,
            dataVolume,
            claim,
            claims: this.#claims.all(),
            storageClass: this.#classOf(claim?.spec?.storageClassName),
            pods: this.#pods.all(),
            events: this.#events.all(),
            consumer,
            faults,
            restartsBefore: this.#restartsBeforeOf(dataVolume),
            limitRanges: mayBeLimited(dataVolume, claim, this.#pods.all())
                ? this.#limitRanges()
                : undefined,
            dataSource: claim === undefined ? this.#dataSourceOf(dataVolume) : undefined,
        };
    }

    #copyOf(dataVolume: DataVolume | undefined, claim: Kinds["PersistentVolumeClaim"] | undefined) {
        const copy = {
            dataVolume,
            claim,
            claims: this.#claims.all(),
            events: this.#events.all(),
        };
        return { cloneStrategy: cloneStrategy(copy), cloneFallback: cloneFallback(copy) };
    }

    #limitRanges(): DiskObservation["limitRanges"] {
        const ranges = this.#look("LimitRange", this.#namespace);
        return ranges.listed ? ranges.all() : undefined;
    }

    #dataSourceOf(dataVolume: DataVolume | undefined): DiskObservation["dataSource"] {
        const { name, namespace = this.#namespace } = dataVolume?.spec?.sourceRef ?? {};
        if (name === undefined) {
            return undefined;
        }
        const sources = this.#look("DataSource", namespace);
        return sources.listed ? (sources.get(name) ?? "missing") : undefined;
    }

    #look<K extends "LimitRange" | "DataSource">(kind: K, namespace: string): Observed<Kinds[K]> {
        const key = `${kind} ${namespace}`;
        const known = this.#seldom.get(key);
        if (known !== undefined) {
            // What is kept under a kind is of that kind.
            return known as Observed<Kinds[K]>;
        }
        const observed = this.#view.observe(kind, namespace);
        for (const run of this.#listeners) {
            observed.onChange(run);
        }
        this.#seldom.set(key, observed);
        return observed;
    }

    #restartsBeforeOf(dataVolume: Kinds["DataVolume"] | undefined): number | undefined {
        const uid = dataVolume?.metadata?.uid;
        if (uid === undefined) {
            return undefined;
        }
        const before = this.#restartsBefore.get(uid);
        if (before === undefined) {
            // None is not an old failure: a new disk is judged by its first ones.
            this.#restartsBefore.set(uid, dataVolume?.status?.restartCount ?? -1);
        }
        return this.#restartsBefore.get(uid);
    }

    #classOf(name: string | undefined): StorageClass | "missing" | undefined {
        return name === undefined || !this.#classes.listed
            ? undefined
            : (this.#classes.get(name) ?? "missing");
    }

    #all(): readonly Observed<unknown>[] {
        const always = [
            this.#claims,
            this.#pods,
            this.#events,
            this.#classes,
            ...this.#seldom.values(),
        ];
        return this.#dataVolumes === undefined ? always : [this.#dataVolumes, ...always];
    }
}
