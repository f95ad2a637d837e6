import assert from "node:assert/strict";
import {
    blankClaim,
    dataVolume,
    type DiskPlan,
    type FilledDiskPlan,
    isFilled,
} from "../../manifests/disk";
import { dataSource } from "../../manifests/golden-image";
import { persistentVolume } from "../../manifests/static-volume";
import { restoreSnapshot, restoreSnapshotContent } from "../../manifests/volume-restore";
import type { PlainObject } from "../../manifests/plain-object";
import { type VolumeMode, volumeModes } from "../../model/access";
import type { DiskSource } from "../../model/disk-source";
import { elsewhere, everySource } from "../support/every-source";
import { dryRun } from "../support/dry-run";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const plan = (source: DiskSource, volumeMode: VolumeMode): DiskPlan => ({
    name: "db",
    namespace: "default",
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode,
    source,
    preallocation: true,
    priorityClass: "imports-first",
    labels: { team: "db" },
});

/** Everything that a source comes down to on the cluster. */
function objects(source: DiskSource, volumeMode: VolumeMode): PlainObject[] {
    const disk = plan(source, volumeMode);
    if ("volume" in source) {
        return [
            persistentVolume(disk, source.volume),
            blankClaim({ ...disk, volumeName: "default-db" }),
        ];
    }
    const filled = disk as FilledDiskPlan;
    return "backup" in source
        ? [
              restoreSnapshotContent(disk, source.backup),
              restoreSnapshot(disk, source.backup),
              dataVolume(filled),
          ]
        : [dataVolume(filled)];
}

describe("the API server, unknown and misplaced fields of a disk's source being errors", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await sharedSandbox(this);
        // CDI's webhook refuses a source in a namespace, or by a DataSource, that is not there.
        await sandbox.api.create("/api/v1/namespaces", {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: elsewhere },
        });
        for (const namespace of ["default", elsewhere]) {
            const fedora = dataSource({
                name: "fedora",
                namespace,
                owner: "shop/test/fedora",
                from: { kind: "claim", name: "golden" },
            });
            await sandbox.api.create(
                `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datasources`,
                fedora,
            );
        }
    });

    after(async () => {
        await sandbox.api.request(
            "DELETE",
            "/apis/cdi.kubevirt.io/v1beta1/namespaces/default/datasources/fedora",
        );
    });

    for (const [what, source] of everySource) {
        it(`accepts ${what}`, async () => {
            for (const volumeMode of volumeModes) {
                for (const object of objects(source, volumeMode)) {
                    await dryRun(sandbox, object);
                }
            }
        });
    }

    it("would refuse a field of one source in another", async () => {
        const disk = {
            ...plan({ blank: true }, "Block"),
            source: { s3: "https://a/b/c", checksum: "x" },
        };
        assert.ok(isFilled(disk));
        await assert.rejects(
            dryRun(sandbox, dataVolume(disk)),
            /unknown field \\"spec\.source\.s3\.checksum\\"/,
        );
    });
});
