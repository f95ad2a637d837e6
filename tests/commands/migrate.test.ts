import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readMigrateOptions } from "../../commands/migrate-options";
import { planAbort, planMove } from "../../commands/migrate-plan";
import type { MachineSeen } from "../../commands/migrate-read";
import { migrate } from "../../commands/migrate-run";
import { moveHindrance, moveHindrances } from "../../model/migration-reasons";
import { collectionPath } from "../../waits/collections";
import { ApiServer } from "../support/api-server";
import { temporaryFolder } from "../support/folder";

describe("readMigrateOptions", () => {
    it("moves a machine of the sandbox to any node, where nothing else is said", () => {
        assert.deepEqual(readMigrateOptions(["vms/db"]), {
            json: false,
            action: "move",
            namespace: "vms",
            machine: "db",
            to: undefined,
            timeout: "30 minutes",
            stack: undefined,
            context: undefined,
            kubeconfig: undefined,
        });
    });

    it("takes node, cluster and time", () => {
        const options = readMigrateOptions([
            "vms/db",
            "--to",
            "node-2",
            "-s",
            "prod",
            "--timeout",
            "5 minutes",
            "--json",
        ]);
        assert.ok(options.action === "move");
        assert.deepEqual(
            [options.to, options.stack, options.timeout, options.json],
            ["node-2", "prod", "5 minutes", true],
        );
    });

    it("calls a migration off", () => {
        assert.equal(readMigrateOptions(["vms/db", "--abort"]).action, "abort");
    });

    for (const [args, message] of [
        [[], /No machine is named/],
        [["db"], /"db" is not <namespace>\/<vm>/],
        [["a/b/c"], /is not <namespace>\/<vm>/],
        [["a/b", "c/d"], /are 2 machines/],
        [["a/b", "--to", "n", "--abort"], /beside --abort/],
        [["a/b", "--to", ""], /--to is empty/],
        [["a/b", "--timeout", "soon"], /--timeout is "soon", which is not/],
        [["a/b", "-s", "prod", "--kubeconfig", "f"], /beside --stack prod/],
        [["a/b", "--node", "n"], /--node.*--help/],
    ] as const) {
        it(`refuses ${args.join(" ")}`, () => {
            assert.throws(() => readMigrateOptions(args), message);
        });
    }
});

const node = (
    name: string,
    change: { cordoned?: boolean; ready?: string; labels?: object } = {},
) => ({
    metadata: {
        name,
        labels: {
            "kubernetes.io/hostname": `${name}.example.org`,
            "kubevirt.io/schedulable": "true",
            ...change.labels,
        },
    },
    spec: change.cordoned === true ? { unschedulable: true } : {},
    status: { conditions: [{ type: "Ready", status: change.ready ?? "True" }] },
});
const instance = (condition: object | undefined, more: object = {}) => ({
    metadata: { name: "db", namespace: "vms" },
    spec: { nodeSelector: { "kubernetes.io/arch": "amd64" } },
    status: {
        phase: "Running",
        nodeName: "node-1",
        conditions: condition === undefined ? [] : [{ type: "LiveMigratable", ...condition }],
        ...more,
    },
});
const amd64 = { labels: { "kubernetes.io/arch": "amd64" } };
const movable = instance({ status: "True" });
const seen = (change: Partial<MachineSeen> = {}): MachineSeen => ({
    namespace: "vms",
    machine: "db",
    virtualMachine: { metadata: { name: "db" }, status: { printableStatus: "Running" } },
    instance: movable,
    current: undefined,
    nodes: [
        node("node-1", amd64),
        node("node-2", amd64),
        node("node-3", { ...amd64, cordoned: true }),
    ],
    ...change,
});
const only = (...nodes: readonly ReturnType<typeof node>[]) => ({
    nodes: [node("node-1", amd64), ...nodes],
});
const unmovable = (reason: string, message: string) => ({
    instance: instance({ status: "False", reason, message }),
});

