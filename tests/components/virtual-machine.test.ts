import assert from "node:assert/strict";
import { Cluster, Disk, ExistingStorage, VirtualMachine } from "../../components";
import type { VirtualMachineArgs } from "../../components";
import { checkVirtualMachine } from "../../components/machines/virtual-machine-check";
import { only, record } from "../support/recorder";
import { unreachableKubeconfig } from "../support/kubeconfig";

function place() {
    const cluster = new Cluster("prod", { kubeconfig: unreachableKubeconfig });
    const storage = new ExistingStorage("fast", { cluster, storageClass: "ceph-block" });
    return { cluster, storage };
}

function machine(change: Partial<VirtualMachineArgs> = {}): VirtualMachine {
    const { cluster, storage } = place();
    return new VirtualMachine("db", {
        cluster,
        cpu: 2,
        memory: "4Gi",
        disks: [
            {
                name: "root",
                storage,
                size: "20Gi",
                source: { registry: "quay.io/containerdisks/fedora:42" },
            },
            { name: "data", storage, size: "200Gi", onDestroy: "forbid" },
        ],
        ...change,
    });
}

describe("VirtualMachine", () => {
    it("registers its disks and Secret before itself, as children of the component", async () => {
        const registered = await record(() => machine());
        const ours = registered.filter((resource) => resource.type.startsWith("kubernetes:"));
        assert.deepEqual(ours.map((resource) => resource.name).sort(), [
            "db-cloud-init",
            "db-data-claim",
            "db-root-data-volume",
            "db-root-size",
            "db-virtual-machine",
        ]);
        assert.equal(ours.at(-1)?.name, "db-virtual-machine");
        assert.match(
            only(registered, "db-virtual-machine").parent,
            /kubevirt:index:VirtualMachine::db$/,
        );
        assert.match(
            only(registered, "db-root-data-volume").parent,
            /kubevirt:index:Disk::db-root$/,
        );
    });

    it("depends on every disk and on its Secret, so that a destroy runs in reverse", async () => {
        const registered = await record(() => machine());
        const names = only(registered, "db-virtual-machine").dependsOn.map((urn) =>
            urn.split("::").at(-1),
        );
        assert.deepEqual(names.sort(), ["db-cloud-init", "db-data-claim", "db-root-data-volume"]);
    });

    it("comes after another machine that it depends on, while its disks come at once", async () => {
        const registered = await record(() => {
            const { cluster, storage } = place();
            const disks = [{ name: "root", storage, size: "1Gi" } as const];
            const args = { cluster, cpu: 1, memory: "1Gi", disks } as const;
            const first = new VirtualMachine("first", args);
            return new VirtualMachine("second", args, { dependsOn: [first.whenReady] });
        });
        const names = registered.map(({ name }) => name);
        assert.ok(
            names.indexOf("second-root-claim") < names.indexOf("first-virtual-machine"),
            names.join(),
        );
        const { dependsOn } = only(registered, "second-virtual-machine");
        assert.ok(dependsOn.some((urn) => urn.endsWith("::first-virtual-machine")));
        assert.equal(names.at(-1), "second-virtual-machine");
    });

    it("reaches every object through the cluster's own provider", async () => {
        const registered = await record(() => machine());
        for (const resource of registered.filter((one) => one.type.startsWith("kubernetes:"))) {
            assert.match(resource.provider, /prod-provider/, resource.name);
        }
    });

    it("mounts what CDI fills as dataVolume and an empty disk as its claim", async () => {
        const registered = await record(() => machine());
        const { spec } = only(registered, "db-virtual-machine").inputs as {
            spec: { template: { spec: { volumes: unknown[] } } };
        };
        assert.deepEqual(spec.template.spec.volumes, [
            { name: "root", dataVolume: { name: "db-root" } },
            { name: "data", persistentVolumeClaim: { claimName: "db-data" } },
            { name: "cloud-init", cloudInitNoCloud: { secretRef: { name: "db-cloud-init" } } },
        ]);
    });

    it("attaches a Disk made elsewhere under its claim's name", async () => {
        const registered = await record(() => {
            const { cluster, storage } = place();
            const data = new Disk("shared-data", { storage, size: "10Gi" });
            return new VirtualMachine("db", { cluster, cpu: 1, memory: "1Gi", disks: [data] });
        });
        assert.equal(
            registered.filter((one) => one.type.endsWith(":PersistentVolumeClaim")).length,
            1,
        );
        assert.equal(only(registered, "db-virtual-machine").dependsOn.length, 2);
    });

    it("asks for a volume at once for the disks of a machine that does not start", async () => {
        const annotations = async (runStrategy: "Halted" | "Always") => {
            const registered = await record(() => machine({ runStrategy }));
            const { metadata } = only(registered, "db-root-data-volume").inputs as {
                metadata: { annotations: Record<string, string> };
            };
            return Object.keys(metadata.annotations);
        };
        const bindNow = "cdi.kubevirt.io/storage.bind.immediate.requested";
        assert.ok((await annotations("Halted")).includes(bindNow));
        assert.ok(!(await annotations("Always")).includes(bindNow));
    });

    it("keeps keys and cloud-init out of the machine's object", async () => {
        const registered = await record(() =>
            machine({ sshKeys: ["ssh-ed25519 AAAA me"], cloudInit: { packages: ["nginx"] } }),
        );
        const { inputs } = only(registered, "db-virtual-machine");
        assert.ok(!JSON.stringify(inputs).includes("AAAA"));
        assert.ok(!JSON.stringify(inputs).includes("nginx"));
    });
});

