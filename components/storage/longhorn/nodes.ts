import { bytesOf } from "../../../model/size";
import { diagnosis, quoted } from "../../../waits/disk-facts";
import type { Condition, KubernetesObject } from "../../../waits/objects";
import { conditionOf } from "../../../waits/objects";
import type { Suspicion, Verdict, Waiting } from "../../../waits/verdict";
import { defaultBackupTarget, longhornNamespace } from "./names";
import { faultsOf, type LonghornNode, type NodeFault } from "./node-faults";
import type { LonghornDiskArgs, LonghornNodeArgs } from "./part-args";

/**
 * Managers start, look at their nodes and make their disks in that time; a backup target is given up on after a minute (the setting
 * backup-execution-timeout) and tried again.
 */
const graceMs = 120_000;

/**
 * Whether enough nodes can keep data: ready, open to new copies, and with a disk that is.
 *
 * @param answer the list of nodes.longhorn.io, undefined while there is none
 * @param wanted how many nodes the copies of one disk are spread over
 */
export function longhornNodes(answer: unknown, wanted: { readonly replicas: number }): Verdict {
    const { items = [] } = (answer ?? {}) as { items?: readonly LonghornNode[] };
    const nodes = items.map(faultsOf);
    const bad = nodes.filter((faults) => faults.some(({ stops }) => stops));
    const count = `${String(nodes.length - bad.length)} of ${String(nodes.length)} nodes keep data`;
    if (nodes.length > 0 && nodes.length - bad.length >= wanted.replicas) {
        return { kind: "ready", note: withFaults(count, nodes) };
    }
    const needed = `${count}, ${String(wanted.replicas)} are needed`;
    return {
        kind: "waiting",
        phase: "NodesStarting",
        note: withFaults(needed, bad),
        suspicion: suspicionOf(needed, nodes.length, bad),
    };
}

function suspicionOf(
    needed: string,
    nodes: number,
    bad: readonly (readonly NodeFault[])[],
): Suspicion {
    const [first] = bad.flat();
    const cause = "storage-nodes-not-ready";
    if (first !== undefined) {
        const { node, place, cure } = first;
        const what = `Too few nodes keep data: ${withFaults(needed, bad)}`;
        const where = `Longhorn's Node ${longhornNamespace}/${node}, ${place}`;
        return { graceMs, diagnosis: diagnosis(where, { cause, what, cure }) };
    }
    return {
        graceMs,
        diagnosis: diagnosis(`Longhorn's Nodes in ${longhornNamespace}`, {
            cause,
            ...(nodes === 0
                ? {
                      what: "Longhorn has no node yet",
                      cure: "Look at the pods of DaemonSet longhorn-manager and their logs, and at its node selector",
                  }
                : {
                      what: `Too few nodes keep data: ${needed}`,
                      cure: "Add nodes, or write fewer replicas",
                  }),
        }),
    };
}

const shown = 3;

/** A sentence with what is wrong with some nodes: the rest is on the cluster. */
function withFaults(text: string, nodes: readonly (readonly NodeFault[])[]): string {
    const texts = nodes.filter((faults) => faults.length > 0).map(nodeText);
    const more = texts.length - shown;
    return [
        text,
        ...texts.slice(0, shown),
        ...(more > 0 ? [`${String(more)} more nodes`] : []),
    ].join("; ");
}

/** What is missing on a node may be harmless: what keeps it from keeping data is said with it. */
function nodeText(faults: readonly NodeFault[]): string {
    const stop = faults.find(({ stops }) => stops);
    const said = new Set([...faults.slice(0, 1), ...(stop === undefined ? [] : [stop])]);
    return `${faults[0]?.node ?? ""}: ${[...said].map(({ what }) => what).join(", and ")}`;
}

/** Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/backuptarget.go. */
interface BackupTarget extends KubernetesObject {
    readonly spec?: { readonly backupTargetURL?: string };
    readonly status?: {
        readonly available?: boolean;
        readonly conditions?: readonly Condition[] | null;
    };
}