describe("planMove", () => {
    it("names no node where the user does not", () => {
        assert.deepEqual(planMove(seen(), undefined), {
            from: "node-1",
            hostName: undefined,
            notes: [],
        });
    });

    for (const name of ["node-2", "node-2.example.org"]) {
        it(`asks for ${name} by its host name label`, () => {
            assert.equal(planMove(seen(), name).hostName, "node-2.example.org");
        });
    }

    it("goes on where this account may not see nodes, and says so", () => {
        const plan = planMove(seen({ nodes: undefined }), "node-7");
        assert.equal(plan.hostName, "node-7");
        assert.match(plan.notes[0] ?? "", /nodes cannot be read/);
    });

    for (const [title, change, to, message] of [
        [
            "a machine that is not there",
            { virtualMachine: undefined, instance: undefined },
            undefined,
            /There is no VirtualMachine vms\/db/,
        ],
        [
            "a machine that is off",
            { instance: undefined },
            undefined,
            /vms\/db is off \(Running\).*virtctl start/,
        ],
        [
            "a machine that starts",
            { instance: instance(undefined, { phase: "Scheduling" }) },
            undefined,
            /does not run yet \(Scheduling\)/,
        ],
        [
            "a machine of which nobody knows yet",
            { instance: instance(undefined) },
            undefined,
            /Try again in a moment/,
        ],
        [
            "a disk for one node",
            unmovable("DisksNotLiveMigratable", "PVC db-data is not shared"),
            undefined,
            /cannot be moved: one of its disks .* \(PVC db-data is not shared\)\. Copy the disk/,
        ],
        [
            "a reason that nobody knows",
            unmovable("NewReason", "the moon is full"),
            undefined,
            /cannot be moved: the moon is full\. Put right/,
        ],
        [
            "a machine that is being moved",
            { current: { metadata: { name: "db-1" }, status: { phase: "Running" } } },
            undefined,
            /being moved already, by db-1 \(Running\).*--abort/,
        ],
        ["a node that is not there", {}, "node-22", /no such node\. Is it node-2\?/],
        ["a node of another name altogether", {}, "elsewhere", /There are: node-1, node-2, node-3/],
        ["the node that it is on", {}, "node-1", /runs on node-1 already/],
        ["a node that is cordoned", {}, "node-3", /takes no pods now/],
        [
            "a node that is not ready",
            only(node("node-2", { ...amd64, ready: "Unknown" })),
            "node-2",
            /is not ready/,
        ],
        [
            "a node without KubeVirt",
            only(node("node-2", { labels: { "kubevirt.io/schedulable": "false" } })),
            "node-2",
            /takes no machines/,
        ],
        [
            "a node that the machine does not accept",
            only(node("node-2")),
            "node-2",
            /has not the label kubernetes\.io\/arch=amd64/,
        ],
        ["a cluster of one node", only(), undefined, /no other node can take it\. There is none/],
        [
            "a cluster whose other nodes are cordoned",
            only(node("node-2", { ...amd64, cordoned: true })),
            undefined,
            /no other node can take it\. node-2 takes no pods now/,
        ],
    ] as const satisfies readonly (readonly [
        string,
        Partial<MachineSeen>,
        string | undefined,
        RegExp,
    ])[]) {
        it(`refuses ${title}, in words`, () => {
            assert.throws(() => planMove(seen(change), to), message);
        });
    }
});

describe("planAbort", () => {
    it("finds the migration that is going on", () => {
        const current = { metadata: { name: "db-1", uid: "u" } };
        assert.deepEqual(planAbort(seen({ current })), { name: "db-1", uid: "u" });
    });

    it("says where a machine is that is not being moved", () => {
        assert.throws(() => planAbort(seen()), /is not being moved; it runs on node-1/);
    });
});

describe("moveHindrance", () => {
    it("has words and a cure for every reason that KubeVirt has", () => {
        assert.ok(moveHindrances.length > 10);
        for (const reason of moveHindrances) {
            const { why, cure } = moveHindrance(reason, "KubeVirt's own message");
            assert.notEqual(why, "KubeVirt's own message");
            assert.match(cure, /^[A-Z]/);
        }
    });
});

