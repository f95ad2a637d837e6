import assert from "node:assert/strict";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { powerChange } from "../../../sandbox/data-plane/subresource-api";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

describe("the guest of a simulated machine", () => {
    it("has an agent soon after it runs, which tells its system and interfaces", () => {
        const cluster = played(machine());
        cluster.run(15);
        assert.equal(condition(cluster, "AgentConnected")?.status, "True");
        const { guestOSInfo, interfaces } = instance(cluster)?.status as unknown as {
            readonly guestOSInfo: { readonly id?: string };
            readonly interfaces: readonly {
                readonly infoSource?: string;
                readonly ipAddress?: string;
            }[];
        };
        assert.equal(guestOSInfo.id, "fedora");
        assert.equal(interfaces[0]?.infoSource, "domain, guest-agent");
        assert.equal(interfaces[0].ipAddress, "10.0.0.7");
    });

    it("has none with the fault no-agent, and is ready all the same", () => {
        const cluster = played(machine(), plan({ "vms.web": "no-agent" }));
        cluster.run(15);
        assert.equal(condition(cluster, "AgentConnected"), undefined);
        assert.equal(condition(cluster, "Ready")?.status, "True");
    });

    it("is ready only when it answers its probe", () => {
        const probe = { readinessProbe: { tcpSocket: { port: 22 } } };
        const cluster = played(machine({}, probe), plan({ "vms.web": "no-answer" }));
        cluster.run(15);
        assert.equal(status(cluster)?.printableStatus, "Running");
        assert.equal(status(cluster)?.ready, undefined);
        const { reason, message } = condition(cluster, "Ready") ?? {};
        assert.equal(reason, "ContainersNotReady");
        assert.equal(message, "containers with unready status: [compute]");
        heal(cluster);
        cluster.run(1);
        assert.equal(status(cluster)?.ready, true);
    });

    it("does not answer a probe of the agent without one", () => {
        const probe = { readinessProbe: { guestAgentPing: {} } };
        const cluster = played(machine({}, probe), plan({ "vms.web": "no-agent" }));
        cluster.run(15);
        assert.equal(condition(cluster, "Ready")?.status, "False");
    });
});

