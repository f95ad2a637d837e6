import type { DiskPlan } from "../../manifests/disk";
import { forecastClone, type CloneFrom } from "../../model/clone-strategy";
import type { AccessMode, VolumeMode } from "../../model/access";
import { Check, type Findings } from "../../model/findings";
import { bytesOf, formatBytes, quantityBytes, sizeFor } from "../../model/size";
import { collectionPath } from "../../waits/collections";
import type { Connection } from "../../waits/connection";
import { mayClone } from "../../waits/self-access";
import { GoldenImage } from "../images/golden-image";
import type { DiskArgs } from "./disk-args";
import type { LiveClaim } from "./live-claim";

/** What is to be copied, as far as it is known before the copy. */
interface Copied extends CloneFrom {
    /** How a message names it. */
    readonly text: string;
    readonly namespace: string;
    readonly accessMode?: AccessMode;
    readonly volumeMode?: VolumeMode;
}

/**
 * What is to be known of a disk that is copied from another, before it is: not allowed, larger than the disk, or a full copy
 * where a clone was hoped for.
 */
export async function checkClone(args: DiskArgs, plan: DiskPlan): Promise<Findings> {
    const check = new Check();
    const connection = await args.storage.cluster.connection;
    const copied = await copiedBy(args, plan, connection);
    if (copied === undefined) {
        return check;
    }
    const { storage } = args;
    const [{ expand, snapshot }, { provisioner, strategy, snapshotsUnread }] = await Promise.all([
        storage.capabilities,
        storage.cloning,
    ]);
    const bytes = bytesOf(plan.size);
    if (copied.bytes !== undefined && bytes < copied.bytes) {
        check.refuse(
            "size",
            `is "${plan.size}", and ${copied.text} has ${formatBytes(copied.bytes)}: a copy cannot be smaller`,
            `write "${sizeFor(copied.bytes)}" or more`,
        );
    }
    const forecast = forecastClone(copied, {
        provisioner,
        volumeMode: plan.volumeMode,
        bytes,
        canExpand: expand === "unknown" ? undefined : expand !== "none",
        canSnapshot: snapshotsUnread === true && !snapshot ? undefined : snapshot,
        strategy,
        ...(await isCsi(connection, provisioner)),
    });
    if (forecast.strategy === "host-assisted") {
        check.warn(
            args.copyOf === undefined ? "source" : "copyOf",
            `is ${copied.text}, and all of it is copied byte by byte${forecast.why === undefined ? "" : `: ${forecast.why}`}`,
            forecast.cure ?? "give it time; nothing is wrong",
        );
    }
    if (
        copied.namespace !== plan.namespace &&
        connection !== undefined &&
        (await mayClone(connection, copied.namespace)) === false
    ) {
        check.refuse(
            "source",
            `is ${copied.text}, and this account may not copy from namespace ${copied.namespace}`,
            `let it: a RoleBinding there to the ClusterRole cdi.kubevirt.io:clone-sourcer (GoldenImage: sharedWith)`,
        );
    }
    return check;
}

async function copiedBy(
    args: DiskArgs,
    plan: DiskPlan,
    connection: Connection | undefined,
): Promise<Copied | undefined> {
    const { source, copyOf } = args;
    if (source instanceof GoldenImage) {
        const { storage, format, namespace, imageName, size } = source;
        return {
            text: `GoldenImage "${imageName}"`,
            namespace,
            of: format,
            provisioner: (await storage.cloning).provisioner,
            volumeMode: storage.volumeMode,
            bytes: bytesOf(size),
        };
    }
    if (typeof copyOf === "object") {
        return {
            text: `Disk "${copyOf.claimName}"`,
            namespace: copyOf.namespace,
            of: plan.source !== undefined && "snapshot" in plan.source ? "snapshot" : "claim",
            provisioner: (await copyOf.storage.cloning).provisioner,
            volumeMode: copyOf.plan.volumeMode,
            bytes: bytesOf(copyOf.plan.size),
        };
    }
    const claim = copyOf ?? (source !== undefined && "claim" in source ? source.claim : undefined);
    const namespace =
        (source !== undefined && "namespace" in source ? source.namespace : undefined) ??
        plan.namespace;
    if (source !== undefined && "snapshot" in source) {
        return { text: `snapshot ${namespace}/${source.snapshot}`, namespace, of: "snapshot" };
    }
    if (source !== undefined && "dataSource" in source) {
        // Where it points to, and what that is, only the cluster knows, and it may change until then.
        return { text: `DataSource ${namespace}/${source.dataSource}`, namespace, of: "snapshot" };
    }
    if (claim === undefined) {
        return undefined;
    }
    const live = await readClaim(connection, namespace, claim);
    const bytes = quantityBytes(live?.spec?.resources?.requests?.storage ?? "");
    const provisioner = await provisionerOf(connection, live?.spec?.storageClassName);
    const volumeMode = live?.spec?.volumeMode as VolumeMode | undefined;
    return {
        text: `claim ${namespace}/${claim}`,
        namespace,
        of: plan.source !== undefined && "snapshot" in plan.source ? "snapshot" : "claim",
        ...(provisioner === undefined ? {} : { provisioner }),
        ...(volumeMode === undefined ? {} : { volumeMode }),
        // What CDI adds for a filesystem is no part of the disk.
        ...(bytes === undefined || volumeMode === "Filesystem" ? {} : { bytes }),
    };
}

async function readClaim(
    connection: Connection | undefined,
    namespace: string,
    name: string,
): Promise<LiveClaim | undefined> {
    const path = `${collectionPath("PersistentVolumeClaim", namespace)}/${name}`;
    const answer = await connection?.ask(path);
    return answer?.state === "found" ? (answer.object as LiveClaim) : undefined;
}

async function provisionerOf(
    connection: Connection | undefined,
    storageClass: string | undefined,
): Promise<string | undefined> {
    if (storageClass === undefined || storageClass === "") {
        return undefined;
    }
    const answer = await connection?.ask(`${collectionPath("StorageClass")}/${storageClass}`);
    return answer?.state === "found"
        ? (answer.object as { readonly provisioner?: string }).provisioner
        : undefined;
}

/** Whether Kubernetes knows a CSI driver of that name: without one CDI only ever copies. */
async function isCsi(
    connection: Connection | undefined,
    provisioner: string | undefined,
): Promise<{ readonly isCsi?: boolean }> {
    if (provisioner === undefined) {
        return {};
    }
    const answer = await connection?.ask(`${collectionPath("CSIDriver")}/${provisioner}`);
    return answer === undefined || answer.state === "unreadable"
        ? {}
        : { isCsi: answer.state === "found" };
}
