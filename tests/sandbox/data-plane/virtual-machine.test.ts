import assert from "node:assert/strict";
import { liveUpdate } from "../../../sandbox/data-plane/live-update";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

describe("a simulated machine", () => {
    it("waits for the import of its disk, then starts and has an address", () => {
        const cluster = played(machine());
        cluster.add(dataVolume("csi"));
        cluster.run(2);
        assert.equal(status(cluster)?.printableStatus, "Provisioning");
        assert.equal(status(cluster)?.created, undefined);
        cluster.run(10);
        assert.equal(status(cluster)?.printableStatus, "Running");
        assert.equal(status(cluster)?.ready, true);
        const instance = cluster.find("VirtualMachineInstance", "web");
        assert.deepEqual(
            instance?.status?.phaseTransitionTimestamps?.map(({ phase }) => phase),
            ["Pending", "Scheduling", "Scheduled", "Running"],
        );
        assert.equal(instance.status.nodeName, "node-1");
    });

    it("is the first consumer of a late-binding disk that a populator fills", () => {
        const cluster = played(machine());
        cluster.add(dataVolume("csi-late"));
        cluster.run(2);
        assert.equal(status(cluster)?.printableStatus, "Provisioning");
        assert.ok(
            cluster.store.list("Pod").some(({ metadata }) => /^virt-launcher/.test(metadata.name)),
        );
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("has a short-lived pod choose the node where there is no populator", () => {
        const cluster = played(machine());
        cluster.add(dataVolume("local-late"));
        cluster.run(1.5);
        const annotations = cluster.store.list("Pod").map(({ metadata }) => metadata.annotations);
        assert.ok(
            annotations.some((each) => each?.["kubevirt.io/ephemeral-provisioning"] === "true"),
        );
        cluster.run(15);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("sees its disk grow while it runs", () => {
        const cluster = played(machine());
        cluster.add(dataVolume("csi"));
        cluster.run(12);
        const capacity = () => {
            const { status: running } = cluster.find("VirtualMachineInstance", "web") ?? {};
            const { volumeStatus } = running as unknown as {
                readonly volumeStatus: readonly {
                    readonly persistentVolumeClaimInfo?: { readonly capacity?: object };
                }[];
            };
            return volumeStatus[0]?.persistentVolumeClaimInfo?.capacity;
        };
        assert.deepEqual(capacity(), { storage: "1073741824" });
        cluster.change("PersistentVolumeClaim", "disk", {
            spec: { resources: { requests: { storage: "2Gi" } } },
        });
        cluster.run(1);
        assert.deepEqual(capacity(), { storage: "2Gi" });
    });

    it("makes the DataVolumes of its templates, which go with it", () => {
        const template = { metadata: { name: "disk" }, spec: dataVolume("csi").spec };
        const cluster = played(machine({ dataVolumeTemplates: [template] }));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Running");
        remove(cluster);
        cluster.run(2);
        assert.equal(cluster.find("VirtualMachine", "web"), undefined);
        assert.deepEqual(cluster.store.list("DataVolume"), []);
        assert.deepEqual(cluster.store.list("Pod"), []);
    });

    it("says DataVolumeError when the import has failed for good", () => {
        const cluster = played(machine(), plan({ "vms.disk": "checksum" }));
        cluster.add(dataVolume("csi"));
        cluster.run(8);
        assert.equal(status(cluster)?.printableStatus, "DataVolumeError");
        assert.ok(cluster.events.some(({ reason }) => reason === "FailedDataVolumeImport"));
    });

    it("says ErrorPvcNotFound when its disk is not there, and starts when it comes", () => {
        const cluster = played(machine());
        cluster.run(2);
        const { printableStatus, conditions } = status(cluster) ?? {};
        assert.equal(printableStatus, "ErrorPvcNotFound");
        assert.equal(conditionOf(conditions, "Synchronized")?.reason, "FailedPvcNotFound");
        cluster.add(dataVolume("csi"));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("does not start when it is halted, and stops when it becomes so", () => {
        const cluster = played(machine({ runStrategy: "Halted" }));
        cluster.add(dataVolume("csi"));
        cluster.run(10);
        assert.equal(status(cluster)?.printableStatus, "Stopped");
        assert.equal(status(cluster)?.runStrategy, undefined);
        cluster.change("VirtualMachine", "web", { spec: { runStrategy: "Always" } });
        cluster.run(5);
        assert.equal(status(cluster)?.printableStatus, "Running");
        cluster.change("VirtualMachine", "web", { spec: { runStrategy: "Halted" } });
        cluster.run(2);
        assert.equal(status(cluster)?.printableStatus, "Stopped");
        assert.deepEqual(cluster.store.list("Pod"), []);
    });

    it("says CrashLoopBackOff and tries again while its pod fails", () => {
        const cluster = played(machine(), plan({ "vms.web": "vm-crashloop" }));
        cluster.add(dataVolume("csi"));
        cluster.run(20);
        assert.equal(status(cluster)?.printableStatus, "CrashLoopBackOff");
        assert.ok((status(cluster)?.startFailure?.consecutiveFailCount ?? 0) >= 2);
        cluster.change("ConfigMap", "sandbox-faults", { data: { "vms.web": null } });
        cluster.run(15);
        assert.equal(status(cluster)?.printableStatus, "Running");
        assert.equal(status(cluster)?.startFailure, undefined);
    });

    it("says ErrorUnschedulable while no node takes it", () => {
        const cluster = played(machine(), plan({ "vms.web": "vm-unschedulable" }));
        cluster.add(dataVolume("csi"));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "ErrorUnschedulable");
        cluster.change("ConfigMap", "sandbox-faults", { data: { "vms.web": null } });
        cluster.run(5);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });
});

describe("liveUpdate", () => {
    const rows: readonly [string, object, string | undefined][] = [
        ["more memory", { memory: { guest: "4Gi" } }, undefined],
        ["more sockets", { cpu: { sockets: 2 } }, undefined],
        ["memory beyond four times", { memory: { guest: "16Gi" } }, "higher than what's available"],
        ["memory below the start", { memory: { guest: "1Gi" } }, "lower than what the VM started"],
        ["sockets beyond four times", { cpu: { sockets: 5 } }, "higher than what's available"],
        ["more cores", { cpu: { cores: 4 } }, "non-live-updatable"],
    ];
    for (const [what, domain, restart] of rows) {
        it(`${what}: ${restart === undefined ? "live" : "after a restart"}`, () => {
            const cluster = played(machine());
            cluster.add(dataVolume("csi"));
            cluster.run(12);
            cluster.change("VirtualMachine", "web", { spec: { template: { spec: { domain } } } });
            const [vm, vmi] = [
                cluster.find("VirtualMachine", "web"),
                cluster.find("VirtualMachineInstance", "web"),
            ];
            assert.ok(vm && vmi);
            const update = liveUpdate(vm, vmi);
            assert.match(update.restart ?? "", new RegExp(restart ?? "^$"));
            cluster.run(1);
            const required = conditionOf(status(cluster)?.conditions, "RestartRequired");
            assert.equal(required?.status, restart === undefined ? undefined : "True");
        });
    }
});

function played(...objects: readonly Record<string, unknown>[]): PlayedCluster {
    return new PlayedCluster(
        csiDriver,
        storageClass("csi", "Immediate", "csi"),
        storageClass("csi-late", "WaitForFirstConsumer", "csi"),
        storageClass("local-late", "WaitForFirstConsumer", "local"),
        profile("csi"),
        profile("csi-late"),
        profile("local-late"),
        ...objects,
    );
}

function machine(more: object = {}) {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { namespace: "vms", name: "web" },
        spec: {
            runStrategy: "Always",
            template: {
                spec: {
                    domain: {
                        cpu: { cores: 2 },
                        memory: { guest: "2Gi" },
                        devices: { interfaces: [{ name: "default", masquerade: {} }] },
                    },
                    networks: [{ name: "default", pod: {} }],
                    volumes: [{ name: "root", dataVolume: { name: "disk" } }],
                },
            },
            ...more,
        },
    };
}

function dataVolume(storageClassName: string) {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: { namespace: "vms", name: "disk" },
        spec: {
            source: { http: { url: "https://images.example/disk.img" } },
            storage: { storageClassName, resources: { requests: { storage: "1Gi" } } },
        },
    };
}

function status(cluster: PlayedCluster) {
    return cluster.find("VirtualMachine", "web")?.status;
}

function remove(cluster: PlayedCluster): void {
    cluster.change("VirtualMachine", "web", {
        metadata: { deletionTimestamp: new Date(cluster.now).toISOString() },
    });
}
