import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineNetworkArgs } from "../../../components";
import { checkMachineNetworks } from "../../../components/networks/check-machine-networks";
import { machineNetworkShapes } from "../../../components/networks/machine-network-shapes";
import { interfaces, networks } from "../../../manifests/machine-networks";
import { networkInterfacePlans } from "../../../components/networks/machine-networks";

/** A request that the real KubeVirt answered. Recorded with 1.9: shared/data/recorded/webhook-answers-vm.json. */
interface Answer {
    readonly name: string;
    readonly code: number;
    readonly interfaces: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
    readonly networks?: readonly {
        readonly name: string;
        readonly pod?: object;
        readonly multus?: { readonly networkName?: string };
    }[];
}

const file = join(__dirname, "..", "..", "fixtures", "webhooks", "vm-network-answers.json");
const answers = JSON.parse(readFileSync(file, "utf8")) as Answer[];

/** What a list of networks cannot even ask for. */
const cannotBeAsked: readonly string[] = [
    "interface with two bindings",
    "duplicate network names",
    "second network has no interface",
];

/** What KubeVirt accepts, and what then does not work. */
const refusedHere: readonly string[] = ["sriov on pod network"];

/** The networks as this package writes them. */
function ours({ interfaces: all, networks: given = [] }: Answer): readonly MachineNetworkArgs[] {
    return all.map(({ name, ports, ...rest }) => {
        const network = given.find((one) => one.name === name);
        const plugin = rest["binding"] as { readonly name: string } | undefined;
        const binding = plugin === undefined ? Object.keys(rest)[0] : { plugin: plugin.name };
        return {
            name,
            binding,
            ...(ports === undefined ? {} : { ports }),
            ...(network?.pod === undefined ? {} : { pod: true }),
            ...(network?.multus === undefined ? {} : { network: network.multus.networkName ?? "" }),
        } as unknown as MachineNetworkArgs;
    });
}

const machine = { machineName: "db", namespace: "vms" };

function refused(args: readonly MachineNetworkArgs[]): boolean {
    return (
        machineNetworkShapes(args).length > 0 ||
        checkMachineNetworks(args, machine).problems.length > 0
    );
}

describe("what KubeVirt answered about networks", () => {
    it("is there", () => assert.ok(answers.length > 10));

    for (const answer of answers.filter(({ name }) => !cannotBeAsked.includes(name))) {
        const expected = answer.code >= 400 || refusedHere.includes(answer.name);
        it(`is ${expected ? "refused" : "accepted"} here: ${answer.name}`, () => {
            assert.equal(refused(ours(answer)), expected);
        });
    }

    it("never comes from a network without an interface: both are made of one entry", () => {
        const plans = networkInterfacePlans(
            [
                { name: "default", pod: true },
                { name: "lan", network: "lan" },
            ],
            machine,
        );
        assert.deepEqual(
            interfaces(plans).map(({ name }) => name),
            networks(plans).map(({ name }) => name),
        );
    });
});
