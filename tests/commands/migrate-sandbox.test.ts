import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { migrate } from "../../commands/migrate-run";
import { migrationPolicy } from "../../manifests/migration-policy";
import { collectionPath } from "../../waits/collections";
import type { MovingInstance } from "../../waits/migration-objects";
import { conditionOf } from "../../waits/objects";
import {
    ApiError,
    kubeconfigServer,
    kubeconfigTransport,
    type Transport,
} from "../../waits/transport";
import type { Writer } from "../../waits/writes";
import { setFault } from "../support/faults";
import { temporaryFolder } from "../support/folder";
import { sharedSandbox, type SharedSandbox } from "../support/sandbox";

/** Against a real API server, with the sandbox's KubeVirt. */
describe("a migration on a real API server", function () {
    this.timeout(300_000);
    this.slow(20_000);

    let sandbox: SharedSandbox;
    let transport: Transport & Writer;
    let namespace: string;
    let folder: string | undefined;
    let context: string;
    let nodes: readonly string[];

    before(async function () {
        sandbox = await sharedSandbox(this);
        transport = await kubeconfigTransport(sandbox.kubeconfig);
        namespace = await sandbox.namespace("migrate");
        ({ context } = await kubeconfigServer(sandbox.kubeconfig));
        if (!(await isServed(collectionPath("VirtualMachineInstanceMigration", namespace)))) {
            this.skip();
        }
        folder = temporaryFolder("migrate");
        writeFileSync(join(folder, "kubeconfig"), sandbox.kubeconfig);
        const { items } = await transport.list(collectionPath("Node"), {});
        nodes = (items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    });

    after(() => {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    const instances = () => collectionPath("VirtualMachineInstance", namespace);
    const migrations = () => collectionPath("VirtualMachineInstanceMigration", namespace);

    /** A server that has just been given a definition answers 429 for a moment; thin definitions have no migrations. */
    async function isServed(path: string): Promise<boolean> {
        for (;;) {
            try {
                await transport.list(path, {});
                return true;
            } catch (error) {
                if (error instanceof ApiError && error.status === 404) {
                    return false;
                }
                if (!(error instanceof ApiError && error.status === 429)) {
                    throw error;
                }
                await pause(50);
            }
        }
    }

    /** A machine that can move, and the node that it runs on: the sandbox starts it. */
    async function running(name: string): Promise<string> {
        await transport.create(instances(), {
            apiVersion: "kubevirt.io/v1",
            kind: "VirtualMachineInstance",
            metadata: { name, namespace },
            spec: {
                domain: {
                    memory: { guest: "128Mi" },
                    devices: { interfaces: [{ name: "default", masquerade: {} }] },
                },
                networks: [{ name: "default", pod: {} }],
            },
        });
        for (;;) {
            const { status } = (await transport.get(`${instances()}/${name}`)) as MovingInstance;
            const movable = conditionOf(status?.conditions, "LiveMigratable");
            if (status?.phase === "Running" && movable?.status === "True") {
                return status.nodeName ?? "";
            }
            await pause(50);
        }
    }

    /** Runs the command; `on` is called with each line that it says. */
    async function run(args: readonly string[], on: (text: string) => void, stop?: AbortSignal) {
        const printed: string[] = [];
        const noted: string[] = [];
        const code = await migrate(
            [...args, "--kubeconfig", join(folder ?? "", "kubeconfig"), "--context", context],
            {
                print: (text) => void printed.push(text),
                note: (text) => {
                    noted.push(text);
                    on(text);
                },
                interrupted: stop ?? new AbortController().signal,
            },
            {},
        );
        return { code, printed: printed.join("\n"), noted: noted.join("\n") };
    }

    async function migrationOf(machine: string) {
        const { items } = await transport.list(migrations(), {});
        const found = (
            items as {
                metadata: { name: string; uid: string };
                spec: { vmiName: string; addedNodeSelector?: object };
            }[]
        ).find(({ spec }) => spec.vmiName === machine);
        assert.ok(found, `no migration of ${machine}`);
        return found;
    }

    /** Comes back when KubeVirt has let go of the migration. */
    async function gone(machine: string): Promise<void> {
        const found = await migrationOf(machine).catch(() => undefined);
        if (found !== undefined) {
            await new Promise((resolve) => setTimeout(resolve, 100));
            await gone(machine);
        }
    }

    it("is asked for with an object that the API server accepts, and watched to its end", async () => {
        const from = await running("db");
        const target = nodes.find((node) => node !== from) ?? "";
        const { code, printed, noted } = await run(
            [`${namespace}/db`, "--to", target],
            () => undefined,
        );
        assert.equal(
            printed,
            `${namespace}/db has moved from ${from} to ${target}, and ran all the time.`,
            noted,
        );
        assert.equal(code, 0);
        const { spec } = await migrationOf("db");
        assert.deepEqual(spec.addedNodeSelector, { "kubernetes.io/hostname": target });
    });

    it("is called off by deleting its object", async () => {
        const from = await running("web");
        await setFault(sandbox, namespace, "web", "migration-stuck");
        const stop = new AbortController();
        const { code, printed, noted } = await run(
            [`${namespace}/web`],
            (text) => {
                if (text.includes("memory is being copied")) {
                    stop.abort();
                }
            },
            stop.signal,
        );
        assert.equal(
            printed,
            `The migration of ${namespace}/web is called off; the machine runs on ${from}, as before.`,
            noted,
        );
        assert.equal(code, 1);
        await gone("web");
    });

    it("is limited by a policy that the API server accepts, unknown fields being errors", async () => {
        const policy = migrationPolicy({
            name: `${namespace}-policy`,
            selectors: { namespaces: { zone: "a" }, machines: { tier: "database" } },
            limits: {
                bandwidthPerMigration: "64Mi",
                completionTimeoutPerGiB: "5 minutes",
                allowAutoConverge: true,
                allowPostCopy: true,
                allowWorkloadDisruption: true,
            },
        });
        const path = `${collectionPath("MigrationPolicy")}?dryRun=All&fieldValidation=Strict`;
        await transport.create(path, policy);
    });
});
