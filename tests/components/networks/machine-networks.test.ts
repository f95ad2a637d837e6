import assert from "node:assert/strict";
import fc from "fast-check";
import type { MachineNetworkArgs } from "../../../components";
import { checkMachineNetworks } from "../../../components/networks/check-machine-networks";
import { machineNetworkShapes } from "../../../components/networks/machine-network-shapes";
import {
    networkInterfacePlans,
    takeAddresses,
} from "../../../components/networks/machine-networks";
import type { MachineNetwork } from "../../../components/networks/machine-network";
import type { Cluster } from "../../../components";
import { interfaces, networkData, networks } from "../../../manifests/machine-networks";
import { virtualMachine } from "../../../manifests/virtual-machine";
import { plainMachine } from "../../support/plain-machine";
import { parseCidr } from "../../../model/ip-range";
import { problemsText } from "../../../model/problems";

const machine = { machineName: "db", namespace: "vms" };
const cluster = {} as never;

function network(more: Partial<MachineNetwork> = {}): MachineNetwork {
    return {
        cluster,
        networkName: "vms/lan",
        kind: "bridge",
        subnets: [],
        ipam: {},
        broadcastDomain: undefined,
        dependsOn: Promise.resolve([]),
        ...more,
    };
}

const lan = network({ subnets: [parseCidr("192.168.10.0/24")?.network ?? []].flat() });
const pooled = network({
    networkName: "vms/pooled",
    ipam: { whereabouts: { pools: [{ range: "192.168.10.0/24", exclude: ["192.168.10.7"] }] } },
});

const rows: readonly (readonly [string, readonly object[], RegExp])[] = [
    [
        "two on the pod network",
        [
            { name: "a", pod: true },
            { name: "b", pod: true },
        ],
        /has "a" and "b" on the pod network/,
    ],
    [
        "one name twice",
        [
            { name: "a", pod: true },
            { name: "a", network: "lan" },
        ],
        /has "a" twice/,
    ],
    [
        "masquerade on another network",
        [{ name: "a", network: "lan", binding: "masquerade" }],
        /only for the pod network/,
    ],
    [
        "passt on another network",
        [{ name: "a", network: "lan", binding: "passt" }],
        /only for the pod network/,
    ],
    [
        "sriov on the pod network",
        [{ name: "a", pod: true, binding: "sriov" }],
        /which the pod network does not have/,
    ],
    [
        "bridge on an SR-IOV network",
        [{ name: "a", network: network({ kind: "sriov" }), binding: "bridge" }],
        /is a network of sriov/,
    ],
    [
        "sriov on a bridge network",
        [{ name: "a", network: lan, binding: "sriov" }],
        /is a network of bridge/,
    ],
    [
        "a state for SR-IOV",
        [{ name: "a", network: "x", binding: "sriov", state: "down" }],
        /state is given for SR-IOV/,
    ],
    [
        "ports with bridge",
        [{ name: "a", pod: true, binding: "bridge", ports: [{ port: 22 }] }],
        /ports are given, and nothing stands between/,
    ],
    [
        "ports on another network",
        [{ name: "a", network: "lan", ports: [{ port: 22 }] }],
        /for the pod network only/,
    ],
    [
        "one port name twice",
        [
            {
                name: "a",
                pod: true,
                ports: [
                    { name: "x", port: 1 },
                    { name: "x", port: 2 },
                ],
            },
        ],
        /which another port has/,
    ],
    [
        "port 0",
        [{ name: "a", pod: true, ports: [{ port: 0 }] }],
        /not a whole number from 1 to 65535/,
    ],
    [
        "a port that is a text",
        [{ name: "a", pod: true, ports: [{ port: "22" as never }] }],
        /is "22", which is not a whole number/,
    ],
    [
        "a broken MAC address",
        [{ name: "a", pod: true, macAddress: "02:1a" }],
        /is not a MAC address/,
    ],
    [
        "one MAC address twice, written differently",
        [
            { name: "a", pod: true, macAddress: "02:1a:2b:3c:4d:5e" },
            { name: "b", network: "lan", macAddress: "02-1A-2B-3C-4D-5E" },
        ],
        /macAddress 02:1a:2b:3c:4d:5e twice/,
    ],
    [
        "one boot order twice",
        [
            { name: "a", pod: true, bootOrder: 1 },
            { name: "b", network: "lan", bootOrder: 1 },
        ],
        /bootOrder 1 twice/,
    ],
    [
        "the network's own address",
        [{ name: "a", network: lan, addresses: ["192.168.10.0/24"] }],
        /is "192\.168\.10\.0\/24", which is the network's own address/,
    ],
    [
        "the address of all hosts of a network that is named only",
        [{ name: "a", network: "net/a", addresses: ["192.168.10.255/24"] }],
        /which is the address of all hosts/,
    ],
    [
        "another prefix than the network has",
        [{ name: "a", network: lan, addresses: ["192.168.10.5/16"] }],
        /has the prefix \/24\. .*192\.168\.10\.5\/24/,
    ],
    [
        "an address outside of the subnet",
        [{ name: "a", network: lan, addresses: ["192.168.11.5/24"] }],
        /in none of the subnets of vms\/lan/,
    ],
    [
        "an address that pods are given",
        [{ name: "a", network: pooled, addresses: ["192.168.10.8/24"] }],
        /gives away to pods/,
    ],
    [
        "an address without a prefix",
        [{ name: "a", network: lan, addresses: ["192.168.10.5"] }],
        /not an address with the length/,
    ],
    [
        "a router elsewhere",
        [{ name: "a", network: lan, addresses: ["192.168.10.5/24"], gateways: ["192.168.11.1"] }],
        /on none of the networks of the addresses/,
    ],
    [
        "two routers of a family",
        [
            {
                name: "a",
                network: lan,
                addresses: ["192.168.10.5/24"],
                gateways: ["192.168.10.1", "192.168.10.2"],
            },
        ],
        /has two of one family/,
    ],
    [
        "addresses on the pod network",
        [{ name: "a", pod: true, addresses: ["10.0.2.9/24"] }],
        /whose addresses the cluster gives/,
    ],
    [
        "an IPv6 network for IPv4",
        [{ name: "a", pod: { cidr: "fd00::/64" } }],
        /not an IPv4 network/,
    ],
    [
        "a network's name with two slashes",
        [{ name: "a", network: "x/y/z" }],
        /is not the name of a network/,
    ],
    ["a name that is none", [{ name: "a b", pod: true }], /does not take for an interface/],
    ["a model that is none", [{ name: "a", pod: true, model: "e100" }], /none of virtio/],
    [
        "a PCI address that is none",
        [{ name: "a", pod: true, pciAddress: "81:01.0" }],
        /not a PCI address/,
    ],
];

