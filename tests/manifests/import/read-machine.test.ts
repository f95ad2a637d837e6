import assert from "node:assert/strict";
import fc from "fast-check";
import { readMachine, saidSpec } from "../../../manifests/import/read-machine";
import type { ClaimFacts } from "../../../manifests/import/read-volumes";
import { networkInterfacePlans } from "../../../components/networks/machine-networks";
import { type MachinePlan, virtualMachine } from "../../../manifests/virtual-machine";
import type { Fields } from "../../../model/machine-difference";
import { block, everyMachine, machineWithDisk } from "../../support/every-machine";

const place = { machineName: "db", namespace: "default" };

/** What else a machine that somebody else made may have. */
const foreign: readonly (readonly [string, Partial<MachinePlan>])[] = [
    ["no network", { networks: [] }],
    [
        "networks of every kind",
        {
            networks: networkInterfacePlans(
                [
                    {
                        name: "default",
                        pod: { cidr: "10.9.0.0/24" },
                        ports: [{ port: 22, name: "ssh" }],
                    },
                    {
                        name: "lan",
                        network: "nets/lan",
                        macAddress: "02:11:22:33:44:55",
                        model: "e1000",
                    },
                    { name: "fast", network: "nets/sriov", binding: "sriov", bootOrder: 2 },
                    {
                        name: "plug",
                        network: "other",
                        binding: { plugin: "l2bridge" },
                        state: "down",
                    },
                ],
                place,
            ),
        },
    ],
    [
        "an instancetype",
        { instancetype: { name: "u1.medium", kind: "VirtualMachineClusterInstancetype" } },
    ],
    ["a drain that has to wait", { evictionStrategy: "LiveMigrate" }],
];

function factsOf(plan: MachinePlan): ReadonlyMap<string, ClaimFacts> {
    return new Map(
        plan.disks.map(({ claim, filled, accessMode, volumeMode }) => [
            claim,
            { claim, filled, accessMode, volumeMode },
        ]),
    );
}

/** Reads a machine, and builds it again from what was read. */
function again(machine: Fields, facts: ReadonlyMap<string, ClaimFacts>): Fields {
    const read = readMachine(machine, facts);
    assert.ok("plan" in read, JSON.stringify(read));
    return virtualMachine(read.plan).spec;
}

describe("a machine that is read", () => {
    const any = fc
        .subarray([...everyMachine, ...foreign], { minLength: 1, maxLength: 6 })
        .map(
            (rows) =>
                Object.assign({}, machineWithDisk, ...rows.map(([, one]) => one)) as MachinePlan,
        );

    it("is built again as it was, whatever its arguments", () => {
        fc.assert(
            fc.property(any, (plan) => {
                const machine = virtualMachine(plan) as unknown as Fields;
                assert.deepEqual(again(machine, factsOf(plan)), saidSpec(machine));
            }),
            { numRuns: 300 },
        );
    });

    it("is built again as it was where its disks stay volumes", () => {
        fc.assert(
            fc.property(any, (plan) => {
                const machine = virtualMachine(plan) as unknown as Fields;
                assert.deepEqual(again(machine, new Map()), saidSpec(machine));
            }),
        );
    });

    it("is built again as it was with any field taken away from it", () => {
        fc.assert(
            fc.property(any, fc.nat(), (plan, seed) => {
                const { spec, ...rest } = virtualMachine(plan) as unknown as Fields & {
                    spec: Fields;
                };
                const machine = { ...rest, spec: thinned(spec, seed) };
                const read = readMachine(machine, factsOf(plan));
                if ("plan" in read) {
                    assert.deepEqual(virtualMachine(read.plan).spec, saidSpec(machine));
                } else {
                    assert.match(read.why, /interfaces and networks|readinessProbe/);
                }
            }),
            { numRuns: 500 },
        );
    });
});

const kept = [
    "name",
    "runStrategy",
    "claimName",
    "volumes",
    "disks",
    "interfaces",
    "networks",
    "template",
    "spec",
    "domain",
    "devices",
];

/** Fields without some of them, wherever they are: as somebody else would write less. */
function thinned(fields: Fields, seed: number): Fields {
    let turn = seed;
    const thin = (value: unknown): unknown => {
        if (Array.isArray(value)) {
            return value.map(thin);
        }
        return typeof value === "object" && value !== null
            ? Object.fromEntries(
                  Object.entries(value)
                      .filter(
                          ([key]) =>
                              kept.includes(key) || (turn = (turn * 31 + 7) % 1009) % 5 !== 0,
                      )
                      .map(([key, one]) => [key, thin(one)]),
              )
            : value;
    };
    return thin(fields) as Fields;
}

describe("a machine that somebody else made", () => {
    const disks = new Map([["web-root", { claim: "web-root", filled: true, ...block }]]);

    it("is said in few words", () => {
        const read = readMachine(
            {
                metadata: { name: "web", namespace: "vms", labels: { app: "web" } },
                spec: {
                    running: true,
                    dataVolumeTemplates: [],
                    template: {
                        metadata: {
                            labels: { app: "web", "kubevirt.io/vm": "web" },
                            creationTimestamp: null,
                        },
                        spec: {
                            architecture: "amd64",
                            terminationGracePeriodSeconds: 60,
                            domain: {
                                cpu: { cores: 2 },
                                memory: { guest: "2Gi" },
                                machine: { type: "q35" },
                                firmware: { uuid: "5d307ca9-b3ef-428c-8861-06e72d69f223" },
                                resources: {},
                                devices: {
                                    disks: [
                                        { name: "root", disk: { bus: "virtio" } },
                                        { name: "cloudinit", disk: { bus: "virtio" } },
                                    ],
                                    interfaces: [{ name: "default", masquerade: {} }],
                                },
                            },
                            networks: [{ name: "default", pod: {} }],
                            volumes: [
                                { name: "root", dataVolume: { name: "web-root" } },
                                {
                                    name: "cloudinit",
                                    cloudInitNoCloud: { secretRef: { name: "web-boot" } },
                                },
                            ],
                        },
                    },
                },
            },
            disks,
        );
        assert.ok("plan" in read);
        const { plan } = read;
        assert.deepEqual(
            { cpu: plan.cpu, memory: plan.memory, run: plan.runStrategy, labels: plan.labels },
            { cpu: { cores: 2 }, memory: "2Gi", run: "Always", labels: { app: "web" } },
        );
        assert.deepEqual(plan.volumes, [
            {
                name: "cloudinit",
                source: { cloudInitNoCloud: { secretRef: { name: "web-boot" } } },
            },
        ]);
        assert.deepEqual(plan.disks[0]?.device, {
            bus: "virtio",
            overrides: { disk: { cache: null, io: null, serial: null } },
        });
        assert.deepEqual(plan.overrides, {
            template: {
                spec: { domain: { cpu: { sockets: null, threads: null } }, evictionStrategy: null },
            },
        });
        assert.equal(plan.order, undefined);
    });

    it("is left out with the reason where no program can say it", () => {
        const waiting = readMachine(
            {
                metadata: { name: "web", namespace: "vms" },
                spec: { runStrategy: "WaitAsReceiver" },
            },
            disks,
        );
        assert.deepEqual(waiting, {
            name: "web",
            why: 'its run strategy is "WaitAsReceiver", which no program can say',
        });
    });
});
