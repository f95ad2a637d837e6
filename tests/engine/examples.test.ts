import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Api } from "../../sandbox/api";
import { engineProject, type EngineProject, good, needsEngine, run } from "../support/engine";
import { longhornChart } from "../support/longhorn-chart";
import { keepManifests, plumbingManifests } from "../support/plumbing-manifests";
import { ownSandbox, type SharedSandbox } from "../support/sandbox";

const block = {
    accessModes: ["ReadWriteMany"],
    volumeMode: "Block",
    storageClassName: "sandbox-block",
    resources: { requests: { storage: "40Gi" } },
};
const cdi = "/apis/cdi.kubevirt.io/v1beta1/namespaces";
const pack = join(__dirname, "..", "..", "policies");
const cephChart = join(__dirname, "..", "fixtures", "charts", "ceph-csi-rbd");

/** What an example finds on the cluster, or is told. */
interface Setting {
    readonly config?: (context: string) => Readonly<Record<string, string>>;
    /** It has no other configuration than that. */
    readonly alone?: boolean;
    /** Objects that somebody else made, by their collections. */
    readonly there?: readonly (readonly [string, object])[];
    /** What comes to the cluster when the example has made a resource: its kind is not served before. */
    readonly during?: { readonly after: string; readonly make: (api: Api) => Promise<void> };
}

