import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { imageKey } from "../../sandbox/data-plane/image-digests";
import { setFault } from "../support/faults";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";
import { DiskClient, refusal, send } from "./disk-client";
import { PlatformClient, type Read, condition } from "./platform-client";

interface Volume extends Read {
    readonly spec: { readonly claimRef?: { readonly uid?: string }; readonly csi: object };
}

interface Claim extends Read {
    readonly spec: { readonly volumeName?: string };
    readonly status: { readonly phase: string; readonly capacity?: { readonly storage: string } };
}

const image = { http: { url: "https://images.example/disk.img" } };

describe("disks on the simulated CDI and a real API server", function () {
    this.timeout(300_000);
    let sandbox: SharedSandbox;
    let disks: DiskClient;
    let images: DiskClient;

    before(async function () {
        sandbox = await sharedSandbox(this);
        disks = new DiskClient(sandbox, await sandbox.namespace("disks"));
        images = new DiskClient(sandbox, await sandbox.namespace("images"));
        await Promise.all([disks.disk("filled", image), images.disk("golden", image)]);
        await Promise.all([disks.untilBound("filled"), images.untilBound("golden")]);
    });

    after(async () => {
        const path = disks.path("StorageClass", `rigid-${disks.namespace}`);
        await new PlatformClient(sandbox.api).delete(path);
    });

    it("are not changed: the spec of a DataVolume stays what it was, but labels may change", async () => {
        const spec = { storage: { resources: { requests: { storage: "2Gi" } } } };
        const said = await refusal(disks.merge("DataVolume", "filled", { spec }));
        assert.match(said, /: 422 /);
        assert.match(
            said,
            /datavolume-validate.cdi.kubevirt.io\\" denied the request: {2}Cannot update DataVolume Spec/,
        );
        await disks.merge("DataVolume", "filled", { metadata: { labels: { changed: "true" } } });
    });

    it("do not take over a claim that is there", async () => {
        await disks.claim("mine");
        const said = await refusal(disks.disk("mine", image));
        assert.match(said, /: 422 /);
        assert.ok(said.includes(`Destination PVC ${disks.namespace}/mine already exists`), said);
    });

    it("are not made from a DataSource or a namespace that is not there", async () => {
        const sourceRef = { kind: "DataSource", name: "nope" };
        const missing = await refusal(disks.disk("a", { sourceRef }));
        assert.match(
            missing,
            /: 400 .*datavolume-mutate.cdi.kubevirt.io\\" denied the request: datasources.cdi.kubevirt.io \\+"nope\\+" not found/,
        );
        const pvc = { namespace: "nope", name: "x" };
        assert.match(await refusal(disks.disk("b", { pvc })), /namespaces \\+"nope\\+" not found/);
    });

    it("are copied from another namespace, and may be larger there", async () => {
        const pvc = { namespace: images.namespace, name: "golden" };
        await disks.disk("copy", { pvc }, { size: "2Gi" });
        await disks.untilPhase("copy", "Succeeded");
        const claim = await disks.untilBound("copy");
        assert.equal(claim.metadata.annotations?.["cdi.kubevirt.io/cloneType"], "snapshot");
        const made = await disks.read<Claim>("PersistentVolumeClaim", "copy");
        assert.equal(made.status.capacity?.storage, "2147483648");
    });

    it("are copied by others only where they may read the source", async () => {
        const pvc = { namespace: images.namespace, name: "golden" };
        await allow(disks.namespace, "datavolumes");
        const refused = await asSomebody("theirs", { pvc });
        assert.equal(refused.status, 422);
        assert.match(
            refused.text,
            /datavolume-mutate.* {2}User somebody has insufficient permissions in clone source namespace images-/,
        );
        await allow(images.namespace, "datavolumes/source");
        assert.equal((await asSomebody("theirs", { pvc })).status, 201);
        await disks.untilPhase("theirs", "Succeeded");
    });

    it("outlive their DataVolume when that is deleted as an orphan, and only then", async () => {
        await Promise.all(["orphan", "child"].map((name) => disks.disk(name, { blank: {} })));
        for (const [name, propagationPolicy] of [
            ["orphan", "Orphan"],
            ["child", "Background"],
        ] as const) {
            await disks.untilBound(name);
            const path = `${disks.path("DataVolume", name)}?propagationPolicy=${propagationPolicy}`;
            await sandbox.api.request("DELETE", path);
        }
        const platform = new PlatformClient(sandbox.api);
        await platform.untilGone(disks.path("PersistentVolumeClaim", "child"));
        // It goes when what it leaves is nobody's any more.
        await platform.untilGone(disks.path("DataVolume", "orphan"));
        const kept = await disks.untilBound("orphan");
        assert.equal((kept.metadata as { ownerReferences?: object }).ownerReferences, undefined);
    });

    it("grow at once where the machine sees a block device", async () => {
        await disks.claim("block");
        await disks.untilBound("block");
        await grow("block", "2Gi");
        await disks.until("PersistentVolumeClaim", "block", hasCapacity("2Gi"));
        const words = (await disks.events("block")).map(({ reason }) => reason);
        assert.ok(words.includes("VolumeResizeSuccessful"), words.join());
    });

    it("with a filesystem grow when a pod uses them", async () => {
        await disks.claim("files", { volumeMode: "Filesystem", accessModes: ["ReadWriteOnce"] });
        await disks.untilBound("files");
        await grow("files", "2Gi");
        const waiting = await disks.until(
            "PersistentVolumeClaim",
            "files",
            (it) => condition(it, "FileSystemResizePending") !== "absent",
        );
        assert.match(condition(waiting, "FileSystemResizePending"), /^True .*Waiting for user/);
        assert.ok(hasCapacity("1Gi")(waiting));
        await disks.make("Pod", {
            metadata: { name: "user" },
            spec: {
                containers: [{ name: "main", image: "main" }],
                volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "files" } }],
            },
        });
        const grown = await disks.until("PersistentVolumeClaim", "files", hasCapacity("2Gi"));
        assert.equal(condition(grown, "FileSystemResizePending"), "absent");
    });

    it("that the storage system does not let grow say so in its words, and grow when it does", async () => {
        await setFault(sandbox, disks.namespace, "stuck", "resize-stuck");
        await disks.claim("stuck");
        await disks.untilBound("stuck");
        await grow("stuck", "2Gi");
        const stuck = await disks.until(
            "PersistentVolumeClaim",
            "stuck",
            (it) => condition(it, "ControllerResizeError") !== "absent",
        );
        assert.match(
            condition(stuck, "ControllerResizeError"),
            /True .*rpc error: code = Internal/,
        );
        const said = (await disks.events("stuck")).find(
            ({ reason }) => reason === "VolumeResizeFailed",
        );
        assert.match(
            said?.message ?? "",
            /^resize volume "pvc-.*" by resizer "sandbox.csi.*" failed/,
        );
        await setFault(sandbox, disks.namespace, "stuck", "");
        const grown = await disks.until("PersistentVolumeClaim", "stuck", hasCapacity("2Gi"));
        assert.equal(condition(grown, "ControllerResizeError"), "absent");
    });

    it("do not shrink, and do not grow where their class does not: the API server refuses both", async () => {
        assert.match(await refusal(grow("block", "1Gi")), /: 422 .*can not be less than/);
        await disks.make("StorageClass", {
            metadata: { name: `rigid-${disks.namespace}` },
            provisioner: "sandbox.csi.pulumi-kubevirt.dev",
            reclaimPolicy: "Retain",
        });
        await disks.claim("rigid", { storageClassName: `rigid-${disks.namespace}` });
        await disks.untilBound("rigid");
        const said = await refusal(grow("rigid", "2Gi"));
        assert.match(
            said,
            /: 403 .*only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize/,
        );
    });

    it("keep their volume when it is to be retained, and a new claim can have it", async () => {
        const before = await disks.read<Claim>("PersistentVolumeClaim", "rigid");
        const name = before.spec.volumeName ?? "";
        await disks.remove("PersistentVolumeClaim", "rigid");
        await disks.until("PersistentVolume", name, ({ status }) => status?.phase === "Released");
        await disks.merge("PersistentVolume", name, {
            spec: {
                claimRef: {
                    name: "again",
                    namespace: disks.namespace,
                    uid: null,
                    resourceVersion: null,
                },
            },
        });
        await disks.claim("again", {
            storageClassName: `rigid-${disks.namespace}`,
            volumeName: name,
        });
        await disks.untilBound("again");
        const volume = await disks.read<Volume>("PersistentVolume", name);
        const claim = await disks.read<Claim & { metadata: { uid: string } }>(
            "PersistentVolumeClaim",
            "again",
        );
        assert.equal(volume.spec.claimRef?.uid, claim.metadata.uid);
    });

    it("may be volumes that the storage system has already", async () => {
        const name = `static-${disks.namespace}`;
        await disks.make("PersistentVolume", {
            metadata: { name },
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                capacity: { storage: "5Gi" },
                persistentVolumeReclaimPolicy: "Retain",
                storageClassName: "",
                claimRef: { namespace: disks.namespace, name: "static" },
                csi: { driver: "sandbox.csi.pulumi-kubevirt.dev", volumeHandle: "legacy-db" },
            },
        });
        await disks.claim("static", {
            storageClassName: "",
            volumeName: name,
            resources: { requests: { storage: "5Gi" } },
        });
        await disks.untilBound("static");
        assert.deepEqual(
            (await disks.read<Claim>("PersistentVolumeClaim", "static")).status.capacity,
            {
                storage: "5Gi",
            },
        );
    });

    it("are restored from a snapshot that the storage system has already", async () => {
        const name = `content-${disks.namespace}`;
        await disks.make("VolumeSnapshotContent", {
            metadata: { name },
            spec: {
                driver: "sandbox.csi.pulumi-kubevirt.dev",
                deletionPolicy: "Retain",
                source: { snapshotHandle: "bak://pvc-1/backup-1" },
                volumeSnapshotClassName: "sandbox-snapshots",
                sourceVolumeMode: "Block",
                volumeSnapshotRef: { namespace: disks.namespace, name: "kept" },
            },
        });
        await disks.make("VolumeSnapshot", {
            metadata: { name: "kept" },
            spec: {
                volumeSnapshotClassName: "sandbox-snapshots",
                source: { volumeSnapshotContentName: name },
            },
        });
        await disks.until(
            "VolumeSnapshot",
            "kept",
            ({ status }) => status?.["readyToUse"] === true,
        );
        await disks.disk("restored", { snapshot: { namespace: disks.namespace, name: "kept" } });
        await disks.untilPhase("restored", "Succeeded");
        await disks.untilBound("restored");
    });

    it("refused by a LimitRange have no claim, and CDI does not say why", async () => {
        const limited = new DiskClient(sandbox, await sandbox.namespace("limited"));
        await sandbox.api.request("POST", `/api/v1/namespaces/${limited.namespace}/limitranges`, {
            type: "application/json",
            text: JSON.stringify({
                apiVersion: "v1",
                kind: "LimitRange",
                metadata: { name: "small" },
                spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "512Mi" } }] },
            }),
        });
        await limited.disk("large", image);
        const it = await limited.until(
            "DataVolume",
            "large",
            (read) => condition(read, "Bound") !== "absent",
        );
        assert.equal(condition(it, "Bound"), "False NotFound No PVC found");
    });

    it("come from a golden image that is made again when its digest changes", async () => {
        const reference = `quay.io/${images.namespace}/fedora:42`;
        await images.make("DataImportCron", {
            metadata: { name: "fedora" },
            spec: {
                managedDataSource: "fedora",
                schedule: "0 * * * *",
                importsToKeep: 1,
                template: {
                    spec: {
                        source: { registry: { url: `docker://${reference}` } },
                        storage: {
                            storageClassName: "sandbox-block",
                            resources: { requests: { storage: "1Gi" } },
                        },
                    },
                },
            },
        });
        const upToDate = (it: Read) => condition(it, "UpToDate").startsWith("True UpToDate");
        await images.until("DataImportCron", "fedora", upToDate);
        const sourceRef = { kind: "DataSource", name: "fedora", namespace: images.namespace };
        await disks.disk("from-golden", { sourceRef });
        await disks.untilPhase("from-golden", "Succeeded");
        await publish(reference, `sha256:${"ab".repeat(32)}`);
        await images.until("DataSource", "fedora", (it) =>
            JSON.stringify(it).includes("fedora-abababababab"),
        );
        await images.until("DataImportCron", "fedora", upToDate);
        await disks.untilBound("from-golden");
    });

    async function grow(name: string, storage: string): Promise<void> {
        await disks.merge("PersistentVolumeClaim", name, {
            spec: { resources: { requests: { storage } } },
        });
    }

    async function publish(reference: string, digest: string): Promise<void> {
        await new PlatformClient(sandbox.api).api.apply("/api/v1/namespaces/default/configmaps", {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "sandbox-images" },
            data: { [imageKey(reference)]: digest },
        } as never);
    }

    /** Lets somebody, who may do nothing else, make such things in a namespace. */
    async function allow(namespace: string, resource: string): Promise<void> {
        const rbac = "rbac.authorization.k8s.io";
        const at = `/apis/${rbac}/v1/namespaces/${namespace}`;
        const metadata = { name: "somebody" };
        const apiVersion = `${rbac}/v1`;
        const rules = [
            { apiGroups: ["cdi.kubevirt.io"], resources: [resource], verbs: ["create"] },
        ];
        const role = { apiVersion, kind: "Role", metadata, rules };
        await sandbox.api.create(`${at}/roles`, role);
        const binding = {
            apiVersion,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup: rbac, kind: "Role", name: "somebody" },
            subjects: [{ apiGroup: rbac, kind: "User", name: "somebody" }],
        };
        await sandbox.api.create(`${at}/rolebindings`, binding);
        await untilAllowed(namespace, resource);
    }

    /** The server's authorizer sees a role a moment after it is made. */
    async function untilAllowed(namespace: string, path: string): Promise<void> {
        const [resource = "", subresource = ""] = path.split("/");
        const review = {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SubjectAccessReview",
            spec: {
                user: "somebody",
                resourceAttributes: {
                    group: "cdi.kubevirt.io",
                    namespace,
                    resource,
                    subresource,
                    verb: "create",
                },
            },
        };
        const reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        for (;;) {
            const answer = await sandbox.api.request("POST", reviews, {
                type: "application/json",
                text: JSON.stringify(review),
            });
            const { status } = JSON.parse(answer) as {
                readonly status: { readonly allowed: boolean };
            };
            if (status.allowed) {
                return;
            }
            await pause(50);
        }
    }

    async function asSomebody(name: string, source: object) {
        const { server, ...keys } = sandbox.api.credentials;
        const storage = {
            storageClassName: "sandbox-block",
            accessModes: ["ReadWriteMany"],
            volumeMode: "Block",
            resources: { requests: { storage: "1Gi" } },
        };
        const body = {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataVolume",
            metadata: { name },
            spec: { source, storage },
        };
        const headers = { "impersonate-user": "somebody", "content-type": "application/json" };
        return await send(
            `${server}${disks.path("DataVolume")}`,
            { ...keys, headers },
            Buffer.from(JSON.stringify(body)),
        );
    }
});

function hasCapacity(storage: string) {
    return ({ status }: Read) =>
        (status?.["capacity"] as { storage?: string } | undefined)?.storage === storage;
}
