import assert from "node:assert/strict";
import { addressesIn, checkIpam, type AddressedNetwork, overlapFault } from "../../../model/ipam";
import { checkSriovPools } from "../../../model/network-plumbing";
import { checkNetworkType } from "../../../model/network-type";
import { checkOpenings } from "../../../model/policy-peer";
import { type Problem, problemsText } from "../../../model/problems";
import { addressText, sizeOf } from "../../../model/ip-range";
import type { VmServiceArgs } from "../../../components";
import { checkVmService } from "../../../components/networks/vm-service-args";
import { serviceAddresses, serviceVerdict } from "../../../waits/service-address";

const textOf = (problems: readonly Problem[]) => problemsText("X", "x", problems);

describe("arguments of a network", () => {
    for (const [args, why] of [
        [{}, /nothing says what the network is/],
        [{ bridge: { bridge: "a" }, macvlan: { parent: "b" } }, /a network is of one kind/],
        [
            { bridge: { bridge: "a-name-too-long-for-linux" } },
            /not the name of a network interface/,
        ],
        [{ bridge: { bridge: "br1", vlan: 4095 } }, /not a whole number from 1 to 4094/],
        [{ bridge: { bridge: "br1", preserveDefaultVlan: true } }, /given without a vlan/],
        [{ macvlan: { parent: "eth1", mode: "tap" as never } }, /none of bridge, private/],
        [{ sriov: { resourceName: "vfs" } }, /not the name of a node's resource/],
        [{ sriov: { resourceName: "a.b/c", vlanQoS: 3 } }, /given without a vlan/],
        [{ plugin: { bridge: "br-ex" } }, /plugin.type is missing/],
        [{ plugin: { type: "ovs", ipam: {} } }, /write whereabouts or static/i],
    ] as const) {
        it(`are refused: ${JSON.stringify(args)}`, () => {
            assert.match(textOf(checkNetworkType(args)), why);
        });
    }

    const pool = (more: object) => ({
        whereabouts: { pools: [{ range: "10.0.0.0/24", ...more }] },
    });
    for (const [ipam, why] of [
        [pool({ range: "10.0.0.1/24" }), /is an address inside a network/],
        [pool({ start: "10.0.1.1" }), /which is not in 10\.0\.0\.0\/24/],
        [pool({ start: "10.0.0.9", end: "10.0.0.8" }), /which is before start/],
        [pool({ exclude: ["10.0.0.0/24"] }), /leaves no address/],
        [pool({ exclude: ["10.9.0.1"] }), /which is not in 10\.0\.0\.0\/24/],
        [{ whereabouts: { ...pool({}).whereabouts, gateway: "10.0.0.1" } }, /gives away to a pod/],
        [
            { whereabouts: { ...pool({}).whereabouts, gateway: "10.1.0.1" } },
            /on none of the networks/,
        ],
        [{ ...pool({}), static: { addresses: ["10.0.0.5/24"] } }, /given beside whereabouts/],
        [{ static: { addresses: ["10.0.0.5"] } }, /length of its network's prefix/],
    ] as const) {
        it(`are refused: ${JSON.stringify(ipam)}`, () => {
            assert.match(textOf(checkIpam(ipam)), why);
        });
    }

    it("have the addresses that whereabouts gives away: none of the network and of all hosts", () => {
        const shown = addressesIn({ range: "10.0.0.0/29", exclude: ["10.0.0.3"] }).map(
            (range) => `${addressText({ family: 4, value: range.first })}+${String(sizeOf(range))}`,
        );
        assert.deepEqual(shown, ["10.0.0.1+2", "10.0.0.4+3"]);
    });
});

describe("networks of a program that give away addresses", () => {
    const network = (networkName: string, range: string, wire?: string): AddressedNetwork => ({
        networkName,
        ipam: { whereabouts: { pools: [{ range }] } },
        broadcastDomain: wire,
    });
    const fault = (one: AddressedNetwork, other: AddressedNetwork) =>
        overlapFault(one, other)?.fault;

    for (const [what, one, other, refused] of [
        ["the same", network("a", "10.0.0.0/24"), network("b", "10.0.0.0/24"), true],
        ["a part of the other's", network("a", "10.0.0.0/24"), network("b", "10.0.0.128/25"), true],
        ["others", network("a", "10.0.0.0/24"), network("b", "10.0.1.0/24"), false],
        [
            "the same on two wires",
            network("a", "10.0.0.0/24", "x"),
            network("b", "10.0.0.0/24", "y"),
            false,
        ],
        [
            "one pool on one wire",
            network("a", "10.0.0.0/24", "x"),
            network("b", "10.0.0.0/24", "x"),
            false,
        ],
        [
            "two pools on one wire",
            network("a", "10.0.0.0/24", "x"),
            network("b", "10.0.0.0/25", "x"),
            true,
        ],
        [
            "the same, one wire unnamed",
            network("a", "10.0.0.0/24", "x"),
            network("b", "10.0.0.0/24"),
            true,
        ],
    ] as const) {
        it(`${refused ? "are refused" : "are accepted"}: ${what}`, () => {
            assert.equal(fault(one, other) !== undefined, refused);
        });
    }
});

describe("arguments of a service", () => {
    const base = { cluster: {} as never, machine: "db", ports: [{ port: 22 }] };
    const place = { name: "db-ssh", namespace: "vms" };
    for (const [more, why] of [
        [{ machine: undefined }, /machine is missing, and so is group/],
        [{ group: "web" }, /given beside machine/],
        [{ machine: { machineName: "db", namespace: "other" } }, /the machine is in other/],
        [{ ports: [] }, /ports is missing/],
        [{ ports: [{ port: 22, nodePort: 30022 }] }, /has no port on nodes/],
        [{ loadBalancerClass: "x/y" }, /the service is ClusterIP/],
        [{ externalTrafficPolicy: "Local" }, /is not reached from outside/],
        [{ type: "LoadBalancer", sourceRanges: ["203.0.113.7/24"] }, /address inside a network/],
        [{ type: "External" as never }, /none of ClusterIP/],
    ] as const) {
        it(`are refused: ${JSON.stringify(more)}`, () => {
            const args = { ...base, ...more } as unknown as VmServiceArgs;
            assert.match(textOf(checkVmService(args, place)), why);
        });
    }

    it("are accepted as they are, and of a headless service without ports", () => {
        assert.deepEqual(checkVmService(base, place), []);
        assert.deepEqual(checkVmService({ ...base, ports: [], type: "headless" }, place), []);
    });

    it("are ready with the address or host name that a load balancer gives", () => {
        const service = {
            status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }, { hostname: "h" }] } },
        };
        assert.deepEqual(serviceAddresses(service), ["1.2.3.4", "h"]);
        assert.equal(serviceVerdict([service]).kind, "ready");
        assert.equal(serviceVerdict([{}]).kind, "waiting");
        assert.equal(serviceVerdict([undefined]).kind, "waiting");
    });
});

describe("openings of a policy", () => {
    for (const [opening, why] of [
        [{ peers: [] }, /which Kubernetes reads as everybody/],
        [{ peers: [{}] }, /cidr is missing, and so are/],
        [{ peers: [{ group: "a", cidr: "10.0.0.0/8" }] }, /given beside a group/],
        [
            { peers: [{ cidr: "10.0.0.0/8", except: ["11.0.0.0/8"] }] },
            /which is not in 10\.0\.0\.0\/8/,
        ],
        [{ ports: [{ port: 9, to: 8 }] }, /which is before 9/],
        [{ ports: [{ port: 0 }] }, /is not a port/],
    ] as const) {
        it(`are refused: ${JSON.stringify(opening)}`, () => {
            assert.match(textOf(checkOpenings([opening])), why);
        });
    }
});

describe("pools of virtual functions", () => {
    for (const [pool, why] of [
        [{ name: "lan-vfs" }, /does not take/],
        [{ name: "a", vendors: ["0x8086"] }, /not a PCI id/],
    ] as const) {
        it(`are refused: ${JSON.stringify(pool)}`, () => {
            assert.match(textOf(checkSriovPools([pool])), why);
        });
    }
});
