import type { Clock } from "./clock";
import { eventsOn, newest } from "./disk-facts";
import { DiskWatch } from "./disk-watch";
import type { DataImportCron, ImageDataSource } from "./image-objects";
import type { ImageObservation } from "./image-verdict";
import type { Pod } from "./objects";
import type { ProvisioningFault } from "./provisioning-fault";
import { readingVerdict } from "./reading";
import type { Verdict } from "./verdict";
import type { Kinds, Observed, View } from "./view";

/** Which golden image is looked at. */
export interface WatchedImage {
    readonly namespace: string;
    /** Of the DataSource. */
    readonly name: string;
    /** Of the DataImportCron that keeps it up to date; absent: nothing does. */
    readonly cron?: string | undefined;
    /** What the driver of the image's class says when it cannot make a volume. */
    readonly faults?: readonly ProvisioningFault[] | undefined;
    /** Where CDI runs: the pods that ask registries for digests are there. */
    readonly cdiNamespace: string;
}

/** Everything that is read to judge a golden image, through the shared watches. */
export class ImageWatch {
    readonly #image: WatchedImage;
    readonly #clock: Clock;
    readonly #dataSources: Observed<Kinds["DataSource"]>;
    readonly #crons: Observed<Kinds["DataImportCron"]> | undefined;
    readonly #dataVolumes: Observed<Kinds["DataVolume"]>;
    readonly #events: Observed<Kinds["Event"]>;
    readonly #pods: readonly Observed<Kinds["Pod"]>[];
    readonly #disks: DiskWatch;
    /** A pod that has failed is deleted ten seconds after its Job: what it said is kept. */
    #pollError: string | undefined;

    constructor(view: View, clock: Clock, image: WatchedImage) {
        const { namespace, cron, cdiNamespace } = image;
        this.#image = image;
        this.#clock = clock;
        this.#dataSources = view.observe("DataSource", namespace);
        this.#crons = cron === undefined ? undefined : view.observe("DataImportCron", namespace);
        this.#dataVolumes = view.observe("DataVolume", namespace);
        this.#events = view.observe("Event", namespace);
        // The node's own pull is asked for in the image's namespace, the importer's in CDI's.
        this.#pods =
            cron === undefined
                ? []
                : [view.observe("Pod", namespace), view.observe("Pod", cdiNamespace)];
        this.#disks = new DiskWatch(view, clock, namespace, ["DataVolume"]);
    }

    onChange(run: () => void): void {
        this.#all().forEach((one) => one.onChange(run));
    }

    release(): void {
        this.#all().forEach((one) => one.release());
    }

    /** What the reading itself means for who waits, or undefined when what was read can be judged. */
    reading(): Verdict | undefined {
        const now = this.#clock.now();
        return (
            readingVerdict(this.#dataSources, now) ??
            (this.#crons && readingVerdict(this.#crons, now)) ??
            this.#disks.reading()
        );
    }

    get dataSource(): ImageDataSource | undefined {
        return this.#dataSources.get(this.#image.name);
    }

    get cron(): DataImportCron | undefined {
        return this.#crons?.get(this.#image.cron ?? "");
    }

    observe(): ImageObservation {
        const { namespace, name, cron: cronName } = this.#image;
        const { dataSource, cron } = this;
        return {
            namespace,
            name,
            dataSource,
            cronName,
            cron,
            dataVolume: this.#import(),
            pollError: this.#poll(cron),
            cronEvent:
                cron === undefined
                    ? undefined
                    : newest(eventsOn(this.#events.all(), cron), "ErrDataSourceAlreadyManaged")
                          ?.message,
        };
    }

    /** What cannot be read although it would make diagnoses better: "pods in namespace cdi". */
    unreadable(): readonly string[] {
        return [
            ...this.#disks.unreadable(),
            ...this.#pods
                .filter(({ trouble }) => trouble?.kind === "denied")
                .map(({ label }) => label),
        ];
    }

    /** The import that the cron has under way, or the DataVolume behind the claim that the DataSource names. */
    #import(): ImageObservation["dataVolume"] {
        const name = this.cron?.status?.currentImports?.[0]?.DataVolumeName ?? this.#claim();
        if (name === undefined || this.#dataVolumes.get(name) === undefined) {
            return undefined;
        }
        // CDI asks for the image to be bound and filled at once (dataimportcron-controller.go, AnnImmediateBinding).
        const { faults } = this.#image;
        const verdict = this.#disks.verdict({ kind: "DataVolume", name, consumer: "none", faults });
        return { name, verdict };
    }

    #claim(): string | undefined {
        return this.dataSource?.spec?.source?.pvc?.name;
    }

    #poll(cron: DataImportCron | undefined): string | undefined {
        const { name, uid } = cron?.metadata ?? {};
        if (name === undefined || uid === undefined) {
            return undefined;
        }
        const isPolled = cron?.metadata?.annotations?.[desiredDigest] !== undefined;
        const said = this.#pods
            .flatMap((pods) => pods.all())
            .filter((pod) => isPollerOf(pod, name, uid))
            .map(lastWords)
            .findLast((words) => words !== undefined);
        this.#pollError = said ?? (isPolled ? undefined : this.#pollError);
        return this.#pollError;
    }

    #all(): readonly Pick<Observed<unknown>, "onChange" | "release">[] {
        return [
            this.#dataSources,
            ...(this.#crons === undefined ? [] : [this.#crons]),
            this.#dataVolumes,
            this.#events,
            ...this.#pods,
            this.#disks,
        ];
    }
}

/** Source: CDI dataimportcron-controller.go, AnnSourceDesiredDigest. */
export const desiredDigest = "cdi.kubevirt.io/storage.import.sourceDesiredDigest";

/**
 * Source: CDI dataimportcron-controller.go: GetCronJobName (`<cron>-<8 of its uid>`), GetInitialJobName (`initial-job-` before it),
 * getPollerPodName (`poller-` before it), each with the Job's and the pod's own ends.
 */
function isPollerOf({ metadata }: Pod, cron: string, uid: string): boolean {
    const job = `${cron}-${uid.slice(0, 8)}`;
    const name = metadata?.name ?? "";
    return [`${job}-`, `initial-job-${job}`, `poller-${job}`].some((start) =>
        name.startsWith(start),
    );
}

/** Why a poller failed: its last lines, or why its image cannot be pulled. A poller that waits or runs says nothing. */
function lastWords({ status }: Pod): string | undefined {
    const states = (status?.containerStatuses ?? []).map(({ state }) => state);
    const ended = states.find((state) => (state?.terminated?.exitCode ?? 0) !== 0)?.terminated;
    const pull = states.find((state) =>
        /^(ErrImagePull|ImagePullBackOff|InvalidImageName)$/.test(state?.waiting?.reason ?? ""),
    )?.waiting;
    return ended?.message?.trim() ?? ended?.reason ?? pull?.message ?? pull?.reason;
}