/**
 * Whether the backup target can be reached.
 *
 * @param answer the BackupTarget `default`, undefined while there is none
 * @param wanted the address that it is to have, where that is known: before Longhorn has taken it over, the status is about another
 */
export function backupTargetVerdict(answer: unknown, wanted?: string): Verdict {
    const target = (answer ?? {}) as BackupTarget;
    const url = target.spec?.backupTargetURL ?? "";
    if (url === "" || url !== (wanted ?? url)) {
        return unreached(
            wanted ?? url,
            "Longhorn has not taken over the backup target",
            "Look at the log of the pods of DaemonSet longhorn-manager",
        );
    }
    if (target.status?.available === true) {
        return { kind: "ready" };
    }
    const condition = conditionOf(target.status?.conditions ?? [], "Unavailable");
    const message = condition?.status === "True" ? (condition.message ?? "") : "";
    return message === ""
        ? unreached(
              url,
              "Longhorn has not reached the backup target yet",
              "See that its Secret is there, and look at the log of the pods of DaemonSet longhorn-manager",
          )
        : unreached(url, `The backup target cannot be used: ${quoted(message)}`, cureOf(message));
}

function unreached(url: string, what: string, cure: string): Waiting {
    const where = `BackupTarget ${longhornNamespace}/${defaultBackupTarget} (${url})`;
    const found = diagnosis(where, { cause: "backup-target-unavailable", what, cure });
    return {
        kind: "waiting",
        phase: "BackupTargetUnavailable",
        note: found.what,
        suspicion: { graceMs, diagnosis: found },
    };
}

/** What S3 servers and mounts say. Source: the error codes of the S3 API; longhorn/backupstore s3, nfs. */
const cures: readonly (readonly [message: RegExp, cure: string])[] = [
    [
        /InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|Forbidden|StatusCode: 403/i,
        "Check accessKeyId and secretAccessKey, and that the key may write, read, list and delete in the bucket",
    ],
    [/NoSuchBucket|StatusCode: 404/i, "Make the bucket, or correct s3.bucket"],
    [
        /x509|certificate|tls:/i,
        "Give the certificate of the server's authority as s3.ca, and the name it is made for as s3.endpoint",
    ],
    [
        /no such host|connection refused|i\/o timeout|no route to host|deadline exceeded/i,
        "Check s3.endpoint or nfs.server, and that Longhorn's pods reach it",
    ],
    [
        /mount|nfs/i,
        "Check nfs.server and nfs.path, that the export is open to the nodes, and that they have an NFS client",
    ],
];

function cureOf(message: string): string {
    return (
        cures.find(([pattern]) => pattern.test(message))?.[1] ??
        "Check the address and the login of backupTarget"
    );
}

/** What is written on a node of Kubernetes for Longhorn to read. */
export interface NodeMarks {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Labels and annotations that tell Longhorn a node's disks and tags. It looks at them while it has no disk, or no tag, on the
 * node, and never again. A node without disks of its own gets one folder at the data path.
 * Source: longhorn-manager controller/kubernetes_node_controller.go (syncDefaultDisks, syncDefaultNodeTags), types/types.go.
 */
export function nodeAnnotations({ tags = [], disks }: LonghornNodeArgs): NodeMarks {
    return {
        labels: {
            "node.longhorn.io/create-default-disk": disks === undefined ? "true" : "config",
        },
        annotations: {
            ...(disks === undefined
                ? {}
                : { "node.longhorn.io/default-disks-config": JSON.stringify(disks.map(disk)) }),
            ...(tags.length === 0
                ? {}
                : { "node.longhorn.io/default-node-tags": JSON.stringify(tags) }),
        },
    };
}

/** Left out, `allowScheduling` would be false and the disk of no use. Source: k8s/pkg/apis/longhorn/v1beta2/node.go (DiskSpec). */
function disk({ name, path, tags = [], reserved, type = "filesystem" }: LonghornDiskArgs) {
    return {
        ...(name === undefined ? {} : { name }),
        path,
        diskType: type,
        allowScheduling: true,
        ...(reserved === undefined ? {} : { storageReserved: bytesOf(reserved) }),
        tags,
    };
}
