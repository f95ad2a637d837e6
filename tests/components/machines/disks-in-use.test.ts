import assert from "node:assert/strict";
import { refuseDisksInUse } from "../../../components/ownership";
import { ownerAnnotation } from "../../../model/annotations";
import { Problems } from "../../../model/problems";
import type { ApiServer } from "../../support/api-server";
import { clusterOf, emptyServer, namespace, pathOf, quietly } from "../on-cluster";

describe("refuseDisksInUse", () => {
    let server: ApiServer;
    quietly();

    beforeEach(async () => {
        server = await emptyServer();
    });

    afterEach(() => server.stop());

    const volumes = (claims: readonly string[]) =>
        claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));

    function written(name: string, claims: readonly string[], owner = `shop/test/${name}`) {
        server.put(pathOf("VirtualMachine"), name, {
            metadata: { name, annotations: { [ownerAnnotation]: owner } },
            spec: { template: { spec: { volumes: volumes(claims) } } },
        });
    }

    function running(name: string, claims: readonly string[], phase = "Running") {
        server.put(pathOf("VirtualMachineInstance"), name, {
            metadata: { name },
            spec: { volumes: volumes(claims) },
            status: { phase },
        });
    }

    /** What is said of machine `db`, whose disk `data` is claim `data`. */
    async function said(): Promise<readonly string[]> {
        const problems = new Problems();
        const machine = {
            apiVersion: "kubevirt.io/v1",
            kind: "VirtualMachine",
            metadata: {
                name: "db",
                namespace,
                labels: {},
                annotations: { [ownerAnnotation]: "shop/test/db" },
            },
        };
        const claims = new Map([["data", "data"]]);
        await refuseDisksInUse(await clusterOf(server), machine, claims, problems);
        return problems.all.map((one) => `${one.field} ${one.fault}. ${one.cure}`);
    }

    it("has nothing against a disk that no other machine has", async () => {
        written("web", ["other"]);
        running("web", ["other"]);
        assert.deepEqual(await said(), []);
    });

    it("says once that another machine has it", async () => {
        written("web", ["data"]);
        running("web", ["data"]);
        assert.deepEqual(await said(), [
            'disks, "data" is claim "data", which VirtualMachine "web" already has: two machines on one disk destroy its data. take the disk away from the other machine first, in an update of its own',
        ]);
    });

    it("refuses a disk that was taken from a machine which runs with it still", async () => {
        written("web", []);
        running("web", ["data"]);
        assert.deepEqual(await said(), [
            'disks, "data" is claim "data", which VirtualMachine "web" runs with until it is restarted: two machines on one disk destroy its data. restart or stop that machine first: virtctl restart -n vms web',
        ]);
    });

    for (const phase of ["Succeeded", "Failed"]) {
        it(`has nothing against a disk of a machine that has ended as ${phase}`, async () => {
            written("web", []);
            running("web", ["data"], phase);
            assert.deepEqual(await said(), []);
        });
    }

    it("takes the machine itself, and what it was called before, for no other", async () => {
        running("db", ["data"]);
        written("old-db", ["data"], "shop/test/db");
        running("old-db", ["data"]);
        assert.deepEqual(await said(), []);
    });
});
