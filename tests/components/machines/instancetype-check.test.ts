import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
    checkTypesExist,
    type MachineOfType,
} from "../../../components/machines/instancetype-check";
import { Problems, problemsText } from "../../../model/problems";
import { collectionPath } from "../../../waits/collections";
import { speakThrough, type Speaker } from "../../../waits/say";
import { ApiServer } from "../../support/api-server";
import { clusterOf, namespace } from "../on-cluster";

const common = collectionPath("VirtualMachineClusterInstancetype");
const own = collectionPath("VirtualMachineInstancetype", namespace);
const preferences = collectionPath("VirtualMachineClusterPreference");

describe("an instancetype and a preference", () => {
    let server: ApiServer;
    let before: Speaker;
    const said: string[] = [];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        server.put(common, "u1.small");
        server.put(own, "gold");
        server.put(preferences, "fedora");
        said.length = 0;
        before = speakThrough((severity, text) => void said.push(`${severity}: ${text}`));
    });

    afterEach(async () => {
        speakThrough(before);
        await server.stop();
    });

    async function check(
        machine: Omit<MachineOfType, "namespace">,
        {
            preview = true,
            at = server,
        }: { preview?: boolean; at?: ApiServer | "out of reach" } = {},
    ) {
        const cluster = await clusterOf(at);
        const component = new pulumi.ComponentResource("kubevirt:index:VirtualMachine", "db");
        await cluster.connection;
        said.length = 0;
        if (!preview) {
            await pulumi.runtime.setMocks(
                {
                    call: ({ inputs }) => inputs as object,
                    newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
                },
                "shop",
                "test",
                false,
            );
        }
        const problems = new Problems();
        await checkTypesExist(component, "db", cluster, { namespace, ...machine }, problems);
        return problemsText("VirtualMachine", "db", problems.all);
    }

    it("that the cluster has are fine", async () => {
        const mine = { name: "gold", kind: "VirtualMachineInstancetype" } as const;
        assert.equal(await check({ instancetype: "u1.small", preference: "fedora" }), "");
        assert.equal(await check({ instancetype: mine }), "");
        assert.deepEqual(said, []);
    });

    it("that it has not are a warning in a preview, with the name that is near", async () => {
        const far = { name: "u1.smal", kind: "VirtualMachineClusterInstancetype" } as const;
        assert.equal(await check({ instancetype: far, preference: "ubuntu" }), "");
        assert.equal(said.length, 2, said.join("\n"));
        assert.match(
            said[0] ?? "",
            /VirtualMachine "db": instancetype is "u1\.smal", and the cluster has no VirtualMachineClusterInstancetype .*never start it\. Write "u1\.small"/,
        );
        assert.match(
            said[1] ?? "",
            /preference is "ubuntu", .* Make it first; kubectl get virtualmachineclusterpreference/,
        );
    });

    it("that it has not are refused in an update", async () => {
        const text = await check({ instancetype: "u1.large" }, { preview: false });
        assert.match(text, /instancetype is "u1\.large", and the cluster has no/);
        assert.deepEqual(said, []);
    });

    it("are looked for in the machine's own namespace where they are of one", async () => {
        const mine = { name: "u1.small", kind: "VirtualMachineInstancetype" } as const;
        await check({ instancetype: mine });
        assert.match(said.join("\n"), /no VirtualMachineInstancetype of that name/);
    });

    it("are no question to a cluster without KubeVirt, or one that cannot be asked", async () => {
        const empty = new ApiServer();
        await empty.start();
        for (const path of [common, own, preferences]) {
            empty.refusals.set(path, {
                status: 404,
                message: "the server could not find the requested resource",
            });
        }
        try {
            assert.equal(await check({ instancetype: "u1.nano" }, { at: empty }), "");
            assert.equal(await check({ instancetype: "u1.nano" }, { at: "out of reach" }), "");
            assert.deepEqual(said, []);
        } finally {
            await empty.stop();
        }
    });
});
