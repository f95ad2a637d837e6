import assert from "node:assert/strict";
import { policies } from "../../policies/all";
import { judgedTogether, violationText } from "../../policies/judge";
import { notKnown, type Resource } from "../../policies/resource";
import { claim, dataVolume, machineWith, resource, storageClass } from "./resources";

type Row = readonly [
    policy: string,
    title: string,
    given: readonly Resource[],
    says: readonly RegExp[],
];

const must = { evictionStrategy: "LiveMigrate" };
const onClaim = (template = {}) =>
    machineWith({ persistentVolumeClaim: { claimName: "data" } }, template);
const shared = { accessModes: ["ReadWriteMany"], volumeMode: "Block" };
const schedule = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:velero.io/v1:Schedule", {
        metadata: { name: "nightly", namespace: "velero" },
        spec,
    });
const longhornLabels = (labels: Readonly<Record<string, string>>) => claim({}, { labels });
const longhornClass = (parameters: Readonly<Record<string, string>>) =>
    storageClass({ provisioner: "driver.longhorn.io", parameters });
const job = (spec: Readonly<Record<string, unknown>>) =>
    resource("kubernetes:longhorn.io/v1beta2:RecurringJob", { metadata: { name: "j" }, spec });
const nothing = [
    /^(PersistentVolumeClaim|DataVolume) "shop\/data": schedule is none that this stack has/,
];

const rows: readonly Row[] = [
    ["migratable-disks", "a shared raw disk", [onClaim(must), claim(shared)], []],
    [
        "migratable-disks",
        "a machine that need not move",
        [onClaim(), claim({ accessModes: ["ReadWriteOnce"] })],
        [],
    ],
    [
        "migratable-disks",
        "a disk of one node",
        [onClaim(must), claim({ accessModes: ["ReadWriteOnce"], volumeMode: "Block" })],
        [
            /^VirtualMachine "shop\/web": spec\.template\.spec\.volumes\[data\] is on claim "data", which is ReadWriteOnce\. Give the disk accessMode ReadWriteMany/,
        ],
    ],
    [
        "migratable-disks",
        "a file on a shared volume",
        [onClaim(must), claim({ accessModes: ["ReadWriteMany"] })],
        [/which is Filesystem\./],
    ],
    ["migratable-disks", "a claim of somebody else", [onClaim(must)], []],
    [
        "migratable-disks",
        "a claim of the same name elsewhere",
        [onClaim(must), claim({ accessModes: ["ReadWriteOnce"] }, { namespace: "other" })],
        [],
    ],
    [
        "migratable-disks",
        "modes that are not known yet",
        [onClaim(must), claim({ accessModes: notKnown, volumeMode: notKnown })],
        [],
    ],
    [
        "migratable-disks",
        "modes that CDI chooses",
        [
            machineWith({ dataVolume: { name: "data" } }, must),
            dataVolume({ blank: {} }, { storage: {} }),
        ],
        [],
    ],
    [
        "migratable-disks",
        "a DataVolume of one node",
        [
            machineWith({ dataVolume: { name: "data" } }, must),
            dataVolume(
                { blank: {} },
                { storage: undefined, pvc: { accessModes: ["ReadWriteOnce"] } },
            ),
        ],
        [/which is ReadWriteOnce, Filesystem\./],
    ],

    ["snapshot-schedule", "a disk without one", [claim()], nothing],
    ["snapshot-schedule", "a DataVolume without one", [dataVolume({ blank: {} })], nothing],
    ["snapshot-schedule", "an image", [claim({}, {}, { within: ["GoldenImage"] })], []],
    [
        "snapshot-schedule",
        "labels of a recurring job",
        [
            longhornLabels({
                "recurring-job.longhorn.io/source": "enabled",
                "recurring-job-group.longhorn.io/gold": "enabled",
            }),
        ],
        [],
    ],
    [
        "snapshot-schedule",
        "such labels, which Longhorn does not read",
        [longhornLabels({ "recurring-job-group.longhorn.io/gold": "enabled" })],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a class with jobs",
        [
            claim({ storageClassName: "fast" }),
            longhornClass({ recurringJobSelector: `[{"name":"gold","isGroup":true}]` }),
        ],
        [],
    ],
    [
        "snapshot-schedule",
        "a class without",
        [claim({ storageClassName: "fast" }), longhornClass({})],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a job for all volumes",
        [
            claim({ storageClassName: "fast" }),
            longhornClass({}),
            job({ groups: ["default"], task: "backup" }),
        ],
        [],
    ],
    [
        "snapshot-schedule",
        "a job that trims",
        [
            claim({ storageClassName: "fast" }),
            longhornClass({}),
            job({ groups: ["default"], task: "filesystem-trim" }),
        ],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a backup of everything",
        [claim(), schedule({ schedule: "0 1 * * *", template: {} })],
        [],
    ],
    [
        "snapshot-schedule",
        "a backup of its namespace",
        [claim(), schedule({ template: { includedNamespaces: ["shop"] } })],
        [],
    ],
    [
        "snapshot-schedule",
        "a backup of another namespace",
        [claim(), schedule({ template: { includedNamespaces: ["vms"] } })],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a backup without its namespace",
        [claim(), schedule({ template: { excludedNamespaces: ["shop"] } })],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a backup of other labels",
        [claim(), schedule({ template: { labelSelector: { matchLabels: { app: "db" } } } })],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a backup without volumes",
        [claim(), schedule({ template: { snapshotVolumes: false } })],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a backup that pauses",
        [claim(), schedule({ paused: true, template: {} })],
        nothing,
    ],
    [
        "snapshot-schedule",
        "a schedule of this package",
        [claim(), resource("kubevirt:index:SnapshotSchedule", { claims: ["shop/data"] })],
        [],
    ],
    [
        "snapshot-schedule",
        "one of other disks",
        [claim(), resource("kubevirt:index:SnapshotSchedule", { claims: ["shop/other"] })],
        nothing,
    ],
];

describe("policies on a stack", () => {
    for (const [name, title, given, says] of rows) {
        const policy = policies.find((one) => one.name === name);
        it(`${name} ${says.length === 0 ? "accepts" : "refuses"} ${title}`, () => {
            assert.ok(policy !== undefined);
            const found = judgedTogether(policy, given, {});
            const texts = found.map((problem) => violationText(problem.resource, problem));
            assert.equal(texts.length, says.length, texts.join("\n"));
            says.forEach((expected, index) => assert.match(texts[index] ?? "", expected));
        });
    }

    it("are each seen accepting and refusing", () => {
        for (const { name } of policies.filter((policy) => policy.judgeStack !== undefined)) {
            const own = rows.filter(([policy]) => policy === name);
            assert.ok(
                own.some(([, , , says]) => says.length === 0),
                `${name} accepts nothing`,
            );
            assert.ok(
                own.some(([, , , says]) => says.length > 0),
                `${name} refuses nothing`,
            );
        }
    });

    it("leave alone what a user exempts", () => {
        const policy = policies.find((one) => one.name === "snapshot-schedule");
        assert.ok(policy !== undefined);
        const settings = { exempt: { "shop/*": "a cache, which is filled again" } };
        assert.deepEqual(judgedTogether(policy, [claim()], settings), []);
    });
});
