import { blankClaim, type DiskPlan, isFilled } from "../../manifests/disk";
import { onDestroyAnnotation, ownerAnnotation, sizeAnnotation } from "../../model/annotations";
import type { Problems } from "../../model/problems";
import { bytesOf, formatBytes, quantityBytes, sizeFor } from "../../model/size";
import { collectionPath } from "../../waits/collections";
import type { Cluster } from "../cluster";
import { type Existing, lookFor, ownerOf, takenBack } from "../ownership";
import type { FoundDisk, LookedFor } from "./looked-for";
import type { LiveClaim } from "./live-claim";
import { refuseLess } from "./origin";

const notThere: Omit<FoundDisk, "requested"> = { options: {}, exists: false };

/** Takes over a claim that this stack did not make, or no longer has. */
export async function adoptedClaim(
    cluster: Cluster,
    { plan, adopt }: LookedFor,
    claim: LiveClaim | undefined,
    problems: Problems,
): Promise<Omit<FoundDisk, "requested">> {
    const found = await lookFor(cluster, blankClaim(plan));
    if (found.state === "absent" || claim === undefined) {
        await refuseAbsent(cluster, plan, "PersistentVolumeClaim", problems);
        return notThere;
    }
    const asIs = adopt !== undefined && "asIs" in adopt && adopt.asIs;
    const annotations = claim.metadata?.annotations;
    if (claim.metadata?.deletionTimestamp !== undefined) {
        problems.add(
            "adopt.claim",
            `is ${JSON.stringify(plan.name)}, which is just being deleted`,
            "see what deletes it; its volume can be adopted when it is kept: adopt: { volume: … }",
        );
    } else if (found.state === "ours") {
        refuseLess(
            annotations?.[sizeAnnotation],
            claim.spec?.resources?.requests?.storage,
            plan,
            problems,
        );
    } else {
        refuseTakenClaim("adopt.claim", annotations, problems);
    }
    refuseOtherClaim(plan, claim, asIs, problems);
    refuseDataVolumes(plan, claim, problems);
    return {
        options: takenBack(found, true),
        exists: true,
        asIs: asIs && found.state === "foreign" && isLargeEnough(plan, claim),
    };
}

/** Takes over a DataVolume that this stack did not make. Nothing is ever filled again. */
export async function adoptedDataVolume(
    cluster: Cluster,
    { plan }: LookedFor,
    found: Existing,
    claim: LiveClaim | undefined,
    problems: Problems,
): Promise<Omit<FoundDisk, "requested">> {
    const field = "adopt.dataVolume";
    if (found.state !== "foreign") {
        if (found.state === "absent") {
            await refuseAbsent(cluster, plan, "DataVolume", problems);
        } else {
            problems.add(
                field,
                `is ${JSON.stringify(plan.name)}, which is just being deleted`,
                "see what deletes it",
            );
        }
        return notThere;
    }
    const { metadata } = found.live as LiveClaim;
    refuseTakenClaim(field, metadata?.annotations, problems);
    const machine = metadata?.ownerReferences?.find(({ kind }) => kind === "VirtualMachine");
    if (machine !== undefined) {
        problems.add(
            field,
            `is ${JSON.stringify(plan.name)}, which belongs to VirtualMachine ${JSON.stringify(machine.name)} and goes with its data when that is deleted`,
            "take it off the machine's dataVolumeTemplates first, and its ownerReferences off it (docs/guide/import.md has the commands)",
        );
    }
    if (claim !== undefined) {
        refuseOtherClaim(plan, claim, true, problems);
    }
    return {
        options: takenBack(found, true),
        exists: true,
        asIs: claim === undefined || isLargeEnough(plan, claim),
    };
}

/** What is taken over has to be there; where nobody can look it is not refused. */
async function refuseAbsent(
    cluster: Cluster,
    { name, namespace }: DiskPlan,
    kind: "DataVolume" | "PersistentVolumeClaim",
    problems: Problems,
): Promise<void> {
    const connection = await cluster.connection;
    if ((await connection?.ask(`${collectionPath(kind, namespace)}/${name}`))?.state !== "absent") {
        return;
    }
    const [field, what, list] =
        kind === "DataVolume"
            ? ["adopt.dataVolume", "DataVolume", "`kubectl get dv`"]
            : ["adopt.claim", "claim", "`npm run disks` or `kubectl get pvc`"];
    problems.add(
        field,
        `is ${JSON.stringify(name)}, and namespace ${namespace} has no ${what} of that name`,
        `write a name that ${list} lists`,
    );
}

function isLargeEnough({ size }: DiskPlan, { spec }: LiveClaim): boolean {
    const has = quantityBytes(spec?.resources?.requests?.storage ?? "");
    return has !== undefined && bytesOf(size) <= has;
}

/** Another stack looks after it, or another resource of this one that would delete it when it goes. */
function refuseTakenClaim(
    field: string,
    annotations: Readonly<Record<string, string>> | undefined,
    problems: Problems,
): void {
    const owner = annotations?.[ownerAnnotation];
    if (owner === undefined) {
        return;
    }
    const stack = ownerOf("");
    if (!owner.startsWith(stack)) {
        problems.add(
            field,
            `belongs to ${owner}`,
            "let that stack go of it first: take the disk out of its program; it is kept unless its onDestroy says otherwise",
        );
    } else if (annotations?.[onDestroyAnnotation] === "delete") {
        problems.add(
            field,
            `belongs to ${owner}, whose onDestroy is "delete": when that resource goes, the data goes`,
            'set onDestroy: "retain" there in an update of its own first',
        );
    }
}

/** What an adopted claim cannot become. A size that nobody can write is a little less than the claim's where it stays as it is. */
function refuseOtherClaim(
    plan: DiskPlan,
    { spec }: LiveClaim,
    asIs: boolean,
    problems: Problems,
): void {
    const differs = (field: string, has: string | undefined, wanted: string) => {
        if (has !== undefined && has !== wanted) {
            problems.add(
                field,
                `is ${wanted}, and the claim to adopt has ${has}: a claim keeps it`,
                `write ${has}`,
            );
        }
    };
    differs("storage", spec?.storageClassName, plan.storageClass);
    differs("volumeMode", spec?.volumeMode, plan.volumeMode);
    differs("accessMode", spec?.accessModes?.[0], plan.accessMode);
    const has = quantityBytes(spec?.resources?.requests?.storage ?? "");
    const least = (has ?? 0) - (asIs ? roundedOff(plan, has ?? 0) : 0);
    if (has !== undefined && bytesOf(plan.size) < least) {
        problems.add(
            "size",
            `is "${plan.size}", and the claim to adopt has ${formatBytes(has)}: a claim never shrinks`,
            `write "${sizeFor(has)}" or more`,
        );
    }
}

/** What a claim may have more than its disk: less than anybody can write, and what CDI adds for a filesystem. */
function roundedOff(plan: DiskPlan, bytes: number): number {
    return 2 ** 20 + (isFilled(plan) && plan.volumeMode === "Filesystem" ? bytes / 4 : 0);
}

function refuseDataVolumes(plan: DiskPlan, { metadata }: LiveClaim, problems: Problems): void {
    const owner = metadata?.ownerReferences?.find(({ kind }) => kind === "DataVolume");
    if (owner !== undefined) {
        problems.add(
            "adopt.claim",
            `belongs to DataVolume ${JSON.stringify(owner.name)}, and goes when that is deleted`,
            `let it go first, the claim stays: npm run disks -- release ${plan.namespace}/${owner.name ?? ""}`,
        );
    }
}
