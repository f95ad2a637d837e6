/** A question that Ceph and Longhorn answer differently, or that people expect them to. */
export interface SelectionRow {
    readonly question: string;
    readonly ceph: string;
    readonly longhorn: string;
}

/**
 * What decides between Ceph (outside the cluster, over RBD) and Longhorn. There is no row about a number of nodes or terabytes: no
 * project states such a limit.
 */
export const selectionRows: readonly SelectionRow[] = [
    {
        question: "Who runs it",
        // ceph-csi is only a driver: docs/deploy-rbd.md.
        ceph: "people who know Ceph, outside of Kubernetes; here is only a driver",
        longhorn: "this cluster, with a chart; disks or folders of its nodes",
    },
    {
        question: "Least hardware",
        // Ceph doc/start/hardware-recommendations.rst; longhorn/website best-practices.md.
        ceph: "three hosts of its own with monitors and OSDs",
        longhorn: "one node to try out, three for copies that survive one",
    },
    {
        question: "Live migration",
        // ceph-csi internal/rbd/controllerserver.go; longhorn-manager csi/controller_server.go (ControllerExpandVolume).
        ceph: "yes, raw devices on several nodes",
        longhorn: "yes, with migratable classes; no growing while it lasts",
    },
    {
        question: "Copies of a disk",
        // ceph-csi docs/design/proposals/rbd-snap-clone.md; longhorn/website advanced-resources/containerized-data-importer.
        ceph: "at once, sharing what is the same",
        longhorn: "read and written in full (engine v1)",
    },
    {
        question: "Backups elsewhere",
        // longhorn/website snapshots-and-backups.
        ceph: "by others: Velero, mirroring between Ceph clusters",
        longhorn: "its own, to S3 or NFS, on a schedule",
    },
    {
        question: "Images from S3",
        ceph: "its own object store (RGW)",
        longhorn: "an object store from elsewhere",
    },
    {
        question: "Speed",
        // longhorn/website concepts.md, v2-data-engine.
        ceph: "grows with the number of OSDs, many machines at a time",
        longhorn: "one engine for each disk; v2 is faster and takes a CPU of every node",
    },
    {
        question: "A node that fails",
        // Longhorn replicas are on the nodes that machines run on; Ceph doc/rados/operations/crush-map.rst.
        ceph: "takes no storage with it; Ceph has failure domains of its own",
        longhorn: "takes its copies with it; they are built again on others",
    },
    {
        question: "Encryption",
        // ceph-csi docs/deploy-rbd.md; longhorn/website advanced-resources/security/volume-encryption.md.
        ceph: "by disk (LUKS), also with a key management system",
        longhorn: "by disk (LUKS), with a key in a Secret",
    },
];

/** When to take which, in a sentence each. */
export const selectionReasons = {
    ceph: "there is a Ceph cluster, or people for one; many machines are cloned from one image; storage is to grow apart from nodes",
    longhorn:
        "the nodes have the disks and nobody runs Ceph; backups to S3 are wanted without another tool",
} as const;

/** The table as text, in columns, with the reasons below. */
export function selectionText(): string {
    const rows = [
        { question: "", ceph: "Ceph (outside, RBD)", longhorn: "Longhorn" },
        ...selectionRows,
    ].flatMap(({ question, ceph, longhorn }) => {
        const [one, other] = [wrapped(ceph), wrapped(longhorn)];
        return Array.from({ length: Math.max(one.length, other.length) }, (_, line) =>
            [
                (line === 0 ? question : "").padEnd(questionWidth),
                (one[line] ?? "").padEnd(answerWidth),
                other[line] ?? "",
            ]
                .join(gap)
                .trimEnd(),
        );
    });
    const reason = (name: string, text: string) => `Take ${name} where ${text}.`;
    return [
        ...rows,
        "",
        ...wrapped(reason("Ceph", selectionReasons.ceph), fullWidth),
        ...wrapped(reason("Longhorn", selectionReasons.longhorn), fullWidth),
    ].join("\n");
}

const gap = "  ";
const questionWidth = Math.max(...selectionRows.map(({ question }) => question.length));
const answerWidth = 39;
const fullWidth = questionWidth + 2 * (gap.length + answerWidth);

function wrapped(text: string, width = answerWidth): readonly string[] {
    const lines = [""];
    for (const word of text.split(" ")) {
        const last = lines.at(-1) ?? "";
        if (last !== "" && last.length + 1 + word.length > width) {
            lines.push(word);
        } else {
            lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
        }
    }
    return lines;
}
