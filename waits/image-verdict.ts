import { bindImmediateAnnotation } from "../model/annotations";
import type { DiagnosisParts, Row } from "./disk-facts";
import { diagnosis, firstOf, quoted } from "./disk-facts";
import { grace } from "./grace";
import { importerError } from "./importer-error";
import type { DataImportCron, ImageDataSource } from "./image-objects";
import type { Condition } from "./objects";
import { conditionOf, objectName } from "./objects";
import { absent, beingDeleted } from "./presence";
import type { Diagnosis, Verdict, Waiting } from "./verdict";
import { failed } from "./verdict";

/** One look at everything that belongs to a golden image. */
export interface ImageObservation {
    readonly namespace: string;
    /** Of the DataSource. */
    readonly name: string;
    readonly dataSource: ImageDataSource | undefined;
    /** Of the DataImportCron that keeps the DataSource up to date; undefined: nothing does. */
    readonly cronName: string | undefined;
    readonly cron: DataImportCron | undefined;
    /** The import that is under way, or was the last one. */
    readonly dataVolume: { readonly name: string; readonly verdict: Verdict } | undefined;
    /** What the pod said that asks the registry for the image's digest, when it failed last. */
    readonly pollError: string | undefined;
    /** What CDI's events say against the DataImportCron. */
    readonly cronEvent: string | undefined;
}

interface ImageFacts extends ImageObservation {
    readonly ready: Condition;
    readonly upToDate: Condition;
    readonly progressing: Condition;
    readonly waiting: (note: string) => Waiting;
    readonly suspect: (graceMs: number, diagnosis: Diagnosis, note?: string) => Waiting;
    readonly onSource: (parts: DiagnosisParts) => Diagnosis;
    readonly onCron: (parts: DiagnosisParts) => Diagnosis;
}

/** Two attempts of the job that asks the registry, ten seconds and more apart, and the pull of its image. */
const pollMs = 60_000;
/** A registry that is asked, and nothing is heard of it. */
const silentMs = 3 * 60_000;
/** What is under way besides: the DataVolume is made, a snapshot is taken. */
const stepMs = 5 * 60_000;

/**
 * What the state of a golden image means for whoever wants to copy it. A DataSource that is ready is enough: a newer version that
 * is being imported holds nobody up. Sources: CDI pkg/controller/datasource-controller.go, dataimportcron-controller.go, the
 * recorded states `datasource-*`.
 */
export function imageVerdict(observed: ImageObservation): Verdict {
    const facts = imageFacts(observed);
    return firstOf(rows, facts) ?? facts.waiting("is being imported");
}

const rows: readonly Row<ImageFacts>[] = [
    ({ cron, cronName, namespace }) =>
        cronName !== undefined && cron === undefined
            ? absent("DataImportCron", { namespace, name: cronName })
            : undefined,
    ({ cron }) =>
        cron?.metadata?.deletionTimestamp === undefined
            ? undefined
            : beingDeleted("DataImportCron", cron),
    ({ dataSource }) =>
        dataSource?.metadata?.deletionTimestamp === undefined
            ? undefined
            : beingDeleted("DataSource", dataSource),
    (facts) =>
        facts.ready.status === "True" && sourceOf(facts.dataSource) !== undefined
            ? { kind: "ready", ...noteOf(facts) }
            : undefined,
    ({ dataVolume }) =>
        dataVolume?.verdict.kind === "failed"
            ? failed(ofImport(dataVolume.name, dataVolume.verdict.diagnosis))
            : undefined,
    ({ dataSource, cronName, namespace, name }) =>
        dataSource === undefined && cronName === undefined
            ? absent("DataSource", { namespace, name })
            : undefined,
    ({ ready, onSource }) =>
        /^(MaxReferenceDepthReached|SelfReference|CrossNamespaceReference)$/.test(
            ready.reason ?? "",
        )
            ? failed(
                  onSource({
                      cause: "data-source-not-ready",
                      what: `The DataSource points to another one in a way that CDI does not follow: ${quoted(ready.message)}`,
                      cure: "Let it point to a claim or a snapshot, or to a DataSource of its own namespace that does",
                  }),
              )
            : undefined,
    ({ progressing, onCron, suspect }) =>
        progressing.reason === "NotAuthorized"
            ? suspect(
                  grace.login,
                  onCron({
                      cause: "clone-not-allowed",
                      what: `CDI may not copy the image's source: ${quoted(progressing.message)}`,
                      cure: "Allow the DataImportCron's service account create on datavolumes/source (group cdi.kubevirt.io) in the source's namespace",
                  }),
              )
            : undefined,
    ({ cronEvent, onCron, suspect }) =>
        cronEvent === undefined
            ? undefined
            : suspect(
                  grace.controller,
                  onCron({
                      cause: "data-source-not-ready",
                      what: `CDI leaves the DataImportCron alone: ${quoted(cronEvent)}`,
                      cure: "Delete the other DataImportCron, or give the image another name",
                  }),
              ),
    ({ cron, onCron, suspect }) =>
        cron !== undefined && (cron.status?.conditions ?? []).length === 0
            ? suspect(
                  grace.controller,
                  onCron({
                      cause: "controller-silent",
                      what: "CDI's controller has not looked at the DataImportCron",
                      cure: "Check CDI: kubectl get cdi, and the pods of its namespace (cdi-deployment)",
                  }),
                  "CDI has not looked at it yet",
              )
            : undefined,
    // The import has a claim and pods of its own, which say more than the conditions of who started it.
    ({ dataVolume }) => {
        if (dataVolume?.verdict.kind !== "waiting") {
            return undefined;
        }
        const { suspicion, ...rest } = dataVolume.verdict;
        return suspicion === undefined
            ? rest
            : {
                  ...rest,
                  suspicion: {
                      ...suspicion,
                      diagnosis: ofImport(dataVolume.name, suspicion.diagnosis),
                  },
              };
    },
    ({ dataVolume, namespace, suspect }) =>
        dataVolume?.verdict.kind === "proceed"
            ? suspect(
                  grace.controller,
                  diagnosis(`DataVolume ${namespace}/${dataVolume.name}`, {
                      cause: "no-consumer",
                      what: `The image's import ${dataVolume.name} ${dataVolume.verdict.note}`,
                      cure: `Ask for it to be filled at once (annotation ${bindImmediateAnnotation}), or send its data`,
                  }),
              )
            : undefined,
    ({ upToDate, pollError, onCron, suspect }) =>
        upToDate.reason === "NoDigest" && pollError !== undefined
            ? suspect(pollMs, onCron(pollParts(pollError)))
            : undefined,
    ({ upToDate, onCron, suspect }) =>
        upToDate.reason === "NoDigest"
            ? suspect(
                  silentMs,
                  onCron({
                      cause: "source-unavailable",
                      what: "CDI has not learned which digest the image has: its registry does not answer, or the pod that asks it does not start",
                      cure: "Look at the poller's pod (label cdi.kubevirt.io/dataImportCronPoller) and its Job in CDI's namespace, or pin a digest",
                  }),
                  "CDI asks the registry for the image's digest",
              )
            : undefined,
    ({ ready, onSource, suspect }) =>
        ready.reason === "SnapshotNotReady"
            ? suspect(
                  stepMs,
                  onSource({
                      cause: "data-source-not-ready",
                      what: "The image's snapshot does not become ready",
                      cure: "Look at it: kubectl describe volumesnapshot, and the log of the driver's snapshotter",
                  }),
                  "its snapshot is being taken",
              )
            : undefined,
    ({ cron, ready, onSource, suspect }) =>
        cron === undefined && (ready.reason === "NotFound" || ready.reason === "NoSource")
            ? suspect(
                  grace.cloneSource,
                  onSource({
                      cause: "data-source-not-ready",
                      what: `What the image is copied from is not there: ${quoted(ready.message)}`,
                      cure: "Make the claim or the snapshot that the DataSource names, or correct its name and namespace",
                  }),
              )
            : undefined,
    ({ dataSource, ready, onSource, suspect }) =>
        dataSource !== undefined && ready.status === undefined
            ? suspect(
                  grace.controller,
                  onSource({
                      cause: "controller-silent",
                      what: "CDI's controller has not looked at the DataSource",
                      cure: "Check CDI: kubectl get cdi, and the pods of its namespace (cdi-deployment)",
                  }),
                  "CDI has not looked at it yet",
              )
            : undefined,
];

