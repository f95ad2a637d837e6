import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";
import {
    bad,
    good,
    type EngineProject,
    engineProject,
    needsEngine,
    type Outcome,
    run,
    said,
} from "../support/engine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const machines = "/apis/kubevirt.io/v1/namespaces";
const root = {
    name: "root",
    size: "1Gi",
    source: { registry: "quay.io/containerdisks/fedora:42" },
};
const small = { cpu: 1, memory: "1Gi", disks: [root] };

/** A secret for every place that takes one, by the names that the program has for them. */
function secretsFor(whom: string): Readonly<Record<string, string>> {
    const names = [
        "ssh-key",
        "user-key",
        "hash",
        "file",
        "boot-command",
        "command",
        "network",
        "agent-key",
        "password",
        "root-password",
        "answers",
        "first-start",
    ];
    return Object.fromEntries(names.map((name) => [name, `${whom}-${name}-${"x".repeat(12)}`]));
}

describe("machines under the real engine", function () {
    // The fleet of a hundred, beside three other parts of the suite.
    this.timeout(2_400_000);
    this.slow(120_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;
    let namespace: string;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
    });

    async function begin(config: Readonly<Record<string, unknown>>): Promise<void> {
        namespace = await sandbox.namespace("machines");
        project = await engineProject("machines", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
        });
        await configure(config);
    }

    async function configure(config: Readonly<Record<string, unknown>>): Promise<void> {
        for (const [key, value] of Object.entries(config)) {
            const secret = key === "secrets";
            await project.stack.setConfig(key, { value: JSON.stringify(value), secret });
        }
    }

    afterEach(() => {
        project.dispose();
    });

    interface Live {
        readonly metadata: { readonly uid: string; readonly name: string };
        readonly spec: {
            readonly runStrategy: string;
            readonly template: { readonly spec: Template };
        };
    }
    interface Template {
        readonly domain: { readonly devices: Readonly<Record<string, readonly Named[]>> };
        readonly volumes: readonly Named[];
    }
    interface Named {
        readonly name: string;
    }
    const machine = async (name = "db") =>
        (await sandbox.api.get(`${machines}/${namespace}/virtualmachines/${name}`)) as Live;

    interface Instance {
        readonly metadata: { readonly uid: string };
        readonly status: {
            readonly interfaces: readonly Named[];
            readonly volumeStatus: readonly (Named & { readonly phase?: string })[];
        };
    }
    const instance = async () =>
        (await sandbox.api.get(`${machines}/${namespace}/virtualmachineinstances/db`)) as Instance;

    /** The machine that runs, once it is as asked. */
    async function until(is: (one: Instance) => boolean): Promise<Instance> {
        for (;;) {
            const one = await instance();
            if (is(one)) {
                return one;
            }
            await pause(100);
        }
    }

    const claimUids = async () => {
        const { items } = (await sandbox.api.get(
            `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
        )) as { readonly items: readonly Live[] };
        return new Map(items.map(({ metadata }) => [metadata.name, metadata.uid]));
    };

    const changes = ({ operations }: Outcome) =>
        Object.keys(operations).filter((operation) => operation !== "same");

    it("with every argument have nothing to do a second time, nor after a refresh", async () => {
        await begin({
            machine: {
                ...small,
                cpu: { sockets: 2, cores: 1, model: "host-model" },
                memory: { guest: "2Gi", max: "4Gi" },
                firmware: { bootloader: "efi", serial: "abc" },
                clock: { timezone: "Europe/Berlin" },
                devices: { watchdog: "reset", tablet: "usb" },
                disks: [root, { name: "data", size: "1Gi", hotpluggable: true, serial: "data" }],
                volumes: [
                    { name: "scratch", emptyDisk: "1Gi" },
                    { name: "drive", emptyDrive: true },
                ],
                ready: "agent",
                probes: { liveness: { agent: true } },
                group: "db",
                placement: { apart: "node", tolerations: [{ key: "vms", operator: "Exists" }] },
                stopWithin: "10 minutes",
                labels: { team: "db" },
            },
        });
        await good(run(project, "up"));
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));
        const after = await good(run(project, "preview"));
        assert.deepEqual(changes(after), [], after.text);
    });

    it("have the other disks untouched when the first of three is taken out", async () => {
        const disks = ["a", "b", "c"].map((name) => ({ name, size: "1Gi" }));
        await begin({ machine: { ...small, disks: [root, ...disks] } });
        await good(run(project, "up"));
        const before = (await machine()).spec.template.spec;

        await configure({ machine: { ...small, disks: [root, ...disks.slice(1)] } });
        const taken = await good(run(project, "up"));
        assert.equal(taken.operations["replace"], undefined, taken.text);
        const after = (await machine()).spec.template.spec;
        const rest = (list: readonly Named[] = []) => list.filter(({ name }) => name !== "a");
        assert.deepEqual(after.volumes, rest(before.volumes));
        assert.deepEqual(after.domain.devices["disks"], rest(before.domain.devices["disks"]));
        await sandbox.api.get(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/db-a`);
    });

    it("keep their disks and go on under another name in the program, which the engine is told with an alias", async () => {
        const disks = [root, { name: "data", size: "1Gi" }];
        const config = { machine: { ...small, disks, machineName: "db" } };
        await begin(config);
        await good(run(project, "up"));
        const [before, claims] = [await instance(), await claimUids()];

        await configure({ called: "database" });
        const other = await bad(run(project, "preview"));
        assert.match(other.text, /belongs to engine-test\/test\/db/);
        await configure({ was: "db" });
        for (const operation of ["preview", "up"] as const) {
            const renamed = await good(run(project, operation));
            assert.deepEqual(changes(renamed), ["update"], renamed.text);
        }
        await project.stack.removeConfig("was");
        await good(run(project, "up", { expectNoChanges: true }));
        assert.equal((await instance()).metadata.uid, before.metadata.uid, "it was restarted");
        assert.deepEqual(await claimUids(), claims);
    });

    it("take a disk and an interface while they run, give them back, and are restarted where that is allowed", async () => {
        const lan = { name: "lan", network: "lan" };
        const pod = { name: "default", pod: true };
        const more = { name: "more", size: "1Gi", hotpluggable: true };
        await begin({ machine: { ...small, networks: [pod] } });
        await sandbox.api.create(
            `/apis/k8s.cni.cncf.io/v1/namespaces/${namespace}/network-attachment-definitions`,
            {
                apiVersion: "k8s.cni.cncf.io/v1",
                kind: "NetworkAttachmentDefinition",
                metadata: { name: "lan" },
                spec: { config: "{}" },
            } as never,
        );
        await good(run(project, "up"));
        const first = await instance();

        await configure({ machine: { ...small, disks: [root, more], networks: [pod, lan] } });
        await good(run(project, "up"));
        const plugged = await until(({ status }) => {
            const disk = status.volumeStatus.find(({ name }) => name === "more");
            const names = status.interfaces.map(({ name }) => name);
            return disk?.phase === "Ready" && names.includes("lan");
        });
        assert.equal(plugged.metadata.uid, first.metadata.uid, "it was restarted");
        await good(run(project, "up", { expectNoChanges: true }));

        await configure({ machine: { ...small, networks: [pod] } });
        const taken = await good(run(project, "up"));
        assert.doesNotMatch(taken.text, /goes on as it was until it is restarted/);
        const bare = await until(
            ({ status }) =>
                !status.volumeStatus.some(({ name }) => name === "more") &&
                !status.interfaces.some(({ name }) => name === "lan"),
        );
        assert.equal(bare.metadata.uid, first.metadata.uid, "it was restarted");
        await good(run(project, "up"));
        await good(run(project, "up", { expectNoChanges: true }));

        const bios = { ...small, networks: [pod], firmware: { serial: "abc" } };
        await configure({ machine: bios });
        const shown = await good(run(project, "preview"));
        assert.match(said(shown, "db").join("\n"), /changes: firmware with its next restart/);
        const waits = await good(run(project, "up"));
        assert.match(said(waits, "db-virtual-machine").join("\n"), /until it is restarted/);
        await configure({ machine: { ...bios, restartPolicy: "if-needed" } });
        await good(run(project, "up"));
        const second = await instance();
        assert.notEqual(second.metadata.uid, first.metadata.uid);

        // The pod keeps the labels that it was made with, and KubeVirt does not ask for the restart.
        const labelled = { ...bios, labels: { tier: "gold" } };
        await configure({ machine: labelled });
        const silent = await good(run(project, "up"));
        assert.match(
            said(silent, "db-virtual-machine").join("\n"),
            /until it is restarted: metadata\.labels/,
        );
        await configure({ machine: { ...labelled, restartPolicy: "if-needed" } });
        await good(run(project, "up"));
        const third = await instance();
        assert.notEqual(third.metadata.uid, second.metadata.uid);
        await good(run(project, "up", { expectNoChanges: true }));
        assert.equal((await instance()).metadata.uid, third.metadata.uid, "restarted once more");
    });

    it("are refused when they have to be able to move and cannot, and say in the preview what keeps them", async () => {
        const stuck = { ...root, accessMode: "ReadWriteOnce" };
        await begin({ machine: { ...small, disks: [stuck], liveMigration: "required" } });
        const refused = await bad(run(project, "preview"));
        assert.match(
            refused.text,
            /VirtualMachine "db": disks "root" .*ReadWriteOnce.*liveMigration is "required"/,
        );

        await configure({ machine: { ...small, disks: [stuck] } });
        const shown = await good(run(project, "preview"));
        assert.match(said(shown, "db").join("\n"), /cannot move: disks "root"/);
    });

    it("keep twelve secrets out of the machine, the state, the preview and the log", async () => {
        const planted = secretsFor("planted");
        await begin({ machine: small, secrets: planted });

        const preview = await good(run(project, "preview", { diff: true }));
        const up = await good(run(project, "up", { diff: true }));
        const state = files(join(project.folder, "state")).map((file) =>
            readFileSync(file, "utf8"),
        );
        const objects = await Promise.all(["db", "win"].map((name) => machine(name)));
        const instances = await sandbox.api.get(`${machines}/${namespace}/virtualmachineinstances`);

        const secrets = decoded(
            JSON.stringify(await sandbox.api.get(`/api/v1/namespaces/${namespace}/secrets`)),
        );
        const places = [
            ["the machines", JSON.stringify(objects)],
            ["the instances", JSON.stringify(instances)],
            ["the state", state.join("\n")],
            ["the preview", shown(preview)],
            ["the log", shown(up)],
        ] as const;
        for (const value of Object.values(planted)) {
            assert.ok(secrets.includes(value), `${value} did not arrive`);
            for (const [where, text] of places) {
                assert.ok(!decoded(text).includes(value), `${value} is in ${where}`);
            }
        }
    });

    it("whose texts became undefined, or too large for a Secret, say it on their line and make nothing of it", async () => {
        const { hash: _, "root-password": __, ...some } = secretsFor("some");
        await begin({ machine: small, secrets: some, fileBytes: 2 ** 20 });
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            const text = said(refused, "db", "error").join("\n");
            assert.match(text, /access\.passwords, root has become undefined/);
            assert.match(text, /cloudInit comes to \d+ bytes, and a Secret holds 1048576/);
            assert.doesNotMatch(refused.text, / at .*machine-secrets|some-password/);
        }
        await assert.rejects(() => machine(), /404/);
    });

    it("may have an image come after them, and a disk of it: the run ends", async () => {
        await begin({ machine: small, imageAfter: true });
        const up = await good(run(project, "up"));
        const made = up.operations["create"] ?? [];
        const order = ["db-virtual-machine", "late-data-source", "late-copy-data-volume"];
        assert.deepEqual(
            made.filter((name) => order.includes(name)),
            order,
        );
    });

    it("that are left alone stay off when somebody has stopped them, while another change arrives", async () => {
        await begin({ machine: { ...small, power: "left-alone" } });
        await good(run(project, "up"));
        await sandbox.api.request(
            "PUT",
            `/apis/subresources.kubevirt.io/v1/namespaces/${namespace}/virtualmachines/db/stop`,
            { type: "application/json", text: "{}" },
        );
        assert.equal((await machine()).spec.runStrategy, "Halted");

        await configure({ machine: { ...small, power: "left-alone", labels: { team: "db" } } });
        await good(run(project, "up"));
        assert.equal((await machine()).spec.runStrategy, "Halted");
        await good(run(project, "up", { expectNoChanges: true }));
    });

    it("of a fleet are a hundred with a disk each; three go by name and come back with their disks", async () => {
        namespace = "vms";
        await sandbox.api.create("/api/v1/namespaces", {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: namespace },
        });
        const { "current-context": context } = parse(sandbox.kubeconfig) as Record<string, string>;
        project = await engineProject("example", {
            example: "machines-fleet",
            kubeconfig: sandbox.kubeconfigPath,
            context: context ?? "",
            storageClass: "sandbox-block",
            snapshotClass: "sandbox-snapshots",
        });
        await project.stack.setConfig("folder", { value: project.folder });
        const of = ({ operations }: Outcome, operation: string, suffix: string) =>
            (operations[operation] ?? []).filter((name) => name.endsWith(suffix)).sort();

        const up = await good(run(project, "up"));
        assert.equal(of(up, "create", "-virtual-machine").length, 100);
        const before = await claimUids();

        await configure({ without: ["7", "50", "99"] });
        const down = await good(run(project, "up"));
        assert.match(
            said(down, "web").join("\n"),
            /3 machines go: web-7, web-50, web-99\. Kept with their data.*web-7-root, web-50-root, web-99-root/,
        );
        const three = ["web-50", "web-7", "web-99"];
        assert.deepEqual(
            of(down, "delete", "-virtual-machine"),
            three.map((name) => `${name}-virtual-machine`),
        );
        assert.deepEqual(await claimUids(), before, "a disk went with its machine");

        await configure({ without: [] });
        const preview = await good(run(project, "preview"));
        assert.deepEqual(
            of(preview, "import", "-data-volume"),
            three.map((name) => `${name}-root-data-volume`),
        );
        const back = await good(run(project, "up"));
        assert.equal(of(back, "create", "-virtual-machine").length, 3);
        assert.deepEqual(await claimUids(), before);
        await good(run(project, "up", { expectNoChanges: true }));
    });
});

/** A text with what base64 hides in it, and in that again. */
function decoded(text: string, depth = 2): string {
    const inside = (text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [])
        .map((run) => Buffer.from(run, "base64").toString())
        .join("\n");
    return depth === 0 ? text : `${text}\n${decoded(inside, depth - 1)}`;
}

/**
 * What an operation showed. Messages for debugging are left out: Pulumi's own SDK writes every resource's inputs into them, and shows
 * them with --debug only.
 */
function shown({ text, events }: Outcome): string {
    const told = events.filter(({ diagnosticEvent }) => {
        const severity: string | undefined = diagnosticEvent?.severity;
        return severity !== "debug";
    });
    return text + JSON.stringify(told);
}

function files(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((file) => join(folder, file))
        .filter((file) => statSync(file).isFile());
}
