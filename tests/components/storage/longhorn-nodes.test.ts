import assert from "node:assert/strict";
import {
    backupTargetVerdict,
    longhornNodes,
    nodeAnnotations,
} from "../../../components/storage/longhorn/nodes";
import type { Verdict } from "../../../waits/verdict";

type Condition = readonly [type: string, status: "True" | "False", reason?: string, text?: string];

interface Sketch {
    readonly conditions?: readonly Condition[];
    readonly disk?: readonly Condition[] | "none";
    readonly closed?: "node" | "disk";
}

const conditionsOf = (all: readonly Condition[]) =>
    all.map(([type, status, reason = "", message = ""]) => ({ type, status, reason, message }));

/** A node as longhorn-manager 1.12.1 writes it: ready, with one disk, and what a sketch changes. */
function node(name: string, sketch: Sketch = {}): object {
    const changed = sketch.conditions ?? [];
    const healthy: Condition[] = [
        ["Ready", "True"],
        ["Schedulable", "True"],
        ["RequiredPackages", "True"],
        ["MountPropagation", "True"],
        ["Multipathd", "True"],
        ["KernelModulesLoaded", "True"],
        ["NFSClientInstalled", "True"],
    ];
    const others = healthy.filter(([type]) => !changed.some(([other]) => other === type));
    const disk: readonly Condition[] =
        sketch.disk === undefined || sketch.disk === "none"
            ? [
                  ["Ready", "True"],
                  ["Schedulable", "True"],
              ]
            : sketch.disk;
    return {
        metadata: { name, namespace: "longhorn-system" },
        spec: {
            allowScheduling: sketch.closed !== "node",
            disks:
                sketch.disk === "none"
                    ? {}
                    : { "disk-1": { path: "/d", allowScheduling: sketch.closed !== "disk" } },
        },
        status: {
            conditions: conditionsOf([...others, ...changed]),
            diskStatus:
                sketch.disk === "none" ? null : { "disk-1": { conditions: conditionsOf(disk) } },
        },
    };
}

/** A verdict about a node like this beside a healthy one, where two are needed. */
function verdictOf(sketch: Sketch): Verdict {
    return longhornNodes({ items: [node("node-1"), node("node-2", sketch)] }, { replicas: 2 });
}

function diagnosisOf(verdict: Verdict) {
    assert.equal(verdict.kind, "waiting");
    assert.ok(verdict.suspicion);
    return verdict.suspicion.diagnosis;
}

const faults: readonly (readonly [string, Sketch, RegExp, RegExp, RegExp])[] = [
    [
        "packages that are missing",
        {
            conditions: [
                ["Ready", "False", "ManagerPodDown", "Node node-2 is down"],
                [
                    "RequiredPackages",
                    "False",
                    "PackagesNotInstalled",
                    "Missing packages: [open-iscsi]",
                ],
            ],
        },
        /node-2, condition RequiredPackages$/,
        /RequiredPackages, PackagesNotInstalled: Missing packages: \[open-iscsi\], and Ready, ManagerPodDown/,
        /^Install on the node what the message names, such as open-iscsi/,
    ],
    [
        "modules that are missing",
        {
            conditions: [
                ["Ready", "False"],
                [
                    "KernelModulesLoaded",
                    "False",
                    "KernelModulesNotLoaded",
                    "Kernel modules [dm_crypt]",
                ],
            ],
        },
        /condition KernelModulesLoaded$/,
        /\[dm_crypt\]/,
        /^Load on the node the modules/,
    ],
    [
        "mounts that are not shared",
        {
            conditions: [
                ["Ready", "False"],
                ["MountPropagation", "False", "NoMountPropagationSupport", "no"],
            ],
        },
        /condition MountPropagation$/,
        /NoMountPropagationSupport/,
        /kubelet/,
    ],
    [
        "multipathd",
        {
            conditions: [
                ["Schedulable", "False", "KubernetesNodeCordoned", "Node node-2 is cordoned"],
                [
                    "Multipathd",
                    "False",
                    "MultipathdIsRunning",
                    "multipathd is running with a known issue",
                ],
            ],
        },
        /condition Multipathd$/,
        /known issue, and Schedulable, KubernetesNodeCordoned/,
        /multipath\.conf/,
    ],
    [
        "a manager that does not run",
        { conditions: [["Ready", "False", "ManagerPodMissing", "Manager pod is missing."]] },
        /condition Ready$/,
        /1 of 2 nodes keep data, 2 are needed; node-2: Ready, ManagerPodMissing: Manager pod is missing$/,
        /longhorn-manager/,
    ],
    [
        "a cordoned node",
        {
            conditions: [
                ["Schedulable", "False", "KubernetesNodeCordoned", "Node node-2 is cordoned"],
            ],
        },
        /condition Schedulable$/,
        /is cordoned/,
        /uncordon/,
    ],
    [
        "a node closed by hand",
        { closed: "node" },
        /spec\.allowScheduling$/,
        /closed to new copies by hand/,
        /^Set allowScheduling of Longhorn's node/,
    ],
    [
        "a node without a disk",
        { disk: "none" },
        /spec\.disks$/,
        /it has no disk/,
        /paths given for/,
    ],
    [
        "a full disk",
        {
            disk: [
                ["Ready", "True"],
                ["Schedulable", "False", "DiskPressure", "Disk disk-1 (/d) is not schedulable"],
            ],
        },
        /disk disk-1, condition Schedulable$/,
        /disk disk-1, Schedulable, DiskPressure: Disk disk-1/,
        /^Free room/,
    ],
    [
        "a disk that is not looked at yet",
        { disk: [] },
        /disk disk-1, condition Ready$/,
        /Ready: not looked at yet/,
        /room/,
    ],
    [
        "a disk closed by hand",
        { closed: "disk" },
        /disk disk-1$/,
        /disk disk-1, closed to new copies/,
        /^Set allowScheduling of the disk/,
    ],
];