/** What is copied: a claim, or a snapshot. CDI empties it while it is not ready. */
export function sourceOf(
    dataSource: ImageDataSource | undefined,
): { readonly kind: "claim" | "snapshot"; readonly name: string } | undefined {
    const { pvc, snapshot } = dataSource?.status?.source ?? {};
    if (pvc?.name !== undefined) {
        return { kind: "claim", name: pvc.name };
    }
    return snapshot?.name === undefined ? undefined : { kind: "snapshot", name: snapshot.name };
}

/** What should be known of an image that can be copied already. */
function noteOf({ upToDate, pollError, dataVolume, cronEvent }: ImageFacts): { note?: string } {
    if (cronEvent !== undefined) {
        return { note: `it is not refreshed: ${quoted(cronEvent)}` };
    }
    if (upToDate.status !== "False") {
        return {};
    }
    if (pollError !== undefined) {
        return { note: `its registry cannot be asked for a newer version: ${quoted(pollError)}` };
    }
    if (dataVolume?.verdict.kind === "failed") {
        return {
            note: `a newer version cannot be imported: ${dataVolume.verdict.diagnosis.what}`,
        };
    }
    return upToDate.reason === "NoDigest" ? {} : { note: "a newer version is being imported" };
}

function pollParts(text: string): DiagnosisParts {
    const { cause, meaning, cure } = importerError(text);
    const where = meaning.charAt(0).toUpperCase() + meaning.slice(1);
    return {
        cause,
        what: `${where}, says the pod that asks for its digest: ${quoted(text)}`,
        cure,
    };
}

function ofImport(name: string, { what, ...rest }: Diagnosis): Diagnosis {
    return { ...rest, what: `The image's import ${name}: ${what}` };
}

function imageFacts(observed: ImageObservation): ImageFacts {
    const { dataSource, cron, cronName, namespace, name } = observed;
    const ready = conditionOf(dataSource?.status?.conditions, "Ready") ?? {};
    const upToDate = conditionOf(cron?.status?.conditions, "UpToDate") ?? {};
    const progressing = conditionOf(cron?.status?.conditions, "Progressing") ?? {};
    const waiting = (note: string): Waiting => ({ kind: "waiting", phase: "", note });
    return {
        ...observed,
        ready,
        upToDate,
        progressing,
        waiting,
        suspect: (graceMs, found, note) => ({
            ...waiting(note ?? found.what),
            suspicion: { diagnosis: found, graceMs },
        }),
        onSource: (parts) =>
            diagnosis(
                `${objectName("DataSource", { metadata: { namespace, name } })}, condition Ready`,
                parts,
            ),
        onCron: (parts) =>
            diagnosis(
                objectName("DataImportCron", { metadata: { namespace, name: cronName ?? "" } }),
                parts,
            ),
    };
}
