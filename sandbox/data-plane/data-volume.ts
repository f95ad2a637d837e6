import { claimSpec } from "./claim-spec";
import { clone } from "./cloning";
import { dataVolumeFault } from "./data-volume-fault";
import { controllerOf, reportLost, reportNoClaim, reportStep } from "./data-volume-status";
import { fill } from "./filling";
import type { ClaimSpec, DataSourceReference, DataVolume } from "./objects";
import { annotationOf, isDeleted, isOwnedBy, ownedBy, since } from "./reading";
import { type Source, hasCsiDriver, sourceOf, storageClass } from "./sources";
import type { Store } from "./store";
import { type Step, type View, bindsLate, idle, prefix, whole } from "./view";
import { cdiLabels } from "./worker-pod";
import { loseVolume } from "./provisioner";
import { type NewObject, type Write, annotate, create, warn } from "./writes";

/** How long a controller that restarts is away, counted from the DataVolume's creation. */
const restart = { from: 2000, until: 12_000 };

/** What CDI's controllers would do for a DataVolume now. */
export function reconcileDataVolume(world: Store, dataVolume: DataVolume, now: number): Write[] {
    const source = sourceOf(world, dataVolume);
    if (isDeleted(dataVolume)) {
        return [];
    }
    const { namespace, name } = dataVolume.metadata;
    if (source.kind === "unknown") {
        // Once there is a claim, CDI leaves the status as it is (controller-base.go, updateStatus: the error comes first).
        return world.get("PersistentVolumeClaim", namespace, name) === undefined
            ? reportNoClaim(dataVolume, noClaim, source, now)
            : [];
    }
    const fault = dataVolumeFault(world, dataVolume);
    if (fault === "controller-restart" && isAway(dataVolume, now)) {
        return [];
    }
    const claim = world.get("PersistentVolumeClaim", namespace, name);
    if (claim === undefined) {
        return makeClaim(world, dataVolume, source, now);
    }
    if (!isOwnedBy(claim, dataVolume)) {
        const message = `Resource ${name} already exists and is not managed by DataVolume`;
        return isDeleted(claim)
            ? []
            : [warn(dataVolume, controllerOf(source), "ErrResourceExists", message)];
    }
    if (claim.status?.phase === "Lost") {
        return reportLost(dataVolume, source, now);
    }
    const view: View = {
        world,
        now,
        dataVolume,
        source,
        claim,
        storageClass: storageClass(world, claim.spec.storageClassName ?? ""),
        populated: annotationOf(dataVolume, usePopulator) === "true",
        fault,
    };
    const step = nextStep(view);
    return [
        ...step.writes,
        ...reportStep(dataVolume, claim, step, source, now),
        ...(fault === "claim-lost" && ["ImportInProgress", "Succeeded"].includes(step.phase)
            ? loseVolume(world, claim)
            : []),
    ];
}

const usePopulator = `${prefix}usePopulator`;

function nextStep(view: View): Step {
    const { source, claim } = view;
    switch (source.kind) {
        case "clone":
            return clone(view, source);
        case "image":
        case "blank":
        case "upload":
            return fill(view, source.kind);
        default:
            return claim.status?.phase === "Bound"
                ? { ...idle("Succeeded"), progress: whole }
                : idle(bindsLate(view) ? "PendingPopulation" : "Pending");
    }
}

/** Makes the claim, or says why not. The garbage collector removes it with the DataVolume. */
function makeClaim(world: Store, dataVolume: DataVolume, source: Source, now: number): Write[] {
    const { storage, pvc } = dataVolume.spec;
    const wanted = storageClass(world, storage?.storageClassName ?? pvc?.storageClassName);
    // Decided once: a class that appears later does not change it.
    const decided = annotationOf(dataVolume, usePopulator) ?? String(hasCsiDriver(world, wanted));
    const populated = decided === "true" && source.kind !== "external";
    const rendered = claimSpec(world, dataVolume, source, populated);
    if (rendered.spec === undefined) {
        return reportNoClaim(dataVolume, rendered.problem, source, now);
    }
    const from = populated ? populatorOf(dataVolume, source) : undefined;
    const spec =
        from === undefined
            ? rendered.spec
            : { ...rendered.spec, dataSource: from, dataSourceRef: from };
    const refused = (message: string): Write[] => {
        // Of what is not a quota only CDI's log tells.
        const problem = message.includes("exceeded quota")
            ? { reason: "ErrExceededQuota", message }
            : noClaim;
        return reportNoClaim(dataVolume, problem, source, now);
    };
    return [
        ...annotate(dataVolume, { [usePopulator]: decided }),
        create(claimOf(dataVolume, spec, decided), { refused }),
    ];
}

/** There is no claim, and CDI does not say why. Source: CDI pkg/controller/datavolume/conditions.go, UpdateBoundCondition. */
const noClaim = { reason: "NotFound", message: "No PVC found", silent: true } as const;

function claimOf(dataVolume: DataVolume, spec: ClaimSpec, populated: string): NewObject {
    const { name, namespace, labels, annotations, uid } = dataVolume.metadata;
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
            name,
            ...(namespace === undefined ? {} : { namespace }),
            labels: {
                ...labels,
                ...cdiLabels,
                ...(populated === "true"
                    ? {}
                    : { "alerts.k8s.io/KubePersistentVolumeFillingUp": "disabled" }),
            },
            annotations: {
                ...annotations,
                "cdi.kubevirt.io/createdForDataVolume": uid ?? "",
                [`${prefix}contentType`]: dataVolume.spec.contentType ?? "kubevirt",
                [`${prefix}pod.restarts`]: "0",
                [`${prefix}preallocation.requested`]: "false",
                [usePopulator]: populated,
            },
            ownerReferences: ownedBy(dataVolume),
        },
        spec,
    };
}

/** Names who fills the claim, so that the provisioner leaves it alone. The named object itself is not simulated. */
function populatorOf({ metadata }: DataVolume, { kind }: Source): DataSourceReference {
    const role = kind === "clone" ? "Clone" : kind === "upload" ? "Upload" : "Import";
    return {
        apiGroup: "cdi.kubevirt.io",
        kind: `Volume${role}Source`,
        name: `volume-${role.toLowerCase()}-source-${metadata.uid ?? ""}`,
    };
}

function isAway({ metadata }: DataVolume, now: number): boolean {
    const age = since(metadata.creationTimestamp, now);
    return age >= restart.from && age < restart.until;
}