describe("longhornNodes", () => {
    it("is ready when as many nodes keep data as a disk has copies", () => {
        assert.deepEqual(
            longhornNodes({ items: [node("node-1"), node("node-2")] }, { replicas: 2 }),
            { kind: "ready", note: "2 of 2 nodes keep data" },
        );
    });

    it("is ready with a node too many that keeps none, and names it", () => {
        const items = [node("node-1"), node("node-2", { disk: "none" })];
        assert.deepEqual(longhornNodes({ items }, { replicas: 1 }), {
            kind: "ready",
            note: "1 of 2 nodes keep data; node-2: it has no disk",
        });
    });

    it("is ready where something is missing that stops nothing, and says so", () => {
        const items = [
            node("node-1", {
                conditions: [["NFSClientInstalled", "False", "NFSClientIsNotFound"]],
            }),
        ];
        assert.deepEqual(longhornNodes({ items }, { replicas: 1 }), {
            kind: "ready",
            note: "1 of 1 nodes keep data; node-1: NFSClientInstalled, NFSClientIsNotFound",
        });
    });

    for (const [what, sketch, where, says, cure] of faults) {
        it(`names ${what}`, () => {
            const diagnosis = diagnosisOf(verdictOf(sketch));
            assert.equal(diagnosis.cause, "storage-nodes-not-ready");
            assert.match(diagnosis.where, where);
            assert.match(diagnosis.what, says);
            assert.match(diagnosis.cure, cure);
        });
    }

    it("gives the managers two minutes", () => {
        const verdict = verdictOf({ disk: "none" });
        assert.equal(verdict.kind === "waiting" && verdict.suspicion?.graceMs, 120_000);
    });

    it("counts a disk that is open, whatever the others are", () => {
        const one = node("node-1") as { spec: { disks: object } };
        const two = { ...one, spec: { disks: { ...one.spec.disks, "disk-2": {} } } };
        assert.equal(longhornNodes({ items: [two] }, { replicas: 1 }).kind, "ready");
    });

    it("asks for more nodes where all keep data and there are too few", () => {
        const diagnosis = diagnosisOf(longhornNodes({ items: [node("node-1")] }, { replicas: 3 }));
        assert.match(diagnosis.what, /1 of 1 nodes keep data, 3 are needed$/);
        assert.equal(diagnosis.cure, "Add nodes, or write fewer replicas");
    });

    for (const [what, answer] of [
        ["no list", undefined],
        ["an empty answer", {}],
        ["an empty list", { items: [] }],
    ] as const) {
        it(`waits for the first node: ${what}`, () => {
            assert.equal(
                diagnosisOf(longhornNodes(answer, { replicas: 1 })).what,
                "Longhorn has no node yet",
            );
        });
    }

    it("names some of many nodes", () => {
        const items = Array.from({ length: 9 }, (_, index) =>
            node(`node-${String(index)}`, { disk: "none" }),
        );
        assert.match(
            diagnosisOf(longhornNodes({ items }, { replicas: 1 })).what,
            /node-2: it has no disk; 6 more nodes$/,
        );
    });

    it("does not fall over a node without anything", () => {
        assert.equal(longhornNodes({ items: [{}] }, { replicas: 1 }).kind, "waiting");
    });
});

