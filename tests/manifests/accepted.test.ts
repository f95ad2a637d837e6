import assert from "node:assert/strict";
import { blankClaim, dataVolume, type DiskPlan } from "../../manifests/disk";
import type { KubernetesObject } from "../../manifests/kubernetes-object";
import { type MachinePlan, runStrategies, virtualMachine } from "../../manifests/virtual-machine";
import { accessModes, volumeModes } from "../../model/access";
import type { DiskSource } from "../../model/disk-source";
import { plainMachine } from "../support/plain-machine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const disk = (change: Partial<DiskPlan> = {}): DiskPlan => ({
    name: "db-root",
    namespace: "default",
    owner: "shop/test/db-root",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
    ...change,
});

const image: DiskSource = { registry: "quay.io/containerdisks/fedora:42" };

const machine = (change: Partial<MachinePlan> = {}): MachinePlan =>
    plainMachine("default", {
        cpu: 4,
        memory: "16Gi",
        runStrategy: "Always",
        disks: [
            {
                name: "root",
                claim: "db-root",
                filled: true,
                accessMode: "ReadWriteMany",
                volumeMode: "Block",
                device: { boot: true },
            },
            {
                name: "data",
                claim: "db-data",
                filled: false,
                accessMode: "ReadWriteOnce",
                volumeMode: "Block",
            },
        ],
        cloudInit: { secret: "db-cloud-init", dataSource: "NoCloud", networkData: false },
        labels: { team: "db" },
        ...change,
    });

const collections: Readonly<Record<string, string>> = {
    DataVolume: "/apis/cdi.kubevirt.io/v1beta1/namespaces/default/datavolumes",
    PersistentVolumeClaim: "/api/v1/namespaces/default/persistentvolumeclaims",
    VirtualMachine: "/apis/kubevirt.io/v1/namespaces/default/virtualmachines",
};

const objects: readonly (readonly [string, KubernetesObject])[] = [
    ...accessModes.flatMap((accessMode) =>
        volumeModes.map(
            (volumeMode) =>
                [
                    `claim ${accessMode} ${volumeMode}`,
                    blankClaim(disk({ accessMode, volumeMode })),
                ] as const,
        ),
    ),
    [
        "DataVolume that binds at once, with labels",
        dataVolume({ ...disk({ bindImmediately: true, labels: { team: "db" } }), source: image }),
    ],
    ...runStrategies.map(
        (runStrategy) =>
            [`machine ${runStrategy}`, virtualMachine(machine({ runStrategy }))] as const,
    ),
];

describe("the API server, unknown and misplaced fields being errors", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await sharedSandbox(this);
    });

    const post = (object: KubernetesObject) =>
        sandbox.api.request(
            "POST",
            `${collections[object.kind] ?? ""}?dryRun=All&fieldValidation=Strict`,
            { type: "application/json", text: JSON.stringify(object) },
        );

    for (const [label, object] of objects) {
        it(`accepts a ${label}`, async () => {
            await post(object);
        });
    }

    it("would refuse a field of ours in the wrong place", async () => {
        const good = dataVolume({ ...disk(), source: image });
        await assert.rejects(
            post({ ...good, spec: { ...good.spec, checksum: "sha256:0" } } as KubernetesObject),
            /unknown field \\"spec\.checksum\\"/,
        );
    });
});
