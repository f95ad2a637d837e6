import { grouped, once } from "../model/once";
import { withoutSecrets } from "./importer-error";
import type {
    Claim,
    Condition,
    DataSource,
    DataVolume,
    KubernetesEvent,
    KubernetesObject,
    LimitRange,
    Pod,
    StorageClass,
} from "./objects";
import { annotationOf, conditionOf, objectName } from "./objects";
import type { ProvisioningFault } from "./provisioning-fault";
import type { Cause, Diagnosis, Verdict, Waiting } from "./verdict";

/** One look at everything that belongs to a disk. */
export interface DiskObservation {
    readonly namespace: string;
    /** Of the DataVolume, or of the blank claim. */
    readonly name: string;
    /** Undefined for a blank claim, and for a DataVolume that is not there. */
    readonly dataVolume: DataVolume | undefined;
    /** The claim a machine mounts. */
    readonly claim: Claim | undefined;
    /** The claims of the namespace: CDI's temporary ones are found among them. */
    readonly claims: readonly Claim[];
    /** The claim's class; undefined when classes cannot be read. */
    readonly storageClass: StorageClass | "missing" | undefined;
    readonly pods: readonly Pod[];
    readonly events: readonly KubernetesEvent[];
    /**
     * Whether a machine that uses the disk is to start without waiting for the disk. `placed`: there is none, and whoever made
     * the claim has chosen a node for it, as the scheduler would.
     */
    readonly consumer: "none" | "unknown" | "expected" | "placed";
    /** What the driver of the disk's class says when it cannot make a volume; absent: nothing is known of it. */
    readonly faults?: readonly ProvisioningFault[] | undefined;
    /** Restarts that the worker had when the wait began; absent: none of them are old. */
    readonly restartsBefore?: number | undefined;
    /** What limits the namespace sets for single claims and pods; absent: not read. */
    readonly limitRanges?: readonly LimitRange[] | undefined;
    /** What the disk is copied from by its name (sourceRef); absent: not read. */
    readonly dataSource?: DataSource | "missing" | undefined;
}

/** What the rows of the decision table ask about a DataVolume. */
export interface DiskFacts {
    readonly observed: DiskObservation;
    readonly dataVolume: DataVolume;
    readonly claim: Claim | undefined;
    readonly phase: string;
    readonly percent: number | undefined;
    /** CDI leaves the field away until the first restart. */
    readonly restarts: number;
    readonly bound: Condition;
    readonly running: Condition;
    readonly isClone: boolean;
    /** Content comes from somewhere that CDI does not know: another populator, or the driver itself (a snapshot that is restored). */
    readonly isExternal: boolean;
    /** Content comes from CDI's populators: a temporary claim is filled, then its volume is handed over. */
    readonly populated: boolean;
    /** The claim that is filled: the claim itself, or the populator's temporary one. */
    readonly work: Claim | undefined;
    readonly worker: Pod | undefined;
    /** What the last failed attempt said. */
    readonly lastError: string | undefined;
    /** Still waiting, in the disk's own words. */
    readonly waiting: (note?: string) => Waiting;
    /** Still waiting, with a bad sign. */
    readonly suspect: (graceMs: number, diagnosis: Diagnosis, note?: string) => Waiting;
    /** Seen on the DataVolume itself. */
    readonly seenOn: (place: "Bound" | "Running" | "phase", parts: DiagnosisParts) => Diagnosis;
}

/** A diagnosis without its place. */
export interface DiagnosisParts {
    readonly cause: Cause;
    readonly what: string;
    readonly cure: string;
}

const annotation = "cdi.kubevirt.io/storage.";

/** Collects what the rows ask. Sources: CDI pkg/controller/common/util.go (annotations), facts 2.2, 2.5 and 2.6. */
export function diskFacts(observed: DiskObservation, dataVolume: DataVolume): DiskFacts {
    const { claim } = observed;
    const status = dataVolume.status;
    const phase = status?.phase ?? "";
    const percent = parsePercent(status?.progress);
    const running = conditionOf(status?.conditions, "Running") ?? {};
    const bound = conditionOf(status?.conditions, "Bound") ?? {};
    const isExternal = populatedElsewhere(dataVolume);
    const populated =
        !isExternal &&
        (annotationOf(dataVolume, `${annotation}usePopulator`) === "true" ||
            /^Volume\w+Source$/.test(claim?.spec?.dataSourceRef?.kind ?? ""));
    const work = populated ? temporaryClaim(observed.claims, claim) : claim;
    const worker = workerPod(observed.pods, work);
    const waiting = (note?: string): Waiting => ({
        kind: "waiting",
        phase,
        ...(percent === undefined ? {} : { percent }),
        ...(note === undefined ? {} : { note: withoutSecrets(note) }),
    });
    return {
        observed,
        dataVolume,
        claim,
        phase,
        percent,
        restarts: status?.restartCount ?? 0,
        bound,
        running,
        isClone: /clon|snapshot/i.test(phase) || isCopy(dataVolume),
        isExternal,
        populated,
        work,
        worker,
        lastError: lastError(running, bound, worker, eventsOn(observed.events, work, claim)),
        waiting,
        suspect: (graceMs, diagnosis, note) => ({
            ...waiting(note ?? diagnosis.what),
            suspicion: { diagnosis, graceMs },
        }),
        seenOn: (place, parts) =>
            diagnosis(
                `${objectName("DataVolume", dataVolume)}, ${place === "phase" ? "phase" : `condition ${place}`}`,
                parts,
            ),
    };
}

/** A diagnosis whose sentence carries no secret. */
export function diagnosis(where: string, parts: DiagnosisParts): Diagnosis {
    return { cause: parts.cause, what: withoutSecrets(parts.what), where, cure: parts.cure };
}

