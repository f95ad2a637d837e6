import assert from "node:assert/strict";
import fc from "fast-check";
import type { FilledDiskPlan } from "../../manifests/disk";
import {
    cloneAccess,
    dataImportCron,
    type DataImportCronPlan,
    dataSource,
    volumeSnapshot,
} from "../../manifests/golden-image";
import type { PlainObject } from "../../manifests/plain-object";
import { checkCron, cronNameFault } from "../../model/cron";
import type { RegistrySource } from "../../model/image-source";
import { dryRun } from "../support/dry-run";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const base = { name: "fedora-42", namespace: "default", owner: "shop/test/fedora-42" };
const disk: FilledDiskPlan & { readonly source: RegistrySource } = {
    ...base,
    size: "10Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
    source: { registry: "quay.io/containerdisks/fedora:42", secretRef: "login" },
};
const cron: DataImportCronPlan = {
    ...base,
    dataSource: "fedora-42",
    disk,
    schedule: "30 4 * * 1",
    keep: 3,
    collect: "outdated",
};

describe("dataImportCron", () => {
    it("is CDI's own, and leaves what was imported when it goes", () => {
        assert.deepEqual(dataImportCron(cron).spec, {
            template: {
                spec: {
                    source: {
                        registry: {
                            url: "docker://quay.io/containerdisks/fedora:42",
                            secretRef: "login",
                        },
                    },
                    storage: {
                        accessModes: ["ReadWriteMany"],
                        volumeMode: "Block",
                        storageClassName: "ceph-block",
                        resources: { requests: { storage: "10Gi" } },
                    },
                },
            },
            schedule: "30 4 * * 1",
            managedDataSource: "fedora-42",
            garbageCollect: "Outdated",
            importsToKeep: 3,
            retentionPolicy: "All",
        });
    });

    it("hands on instancetype and preference as labels, and nothing where there are none", () => {
        const labels = (more: object) => dataImportCron({ ...cron, ...more }).metadata.labels;
        assert.deepEqual(labels({ instancetype: "u1.medium", preference: "fedora" }), {
            "app.kubernetes.io/managed-by": "pulumi-kubevirt",
            "instancetype.kubevirt.io/default-instancetype": "u1.medium",
            "instancetype.kubevirt.io/default-preference": "fedora",
        });
        assert.deepEqual(Object.keys(labels({}) ?? {}), ["app.kubernetes.io/managed-by"]);
    });
});

describe("dataSource", () => {
    it("names a claim, or a snapshot, of its own namespace", () => {
        const source = (kind: "claim" | "snapshot") =>
            dataSource({ ...base, from: { kind, name: "fedora-1" } }).spec;
        const place = { name: "fedora-1", namespace: "default" };
        assert.deepEqual(source("claim"), { source: { pvc: place } });
        assert.deepEqual(source("snapshot"), { source: { snapshot: place } });
    });
});

describe("cloneAccess", () => {
    it("lets the service accounts of one namespace clone, and nobody else", () => {
        const { roleRef, subjects } = cloneAccess({ ...base, forNamespace: "vms" });
        assert.equal(roleRef.name, "cdi.kubevirt.io:clone-sourcer");
        assert.deepEqual(
            subjects.map(({ kind, name }) => [kind, name]),
            [["Group", "system:serviceaccounts:vms"]],
        );
    });
});

/** What CDI makes of a DataImportCron, as far as its name and schedule decide. Source: dataimportcron-controller.go. */
function objectsOfCdi(name: string, schedule: string): PlainObject[] {
    const pod = { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a" }] } };
    const job = `${name}-0123abcd`;
    return [
        {
            apiVersion: "batch/v1",
            kind: "CronJob",
            metadata: { name: job, namespace: "default" },
            spec: { schedule, jobTemplate: { spec: { template: pod } } },
        } as PlainObject,
        {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: `initial-job-${job}`, namespace: "default" },
            spec: { template: pod },
        } as PlainObject,
    ];
}

describe("the API server, unknown and misplaced fields of a golden image being errors", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await sharedSandbox(this);
    });

    const objects: readonly (readonly [string, PlainObject])[] = [
        ["DataImportCron", dataImportCron(cron)],
        [
            "DataImportCron with everything",
            dataImportCron({
                ...cron,
                collect: "never",
                keep: 1,
                instancetype: "u1.medium",
                preference: "fedora",
                labels: { team: "images" },
                disk: {
                    ...disk,
                    preallocation: true,
                    priorityClass: "imports-first",
                    source: {
                        registry: "quay.io/containerdisks/fedora:42",
                        pullMethod: "node",
                        architecture: "arm64",
                    },
                },
            }),
        ],
        ["DataSource of a claim", dataSource({ ...base, from: { kind: "claim", name: "a" } })],
        [
            "DataSource of a snapshot",
            dataSource({ ...base, instancetype: "a", from: { kind: "snapshot", name: "a" } }),
        ],
        ["RoleBinding", cloneAccess({ ...base, forNamespace: "vms" })],
        ["VolumeSnapshot", volumeSnapshot({ ...base, claim: "a", snapshotClass: "ceph" })],
    ];
    for (const [what, object] of objects) {
        it(`accepts a ${what}`, () => dryRun(sandbox, object));
    }

    it("accepts what CDI makes of the longest name, and not of a longer one", async () => {
        const longest = "x".repeat(42);
        assert.equal(cronNameFault(longest), undefined);
        for (const object of objectsOfCdi(longest, "@daily")) {
            await dryRun(sandbox, object);
        }
        const [, job] = objectsOfCdi(`${longest}x`, "@daily");
        assert.ok(job !== undefined);
        await assert.rejects(dryRun(sandbox, job), /63/);
    });

    it("accepts every schedule that we do, in the CronJob that CDI makes, and refuses what we refuse", async () => {
        const number = fc.constantFrom("0", "1", "5", "6", "7", "12", "23", "24", "31", "59", "60");
        const part = fc.oneof(
            fc.constantFrom(
                "*",
                "?",
                "*/5",
                "jan",
                "mon-fri",
                "dec",
                "sat",
                "*/0",
                "a",
                "1-",
                "-1",
            ),
            number,
            fc.tuple(number, number).map((both) => both.join("-")),
            fc.tuple(number, number).map((both) => both.join("/")),
            fc.tuple(number, number).map((both) => both.join(",")),
        );
        const schedules = fc.oneof(
            { weight: 9, arbitrary: fc.array(part, { minLength: 5, maxLength: 5 }) },
            fc.array(part, { minLength: 4, maxLength: 6 }),
        );
        const accepted = async (schedule: string) => {
            const [object] = objectsOfCdi("a", schedule);
            assert.ok(object !== undefined);
            return dryRun(sandbox, object).then(
                () => true,
                (error: unknown) => {
                    assert.match(String(error), /schedule/);
                    return false;
                },
            );
        };
        await fc.assert(
            fc.asyncProperty(schedules, async (parts) => {
                const schedule = parts.join(" ");
                assert.equal(checkCron(schedule) === undefined, await accepted(schedule), schedule);
            }),
            { numRuns: 400 },
        );
        for (const schedule of [
            "@daily",
            "@every 1h30m",
            "@fortnightly",
            "@every day",
            "TZ=UTC 0 3 * * *",
        ]) {
            assert.equal(checkCron(schedule) === undefined, await accepted(schedule), schedule);
        }
    });
});