describe("networks of a machine", () => {
    for (const [what, args, why] of rows) {
        it(`are refused: ${what}`, () => {
            const given = args as MachineNetworkArgs[];
            assert.deepEqual(machineNetworkShapes(given), []);
            const { problems } = checkMachineNetworks(given, machine);
            assert.match(problemsText("VirtualMachine", "db", problems), why);
        });
    }

    for (const [what, args, why] of [
        ["no name", [{ pod: true }], /name is missing/],
        ["neither", [{ name: "a" }], /has neither pod nor network/],
        ["both", [{ name: "a", pod: true, network: "lan" }], /has both pod and network/],
        ["pod false", [{ name: "a", pod: false }], /neither true nor an object/],
        [
            "a plugin without a name",
            [{ name: "a", pod: true, binding: {} }],
            /binding.plugin is missing/,
        ],
    ] as const) {
        it(`are refused by their shape: ${what}`, () => {
            const problems = machineNetworkShapes(args as unknown as MachineNetworkArgs[]);
            assert.match(problemsText("VirtualMachine", "db", problems), why);
        });
    }

    it("are accepted: hosts' addresses, and all of networks that have no others", () => {
        const { problems } = checkMachineNetworks(
            [
                { name: "a", network: lan, addresses: ["192.168.10.5/24", "192.168.10.6/32"] },
                { name: "b", network: "net/b", addresses: ["10.0.0.0/31", "fd00::ff/120"] },
            ],
            machine,
        );
        assert.deepEqual(problems, []);
    });

    it("are accepted: an excluded address of a pool, with a warning that the pod has one too", () => {
        const { problems, warnings } = checkMachineNetworks(
            [{ name: "a", network: pooled, addresses: ["192.168.10.7/24"] }],
            machine,
        );
        assert.deepEqual(problems, []);
        assert.match(warnings[0]?.fault ?? "", /gives the pod an address too/);
    });

    it("warn of a plugin that nobody checks", () => {
        const plugin = checkMachineNetworks(
            [{ name: "a", pod: true, binding: { plugin: "l2bridge" } }],
            machine,
        );
        assert.deepEqual(plugin.problems, []);
        assert.match(plugin.warnings[0]?.fault ?? "", /nobody has registered/);
    });

    it("that are not named are those of a machine that names none", () => {
        const { spec } = virtualMachine(plainMachine("vms"));
        const { template } = spec as unknown as {
            template: { spec: { domain: { devices: { interfaces: object } }; networks: object } };
        };
        const plans = networkInterfacePlans(undefined, machine);
        assert.deepEqual(interfaces(plans), template.spec.domain.devices.interfaces);
        assert.deepEqual(networks(plans), template.spec.networks);
        assert.equal(networkData(plans), undefined);
    });

    it("do not touch each other: without one of them the others are byte for byte what they were", () => {
        const some = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), {
            minLength: 2,
            maxLength: 5,
        });
        fc.assert(
            fc.property(some, fc.nat(4), (names, at) => {
                const args = names.map((name, index): MachineNetworkArgs =>
                    index === 0 ? { name, pod: true } : { name, network: `vms/${name}` },
                );
                const gone = names[at % names.length] ?? "";
                const rest = args.filter(({ name }) => name !== gone);
                const [all, left] = [args, rest].map((list) =>
                    networkInterfacePlans(list, machine),
                );
                for (const build of [interfaces, networks]) {
                    const expected = build(all ?? []).filter(({ name }) => name !== gone);
                    assert.equal(JSON.stringify(build(left ?? [])), JSON.stringify(expected));
                }
            }),
        );
    });

    it("name a network of the machine's own namespace in full, and keep SR-IOV's binding", () => {
        const [own, sriov] = networkInterfacePlans(
            [
                { name: "own", network: "lan" },
                { name: "vf", network: network({ kind: "sriov", networkName: "net/vf" }) },
            ],
            machine,
        );
        assert.deepEqual(own?.network, { attachment: "vms/lan" });
        assert.deepEqual([sriov?.binding, sriov?.network], ["sriov", { attachment: "net/vf" }]);
    });
});

