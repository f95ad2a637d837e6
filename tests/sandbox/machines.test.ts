import assert from "node:assert/strict";
import { setFault } from "../support/faults";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";
import { DiskClient, type Made, refusal } from "./disk-client";
import type { Read } from "./platform-client";

interface Machine extends Read {
    readonly metadata: Read["metadata"] & {
        readonly resourceVersion: string;
        readonly managedFields: readonly {
            readonly manager: string;
            readonly fieldsV1: { readonly "f:spec"?: { readonly "f:runStrategy"?: object } };
        }[];
    };
    readonly spec: {
        readonly runStrategy: string;
        readonly template: {
            readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
            readonly spec: {
                readonly architecture: string;
                readonly domain: {
                    readonly machine: { readonly type: string };
                    readonly memory: { readonly guest: string };
                    readonly firmware: { readonly uuid: string };
                };
            };
        };
    };
}

describe("machines on the simulated KubeVirt and a real API server", function () {
    this.timeout(300_000);
    let sandbox: SharedSandbox;
    let disks: DiskClient;

    before(async function () {
        sandbox = await sharedSandbox(this);
        disks = new DiskClient(sandbox, await sandbox.namespace("machines"));
        await disks.disk("root", { http: { url: "https://images.example/disk.img" } });
        await apply(machine("web", "root"));
        await untilRuns("web");
    });

    it("are filled in as by KubeVirt's webhook, and do not change when they are applied again", async () => {
        const before = await read("web");
        const { template } = before.spec;
        assert.equal(template.spec.architecture, "amd64");
        assert.equal(template.spec.domain.machine.type, "q35");
        assert.equal(template.spec.domain.memory.guest, "2Gi");
        assert.match(template.spec.domain.firmware.uuid, /^[0-9a-f-]{36}$/);
        assert.equal(template.metadata.annotations["kubevirt.io/pci-topology-version"], "v3");
        await apply(machine("web", "root"));
        const after = await read("web");
        assert.equal(after.metadata.generation, before.metadata.generation);
        assert.deepEqual(after.spec, before.spec);
    });

    it("are refused with the words of KubeVirt's webhook", async () => {
        const wrong = machine("wrong", "root");
        const said = await refusal(
            apply({ ...wrong, spec: { ...wrong.spec, runStrategy: "Sometimes" } }),
        );
        assert.match(
            said,
            /: 422 .*virtualmachine-validator.kubevirt.io\\" denied the request: Invalid RunStrategy \(Sometimes\)/,
        );
    });

    it("are stopped, started and restarted by the API of KubeVirt, which changes what they are to do", async () => {
        await power("web", "stop");
        await disks.until(
            "VirtualMachine",
            "web",
            ({ status }) => status?.["printableStatus"] === "Stopped",
        );
        const stopped = await read("web");
        assert.equal(stopped.spec.runStrategy, "Halted");
        const writer = stopped.metadata.managedFields.find(
            ({ fieldsV1 }) => fieldsV1["f:spec"]?.["f:runStrategy"] !== undefined,
        );
        assert.equal(writer?.manager, "virt-api");
        await power("web", "start");
        await untilRuns("web");
        assert.match(await refusal(power("web", "start")), /: 409 .*VM is already running/);
        const before = uidOf(await disks.read("VirtualMachineInstance", "web"));
        await power("web", "restart");
        await disks.until("VirtualMachineInstance", "web", (it) => uidOf(it) !== before);
        await untilRuns("web");
        assert.match(await refusal(power("nope", "stop")), /: 404 /);
    });

    it("move to another node, once at a time", async () => {
        const node = async () =>
            (await disks.read("VirtualMachineInstance", "web")).status?.["nodeName"];
        const before = await node();
        const move = (name: string, vmiName = "web") =>
            disks.make("VirtualMachineInstanceMigration", {
                metadata: { name },
                spec: { vmiName },
            });
        await disks.until("VirtualMachineInstance", "web", hasAgent);
        // Until the others have been asked for.
        await setFault(sandbox, disks.namespace, "web", "migration-stuck");
        await move("one");
        await disks.until(
            "VirtualMachineInstanceMigration",
            "one",
            ({ status }) => status?.phase !== undefined,
        );
        assert.match(await refusal(move("two")), /: 400 .*in-flight migration detected/);
        assert.match(
            await refusal(move("three", "nope")),
            /the VMI \\+"[\w-]+\/nope\\+" does not exist/,
        );
        await setFault(sandbox, disks.namespace, "web", "");
        await disks.until(
            "VirtualMachineInstanceMigration",
            "one",
            ({ status }) => status?.phase === "Succeeded",
        );
        assert.notEqual(await node(), before);
        await untilRuns("web");
    });

    it("have what an instancetype of the platform gives them", async () => {
        const { spec, ...rest } = machine("typed", "root");
        const { cpu: _cpu, memory: _memory, ...domain } = spec.template.spec.domain;
        const template = { spec: { ...spec.template.spec, domain } };
        await apply({
            ...rest,
            spec: {
                ...spec,
                template,
                instancetype: { name: "u1.medium" },
                preference: { name: "fedora" },
            },
        });
        await untilRuns("typed");
        const { spec: made } = (await disks.read("VirtualMachineInstance", "typed")) as unknown as {
            readonly spec: { readonly domain: { readonly memory: { readonly guest: string } } };
        };
        assert.equal(made.domain.memory.guest, "4Gi");
    });

    it("are reached by a Service with an address", async () => {
        await disks.make("Service", {
            metadata: { name: "web" },
            spec: { type: "LoadBalancer", ports: [{ port: 22 }], selector: { app: "web" } },
        });
        await disks.until("Service", "web", ({ status }) =>
            /192\.0\.2\./.test(JSON.stringify(status)),
        );
    });

    function machine(name: string, disk: string) {
        return {
            apiVersion: "kubevirt.io/v1",
            kind: "VirtualMachine",
            metadata: { name, namespace: disks.namespace },
            spec: {
                runStrategy: "Always",
                template: {
                    spec: {
                        domain: {
                            cpu: { cores: 2 },
                            memory: { guest: "2048Mi" },
                            devices: {
                                disks: [{ name: "root", disk: { bus: "virtio" } }],
                                interfaces: [{ name: "default", masquerade: {} }],
                            },
                        },
                        networks: [{ name: "default", pod: {} }],
                        volumes: [{ name: "root", dataVolume: { name: disk } }],
                    },
                },
            },
        };
    }

    async function apply(object: Made): Promise<void> {
        const path = `${disks.path("VirtualMachine", String(object.metadata["name"]))}?fieldManager=test&force=true`;
        await sandbox.api.request("PATCH", path, {
            type: "application/apply-patch+yaml",
            text: JSON.stringify(object),
        });
    }

    async function power(name: string, action: string): Promise<void> {
        const path = `/apis/subresources.kubevirt.io/v1/namespaces/${disks.namespace}/virtualmachines/${name}/${action}`;
        await sandbox.api.request("PUT", path, { type: "application/json", text: "{}" });
    }

    async function read(name: string): Promise<Machine> {
        return await disks.read<Machine>("VirtualMachine", name);
    }

    async function untilRuns(name: string): Promise<void> {
        await disks.until(
            "VirtualMachine",
            name,
            ({ status }) => status?.["printableStatus"] === "Running",
        );
    }
});

function hasAgent(object: Read): boolean {
    return (object.status?.conditions ?? []).some(
        ({ type, status }) => type === "AgentConnected" && status === "True",
    );
}

function uidOf({ metadata }: Read): string | undefined {
    return (metadata as { readonly uid?: string }).uid;
}
