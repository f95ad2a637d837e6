import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkGates } from "../../../components/machines/gate-check";
import { ownerAnnotation } from "../../../model/annotations";
import { gatesThatAreOff, neededGates } from "../../../model/machine-gates";
import { Problems, problemsText } from "../../../model/problems";
import { collectionPath } from "../../../waits/collections";
import { speakThrough, type Speaker } from "../../../waits/say";
import { ApiServer } from "../../support/api-server";
import { clusterOf } from "../on-cluster";

function machine(spec: object): Record<string, unknown> {
    return { spec: { template: { spec } } };
}

const passed = machine({ domain: { devices: { hostDevices: [{ deviceName: "a/b" }] } } });

describe("the features of KubeVirt that a machine needs", () => {
    const rows: readonly (readonly [string, object, readonly string[]])[] = [
        ["nothing of the kind", { domain: { devices: {} } }, []],
        ["a device of the node", { domain: { devices: { hostDevices: [] } } }, ["HostDevices"]],
        ["metrics", { domain: { devices: { downwardMetrics: {} } } }, ["DownwardMetrics"]],
        ["metrics on a disk", { volumes: [{ downwardMetrics: {} }] }, ["DownwardMetrics"]],
        ["a file of the node", { volumes: [{ name: "a", hostDisk: {} }] }, ["HostDisk"]],
        ["VSOCK", { domain: { devices: { autoattachVSOCK: true } } }, ["VSOCK"]],
        ["dedicated CPUs", { domain: { cpu: { dedicatedCpuPlacement: true } } }, ["CPUManager"]],
    ];
    for (const [name, spec, gates] of rows) {
        it(`${name}: ${gates.join(", ")}`, () => {
            assert.deepEqual(
                neededGates(machine(spec)).map(({ gate }) => gate),
                gates,
            );
        });
    }

    it("are off unless they are enabled, and unknown in a version that is unknown", () => {
        const off = (version: string, enable: readonly string[], disable: readonly string[] = []) =>
            gatesThatAreOff(neededGates(passed), version, { enable, disable }).length;
        assert.equal(off("v1.9.0", []), 1);
        assert.equal(off("v1.9.0", ["HostDevices"]), 0);
        assert.equal(off("v3.0.0", []), 0);
    });
});

describe("a machine that needs a feature of the cluster's KubeVirt", () => {
    const path = collectionPath("KubeVirt");
    let server: ApiServer;
    let before: Speaker;
    const said: string[] = [];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        said.length = 0;
        before = speakThrough((severity, text) => void said.push(`${severity}: ${text}`));
    });

    afterEach(async () => {
        speakThrough(before);
        await server.stop();
    });

    async function check(
        featureGates: readonly string[],
        annotations: Readonly<Record<string, string>> = {},
    ): Promise<string> {
        server.put(path, "kubevirt", {
            metadata: { annotations },
            spec: { configuration: { developerConfiguration: { featureGates } } },
            status: { observedKubeVirtVersion: "v1.9.0", targetKubeVirtVersion: "v1.9.0" },
        });
        const cluster = await clusterOf(server);
        const component = new pulumi.ComponentResource("kubevirt:index:VirtualMachine", "db");
        await cluster.connection;
        said.length = 0;
        const problems = new Problems();
        await checkGates(component, "db", cluster, passed, problems);
        return problemsText("VirtualMachine", "db", problems.all);
    }

    it("is warned in a preview where it is off", async () => {
        assert.equal(await check([]), "");
        assert.equal(said.length, 1, said.join("\n"));
        assert.match(
            said[0] ?? "",
            /^warn: VirtualMachine "db": devices\.hostDevices needs KubeVirt's feature gate HostDevices, which is off on this cluster: KubeVirt refuses the machine\. Have it switched on/,
        );
    });

    it("is fine where it is on", async () => {
        assert.equal(await check(["HostDevices"]), "");
        assert.deepEqual(said, []);
    });

    it("is fine where this stack looks after KubeVirt: the same update may switch it on", async () => {
        const ours = `${pulumi.getProject()}/${pulumi.getStack()}/virt-kubevirt`;
        assert.equal(await check([], { [ownerAnnotation]: ours }), "");
        assert.deepEqual(said, []);
    });
});
