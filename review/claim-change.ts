import { isSame } from "../model/machine-difference";
import { onDestroyAnnotation } from "../model/annotations";
import { formatBytes, quantityBytes } from "../model/size";
import type { Judgement } from "./judgement";
import type { State } from "./preview";
import { annotationOf, ownersOf, textOf, type Thing, wantedOf } from "./thing";

const requestPlace = ["spec", "resources", "requests", "storage"];

/** What a claim asks for, in bytes. */
export function requestedBytes(disk: Thing): number | undefined {
    for (const place of [
        requestPlace,
        ["spec", "storage", ...requestPlace.slice(1)],
        ["spec", "pvc", ...requestPlace.slice(1)],
    ]) {
        const quantity = wantedOf(disk, place);
        if (typeof quantity === "string" || typeof quantity === "number") {
            return quantityBytes(String(quantity));
        }
    }
    return undefined;
}

/** Source: Kubernetes pkg/apis/core/validation (ValidatePersistentVolumeClaimUpdate): a claim grows, and nothing else of its spec changes. */
export function claimChange(before: Thing, after: Thing): Judgement {
    const [old, wanted] = [requestedBytes(before), requestedBytes(after)];
    if (old !== undefined && wanted !== undefined && wanted < old) {
        return {
            impact: "refused",
            why: `a claim never shrinks: it has ${formatBytes(old)}, and ${formatBytes(wanted)} is asked for`,
        };
    }
    const fixed = ["volumeMode", "dataSource", "dataSourceRef", "accessModes", "storageClassName"];
    const changed = fixed.filter(
        (field) =>
            before.state.inputs["spec"] !== undefined &&
            wantedOf(after, ["spec", field]) !== undefined &&
            !isSame(wantedOf(before, ["spec", field]), wantedOf(after, ["spec", field])),
    );
    if (changed.length > 0 && !before.isPatch) {
        return {
            impact: "refused",
            why: `of a claim that is there, ${changed.join(", ")} cannot change`,
        };
    }
    return (
        ownersChange(before, after) ?? {
            impact: "live",
            why:
                old !== undefined && wanted !== undefined && wanted > old
                    ? `grows from ${formatBytes(old)} to ${formatBytes(wanted)}`
                    : "what is on it stays as it is",
        }
    );
}

/** Source: CDI pkg/apiserver/webhooks/datavolume-validate.go: the spec of a DataVolume does not change. */
export function dataVolumeChange(before: Thing, after: Thing): Judgement {
    if (!isSame(before.state.inputs["spec"], after.state.inputs["spec"])) {
        return {
            impact: "refused",
            why: "CDI refuses any change of a DataVolume's spec: grow its claim, or copy it to a disk beside it",
        };
    }
    return ownersChange(before, after) ?? { impact: "live", why: "what is on it stays as it is" };
}

/** The garbage collector deletes what belongs to an object that is gone, also where it was never there. */
function ownersChange(before: Thing, after: Thing): Judgement | undefined {
    const old = new Set(ownersOf(before).map(({ kind, name }) => `${kind} ${name}`));
    const added = ownersOf(after).filter(({ kind, name }) => !old.has(`${kind} ${name}`));
    const [owner] = added;
    return owner === undefined
        ? undefined
        : {
              impact: "data-loss",
              why: `from now on it belongs to ${owner.kind} ${owner.name}: the cluster deletes it as soon as that is gone, or was never there`,
          };
}

/** A volume or a snapshot that is to be erased from now on. A volume without a claim is erased at once. */
export function policyChange(before: Thing, after: Thing, place: readonly string[]): Judgement {
    const [old, wanted] = [textOf(before, place), textOf(after, place)];
    const isWritten = ({ state }: Thing) =>
        textOf({ ...before, state: { ...state, outputs: {} } }, place) !== undefined;
    if (old === "Retain" && isWritten(before) && !isWritten(after)) {
        return {
            impact: "live",
            why: "what is on the storage stays for now",
            approve: "what kept it from being erased (Retain) is not set any more",
        };
    }
    return wanted !== undefined && wanted !== "Retain" && old !== wanted
        ? {
              impact: "data-loss",
              why: `its ${place.at(-1) ?? "policy"} becomes ${wanted}: what is on the storage goes as soon as nothing uses it, and at once where nothing does`,
          }
        : { impact: "live", why: "what is on the storage stays" };
}

/** Guards of a disk, a claim or any other object that go with a change. */
export function lostGuards(before: Thing, after: Thing): readonly string[] {
    const { state: old } = before;
    const { state: now } = after;
    const was = annotationOf(before, onDestroyAnnotation);
    const is = annotationOf(after, onDestroyAnnotation);
    const word = "pulumi.com/deletionPropagationPolicy";
    const [ways, way] = [annotationOf(before, word), annotationOf(after, word)];
    const onDestroy =
        was !== undefined && is !== undefined && was !== is && is === "delete"
            ? [`onDestroy becomes "delete": its data goes with the disk from the next change on`]
            : [];
    return [
        ...(onDestroy.length === 0 ? lostOptions(old, now) : []),
        ...onDestroy,
        ...(ways?.toLowerCase() === "orphan" && way?.toLowerCase() !== "orphan"
            ? ["what belongs to it is no longer kept when it goes (deletionPropagationPolicy)"]
            : []),
    ];
}

/** The same of the engine's own guards, which any resource may have. */
export function lostOptions(old: State, now: State): readonly string[] {
    return [
        ...(old.protect && !now.protect
            ? ["its protection (protect) is taken away: the next change can delete it"]
            : []),
        ...(old.retainOnDelete && !now.retainOnDelete
            ? ["retainOnDelete is taken away: the next change that drops it deletes it"]
            : []),
    ];
}