/** A row of a decision table: a verdict, or undefined when it does not apply. */
export type Row<Facts> = (facts: Facts) => Verdict | undefined;

/** The first row that applies decides. */
export function firstOf<Facts>(rows: readonly Row<Facts>[], facts: Facts): Verdict | undefined {
    for (const row of rows) {
        const verdict = row(facts);
        if (verdict !== undefined) {
            return verdict;
        }
    }
    return undefined;
}

/** Events on any of the objects, the newest last. An object that was made again under its old name has another uid. */
export function eventsOn(
    events: readonly KubernetesEvent[],
    ...objects: readonly (KubernetesObject | undefined)[]
): KubernetesEvent[] {
    const names = new Set(objects.flatMap((object) => object?.metadata?.name ?? []));
    return [...names]
        .flatMap((name) => eventsByName(events).get(name) ?? [])
        .filter(({ event: { involvedObject } }) =>
            objects.some(
                (object) =>
                    object?.metadata?.name === involvedObject?.name &&
                    (object?.metadata?.uid === undefined ||
                        involvedObject?.uid === undefined ||
                        object.metadata.uid === involvedObject.uid),
            ),
        )
        .sort(
            (one, other) =>
                timeOf(one.event).localeCompare(timeOf(other.event)) || one.at - other.at,
        )
        .map(({ event }) => event);
}

/**
 * The events of a list by the name of what they are about, each with its place in the list. Kept with the list, which does not change:
 * each disk of a large namespace asks a dozen times for its few among the events of all.
 */
const eventsByName = once((events: readonly KubernetesEvent[]) =>
    grouped(
        events.map((event, at) => ({ event, at })),
        ({ event: { involvedObject } }) =>
            involvedObject?.name === undefined ? [] : [involvedObject.name],
    ),
);

/** The newest event of a reason. Events are told apart by reason, not by type: CDI writes some failures as Normal. */
export function newest(
    events: readonly KubernetesEvent[],
    reason: string | RegExp,
): KubernetesEvent | undefined {
    return events.findLast((event) =>
        typeof reason === "string" ? event.reason === reason : reason.test(event.reason ?? ""),
    );
}

/** Two writers met; the loser tries again. CDI's and Kubernetes' controllers write such events in healthy runs. */
export function isRace(message: string | undefined): boolean {
    return /object has been modified|already exists/.test(message ?? "");
}

/** A text as part of a sentence: without the full stop it may end with. */
export function quoted(text: string | undefined): string {
    return (text ?? "no message").trim().replace(/\.$/, "");
}

function timeOf(event: KubernetesEvent): string {
    return event.lastTimestamp ?? event.eventTime ?? "";
}

/** CDI writes "N/A" or a number with a percent sign. */
function parsePercent(progress: string | undefined): number | undefined {
    const match = /^(\d+(?:\.\d+)?)%$/.exec(progress ?? "");
    return match === null ? undefined : Number(match[1]);
}

/** A DataSource always points to a claim or a snapshot. Source: CDI clone-controller-base.go, populateSourceIfSourceRef. */
function isCopy({ spec }: DataVolume): boolean {
    return (
        spec?.source?.["pvc"] !== undefined ||
        spec?.source?.["snapshot"] !== undefined ||
        spec?.sourceRef !== undefined
    );
}

/** Source: CDI pkg/controller/datavolume/external-population-controller.go (dvUsesVolumePopulator). */
function populatedElsewhere({ spec }: DataVolume): boolean {
    return [spec?.storage, spec?.pvc].some(
        (wanted) => wanted?.dataSource !== undefined || wanted?.dataSourceRef !== undefined,
    );
}

/** The import populator names its temporary claim; the clone populator names it after the target's uid. */
export function temporaryClaim(
    claims: readonly Claim[],
    target: Claim | undefined,
): Claim | undefined {
    const prime = annotationOf(target, `${annotation}populator.pvcPrime`);
    const uid = target?.metadata?.uid;
    const names = [prime, uid && `prime-${uid}`, uid && `tmp-pvc-${uid}`];
    return claims.find(
        ({ metadata }) => metadata?.name !== undefined && names.includes(metadata.name),
    );
}

function workerPod(pods: readonly Pod[], work: Claim | undefined): Pod | undefined {
    const named = annotationOf(work, `${annotation}import.importPodName`);
    const name = work?.metadata?.name;
    if (name === undefined) {
        return undefined;
    }
    const names = [named, `importer-${name}`, `cdi-upload-${name}`];
    return pods.find(({ metadata }) => names.includes(metadata?.name));
}

function lastError(
    running: Condition,
    bound: Condition,
    worker: Pod | undefined,
    events: readonly KubernetesEvent[],
): string | undefined {
    if (running.status === "False" && running.reason === "Error" && running.message) {
        return running.message;
    }
    for (const container of worker?.status?.containerStatuses ?? []) {
        const message =
            container.state?.terminated?.message ?? container.lastState?.terminated?.message;
        if (message) {
            return message;
        }
    }
    const event = newest(events, "ErrImportFailed")?.message ?? boundError(bound);
    return event?.replace(/^\[[^\]]*\] : /, "");
}

/** While a populator works, Bound's message is the claim's last event: an importer's error is among them. */
function boundError({ status, message }: Condition): string | undefined {
    const said = /^target PVC \S+ Pending and (.*)$/s.exec(message ?? "")?.[1];
    return status === "False" &&
        said !== undefined &&
        /Unable to |import/i.test(said) &&
        !isRace(said)
        ? said
        : undefined;
}
