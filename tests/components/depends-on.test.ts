import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    Cdi,
    CephRbd,
    CertManager,
    Cluster,
    Disk,
    ExistingNetwork,
    ExistingStorage,
    GoldenImage,
    KubeVirt,
    Longhorn,
    MigrationPolicy,
    NetworkPlumbing,
    PlatformAccess,
    SnapshotSupport,
    VirtualizationPlatform,
    type VirtualizationPlatformArgs,
    VirtualMachine,
    VmNetwork,
    VmNetworkPolicy,
    VmService,
} from "../../components";
import { type ReleaseFiles, writeReleases } from "../../sandbox/releases";
import { temporaryFolder } from "../support/folder";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { only, record, type Registered } from "../support/recorder";
import { quietly } from "./on-cluster";

class Late extends pulumi.CustomResource {}

type Made = pulumi.ComponentResource & { readonly nodes: Promise<object> };

/** What a component that comes after something has to be made of. */
interface Setting {
    readonly cluster: Cluster;
    readonly storage: ExistingStorage;
    readonly releases: ReleaseFiles;
}

const image = { registry: "quay.io/containerdisks/fedora:42" } as const;
const nobody = [{ kind: "Group", name: "vm-team" }] as const;

/** A machine's own come before it, whatever it comes after. */
const atOnce = ["x-machine-root-claim", "x-machine-cloud-init"];

/** Each is made so that it registers something. */
const components: Readonly<
    Record<string, (setting: Setting, opts: pulumi.ComponentResourceOptions) => Made>
> = {
    Disk: ({ storage }, opts) => new Disk("x", { storage, size: "1Gi" }, opts),
    GoldenImage: ({ storage }, opts) =>
        new GoldenImage("x", { storage, size: "1Gi", source: image, sharedWith: ["prod"] }, opts),
    SnapshotSupport: ({ cluster, releases }, opts) => {
        const manifests = [{ file: releases.snapshotCrds }, { file: releases.snapshotController }];
        return new SnapshotSupport("x", { cluster, manifests }, opts);
    },
    NetworkPlumbing: ({ cluster, releases }, opts) => {
        const part = (file: string) => ({ manifests: [{ file }] });
        const multus = part(releases.multus);
        const whereabouts = part(releases.whereabouts);
        const sriov = { ...part(releases.sriov), pools: [{ name: "lan_vfs" }] };
        return new NetworkPlumbing("x", { cluster, multus, whereabouts, sriov }, opts);
    },
    CertManager: ({ cluster }, opts) => new CertManager("x", { cluster }, opts),
    KubeVirt: ({ cluster, releases }, opts) =>
        new KubeVirt("x", { cluster, manifest: { file: releases.kubevirtOperator } }, opts),
    Cdi: ({ cluster, releases }, opts) =>
        new Cdi("x", { cluster, manifest: { file: releases.cdiOperator } }, opts),
    VirtualizationPlatform: ({ cluster, releases }, opts) =>
        new VirtualizationPlatform(
            "x",
            {
                cluster,
                snapshots: {
                    manifests: [
                        { file: releases.snapshotCrds },
                        { file: releases.snapshotController },
                    ],
                },
                kubevirt: { manifest: { file: releases.kubevirtOperator } },
                cdi: { manifest: { file: releases.cdiOperator } },
                networks: { multus: { manifests: [{ file: releases.multus }] } },
            },
            opts,
        ),
    CephRbd: ({ cluster }, opts) =>
        new CephRbd(
            "x",
            {
                cluster,
                clusterId: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
                monitors: ["10.0.0.1:6789"],
                user: { id: "kubernetes", key: "b2YtdGhlLXRlc3Rz" },
                tiers: { fast: { pool: "vms" } },
            },
            opts,
        ),
    Longhorn: ({ cluster }, opts) => new Longhorn("x", { cluster }, opts),
    PlatformAccess: ({ cluster }, opts) =>
        new PlatformAccess("x", { cluster, installer: nobody }, opts),
    VmNetwork: ({ cluster }, opts) =>
        new VmNetwork("x", { cluster, bridge: { bridge: "br1" } }, opts),
    VmService: ({ cluster }, opts) =>
        new VmService("x", { cluster, machine: "db", ports: [{ port: 22 }] }, opts),
    VmNetworkPolicy: ({ cluster }, opts) => new VmNetworkPolicy("x", { cluster, group: "x" }, opts),
    MigrationPolicy: ({ cluster }, opts) =>
        new MigrationPolicy("x", { cluster, machines: { a: "b" }, allowPostCopy: true }, opts),
    "ExistingStorage, with a disk": ({ cluster }, opts) => {
        const storage = new ExistingStorage("x", { cluster, storageClass: "ceph-block" }, opts);
        const { nodes } = new Disk("x-disk", { storage, size: "1Gi" });
        return Object.assign(storage, { nodes });
    },
    "ExistingNetwork, with a machine": ({ cluster, storage }, opts) => {
        const network = new ExistingNetwork("x", { cluster, networkName: "lan" }, opts);
        const networks = [{ name: "lan", network }];
        const disks = [{ name: "root", storage, size: "1Gi" }] as const;
        const args = { cluster, cpu: 1, memory: "1Gi", disks, networks } as const;
        return Object.assign(network, { nodes: new VirtualMachine("x-machine", args).nodes });
    },
};

