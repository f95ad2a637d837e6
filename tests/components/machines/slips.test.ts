import assert from "node:assert/strict";
import type {
    MigrationPolicyArgs,
    VirtualMachineArgs,
    VirtualMachineFleetArgs,
    VmNetworkArgs,
    VmServiceArgs,
} from "../../../components";
import { fleetShape } from "../../../components/machines/virtual-machine-fleet-args";
import { machineShape } from "../../../components/machines/virtual-machine-shape";
import {
    policyShape,
    type VmNetworkPolicyArgs,
} from "../../../components/networks/vm-network-policy-args";
import { networkShape } from "../../../components/networks/vm-network-args";
import { serviceShape } from "../../../components/networks/vm-service-args";
import { migrationPolicyShape } from "../../../components/operations/migration-policy-args";
import { missingTexts } from "../../../manifests/cloud-init";
import { checkOpenings } from "../../../model/policy-peer";
import type { Problem } from "../../../model/problems";

const textOf = (problems: readonly Problem[]) =>
    problems.map(({ field, fault, cure }) => `${field} ${fault}: ${cure}`).join("\n");

const storage = { storageClass: "block" };
const root = { name: "root", storage, size: "1Gi" };
const machine = (more: object) =>
    textOf(
        machineShape({
            cluster: {},
            cpu: 1,
            memory: "1Gi",
            disks: [root],
            ...more,
        } as unknown as VirtualMachineArgs),
    );

// Types are not checked when a program runs: what is passed over in silence is a machine that is not what was meant.
describe("a slip in the name of an argument", () => {
    for (const [args, words] of [
        [{ cpus: 2 }, "cpus is given, which is no argument: write cpu, or leave it out"],
        [{ cpu: { socket: 2 } }, "cpu.socket is given, which is no argument: write sockets"],
        [{ disks: [{ ...root, onDestory: "forbid" }] }, "disks[0].onDestory is given"],
        [{ disks: [{ ...root, switchFrom: "old" }] }, "disks[0].switchFrom is given"],
        [{ devices: { gpu: [] } }, "devices.gpu is given, which is no argument: write gpus"],
        [{ ready: { http: { port: 80, paths: "/" } } }, "ready.http.paths is given"],
        [{ probes: { startup: { tcp: 22 } } }, "probes.startup is given"],
        [{ probes: { liveness: { http: { port: 80, url: "/" } } } }, "probes.liveness.http.url is"],
        [{ cloudInit: { user: [] } }, "cloudInit.user is given, which is no argument: write users"],
        [{ cloudInit: { users: [{ name: "a", sshKey: "k" }] } }, "cloudInit.users[0].sshKey is"],
        [{ access: { password: {} } }, "access.password is given"],
        [{ volumes: [{ name: "a", configmap: "b" }] }, "volumes[0].configmap is given"],
        [{ networks: [{ name: "a", pod: true, adresses: [] }] }, "networks[0].adresses is given"],
        [
            { disks: [{ ...root, overrides: { serial: null } }] },
            "disks[0].overrides.serial is given, which is no argument: leave it out; there are disk",
        ],
        [
            { volumes: [{ name: "a", emptyDisk: "1Gi", overrides: { volumes: {} } }] },
            "volumes[0].overrides.volumes is given",
        ],
        [
            { networks: [{ name: "a", pod: true, overrides: { interfaces: {} } }] },
            "networks[0].overrides.interfaces is given, which is no argument: write interface",
        ],
    ] as const) {
        it(`of a machine is refused: ${JSON.stringify(args)}`, () => {
            const said = machine(args);
            assert.ok(said.startsWith(words), said);
        });
    }

    it("that has no value is none", () => {
        assert.equal(machine({ cpus: undefined }), "");
    });

    it("of a fleet, a network, a service, and policies is refused", () => {
        const fleet = { machines: 1, definition: () => ({}), startAtonce: 3 };
        assert.match(
            textOf(fleetShape(fleet as unknown as VirtualMachineFleetArgs)),
            /startAtOnce/,
        );
        const lan = { cluster: {}, bridge: { bridge: "br1", vlanId: 5 } };
        assert.match(
            textOf(networkShape(lan as unknown as VmNetworkArgs)),
            /bridge\.vlanId is given/,
        );
        const service = { cluster: {}, machine: "a", ports: [{ port: 1, targetport: 2 }] };
        assert.match(textOf(serviceShape(service as unknown as VmServiceArgs)), /write targetPort/);
        const policy = { cluster: {}, group: "a", ingres: [] };
        assert.match(
            textOf(policyShape(policy as unknown as VmNetworkPolicyArgs)),
            /write ingress/,
        );
        const limits = { cluster: {}, machines: { a: "b" }, allowPostcopy: true };
        assert.match(
            textOf(migrationPolicyShape(limits as unknown as MigrationPolicyArgs)),
            /write allowPostCopy/,
        );
    });

    it("of an opening is refused: it would be for everybody, or to every port", () => {
        for (const opening of [
            { peer: [{ group: "web" }], ports: [{ port: 5432 }] },
            { peers: [{ group: "web" }], port: [{ port: 5432 }] },
            { peers: [{ group: "web", namespce: "a" }] },
        ]) {
            assert.match(textOf(checkOpenings([opening])), /is given, which is no argument/);
        }
    });
});

