import assert from "node:assert/strict";
import type { MachineNetworkArgs } from "../../components";
import { networkInterfacePlans } from "../../components/networks/machine-networks";
import { interfaces, networks } from "../../manifests/machine-networks";
import { machinePolicy } from "../../manifests/machine-policy";
import { machineService, type MachineServicePlan } from "../../manifests/machine-service";
import { networkAttachment } from "../../manifests/network-attachment";
import { sriovConfig } from "../../manifests/sriov-config";
import { virtualMachine } from "../../manifests/virtual-machine";
import { plainMachine } from "../support/plain-machine";
import { dryRun } from "../support/dry-run";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

describe("objects of networks, judged by the API server with strict fields", function () {
    let sandbox: SharedSandbox;
    let namespace: string;

    before(async function () {
        sandbox = await sharedSandbox(this);
        namespace = await sandbox.namespace("networks");
    });

    const owned = () => ({ name: "lan", namespace, owner: "shop/test/lan" });

    it("takes networks", async () => {
        for (const type of [
            { bridge: { bridge: "br1", vlan: 100 } },
            { macvlan: { parent: "eth1" } },
            { sriov: { resourceName: "intel.com/vfs", vlan: 7 } },
        ]) {
            const ipam = { whereabouts: { pools: [{ range: "10.0.0.0/24" }] } };
            await dryRun(sandbox, networkAttachment({ ...owned(), type, ipam }));
        }
    });

    const service = (more: Partial<MachineServicePlan>) =>
        machineService({
            ...owned(),
            target: { machine: "db" },
            type: "ClusterIP",
            ports: [{ port: 22 }],
            ...more,
        });

    it("takes services of every type", async () => {
        await dryRun(sandbox, service({}));
        await dryRun(sandbox, service({ type: "headless", ports: [] }));
        await dryRun(sandbox, service({ type: "NodePort", externalTrafficPolicy: "Local" }));
        await dryRun(
            sandbox,
            service({
                type: "LoadBalancer",
                target: { group: "web" },
                ports: [
                    { port: 80, targetPort: 8080 },
                    { port: 53, protocol: "UDP" },
                ],
                loadBalancerClass: "metallb.io/l2",
                allocateNodePorts: false,
                sourceRanges: ["203.0.113.0/24"],
                sessionAffinity: "ClientIP",
                publishNotReady: true,
                annotations: { "metallb.io/address-pool": "public" },
            }),
        );
    });

    it("takes policies", async () => {
        const plan = { ...owned(), group: "db", egress: [], resolvers: ["169.254.20.10"] };
        await dryRun(sandbox, machinePolicy({ ...plan, ingress: [] }));
        await dryRun(
            sandbox,
            machinePolicy({
                ...plan,
                ingress: [
                    {
                        peers: [
                            { group: "web", namespace: "shop" },
                            { machine: "admin" },
                            { namespace: "monitoring" },
                            { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] },
                        ],
                        ports: [{ port: 5432 }, { port: 9000, to: 9100, protocol: "UDP" }],
                    },
                    {},
                ],
                egress: undefined,
            }),
        );
    });

    it("takes a machine with every kind of interface", async () => {
        const given: MachineNetworkArgs[] = [
            {
                name: "default",
                pod: { cidr: "10.10.0.0/24", ipv6Cidr: "fd10:9::/120" },
                ports: [
                    { name: "ssh", port: 22 },
                    { port: 53, protocol: "UDP" },
                ],
                bootOrder: 2,
                acpiIndex: 5,
            },
            { name: "lan", network: "lan", state: "down", model: "e1000e" },
            { name: "vf", network: "net/vf", binding: "sriov", pciAddress: "0000:81:01.0" },
            { name: "l2", network: "net/l2", binding: { plugin: "l2bridge" } },
        ];
        const plans = networkInterfacePlans(given, { machineName: "db", namespace });
        for (const all of [
            plans,
            networkInterfacePlans([{ name: "p", pod: true, binding: "passt" }], {
                machineName: "db",
                namespace,
            }),
        ]) {
            const machine = virtualMachine(plainMachine(namespace, owned()));
            const template = machine.spec["template"] as {
                spec: { domain: { devices: Record<string, unknown> }; networks: unknown };
            };
            template.spec.domain.devices["interfaces"] = interfaces(all);
            template.spec.networks = networks(all);
            await dryRun(sandbox, machine);
        }
    });

    it("says what it does not know: the judge is strict", async () => {
        const wrong = service({});
        await assert.rejects(
            dryRun(sandbox, { ...wrong, spec: { ...wrong.spec, ports: [{ prot: 1 }] } } as never),
            /unknown field/,
        );
    });

    it("has the device plugin's configuration as the plugin reads it", () => {
        const { data } = sriovConfig("kube-system", [{ name: "lan_vfs", pfNames: ["ens1f0"] }]);
        assert.deepEqual(JSON.parse(data["config.json"] ?? ""), {
            resourceList: [
                {
                    resourceName: "lan_vfs",
                    selectors: [{ drivers: ["vfio-pci"], pfNames: ["ens1f0"] }],
                },
            ],
        });
    });
});
