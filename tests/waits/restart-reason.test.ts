import assert from "node:assert/strict";
import { changedFields, restartReason } from "../../waits/restart-reason";

const before = {
    domain: {
        cpu: { sockets: 2, model: "host-model" },
        memory: { guest: "2Gi" },
        devices: { disks: [{ name: "root", disk: { bus: "virtio" } }, { name: "data" }] },
    },
    nodeSelector: { zone: "a" },
    volumes: [{ name: "init", cloudInitNoCloud: { userData: "old" } }],
};

describe("what a machine has to be restarted for", () => {
    const rows: readonly (readonly [string, object, readonly string[]])[] = [
        ["nothing", before, []],
        [
            "what KubeVirt changes while it runs",
            {
                ...before,
                domain: {
                    ...before.domain,
                    cpu: { sockets: 4, model: "host-model" },
                    memory: { guest: "4Gi" },
                },
                nodeSelector: { zone: "b" },
                affinity: {},
            },
            [],
        ],
        [
            "a field of the CPU",
            {
                ...before,
                domain: { ...before.domain, cpu: { sockets: 2, model: "host-passthrough" } },
            },
            ["domain.cpu.model"],
        ],
        [
            "a disk by its name, and the order of disks",
            {
                ...before,
                domain: {
                    ...before.domain,
                    devices: {
                        disks: [{ name: "data" }, { name: "root", disk: { bus: "sata" } }],
                    },
                },
            },
            ["domain.devices.disks[root]", "domain.devices.disks (order)"],
        ],
        ["a field that is new", { ...before, priorityClassName: "high" }, ["priorityClassName"]],
    ];
    for (const [name, after, expected] of rows) {
        it(`${name}: ${expected.join(", ")}`, () => {
            assert.deepEqual(changedFields({ spec: before }, { spec: after }), expected);
        });
    }

    const unnamed = "a non-live-updatable field was changed in the template spec";
    const db = { namespace: "vms", name: "db" };
    const objects: Readonly<Record<string, unknown>> = {
        "/apis/kubevirt.io/v1/namespaces/vms/virtualmachines/db": {
            metadata: { generation: 2 },
            spec: {
                template: {
                    spec: {
                        ...before,
                        priorityClassName: "high",
                        volumes: [{ name: "init", cloudInitNoCloud: { userData: "s3cret" } }],
                    },
                },
            },
        },
        "/apis/kubevirt.io/v1/namespaces/vms/virtualmachineinstances/db": {
            status: { virtualMachineRevisionName: "revision-start-vm-1-1" },
        },
        "/apis/apps/v1/namespaces/vms/controllerrevisions/revision-start-vm-1-1": {
            data: { spec: { template: { spec: before } } },
        },
    };
    const reader = { get: (path: string) => Promise.resolve(objects[path]) };

    it("names the fields where KubeVirt does not, and no value", async () => {
        assert.equal(
            await restartReason(reader, db, unnamed),
            "volumes[init], priorityClassName changed",
        );
    });

    it("names the fields that KubeVirt applies at the next start without a word", async () => {
        assert.equal(
            await restartReason(reader, db, undefined),
            "volumes[init], priorityClassName changed",
        );
    });

    it("looks at nothing where the machine is as it was started, and takes an empty field for none", async () => {
        const withMachine = (machine: object) => ({
            get: (path: string) =>
                Promise.resolve(path.includes("virtualmachines") ? machine : objects[path]),
        });
        const other = { spec: { ...before, priorityClassName: "high" } };
        assert.equal(
            await restartReason(
                withMachine({ metadata: { generation: 1 }, spec: { template: other } }),
                db,
                undefined,
            ),
            undefined,
        );
        const filled = {
            metadata: { creationTimestamp: null, labels: {} },
            spec: { ...before, domain: { ...before.domain, resources: {} } },
        };
        assert.equal(
            await restartReason(
                withMachine({ metadata: { generation: 2 }, spec: { template: filled } }),
                db,
                undefined,
            ),
            undefined,
        );
    });

    it("says nothing where the running machine has taken everything over", async () => {
        const same = {
            ...objects,
            "/apis/kubevirt.io/v1/namespaces/vms/virtualmachines/db": {
                metadata: { generation: 2 },
                spec: {
                    template: {
                        spec: {
                            ...before,
                            domain: { ...before.domain, cpu: { sockets: 6, model: "host-model" } },
                        },
                    },
                },
            },
        };
        const get = (path: string) => Promise.resolve((same as typeof objects)[path]);
        assert.equal(await restartReason({ get }, db, undefined), undefined);
    });

    it("knows what the machine was started with, and whether it can move", async () => {
        const instance = (rest: object) => ({
            get: (path: string) =>
                Promise.resolve(
                    path.includes("instances")
                        ? { ...(objects[path] as object), ...rest }
                        : path.includes("virtualmachines")
                          ? {
                                metadata: { generation: 2 },
                                spec: {
                                    template: {
                                        spec: {
                                            ...before,
                                            domain: {
                                                ...before.domain,
                                                cpu: { sockets: 6, model: "host-model" },
                                            },
                                        },
                                    },
                                },
                            }
                          : objects[path],
                ),
        });
        const status = { virtualMachineRevisionName: "revision-start-vm-1-1" };
        const stays = { type: "LiveMigratable", status: "False" };
        assert.equal(
            await restartReason(
                instance({ status: { ...status, conditions: [stays] } }),
                db,
                undefined,
            ),
            "domain.cpu.sockets changed",
        );
        assert.equal(
            await restartReason(
                instance({ status, spec: { domain: { cpu: { maxSockets: 4 } } } }),
                db,
                undefined,
            ),
            "domain.cpu.sockets changed",
        );
    });

    it("leaves KubeVirt's words where they say what", async () => {
        const said = "Reduction of CPU socket count requires a restart";
        assert.equal(await restartReason(reader, db, said), said);
    });

    it("leaves KubeVirt's words where the revision cannot be read", async () => {
        const away = { get: () => Promise.reject(new Error("forbidden")) };
        assert.equal(await restartReason(away, db, unnamed), unnamed);
        const gone = { get: () => Promise.resolve(undefined) };
        assert.equal(await restartReason(gone, db, unnamed), unnamed);
        assert.equal(await restartReason(away, db, undefined), undefined);
    });
});