describe("checkVirtualMachine", () => {
    const names = { machineName: "db", namespace: "default" };
    const problemFields = (args: VirtualMachineArgs, resolved = names) =>
        checkVirtualMachine(args, resolved).problems.map((problem) => problem.field);

    const storage = { volumeMode: "Block", accessMode: "ReadWriteMany" };
    const inline = (name: string, boot = false) => ({ name, boot, size: "1Gi", storage });
    const args = (change: object) =>
        ({
            cluster: {},
            cpu: 2,
            memory: "4Gi",
            disks: [inline("root")],
            ...change,
        }) as unknown as VirtualMachineArgs;

    it("accepts a plain machine", () => assert.deepEqual(problemFields(args({})), []));

    it("says what is known of a disk without refusing it", () => {
        const serial = "x".repeat(21);
        const found = checkVirtualMachine(args({ disks: [{ ...inline("root"), serial }] }), names);
        assert.deepEqual(
            found.warnings.map(({ field }) => field),
            ["disks[0].serial"],
        );
        assert.deepEqual(found.problems, []);
    });

    const bad: readonly (readonly [string, object, readonly string[]])[] = [
        ["a spec in its overrides", { overrides: { spec: {} } }, ["overrides.spec"]],
        [
            "texts that a guest would pass over",
            {
                sshKeys: ["ssh-ed25519 AAAA", "me.pub"],
                cloudInit: { users: [{ name: "ops", sshKeys: ["k"], passwordHash: "secret" }] },
                access: { sshKeys: { keys: ["k"], users: ["ops"] }, passwords: { ops: "" } },
            },
            [
                "cloudInit.users[0].sshKeys[0]",
                "cloudInit.users[0].passwordHash",
                "sshKeys[1]",
                "access.sshKeys.keys[0]",
                "access.passwords.ops",
            ],
        ],
        [
            "a document without its first line",
            { cloudInit: { userData: "packages: [a]" } },
            ["cloudInit.userData"],
        ],
        [
            "no document that others than cloud-init read",
            { cloudInit: { userData: "rem cmd", dataSource: "ConfigDrive" } },
            [],
        ],
        ["no CPU", { cpu: 0 }, ["cpu"]],
        ["half a CPU", { cpu: 1.5 }, ["cpu"]],
        ["a decimal memory size", { memory: "4GB" }, ["memory"]],
        ["an unknown run strategy", { runStrategy: "Sometimes" }, ["runStrategy"]],
        ["no disks", { disks: [] }, ["disks"]],
        [
            "two disks of one name",
            { disks: [inline("a"), inline("a")] },
            ["disks[1].name", "disks[1].claimName"],
        ],
        ["the machine's own disk name", { disks: [inline("cloud-init")] }, ["disks[0].name"]],
        ["two boot disks", { disks: [inline("a", true), inline("b", true)] }, ["disks"]],
        [
            "settings beside a whole document",
            { sshKeys: ["ssh-rsa A"], cloudInit: { userData: "#cloud-config", packages: ["a"] } },
            ["cloudInit.packages", "sshKeys"],
        ],
    ];
    const addressed = [{ name: "lan", network: "lan", addresses: ["10.0.0.5/24"] }];
    for (const [label, change, fields] of [
        ["no cloud-init", { cloudInit: false }, ["networks"]],
        ["Windows, which has none unless asked", { os: "windows" }, ["networks"]],
        [
            "a network configuration of its own",
            { cloudInit: { networkData: "version: 2" } },
            ["cloudInit.networkData"],
        ],
        ["cloud-init", {}, []],
        ["Windows with cloudbase-init", { os: "windows", cloudInit: {} }, []],
    ] as const) {
        const verb = fields.length > 0 ? "refuses" : "accepts";
        it(`${verb} an address for the guest beside ${label}: cloud-init brings it, or nobody`, () => {
            assert.deepEqual(problemFields(args({ ...change, networks: addressed })), fields);
        });
    }

    for (const [label, change, fields] of bad) {
        it(`refuses ${label}`, () => assert.deepEqual(problemFields(args(change)), fields));
    }

    it("refuses a disk that another machine of the program has", () => {
        const disk = Object.assign(Object.create(Disk.prototype) as Disk, {
            claimName: "data",
            machine: "web",
            namespace: "default",
        });
        assert.deepEqual(problemFields(args({ disks: [disk] })), ["disks[0]"]);
    });

    it("says all problems at once, those of its inline disks too", () => {
        const disk = { ...inline("root"), size: "40GB", source: { http: "nowhere" } };
        assert.deepEqual(problemFields(args({ cpu: 0, memory: "4GB", disks: [disk] })), [
            "memory",
            "cpu",
            "disks[0].size",
            "disks[0].source.http",
        ]);
    });
});