describe("addresses of the machines of a program", () => {
    const at = (address: string, on: MachineNetwork): MachineNetworkArgs[] => [
        { name: "lan", network: on, addresses: [address] },
    ];
    const second = { machineName: "web", namespace: "vms" };

    function taken(first: MachineNetworkArgs[], other: MachineNetworkArgs[]): string {
        const program: Cluster = {} as never;
        assert.deepEqual(takeAddresses(program, first, machine), []);
        return problemsText("VirtualMachine", "web", takeAddresses(program, other, second));
    }

    it("are there once on a wire, whatever the prefix and the way of writing", () => {
        const six = network({ networkName: "vms/six" });
        assert.match(
            taken(at("192.168.10.5/24", lan), at("192.168.10.5/25", lan)),
            /has the address 192\.168\.10\.5, which interface "lan" of VirtualMachine vms\/db/,
        );
        assert.match(taken(at("fd00::5/64", six), at("fd00:0:0::5/64", six)), /fd00::5/);
    });

    it("may be there twice on networks that are said to be two wires, and on none that are not", () => {
        const [a, b] = ["a", "b"].map((wire) =>
            network({ networkName: `vms/${wire}`, broadcastDomain: wire }),
        );
        assert.ok(a && b);
        assert.equal(taken(at("192.168.10.5/24", a), at("192.168.10.5/24", b)), "");
        const c = network({ networkName: "vms/c" });
        assert.match(taken(at("192.168.10.5/24", a), at("192.168.10.5/24", c)), /broadcastDomain/);
    });

    it("have a MAC address of their own", () => {
        const args: MachineNetworkArgs[] = [
            { name: "x", pod: true, macAddress: "02:1a:2b:3c:4d:5e" },
        ];
        assert.match(taken(args, args), /has the macAddress 02:1a:2b:3c:4d:5e/);
        assert.equal(taken([{ name: "x", pod: true }], [{ name: "x", pod: true }]), "");
    });
});
