import assert from "node:assert/strict";
import type { MachineNetworkArgs } from "../../components";
import { networkInterfacePlans } from "../../components/networks/machine-networks";
import {
    interfaces,
    networkData,
    networks,
    type TemplateNetworks,
} from "../../manifests/machine-networks";
import { machinePolicy } from "../../manifests/machine-policy";
import { cniConfig } from "../../manifests/network-attachment";
import { networkChangeImpact, networksIn, withLeaving } from "../../manifests/network-change";

const machine = { machineName: "db", namespace: "vms" };
const plansOf = (args: readonly MachineNetworkArgs[]) => networkInterfacePlans(args, machine);

function template(args: readonly MachineNetworkArgs[]): TemplateNetworks {
    return { interfaces: interfaces(plansOf(args)), networks: networks(plansOf(args)) };
}

describe("the CNI configuration of a network", () => {
    const base = { name: "lan", namespace: "vms", owner: "o", ipam: {} };

    it("of a bridge keeps a VLAN to itself, drops foreign MAC addresses and gives no address", () => {
        assert.deepEqual(cniConfig({ ...base, type: { bridge: { bridge: "br1", vlan: 100 } } }), {
            cniVersion: "0.3.1",
            name: "lan",
            type: "bridge",
            bridge: "br1",
            vlan: 100,
            preserveDefaultVlan: false,
            macspoofchk: true,
        });
    });

    it("of SR-IOV writes flags as the plugin reads them", () => {
        const sriov = { resourceName: "a/b", spoofCheck: false, trust: true, vlan: 5 };
        assert.deepEqual(cniConfig({ ...base, type: { sriov } }), {
            cniVersion: "0.3.1",
            name: "lan",
            type: "sriov",
            vlan: 5,
            spoofchk: "off",
            trust: "on",
        });
    });

    it("has pools of its own where the wire was named", () => {
        const { ipam } = cniConfig({
            ...base,
            type: { macvlan: { parent: "eth1" } },
            broadcastDomain: "lab",
            ipam: {
                whereabouts: {
                    pools: [{ range: "10.0.0.0/24", start: "10.0.0.10", exclude: ["10.0.0.12"] }],
                    gateway: "10.0.0.1",
                },
            },
        });
        assert.deepEqual(ipam, {
            type: "whereabouts",
            ipRanges: [{ range: "10.0.0.0/24", range_start: "10.0.0.10", exclude: ["10.0.0.12"] }],
            gateway: "10.0.0.1",
            network_name: "lab",
        });
    });

    it("gives each static address the gateway of its own family", () => {
        const fixed = { addresses: ["10.0.0.5/24", "fd00::5/64"], gateway: "fd00::1" };
        const { ipam } = cniConfig({
            ...base,
            type: { plugin: { type: "ovs" } },
            ipam: { static: fixed },
        });
        assert.deepEqual(ipam, {
            type: "static",
            addresses: [{ address: "10.0.0.5/24" }, { address: "fd00::5/64", gateway: "fd00::1" }],
        });
    });
});

describe("the guest's network data", () => {
    it("finds every interface by its MAC address, once one of them has an address of its own", () => {
        const plans = plansOf([
            { name: "default", pod: true },
            {
                name: "lan",
                network: "lan",
                macAddress: "02-1A-2B-3C-4D-5E",
                addresses: ["192.168.10.20/24"],
                gateways: ["192.168.10.1", "fd00::1"],
                nameservers: ["192.168.10.2"],
                searchDomains: ["example.org"],
                routes: [{ to: "10.0.0.0/8", via: "192.168.10.3" }],
                mtu: 9000,
            },
        ]);
        assert.deepEqual(JSON.parse(networkData(plans) ?? ""), {
            version: 2,
            ethernets: {
                default: { match: { macaddress: plans[0]?.macAddress }, dhcp4: true, dhcp6: false },
                lan: {
                    match: { macaddress: "02:1a:2b:3c:4d:5e" },
                    dhcp4: false,
                    dhcp6: false,
                    addresses: ["192.168.10.20/24"],
                    routes: [
                        { to: "0.0.0.0/0", via: "192.168.10.1" },
                        { to: "::/0", via: "fd00::1" },
                        { to: "10.0.0.0/8", via: "192.168.10.3" },
                    ],
                    nameservers: { addresses: ["192.168.10.2"], search: ["example.org"] },
                    mtu: 9000,
                },
            },
        });
    });

    it("is not written where nobody asked for anything", () => {
        assert.equal(
            networkData(
                plansOf([
                    { name: "a", pod: true },
                    { name: "b", network: "b" },
                ]),
            ),
            undefined,
        );
    });
});

const pod: MachineNetworkArgs = { name: "default", pod: true };
const lan: MachineNetworkArgs = { name: "lan", network: "lan" };
const vf: MachineNetworkArgs = { name: "vf", network: "vf", binding: "sriov" };

