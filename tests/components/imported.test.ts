import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../components";
import { importPlan } from "../../manifests/import/plan";
import { programText } from "../../manifests/import/program";
import type { Fields } from "../../model/machine-difference";
import { type CollectionKind, collectionPath } from "../../waits/collections";
import { speakThrough, type Speaker } from "../../waits/say";
import { clusterOf, namespace } from "./on-cluster";
import { ApiServer } from "../support/api-server";
import { foreignObjects } from "../support/foreign-machines";
import { watchRegistrations } from "../support/recorder";

const root = join(__dirname, "..", "..");

describe("the program that an import writes", function () {
    const seen = foreignObjects(namespace);
    const plan = importPlan(seen, { stack: undefined, state: new Set(), includeManaged: false });
    const server = new ApiServer();
    const said: string[] = [];
    let folder: string;
    let loud: Speaker;
    let run: (cluster: Cluster) => object;

    before(async () => {
        loud = speakThrough((severity, text) => said.push(`${severity}: ${text}`));
        await server.start();
        const objects: Partial<Record<CollectionKind, readonly Fields[]>> = {
            VirtualMachine: seen.machines,
            DataVolume: seen.dataVolumes,
            PersistentVolumeClaim: seen.claims,
            NetworkAttachmentDefinition: seen.networks,
            Service: seen.services,
            VirtualMachineClusterInstancetype: [{ metadata: { name: "u1.small" } }],
            VirtualMachineClusterPreference: [{ metadata: { name: "fedora" } }],
        };
        for (const [kind, all] of Object.entries(objects)) {
            for (const object of all) {
                const { name } = object["metadata"] as { readonly name: string };
                server.put(collectionPath(kind as CollectionKind, namespace), name, object);
            }
        }
        const text = programText(plan, {
            library: "../../components",
            cluster: "prod",
            context: undefined,
            kubeconfig: '""',
            part: true,
        });
        mkdirSync(join(root, "dist"), { recursive: true });
        folder = mkdtempSync(join(root, "dist", "imported-"));
        writeFileSync(join(folder, "vms.ts"), text);
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is written here
        ({ vms: run } = require(join(folder, "vms")) as { vms: typeof run });
    });

    after(async () => {
        speakThrough(loud);
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    it("takes every object over as it is, and registers nothing else on the cluster", async () => {
        const cluster = await clusterOf(server);
        const registered = watchRegistrations();
        const boot = Buffer.from(bootOf(seen.machines)).toString("base64");
        pulumi.runtime.setConfig("shop:db-boot-userData", boot);
        const made = Object.values(run(cluster)) as { nodes?: Promise<object> }[];
        const nodes = await Promise.all(made.map(async ({ nodes }) => nodes));
        const all = nodes.flatMap((one) => Object.values(one ?? {}).flat() as unknown[]);
        for (const node of all) {
            if (node instanceof pulumi.CustomResource) {
                await new Promise((done) => node.urn.apply(done));
            }
        }
        const raw = registered.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.deepEqual(
            said.filter((text) => !text.startsWith("info: Checked against")),
            [],
        );
        assert.deepEqual(
            raw
                .map(({ name, import: id, ignoreChanges }) => [name, id, ignoreChanges.join()])
                .sort(),
            [
                ["db-data-claim", "db-data"],
                ["db-plugged-claim", "db-plugged"],
                ["db-root-data-volume", "db-root"],
                ["db-virtual-machine", "db"],
                ["fast-root-data-volume", "fast-root"],
                ["fast-virtual-machine", "fast"],
                ["lan-attachment", "lan"],
                ["live-virtual-machine", "live"],
                ["tied-virtual-machine", "tied"],
                ["vf-attachment", "vf"],
                ["web-http-service", "web-http"],
                ["web-root-data-volume", "web-root"],
                ["web-virtual-machine", "web"],
                ["win-root-data-volume", "win-root"],
                ["win-virtual-machine", "win"],
            ].map(([name, object]) => [name, `${namespace}/${object ?? ""}`, "metadata,spec"]),
        );
        assert.deepEqual(
            raw.filter(({ protect }) => protect).map(({ name }) => name),
            ["tied-virtual-machine"],
        );
    });
});

/** The first-boot data of machine db. */
function bootOf(machines: readonly Fields[]): string {
    const text = JSON.stringify(machines);
    const [, data = ""] = /"userData":("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
    return JSON.parse(data) as string;
}