describe("a value of a wrong type", () => {
    for (const [args, words] of [
        [{ disks: [null] }, "disks[0] is null, which is no object: write it as { … }"],
        [{ networks: [7] }, "networks[0] is 7, which is no object"],
        [{ devices: { gpus: [{}, "a"] } }, 'devices.gpus[1] is "a", which is not an object'],
        [{ order: { disks: ["a", 1] } }, "order.disks[1] is 1, which is not text"],
        [
            { placement: { nodeSelector: { ssd: true } } },
            "placement.nodeSelector.ssd is true, which is not text",
        ],
        [
            { placement: { tolerations: [{ key: "a", effects: "NoSchedule" }] } },
            "placement.tolerations[0].effects is given, which is no argument: write effect",
        ],
        [
            { placement: { spread: [{ topologykey: "zone" }] } },
            "placement.spread[0].topologyKey is missing",
        ],
        [{ devices: { gpus: [{ name: "a" }] } }, "devices.gpus[0].device is missing"],
        [
            { devices: { hostDevices: [{ name: "a", device: "b.c/d", tags: "x" }] } },
            "devices.hostDevices[0].tags is given",
        ],
        [
            {
                networks: [
                    { name: "a", network: "lan", routes: [{ to: "10.1.0.0/16", vai: "x" }] },
                ],
            },
            "networks[0].routes[0].via is missing",
        ],
        [{ order: { disks: "a" } }, 'order.disks is "a", which is not a list of texts'],
    ] as const) {
        it(`is named in its place: ${JSON.stringify(args)}`, () => {
            const said = machine(args);
            assert.ok(said.startsWith(words), said);
        });
    }
});

describe("a text that is undefined", () => {
    for (const [args, words] of [
        [{ cloudInit: { files: [{ path: "/a" }] } }, "cloudInit.files[0].content is missing"],
        [{ access: { passwords: { root: undefined } } }, "access.passwords.root is missing"],
        [{ sshKeys: [undefined] }, "sshKeys[0] is undefined, which is not text: write text"],
    ] as const) {
        it(`is refused: ${JSON.stringify(args)}`, () => {
            const said = machine(args);
            assert.ok(said.startsWith(words), said);
        });
    }

    it("is known by its place where an Output becomes it", () => {
        const none = undefined as unknown as string;
        assert.deepEqual(
            missingTexts({
                hostname: "db",
                sshKeys: ["a", none],
                packages: [],
                guestAgent: true,
                runCommands: [none],
                users: [{ name: "a", sshKeys: [none] }, { name: "b" }],
                files: [{ path: "/a", content: none }],
            }),
            [
                "sshKeys[1]",
                "cloudInit.users[0].sshKeys[0]",
                "cloudInit.files, content[0]",
                "cloudInit.runCommands[0]",
            ],
        );
    });
});
