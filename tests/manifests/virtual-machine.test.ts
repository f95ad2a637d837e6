import assert from "node:assert/strict";
import {
    type MachinePlan,
    runStrategies,
    startsByItself,
    virtualMachine,
} from "../../manifests/virtual-machine";

const plan: MachinePlan = {
    name: "db",
    namespace: "vms",
    owner: "shop/test/db",
    cpu: 4,
    memory: "16Gi",
    runStrategy: "Always",
    disks: [
        { name: "root", claim: "db-root", filled: true, accessMode: "ReadWriteMany", bootOrder: 1 },
        { name: "data", claim: "db-data", filled: false, accessMode: "ReadWriteMany" },
    ],
    cloudInitSecret: "db-cloud-init",
};

interface Template {
    readonly domain: {
        readonly cpu: object;
        readonly devices: { readonly disks: { name: string }[]; readonly interfaces: object[] };
    };
    readonly volumes: { name: string }[];
    readonly networks: object[];
    readonly evictionStrategy: string;
}

function template(change: Partial<MachinePlan> = {}): Template {
    const { spec } = virtualMachine({ ...plan, ...change });
    return (spec as { template: { spec: Template } }).template.spec;
}

describe("virtualMachine", () => {
    it("gives every disk a volume and every volume a disk, in the user's order", () => {
        const { domain, volumes } = template();
        const names = ["root", "data", "cloud-init"];
        assert.deepEqual(
            domain.devices.disks.map((disk) => disk.name),
            names,
        );
        assert.deepEqual(
            volumes.map((volume) => volume.name),
            names,
        );
    });

    it("adds CPUs as sockets, which KubeVirt can plug in while the machine runs", () => {
        assert.deepEqual(template().domain.cpu, { sockets: 4, cores: 1, threads: 1 });
    });

    it("writes the interface itself: KubeVirt's default binding cannot migrate", () => {
        const { domain, networks } = template();
        assert.equal(domain.devices.interfaces.length, 1);
        assert.ok("masquerade" in (domain.devices.interfaces[0] as object));
        assert.deepEqual(networks, [{ name: "default", pod: {} }]);
    });

    it("moves with its node's drain when every disk can, and never blocks the drain otherwise", () => {
        assert.equal(template().evictionStrategy, "LiveMigrate");
        const disks = [{ ...plan.disks[0], accessMode: "ReadWriteOnce" }] as MachinePlan["disks"];
        assert.equal(template({ disks }).evictionStrategy, "LiveMigrateIfPossible");
    });

    it("is the same object for the same plan: an unchanged program changes nothing", () => {
        assert.deepEqual(virtualMachine(plan), virtualMachine(structuredClone(plan)));
    });
});

describe("startsByItself", () => {
    it("tells the strategies under which KubeVirt starts the machine", () => {
        assert.deepEqual(runStrategies.filter(startsByItself), [
            "Always",
            "RerunOnFailure",
            "Once",
        ]);
    });
});