/** The test plays virt-controller: it writes what becomes of a migration that the command has asked for. */
describe("npm run migrate", () => {
    const migrations = collectionPath("VirtualMachineInstanceMigration", "vms");
    const instances = collectionPath("VirtualMachineInstance", "vms");
    let server: ApiServer;
    let folder: string;
    let stop: AbortController;
    let said: string[];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        for (const kind of ["VirtualMachine", "Pod", "Event", "Node"] as const) {
            server.remove(collectionPath(kind, "vms"), "");
        }
        server.remove(migrations, "");
        server.put(collectionPath("VirtualMachine", "vms"), "db", {
            status: { printableStatus: "Running" },
        });
        server.put(instances, "db", movable);
        for (const one of seen().nodes ?? []) {
            server.put(collectionPath("Node"), one.metadata?.name ?? "", one);
        }
        folder = temporaryFolder("migrate");
        writeFileSync(join(folder, "kubeconfig"), server.kubeconfig);
        stop = new AbortController();
        said = [];
    });

    afterEach(async () => {
        rmSync(folder, { recursive: true });
        await server.stop();
    });

    async function run(...args: readonly string[]) {
        const printed: string[] = [];
        const code = await migrate(
            [...args, "--kubeconfig", join(folder, "kubeconfig")],
            {
                print: (text) => void printed.push(text),
                note: (text) => {
                    said.push(text);
                    whenSaid(text);
                },
                interrupted: stop.signal,
            },
            {},
        );
        return { code, printed: printed.join("\n"), said: said.join("\n") };
    }

    let whenSaid: (text: string) => void;
    beforeEach(() => {
        whenSaid = () => undefined;
    });

    /** What the migration and its machine say from now on. */
    function state(
        name: string,
        phase: string,
        of: object = {},
        on = "node-1",
        metadata: object = {},
    ) {
        const uid = `uid-${name.slice("db-".length)}`;
        const migrationState = { migrationUid: uid, targetNode: "node-2", ...of };
        server.put(instances, "db", {
            ...movable,
            status: { ...movable.status, nodeName: on, migrationState },
        });
        server.put(migrations, name, {
            metadata: { namespace: "vms", uid, ...metadata },
            spec: { vmiName: "db" },
            status: { phase },
        });
    }

    /** Goes from one state to the next when the command has said what it saw. */
    function play(name: string, ...steps: readonly (readonly [RegExp, () => void])[]): void {
        const left = [...steps];
        whenSaid = (text) => {
            if (left[0]?.[0].test(text) === true) {
                left.shift()?.[1]();
            }
        };
        state(name, "Pending");
    }

    it("asks for a migration, shows how it goes, and says where the machine is in the end", async () => {
        server.whenCreated = (_, name) =>
            play(
                name,
                [/waits for its turn/, () => state(name, "Running", { mode: "PreCopy" })],
                [
                    /memory is being copied/,
                    () => state(name, "Succeeded", { completed: true }, "node-2"),
                ],
            );
        const { code, printed, said: told } = await run("vms/db", "--to", "node-2");
        assert.equal(printed, "vms/db has moved from node-1 to node-2, and ran all the time.");
        assert.equal(code, 0);
        assert.match(told, /On the cluster of .*\n.*asked to move from node-1 to node-2/);
    });

    it("prints one object with --json", async () => {
        server.whenCreated = (_, name) => state(name, "Succeeded", { completed: true }, "node-2");
        const { code, printed } = await run("vms/db", "--json");
        const { message, ...rest } = JSON.parse(printed) as Record<string, unknown>;
        assert.deepEqual(rest, {
            machine: "vms/db",
            outcome: "moved",
            from: "node-1",
            node: "node-2",
        });
        assert.match(String(message), /has moved/);
        assert.equal(code, 0);
    });

    it("says why a migration has failed, and where the machine still is", async () => {
        server.whenCreated = (_, name) =>
            state(name, "Failed", {
                completed: true,
                failed: true,
                failureReason: "Target pod is down",
            });
        const { code, printed } = await run("vms/db");
        assert.equal(code, 1);
        assert.match(printed, /has failed: Target pod is down; the machine still runs on node-1/);
    });

    it("calls the migration off on Ctrl-C, and says that the machine stayed", async () => {
        server.whenCreated = (_, name) => play(name, [/waits for its turn/, () => stop.abort()]);
        server.whenDeleted = (_, name) => {
            state(name, "Failed", { failed: true, completed: true, abortStatus: "Succeeded" });
        };
        const { code, printed, said: told } = await run("vms/db");
        assert.match(told, /Calling it off/);
        assert.equal(
            printed,
            "The migration of vms/db is called off; the machine runs on node-1, as before.",
        );
        assert.equal(code, 1);
    });

    it("calls off what somebody else has asked for, with --abort", async () => {
        state("db-7", "Running");
        server.whenDeleted = (_, name) => {
            state(name, "Failed", { failed: true, completed: true });
        };
        const { code, printed } = await run("vms/db", "--abort");
        assert.match(printed, /is called off; the machine runs on node-1/);
        assert.equal(code, 0);
    });

    it("says that it was too late where the machine has moved meanwhile", async () => {
        state("db-7", "Running");
        server.whenDeleted = (_, name) => {
            state(name, "Succeeded", { completed: true }, "node-2");
        };
        const { code, printed } = await run("vms/db", "--abort");
        assert.equal(printed, "It was too late: vms/db has moved, and runs on node-2.");
        assert.equal(code, 1);
    });

    it("stops waiting when the time is over, and says that the migration goes on", async () => {
        server.whenCreated = (_, name) => state(name, "Running");
        const { code, printed } = await run("vms/db", "--timeout", "1 second");
        assert.equal(code, 1);
        assert.match(printed, /has not moved within 1 second, and the migration goes on.*--abort/);
        assert.ok(!server.requests.some((request) => request.startsWith("DELETE")));
    });

    for (const [title, change, args, message] of [
        [
            "does nothing to a machine that cannot move",
            unmovable("HostDeviceNotLiveMigratable", "x").instance,
            ["vms/db"],
            /has a device of its node/,
        ],
        [
            "does nothing on a wrong node",
            movable,
            ["vms/db", "--to", "node-3"],
            /takes no pods now/,
        ],
        ["does nothing on wrong use", movable, ["db"], /is not <namespace>\/<vm>/],
    ] as const) {
        it(`${title}, and ends with 2`, async () => {
            server.put(instances, "db", change);
            const { code, printed, said: told } = await run(...args);
            assert.equal(code, 2);
            assert.equal(printed, "");
            assert.match(told, message);
            assert.ok(!server.requests.some((request) => request.startsWith("POST")));
        });
    }

    it("repeats what KubeVirt refuses", async () => {
        const { code } = await run("vms/none");
        assert.equal(code, 2);
        assert.match(said.join("\n"), /There is no VirtualMachine vms\/none/);
    });
});
