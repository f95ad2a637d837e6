import assert from "node:assert/strict";
import { plainMachine } from "../support/plain-machine";
import {
    type MachinePlan,
    runStrategies,
    startsByItself,
    virtualMachine,
} from "../../manifests/virtual-machine";

const plan = plainMachine("vms", {
    cpu: 4,
    memory: "16Gi",
    runStrategy: "Always",
    disks: [
        {
            name: "root",
            claim: "db-root",
            filled: true,
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            device: { boot: true },
        },
        {
            name: "data",
            claim: "db-data",
            filled: false,
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
        },
    ],
    cloudInit: { secret: "db-cloud-init", dataSource: "NoCloud", networkData: false },
});

interface Template {
    readonly domain: {
        readonly cpu: object;
        readonly devices: { readonly disks: { name: string }[]; readonly interfaces: object[] };
    };
    readonly volumes: { name: string }[];
    readonly networks: object[];
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