describe("a change of a simulated machine that runs", () => {
    it("moves it to get more memory, and says so meanwhile", () => {
        const cluster = running();
        template(cluster, { domain: { memory: { guest: "4Gi" } } });
        cluster.run(0.75);
        assert.equal(condition(cluster, "HotMemoryChange")?.status, "True");
        assert.equal(memory(cluster)?.guestCurrent, "2Gi");
        cluster.run(8);
        assert.equal(condition(cluster, "HotMemoryChange"), undefined);
        assert.equal(memory(cluster)?.guestCurrent, "4Gi");
        assert.equal(memory(cluster)?.guestAtBoot, "2Gi");
        assert.equal(instance(cluster)?.status?.nodeName, "node-2");
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("plugs an interface of another network by a migration, and takes one out at once", () => {
        const cluster = running();
        cluster.add(network("lan"));
        const lan = { name: "lan", bridge: {} };
        template(cluster, {
            networks: [
                { name: "default", pod: {} },
                { name: "lan", multus: { networkName: "lan" } },
            ],
            domain: { devices: { interfaces: [{ name: "default", masquerade: {} }, lan] } },
        });
        cluster.run(0.75);
        assert.deepEqual(names(cluster), ["default"]);
        assert.equal(condition(cluster, "MigrationRequired")?.status, "True");
        cluster.run(8);
        assert.deepEqual(names(cluster), ["default", "lan"]);
        assert.equal(condition(cluster, "RestartRequired"), undefined);
        template(cluster, {
            domain: {
                devices: {
                    interfaces: [
                        { name: "default", masquerade: {} },
                        { ...lan, state: "absent" },
                    ],
                },
            },
        });
        cluster.run(1);
        assert.deepEqual(names(cluster), ["default"]);
        assert.equal(condition(cluster, "RestartRequired"), undefined);
    });

    it("plugs a disk step by step, and unplugs it", () => {
        const cluster = running();
        cluster.add(claim("data"));
        const before = { name: "root", dataVolume: { name: "disk" } };
        const data = {
            name: "data",
            persistentVolumeClaim: { claimName: "data", hotpluggable: true },
        };
        const disks = [{ name: "root", disk: { bus: "virtio" } }];
        const phases = new Set<string>();
        template(cluster, {
            volumes: [before, data],
            domain: { devices: { disks: [...disks, { name: "data", disk: { bus: "virtio" } }] } },
        });
        const look = () => {
            const found = instance(cluster)?.status?.volumeStatus?.find(
                ({ name }) => name === "data",
            );
            phases.add(found?.phase ?? "gone");
        };
        for (let at = 0; at < 24; at += 1) {
            cluster.run(0.25);
            look();
        }
        assert.deepEqual(
            [...phases].filter((phase) => phase !== "gone"),
            ["Pending", "Bound", "AttachedToNode", "MountedToPod", "Ready"],
        );
        phases.clear();
        template(cluster, { volumes: [before], domain: { devices: { disks } } });
        for (let at = 0; at < 12; at += 1) {
            cluster.run(0.25);
            look();
        }
        assert.deepEqual([...phases], ["Ready", "Detaching", "UnMountedFromPod", "gone"]);
        assert.equal(condition(cluster, "RestartRequired"), undefined);
    });

    for (const [what, change] of [
        [
            "a disk that is not hotpluggable",
            {
                volumes: [
                    { name: "root", dataVolume: { name: "disk" } },
                    { name: "data", persistentVolumeClaim: { claimName: "data" } },
                ],
            },
        ],
        [
            "an interface that is taken out without a word",
            { networks: [], domain: { devices: { interfaces: [] } } },
        ],
        ["another model of the CPU", { domain: { cpu: { model: "Penryn" } } }],
    ] as const) {
        it(`counts only after a restart: ${what}`, () => {
            const cluster = running();
            template(cluster, change);
            cluster.run(1);
            assert.equal(
                condition(cluster, "RestartRequired")?.message,
                "a non-live-updatable field was changed in the template spec",
            );
        });
    }

    it("counts at once: where it may run", () => {
        const cluster = running();
        const tolerations = [{ key: "gpu", operator: "Exists" }];
        template(cluster, { nodeSelector: { disk: "fast" }, tolerations });
        cluster.run(1);
        assert.equal(condition(cluster, "RestartRequired"), undefined);
        assert.deepEqual(instance(cluster)?.spec.nodeSelector, { disk: "fast" });
    });
});

describe("a migration of a simulated machine", () => {
    it("goes through its phases, and the machine is on the other node", () => {
        const cluster = running();
        cluster.add(migration("move"));
        const words = new Set<string>();
        for (let at = 0; at < 24; at += 1) {
            cluster.run(0.25);
            words.add(status(cluster)?.printableStatus ?? "");
        }
        const { status: at } = cluster.find("VirtualMachineInstanceMigration", "move") ?? {};
        assert.deepEqual(
            at?.phaseTransitionTimestamps?.map(({ phase }) => phase),
            [
                "Pending",
                "Scheduling",
                "Scheduled",
                "PreparingTarget",
                "TargetReady",
                "Running",
                "Succeeded",
            ],
        );
        assert.deepEqual([...words], ["Running", "Migrating"]);
        assert.equal(status(cluster)?.printableStatus, "Running");
        const { nodeName, migrationState } = instance(cluster)?.status ?? {};
        assert.equal(nodeName, "node-2");
        assert.equal(migrationState?.sourceNode, "node-1");
        assert.equal(migrationState.completed, true);
        assert.equal(instance(cluster)?.metadata.labels?.["kubevirt.io/nodeName"], "node-2");
        assert.equal(cluster.store.list("Pod").length, 1);
    });

    it("waits where no node has what it asks for, and is given up when it is deleted", () => {
        const cluster = running();
        cluster.add(migration("move", { "kubernetes.io/hostname": "node-9" }));
        cluster.run(5);
        assert.equal(
            cluster.find("VirtualMachineInstanceMigration", "move")?.status?.phase,
            "Scheduling",
        );
        erase(cluster);
        cluster.run(2);
        assert.equal(cluster.find("VirtualMachineInstanceMigration", "move"), undefined);
        assert.equal(cluster.store.list("Pod").length, 1);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("never ends with the fault migration-stuck, until it is deleted", () => {
        const cluster = running(plan({ "vms.web": "migration-stuck" }));
        cluster.add(migration("move"));
        cluster.run(10);
        assert.equal(status(cluster)?.printableStatus, "Migrating");
        erase(cluster);
        cluster.run(2);
        const state = instance(cluster)?.status?.migrationState;
        assert.equal(state?.abortStatus, "Succeeded");
        assert.equal(instance(cluster)?.status?.nodeName, "node-1");
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("fails with the fault migration-failed, and the machine stays", () => {
        const cluster = running(plan({ "vms.web": "migration-failed" }));
        cluster.add(migration("move"));
        cluster.run(10);
        const { status: at } = cluster.find("VirtualMachineInstanceMigration", "move") ?? {};
        assert.equal(at?.phase, "Failed");
        assert.equal(at.migrationState?.failed, true);
        assert.equal(instance(cluster)?.status?.nodeName, "node-1");
        assert.equal(cluster.store.list("Pod").length, 1);
    });

    it("is not possible with devices of the host, whatever the disks", () => {
        const gpus = { domain: { devices: { gpus: [{ name: "gpu", deviceName: "x" }] } } };
        const cluster = played(machine({}, gpus));
        cluster.run(15);
        assert.equal(condition(cluster, "LiveMigratable")?.reason, "HostDeviceNotLiveMigratable");
    });
});

describe("a simulated machine with an instancetype", () => {
    const small = {
        apiVersion: "instancetype.kubevirt.io/v1beta1",
        kind: "VirtualMachineClusterInstancetype",
        metadata: { name: "u1.small" },
        spec: { cpu: { guest: 1 }, memory: { guest: "2Gi" } },
    };
    const sized = { instancetype: { name: "u1.small" } };

    it("does not start while there is none, with the words of the recording", () => {
        const cluster = played(machine(sized, { domain: { memory: null, cpu: null } }));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Stopped");
        const { reason, message } = condition(cluster, "Failure") ?? {};
        assert.equal(reason, "FailedFindInstancetype");
        assert.equal(
            message,
            'virtualmachineclusterinstancetypes.instancetype.kubevirt.io "u1.small" not found',
        );
        cluster.add(small);
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Running");
        assert.equal(condition(cluster, "Failure"), undefined);
    });

    it("has its CPUs and memory, and keeps what it was", () => {
        const cluster = played(small, machine(sized, { domain: { memory: null, cpu: null } }));
        cluster.run(15);
        assert.equal(instance(cluster)?.spec.domain.memory?.guest, "2Gi");
        const { controllerRevisionRef, kind } = status(cluster)?.instancetypeRef ?? {};
        assert.equal(kind, "VirtualMachineClusterInstancetype");
        assert.ok(cluster.find("ControllerRevision", controllerRevisionRef?.name ?? ""));
    });

    it("says FailedFindPreference where the preference is missing", () => {
        const cluster = played(machine({ preference: { name: "fedora" } }));
        cluster.run(3);
        assert.equal(condition(cluster, "Failure")?.reason, "FailedFindPreference");
    });

    it("is refused by the API server when nobody says how much memory it has", () => {
        const cluster = played(machine({}, { domain: { memory: null } }));
        cluster.run(12);
        assert.match(
            condition(cluster, "Failure")?.message ?? "",
            /no memory requested, at least one of/,
        );
        assert.equal(status(cluster)?.printableStatus, "Stopped");
    });
});

describe("a simulated machine that cannot start", () => {
    it("waits for its network, which nobody has defined", () => {
        const networks = [{ name: "default", multus: { networkName: "lan" } }];
        const cluster = played(machine({}, { networks }));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Starting");
        assert.equal(
            condition(cluster, "Synchronized")?.message,
            "failed to render launch manifest: failed to locate network attachment definition vms/lan",
        );
        cluster.add(network("lan"));
        cluster.run(6);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("says why its pod is not connected, with the fault vm-no-network, and heals", () => {
        const cluster = played(machine(), plan({ "vms.web": "vm-no-network" }));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Starting");
        assert.ok(cluster.events.some(({ reason }) => reason === "FailedCreatePodSandBox"));
        heal(cluster);
        cluster.run(6);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });

    it("says that its image cannot be pulled, with the fault vm-image-pull, and heals", () => {
        const cluster = played(machine(), plan({ "vms.web": "vm-image-pull" }));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "ImagePullBackOff");
        assert.match(condition(cluster, "Synchronized")?.message ?? "", /Back-off pulling image/);
        heal(cluster);
        cluster.run(6);
        assert.equal(status(cluster)?.printableStatus, "Running");
    });
});

describe("the power of a simulated machine", () => {
    it("is switched by its runStrategy where that says when it runs", () => {
        const [vm, vmi] = both(running());
        assert.deepEqual(powerChange("stop", vm, vmi), { runStrategy: "Halted" });
        assert.deepEqual(powerChange("start", vm, vmi), { refusal: "VM is already running" });
        const halted = { ...vm, spec: { ...vm.spec, runStrategy: "Halted" } };
        assert.deepEqual(powerChange("start", halted, undefined), { runStrategy: "Always" });
        assert.deepEqual(powerChange("restart", halted, undefined), {
            refusal: "RunStategy Halted does not support manual restart requests",
        });
    });

    it("is asked for where it is manual, and stays as asked", () => {
        const cluster = played(machine({ runStrategy: "Manual" }));
        cluster.run(10);
        assert.equal(status(cluster)?.printableStatus, "Stopped");
        ask(cluster, "start");
        cluster.run(5);
        assert.equal(status(cluster)?.printableStatus, "Running");
        assert.equal(status(cluster)?.stateChangeRequests, undefined);
        ask(cluster, "stop");
        cluster.run(3);
        assert.equal(status(cluster)?.printableStatus, "Stopped");
        assert.equal(status(cluster)?.stateChangeRequests, undefined);
    });

    it("stays off after a stop where it only runs again on failure", () => {
        const cluster = played(machine({ runStrategy: "RerunOnFailure" }));
        cluster.run(12);
        assert.equal(status(cluster)?.printableStatus, "Running");
        ask(cluster, "stop");
        cluster.run(4);
        assert.equal(status(cluster)?.printableStatus, "Stopped");
    });

    it("goes off and on for a restart, which takes over what waited for it", () => {
        const cluster = running();
        template(cluster, { domain: { cpu: { cores: 4 } } });
        cluster.run(1);
        assert.equal(condition(cluster, "RestartRequired")?.status, "True");
        const before = instance(cluster)?.metadata.uid;
        ask(cluster, "restart");
        cluster.run(6);
        assert.equal(status(cluster)?.printableStatus, "Running");
        assert.notEqual(instance(cluster)?.metadata.uid, before);
        assert.equal(condition(cluster, "RestartRequired"), undefined);
        assert.equal(instance(cluster)?.spec.domain.cpu?.cores, 4);
    });
});

describe("a Service of type LoadBalancer", () => {
    it("gets an address of its own, and none with the fault no-address", () => {
        const cluster = new PlayedCluster(
            service("one"),
            service("two"),
            service("three"),
            plan({ "vms.three": "no-address" }),
        );
        cluster.run(1);
        const ip = (name: string) =>
            cluster.find("Service", name)?.status?.loadBalancer?.ingress?.[0]?.ip;
        assert.match(ip("one") ?? "", /^192\.0\.2\.\d+$/);
        assert.notEqual(ip("one"), ip("two"));
        assert.equal(ip("three"), undefined);
    });
});

function service(name: string) {
    const spec = { type: "LoadBalancer", ports: [{ port: 80 }] };
    return { apiVersion: "v1", kind: "Service", metadata: { namespace: "vms", name }, spec };
}

function played(...objects: readonly Record<string, unknown>[]): PlayedCluster {
    return new PlayedCluster(
        csiDriver,
        storageClass("csi", "Immediate", "csi"),
        profile("csi"),
        {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataVolume",
            metadata: { namespace: "vms", name: "disk" },
            spec: {
                source: { http: { url: "https://images.example/disk.img" } },
                storage: { storageClassName: "csi", resources: { requests: { storage: "1Gi" } } },
            },
        },
        ...objects,
    );
}

/** A machine that runs and can move. */
function running(...objects: readonly Record<string, unknown>[]): PlayedCluster {
    const cluster = played(machine(), ...objects);
    cluster.run(15);
    assert.equal(status(cluster)?.printableStatus, "Running");
    assert.equal(condition(cluster, "LiveMigratable")?.status, "True");
    return cluster;
}

function machine(more: object = {}, template: object = {}) {
    const { domain = {}, ...rest } = template as { domain?: { devices?: object } };
    const { devices = {}, ...others } = domain;
    const compute = { cpu: { cores: 2 }, memory: { guest: "2Gi" }, ...others };
    const kept = Object.entries(compute).filter(([, value]) => (value as unknown) !== null);
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { namespace: "vms", name: "web" },
        spec: {
            runStrategy: "Always",
            template: {
                spec: {
                    domain: {
                        ...Object.fromEntries(kept),
                        devices: {
                            disks: [{ name: "root", disk: { bus: "virtio" } }],
                            interfaces: [{ name: "default", masquerade: {} }],
                            ...devices,
                        },
                    },
                    networks: [{ name: "default", pod: {} }],
                    volumes: [{ name: "root", dataVolume: { name: "disk" } }],
                    ...rest,
                },
            },
            ...more,
        },
    };
}

function migration(name: string, addedNodeSelector?: object) {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachineInstanceMigration",
        metadata: { namespace: "vms", name, finalizers: ["kubevirt.io/migrationJobFinalize"] },
        spec: { vmiName: "web", ...(addedNodeSelector && { addedNodeSelector }) },
    };
}

function network(name: string) {
    return {
        apiVersion: "k8s.cni.cncf.io/v1",
        kind: "NetworkAttachmentDefinition",
        metadata: { namespace: "vms", name },
    };
}

function claim(name: string) {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { namespace: "vms", name },
        spec: {
            storageClassName: "csi",
            accessModes: ["ReadWriteMany"],
            volumeMode: "Block",
            resources: { requests: { storage: "1Gi" } },
        },
    };
}

function template(cluster: PlayedCluster, spec: object): void {
    cluster.change("VirtualMachine", "web", { spec: { template: { spec } } });
}

function ask(cluster: PlayedCluster, action: "start" | "stop" | "restart"): void {
    const [vm] = both(cluster);
    const change = powerChange(action, vm, instance(cluster));
    assert.ok("requests" in change);
    cluster.change("VirtualMachine", "web", { status: { stateChangeRequests: change.requests } });
}

function both(cluster: PlayedCluster) {
    const vm = cluster.find("VirtualMachine", "web");
    assert.ok(vm);
    return [vm, instance(cluster)] as const;
}

function heal(cluster: PlayedCluster): void {
    cluster.change("ConfigMap", "sandbox-faults", { data: { "vms.web": null } });
}

function erase(cluster: PlayedCluster): void {
    cluster.change("VirtualMachineInstanceMigration", "move", {
        metadata: { deletionTimestamp: new Date(cluster.now).toISOString() },
    });
}

function instance(cluster: PlayedCluster) {
    return cluster.find("VirtualMachineInstance", "web");
}

function status(cluster: PlayedCluster) {
    return cluster.find("VirtualMachine", "web")?.status;
}

function condition(cluster: PlayedCluster, type: string) {
    return conditionOf(status(cluster)?.conditions, type);
}

function memory(cluster: PlayedCluster) {
    return instance(cluster)?.status?.memory;
}

function names(cluster: PlayedCluster) {
    return instance(cluster)?.status?.interfaces?.map(({ name }) => name);
}
