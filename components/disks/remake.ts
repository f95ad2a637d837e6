import * as pulumi from "@pulumi/pulumi";
import { type DiskPlan, isFilled } from "../../manifests/disk";
import { systemClock } from "../../waits/clock";
import { collectionPath } from "../../waits/collections";
import { discardDataVolume } from "../../waits/discard";
import { program } from "../../waits/program";
import { diagnosisText } from "../../waits/verdict";
import type { Cluster } from "../cluster";
import type { LiveClaim } from "./live-claim";

/** A DataVolume as far as it is looked at here. */
interface LiveDataVolume {
    readonly metadata?: { readonly uid?: string };
    readonly status?: { readonly phase?: string };
}

/** What there is of a disk at a place. */
export type Content =
    /** Nothing. */
    | { readonly kind: "absent" }
    /** A DataVolume that CDI has not filled: there is nothing to lose. */
    | { readonly kind: "unfilled"; readonly uid: string }
    /** A claim of its own, without a DataVolume. */
    | { readonly kind: "claim" }
    /** Data, or nobody knows. */
    | { readonly kind: "data" };

/** Looks at what there is of a disk. Whatever is not clear counts as data. */
export async function contentAt(
    cluster: Cluster,
    { namespace, name }: Pick<DiskPlan, "namespace" | "name">,
): Promise<Content> {
    const connection = await cluster.connection;
    if (connection === undefined) {
        return { kind: "data" };
    }
    const [filled, claim] = await Promise.all([
        connection.ask(`${collectionPath("DataVolume", namespace)}/${name}`),
        connection.ask(`${collectionPath("PersistentVolumeClaim", namespace)}/${name}`),
    ]);
    if (filled.state === "absent" && claim.state === "absent") {
        return { kind: "absent" };
    }
    if (filled.state === "absent" && claim.state === "found") {
        return { kind: "claim" };
    }
    if (filled.state !== "found" || claim.state === "unreadable") {
        return { kind: "data" };
    }
    const { metadata, status } = filled.object as LiveDataVolume;
    const live = claim.state === "found" ? (claim.object as LiveClaim) : undefined;
    return metadata?.uid !== undefined && isUnfilled(status?.phase ?? "", live)
        ? { kind: "unfilled", uid: metadata.uid }
        : { kind: "data" };
}

/**
 * Whether CDI has never filled it: the claim has no volume yet, which the populators hand over at the end; or it has, and the
 * pod that fills it has not succeeded. Source: facts 2.2 to 2.4, CDI pkg/controller/common/util.go (AnnPodPhase).
 */
function isUnfilled(phase: string, claim: LiveClaim | undefined): boolean {
    if (phase === "Succeeded" || claim?.status?.phase === "Lost") {
        return false;
    }
    if (claim === undefined || claim.status?.phase === "Pending") {
        return true;
    }
    const worker = claim.metadata?.annotations?.["cdi.kubevirt.io/storage.pod.phase"];
    return worker !== undefined && worker !== "Succeeded";
}

/**
 * Takes a DataVolume away that never had its content, because CDI never changes one, and lets the engine make it anew. Only in an
 * update: a preview says what is going to happen.
 */
export async function discard(
    cluster: Cluster,
    plan: DiskPlan,
    uid: string,
    component: pulumi.Resource,
): Promise<void> {
    const connection = await cluster.connection;
    if (connection === undefined || pulumi.runtime.isDryRun() || !isFilled(plan)) {
        return;
    }
    const settled = await discardDataVolume({
        view: connection.view,
        writer: connection.writer,
        clock: systemClock,
        namespace: plan.namespace,
        name: plan.name,
        uid,
        signal: program.ended,
    });
    if (settled.kind === "failed") {
        program.fail(
            `Disk "${plan.name}" cannot be made anew: ${diagnosisText(settled.diagnosis)}`,
            `Disk "${plan.name}" cannot be made anew: ${settled.diagnosis.cause}`,
            component,
        );
        await program.never();
    }
}
