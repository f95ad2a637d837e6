import assert from "node:assert/strict";
import fc from "fast-check";
import { blankClaim, dataVolume, type DiskPlan, diskOrigin } from "../../manifests/disk";

const plan: DiskPlan = {
    name: "db-root",
    namespace: "vms",
    owner: "shop/test/db-root",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
};
const image = { registry: "quay.io/containerdisks/fedora:42" };

describe("dataVolume", () => {
    it("names class, access mode and volume mode: none of them is left to a profile", () => {
        assert.deepEqual(dataVolume({ ...plan, source: image }).spec, {
            source: { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
            storage: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                storageClassName: "ceph-block",
                resources: { requests: { storage: "20Gi" } },
            },
        });
    });

    it("passes on checksum, certificates and login by name", () => {
        const http = {
            http: "https://example.org/a.img",
            checksum: `sha256:${"a".repeat(64)}`,
            certConfigMap: "ca",
            secretRef: "login",
        };
        assert.deepEqual(
            (dataVolume({ ...plan, source: http }).spec as { source: unknown }).source,
            {
                http: {
                    url: http.http,
                    checksum: http.checksum,
                    certConfigMap: "ca",
                    secretRef: "login",
                },
            },
        );
    });

    it("asks for immediate binding only where the plan does", () => {
        const annotated = (bindImmediately: boolean) =>
            Object.keys(
                dataVolume({ ...plan, source: image, bindImmediately }).metadata.annotations ?? {},
            );
        assert.ok(annotated(true).includes("cdi.kubevirt.io/storage.bind.immediate.requested"));
        assert.ok(!annotated(false).includes("cdi.kubevirt.io/storage.bind.immediate.requested"));
    });
});

describe("blankClaim", () => {
    it("asks for exactly the size, in the class and modes of the plan", () => {
        assert.deepEqual(blankClaim(plan).spec, {
            accessModes: ["ReadWriteMany"],
            volumeMode: "Block",
            storageClassName: "ceph-block",
            resources: { requests: { storage: "20Gi" } },
        });
    });
});

describe("diskOrigin", () => {
    it("stays the same when a disk grows or gets labels", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 999 }), fc.string(), (size, label) => {
                const changed = { ...plan, size: `${size}Gi`, labels: { label } } as DiskPlan;
                assert.equal(diskOrigin(changed), diskOrigin(plan));
            }),
        );
    });

    for (const [what, change] of [
        ["image", { source: image }],
        ["class", { storageClass: "longhorn" }],
        ["access mode", { accessMode: "ReadWriteOnce" }],
        ["volume mode", { volumeMode: "Filesystem" }],
    ] as const) {
        it(`changes with the ${what}`, () => {
            assert.notEqual(diskOrigin({ ...plan, ...change }), diskOrigin(plan));
        });
    }

    it("takes a reference with and without its scheme for the same image", () => {
        const scheme = { registry: `docker://${image.registry}` };
        assert.equal(
            diskOrigin({ ...plan, source: scheme }),
            diskOrigin({ ...plan, source: image }),
        );
    });
});
