import assert from "node:assert/strict";
import { Disk, ExistingStorage, VirtualMachine } from "../../components";
import { takeName } from "../../components/names-taken";
import { program } from "../../waits/program";
import { untilRegistered } from "../support/recorder";
import { clusterOf, quietly } from "./on-cluster";

describe("takeName", () => {
    const disk = (component: string) => ({ kind: "Disk", field: "claimName", component });
    const data = { namespace: "vms", name: "data" };

    it("refuses a name that another component of the program has, and says whose it is", () => {
        const cluster = {} as never;
        assert.deepEqual(takeName(cluster, disk("a"), data), []);
        assert.deepEqual(takeName(cluster, disk("b"), data), [
            {
                field: "claimName",
                fault: 'is "data" in namespace vms, as that of Disk "a" of this program',
                cure: "give each a name of its own",
            },
        ]);
    });

    it("has nothing against it in another namespace, of another kind, or on another cluster", () => {
        const cluster = {} as never;
        takeName(cluster, disk("a"), data);
        assert.deepEqual(takeName(cluster, disk("b"), { ...data, namespace: "other" }), []);
        assert.deepEqual(takeName(cluster, { ...disk("b"), kind: "VirtualMachine" }, data), []);
        assert.deepEqual(takeName({} as never, disk("b"), data), []);
    });
});

describe("two components of one name on the cluster", () => {
    quietly();
    const refuse = program.refuse.bind(program);
    let refused: string[];

    beforeEach(() => {
        refused = [];
        program.refuse = (text) => void refused.push(text);
    });

    afterEach(() => {
        program.refuse = refuse;
    });

    it("are refused: disks of one claim, which the cluster would only refuse in the middle of an update", async () => {
        const cluster = await clusterOf("out of reach");
        const storage = new ExistingStorage("storage", { cluster, storageClass: "block" });
        const first = new Disk("a", { storage, size: "1Gi", claimName: "data" });
        new Disk("b", { storage, size: "1Gi", claimName: "data" });
        assert.match(refused.join("\n"), /^Disk "b": claimName is "data" .*Disk "a"/);
        await untilRegistered(first);
    });

    it("are refused: machines of one name, and nothing is said of the addresses that come of it", async () => {
        const cluster = await clusterOf("out of reach");
        const storage = new ExistingStorage("storage", { cluster, storageClass: "block" });
        const machine = (name: string) => {
            const disks = [{ name: `${name}-root`, storage, size: "1Gi" } as const];
            const size = { cpu: 1, memory: "1Gi" } as const;
            return new VirtualMachine(name, { cluster, machineName: "db", ...size, disks });
        };
        const first = machine("a");
        machine("b");
        assert.match(refused.join("\n"), /^VirtualMachine "b": machineName is "db" .*"a"/);
        assert.doesNotMatch(refused.join("\n"), /macAddress/);
        await untilRegistered(first);
    });
});