describe("a change of networks, while the machine runs", () => {
    const rows: readonly (readonly [
        string,
        readonly MachineNetworkArgs[],
        readonly MachineNetworkArgs[],
        string,
    ])[] = [
        ["nothing", [pod, lan], [pod, lan], ""],
        ["another order", [pod, lan], [lan, pod], ""],
        ["a bridge interface more", [pod], [pod, lan], "lan added live"],
        ["an SR-IOV interface more", [pod], [pod, vf], "vf added live"],
        [
            "a plugin's interface more",
            [pod],
            [pod, { ...lan, binding: { plugin: "x" } }],
            "lan added restart",
        ],
        ["the pod network more", [lan], [lan, pod], "default added restart"],
        ["an SR-IOV interface less", [pod, vf], [pod], "vf removed restart"],
        ["the pod network less", [pod, lan], [lan], "default removed restart"],
        ["a cable pulled", [pod, lan], [pod, { ...lan, state: "down" }], "lan changed live"],
        ["up, written out", [pod, lan], [pod, { ...lan, state: "up" }], ""],
        ["another network", [pod, lan], [pod, { ...lan, network: "dmz" }], "lan changed live"],
        ["another model", [pod, lan], [pod, { ...lan, model: "e1000e" }], "lan changed restart"],
        ["another binding", [pod, lan], [pod, { ...lan, binding: "sriov" }], "lan changed restart"],
    ];
    for (const [what, before, after, expected] of rows) {
        it(`is told: ${what}`, () => {
            const changes = networkChangeImpact(template(before), template(after), {
                migratable: true,
            });
            assert.equal(
                changes.map(({ name, change, impact }) => `${name} ${change} ${impact}`).join(),
                expected,
            );
        });
    }

    it("waits for a restart where the machine cannot be live-migrated", () => {
        const facts = { migratable: false };
        const [added] = networkChangeImpact(template([pod]), template([pod, lan]), facts);
        assert.equal(added?.impact, "restart");
        const moved = template([pod, { ...lan, network: "dmz" }]);
        const [changed] = networkChangeImpact(template([pod, lan]), moved, facts);
        assert.equal(changed?.impact, "restart");
    });
});

describe("an interface that is taken off the list", () => {
    const live = template([pod, lan, vf]);

    it("is unplugged while the machine runs, and the others stay as they are", () => {
        const wanted = withLeaving(template([pod, vf]), live);
        assert.deepEqual(
            wanted.interfaces.map(({ name, state }) => [name, state]),
            [
                ["default", undefined],
                ["lan", "absent"],
                ["vf", undefined],
            ],
        );
        // Where they are, too: another order would be one more thing that changes.
        assert.deepEqual(wanted.networks, live.networks);
        assert.deepEqual(
            wanted.interfaces.filter(({ state }) => state !== "absent"),
            template([pod, vf]).interfaces,
        );
        const [change] = networkChangeImpact(live, wanted, { migratable: true });
        assert.deepEqual([change?.change, change?.impact], ["unplugged", "live"]);
    });

    it("stays absent until KubeVirt has taken it off, and is then written no more", () => {
        const going = withLeaving(template([pod, vf]), live);
        assert.deepEqual(withLeaving(template([pod, vf]), going), going);
        const gone = template([pod, vf]);
        assert.deepEqual(withLeaving(template([pod, vf]), gone), gone);
        assert.deepEqual(networkChangeImpact(going, gone, { migratable: true }), []);
    });

    it("is first where it was first, beside one that comes", () => {
        const wanted = withLeaving(template([pod, vf]), template([lan, pod]));
        assert.deepEqual(
            wanted.interfaces.map(({ name }) => name),
            ["lan", "default", "vf"],
        );
    });

    it("is simply left out where KubeVirt cannot unplug it, or there is no machine yet", () => {
        assert.deepEqual(withLeaving(template([pod, lan]), live), template([pod, lan]));
        assert.deepEqual(withLeaving(template([lan, vf]), live), template([lan, vf]));
        assert.deepEqual(withLeaving(template([pod]), undefined), template([pod]));
    });

    it("is found in a VirtualMachine's object", () => {
        const spec = {
            domain: { devices: { interfaces: live.interfaces } },
            networks: live.networks,
        };
        assert.deepEqual(networksIn({ spec: { template: { spec } } }), live);
        assert.deepEqual(networksIn(undefined), { interfaces: [], networks: [] });
    });
});

describe("a group's policy", () => {
    const plan = { name: "db", namespace: "vms", owner: "o", group: "db", ingress: [], egress: [] };

    it("denies everything but names, which are resolved by the cluster's DNS pods", () => {
        const { spec } = machinePolicy({ ...plan, resolvers: ["fd00::53"] });
        assert.deepEqual(spec["policyTypes"], ["Ingress", "Egress"]);
        assert.deepEqual(spec["ingress"], []);
        assert.equal((spec["egress"] as object[]).length, 1);
        assert.match(JSON.stringify(spec["egress"]), /kube-dns.*fd00::53\/128.*"port":53/);
        assert.deepEqual(spec["podSelector"], {
            matchLabels: { "pulumi-kubevirt.dev/group": "db" },
        });
    });

    it("denies names too where that is said", () => {
        assert.deepEqual(machinePolicy({ ...plan, resolvers: undefined }).spec["egress"], []);
    });
});