function claim(namespace: string, name: string, storage: string): readonly [string, object] {
    return [
        `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
        {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name },
            spec: { ...block, resources: { requests: { storage } } },
        },
    ];
}

/** A Secret or ConfigMap that a source names. What is in it is not looked at. */
function named(kind: "Secret" | "ConfigMap", name: string): readonly [string, object] {
    const object = { apiVersion: "v1", kind, metadata: { name } };
    return [`/api/v1/namespaces/vms/${kind.toLowerCase()}s`, object];
}

/** A backup as Longhorn lists it, once it has looked into the backup target. */
async function backUp(api: Api): Promise<void> {
    const backups = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system/backups";
    const backup = {
        apiVersion: "longhorn.io/v1beta2",
        kind: "Backup",
        metadata: { name: "backup-5e6f70a1b2c34d5e" },
    };
    await api.create(backups, backup);
    const volumeName = "pvc-7a4e0c52-1b0e-4a53-9c75-2d0f4c1f7a11";
    const url = `s3://vm-backups@us-east-1/?backup=${backup.metadata.name}&volume=${volumeName}`;
    const status = { volumeName, volumeSize: String(200 * 2 ** 30), url };
    await api.apply(backups, { ...backup, status } as never, "status");
}

/**
 * The examples of disks, images, machines and networks, and what each of them needs. The others are installed elsewhere in these tests; the
 * fleet of a hundred is run by machines.test.ts.
 */
const settings: Readonly<Record<string, Setting>> = {
    "disks-life": {},
    "disks-sources": {
        there: [
            named("ConfigMap", "company-ca"),
            ...["mirror-token", "registry-login", "rgw-keys", "gcs-account"].map((name) =>
                named("Secret", name),
            ),
        ],
    },
    "disks-hypervisors": {
        there: [
            named("ConfigMap", "ovirt-ca"),
            ...["ovirt-login", "vcenter-login"].map((name) => named("Secret", name)),
        ],
    },
    "disks-beside": {},
    "disks-adopt": {
        there: [
            claim("vms", "ledger-2019", "50Gi"),
            [
                "/api/v1/persistentvolumes",
                {
                    apiVersion: "v1",
                    kind: "PersistentVolume",
                    metadata: { name: "pvc-0b1c4a52-7f2e-4a53-9c75-2d0f4c1f7a11" },
                    spec: {
                        accessModes: ["ReadWriteMany"],
                        volumeMode: "Block",
                        storageClassName: "sandbox-block",
                        capacity: { storage: "100Gi" },
                        persistentVolumeReclaimPolicy: "Retain",
                        csi: { driver: "sandbox.csi.pulumi-kubevirt.dev", volumeHandle: "kept-1" },
                    },
                },
            ],
        ],
    },
    "disks-copies": {
        there: [
            claim("vms", "template", "40Gi"),
            claim("images", "template", "40Gi"),
            [
                "/apis/snapshot.storage.k8s.io/v1/namespaces/vms/volumesnapshots",
                {
                    apiVersion: "snapshot.storage.k8s.io/v1",
                    kind: "VolumeSnapshot",
                    metadata: { name: "template-monday" },
                    spec: {
                        volumeSnapshotClassName: "sandbox-snapshots",
                        source: { persistentVolumeClaimName: "template" },
                    },
                },
            ],
            [
                `${cdi}/images/datasources`,
                {
                    apiVersion: "cdi.kubevirt.io/v1beta1",
                    kind: "DataSource",
                    metadata: { name: "debian-13" },
                    spec: { source: { pvc: { name: "template", namespace: "images" } } },
                },
            ],
        ],
    },
    "disks-ceph-image": { config: () => ({ chart: cephChart, cephKey: "b2YtdGhlLXRlc3Rz" }) },
    "disks-longhorn-backup": {
        config: () => ({
            chart: longhornChart(),
            s3AccessKeyId: "of-the-tests",
            s3SecretAccessKey: "of-the-tests",
        }),
        during: { after: "longhorn-default-class", make: backUp },
    },
    "machines-linux": {
        config: () => ({ sshKey: "ssh-ed25519 AAAA of-the-tests", backupToken: "of-the-tests" }),
    },
    "machines-sriov": {},
    "machines-windows": { config: () => ({ unattend: "<unattend/>" }) },
    "networks-plumbing": {},
    "networks-attachments": {},
    "networks-services": {},
    "images-golden": {},
    "images-upload": {},
    "images-catalog": {
        alone: true,
        config: (context) => ({
            environment: JSON.stringify({
                cluster: { context, namespace: "vms" },
                storage: { existing: { storageClass: "sandbox-block" } },
                images: {
                    fedora: {
                        source: { registry: "quay.io/containerdisks/fedora:42" },
                        size: "10Gi",
                    },
                },
            }),
        }),
    },
};

describe("examples of disks, images, machines and networks, under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject | undefined;

    before(async function () {
        needsEngine(this);
        sandbox = await ownSandbox(this, "examples");
        for (const name of ["vms", "images"]) {
            await sandbox.api.create("/api/v1/namespaces", {
                apiVersion: "v1",
                kind: "Namespace",
                metadata: { name },
            });
        }
    });

    afterEach(() => {
        project?.dispose();
    });

    it("are all run", () => {
        const files = readdirSync(join(__dirname, "..", "..", "examples"))
            .filter((file) => /^(disks|images|machines|networks)-(?!fleet)/.test(file))
            .map((file) => file.replace(/\.ts$/, ""));
        assert.deepEqual(files.sort(), Object.keys(settings).sort());
    });

    for (const [example, { config, alone, there = [], during }] of Object.entries(settings)) {
        it(`work, break no policy that would stop them, and have nothing to do a second time: ${example}`, async () => {
            for (const [collection, object] of there) {
                await sandbox.api.create(collection, object as never);
            }
            const { "current-context": context } = parse(sandbox.kubeconfig) as {
                "current-context": string;
            };
            const image = Buffer.alloc(2 ** 20, 7);
            project = await engineProject("example", {
                example,
                kubeconfig: sandbox.kubeconfigPath,
                ...(alone === true
                    ? {}
                    : {
                          context,
                          namespace: "vms",
                          storageClass: "sandbox-block",
                          fastStorageClass: "sandbox-block",
                          snapshotClass: "sandbox-snapshots",
                          checksum: `sha256:${createHash("sha256").update(image).digest("hex")}`,
                      }),
                ...config?.(context),
            });
            await project.stack.setConfig("folder", { value: project.folder });
            keepManifests(project.folder, plumbingManifests());
            mkdirSync(join(project.folder, "images"));
            writeFileSync(join(project.folder, "images", "appliance.qcow2"), image);
            let made: Promise<void> | undefined;
            const up = await run(project, "up", {}, ({ resOutputsEvent }) => {
                if (resOutputsEvent?.metadata.urn.endsWith(`::${during?.after ?? ""}`) === true) {
                    made ??= during?.make(sandbox.api);
                }
            });
            await made;
            assert.equal(up.failed, false, up.text);
            const again = await good(run(project, "preview", { policyPacks: [pack] }));
            assert.deepEqual(Object.keys(again.operations), ["same"], again.text);
        });
    }
});