describe("backupTargetVerdict", () => {
    const url = "s3://backups@us-east-1/";
    const target = (status?: object, backupTargetURL = url) => ({
        spec: { backupTargetURL },
        status,
    });
    const unavailable = (message: string) =>
        target({
            available: false,
            conditions: [{ type: "Unavailable", status: "True", reason: "Unavailable", message }],
        });

    it("is ready when Longhorn reaches it", () => {
        assert.deepEqual(backupTargetVerdict(target({ available: true }), url), { kind: "ready" });
        assert.deepEqual(backupTargetVerdict(target({ available: true })), { kind: "ready" });
    });

    it("does not take the old target's word for the new one", () => {
        const old = target({ available: true }, "s3://old@us-east-1/");
        assert.match(diagnosisOf(backupTargetVerdict(old, url)).what, /has not taken over/);
    });

    for (const [what, answer] of [
        ["no object", undefined],
        ["no address", target(undefined, "")],
    ] as const) {
        it(`waits until Longhorn has taken it over: ${what}`, () => {
            const diagnosis = diagnosisOf(backupTargetVerdict(answer));
            assert.equal(diagnosis.cause, "backup-target-unavailable");
            assert.match(diagnosis.what, /has not taken over/);
        });
    }

    it("asks for the Secret where Longhorn says nothing: it does not even try without", () => {
        const diagnosis = diagnosisOf(backupTargetVerdict(target({ available: false }), url));
        assert.match(diagnosis.cure, /^See that its Secret is there/);
    });

    const failed = "failed to list system backups in s3://backups@us-east-1/: ";
    for (const [message, cure] of [
        ["AWS Error: InvalidAccessKeyId The key does not exist", /accessKeyId and secretAccessKey/],
        ["AWS Error: NoSuchBucket The bucket does not exist", /^Make the bucket/],
        ["x509: certificate signed by unknown authority", /s3\.ca/],
        ["dial tcp: lookup rgw.example.org: no such host", /s3\.endpoint or nfs\.server/],
        ["cannot mount nfs nas:/b: exit status 32", /nfs\.server and nfs\.path/],
        ["something else", /address and the login/],
    ] as const) {
        it(`says what to do about: ${message}`, () => {
            const diagnosis = diagnosisOf(backupTargetVerdict(unavailable(failed + message), url));
            assert.match(diagnosis.what, new RegExp(message.slice(0, 20)));
            assert.match(diagnosis.where, /\(s3:\/\/backups@us-east-1\/\)$/);
            assert.match(diagnosis.cure, cure);
        });
    }
});

describe("nodeAnnotations", () => {
    it("writes disks as Longhorn reads them, open to copies", () => {
        const { labels, annotations } = nodeAnnotations({
            tags: ["fast"],
            disks: [
                { name: "nvme0", path: "/mnt/nvme0", tags: ["nvme"], reserved: "1Gi" },
                { path: "/dev/sdb", type: "block" },
            ],
        });
        assert.deepEqual(labels, { "node.longhorn.io/create-default-disk": "config" });
        assert.deepEqual(JSON.parse(annotations["node.longhorn.io/default-disks-config"] ?? ""), [
            {
                name: "nvme0",
                path: "/mnt/nvme0",
                diskType: "filesystem",
                allowScheduling: true,
                storageReserved: 2 ** 30,
                tags: ["nvme"],
            },
            { path: "/dev/sdb", diskType: "block", allowScheduling: true, tags: [] },
        ]);
        assert.equal(annotations["node.longhorn.io/default-node-tags"], '["fast"]');
    });

    it("asks for the folder at the data path where no disk is named", () => {
        assert.deepEqual(nodeAnnotations({}), {
            labels: { "node.longhorn.io/create-default-disk": "true" },
            annotations: {},
        });
    });
});