describe("a component that is made after something", function () {
    quietly();

    let folder: string;
    let releases: ReleaseFiles;

    before(() => {
        folder = temporaryFolder("depends-on");
        releases = writeReleases(folder);
    });
    after(() => rmSync(folder, { recursive: true }));

    for (const [what, make] of Object.entries(components)) {
        // What it comes after is itself made only when the component is there: neither would ever be, if one waited for the other.
        it(`is there at once, and its objects come after it: ${what}`, async () => {
            const registered = await record(() => {
                const cluster = new Cluster("prod", { kubeconfig: unreachableKubeconfig });
                const storage = new ExistingStorage("fast", { cluster, storageClass: "fast" });
                let found: (component: pulumi.Resource) => void = () => undefined;
                const late = new Promise<pulumi.Resource>((resolve) => {
                    found = ({ urn }) =>
                        urn.apply(() => resolve(new Late("test:index:Late", "late", {})));
                });
                const setting = { cluster, storage, releases };
                const made = make(setting, { dependsOn: [pulumi.output(late)] });
                found(made);
                return made;
            });
            const objects = registered.filter(
                ({ type }) => type.startsWith("kubernetes:") || type.startsWith("pulumi-nodejs:"),
            );
            assert.ok(objects.length > 0);
            const early = objects
                .filter((one) => !comesAfter(one, "late", registered))
                .map(({ name }) => name)
                .filter((name) => !atOnce.includes(name));
            assert.deepEqual(early, []);
        });
    }
});

describe("a machine on a platform", function () {
    quietly();

    let folder: string;
    let releases: ReleaseFiles;

    before(() => {
        folder = temporaryFolder("depends-on");
        releases = writeReleases(folder);
    });
    after(() => rmSync(folder, { recursive: true }));

    const skipped = {
        certManager: "skip",
        snapshots: "skip",
        kubevirt: "skip",
        cdi: "skip",
    } as const;

    const onPlatform = (networks: VirtualizationPlatformArgs["networks"]) =>
        record(() => {
            const cluster = new Cluster("prod", { kubeconfig: unreachableKubeconfig });
            const platform = new VirtualizationPlatform("virt", {
                ...skipped,
                cluster,
                ...(networks === undefined ? {} : { networks }),
            });
            const storage = new ExistingStorage("fast", {
                cluster: platform,
                storageClass: "fast",
            });
            const lan = new VmNetwork("lan", { cluster: platform, bridge: { bridge: "br1" } });
            return new VirtualMachine("db", {
                cluster: platform,
                cpu: 1,
                memory: "1Gi",
                disks: [{ name: "root", storage, size: "1Gi" }],
                networks: [{ name: "lan", network: lan }],
            });
        });

    it("comes after its plumbing of networks, and so does a network", async () => {
        const multus = { manifests: [{ file: releases.multus }] };
        const registered = await onPlatform({ multus });
        const daemonSet = "virt-networks-multus-daemon-set-kube-system-kube-multus-ds";
        for (const name of ["db-virtual-machine", "lan-attachment"]) {
            const { dependsOn } = only(registered, name);
            assert.ok(dependsOn.some((urn) => urn.endsWith(`::${daemonSet}`)));
        }
    });

    it("has nothing to do with plumbing where nobody has said so", async () => {
        const registered = await onPlatform(undefined);
        assert.deepEqual(
            registered.filter(({ type }) => type.includes("NetworkPlumbing")),
            [],
        );
    });
});

/** Whether a resource depends on another, or on something that does. */
function comesAfter(one: Registered, name: string, all: readonly Registered[]): boolean {
    const before = one.dependsOn.map((urn) => urn.split("::").at(-1) ?? "");
    return (
        before.includes(name) ||
        all.some((other) => before.includes(other.name) && comesAfter(other, name, all))
    );
}
