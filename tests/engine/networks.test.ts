import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ReleaseFiles, writeReleases } from "../../sandbox/releases";
import {
    bad,
    type EngineProject,
    engineProject,
    good,
    needsEngine,
    type Outcome,
    run,
    said,
} from "../support/engine";
import { temporaryFolder } from "../support/folder";
import { emptySandbox, type SharedSandbox } from "../support/sandbox";

const daemonSets = "/apis/apps/v1/namespaces/kube-system/daemonsets";

describe("networks under the real engine, on a cluster that has no Multus", function () {
    this.timeout(1_200_000);
    this.slow(120_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;
    let namespace: string;
    let folder: string | undefined;
    let releases: ReleaseFiles;

    before(async function () {
        needsEngine(this);
        sandbox = await emptySandbox(this, "networks");
        namespace = await sandbox.namespace("networks");
        folder = temporaryFolder("releases");
        releases = writeReleases(folder);
        project = await engineProject("networks", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
            networks: installed(),
        });
    });

    after(() => {
        (project as EngineProject | undefined)?.dispose();
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    /** Everything from local files, as on a cluster without a way to the internet. */
    function installed(whereabouts = releases.whereabouts, readyWithin = "2 minutes"): string {
        return JSON.stringify({
            multus: { manifests: [{ file: releases.multus }] },
            whereabouts: { manifests: [{ file: whereabouts }] },
            sriov: { manifests: [{ file: releases.sriov }], pools: [{ name: "lan_vfs" }] },
            readyWithin,
        });
    }

    const setNetworks = (value: string) => project.stack.setConfig("networks", { value });

    const networkConfig = async () => {
        const path = `/apis/k8s.cni.cncf.io/v1/namespaces/${namespace}/network-attachment-definitions/lan`;
        const { spec } = (await sandbox.api.get(path)) as { spec: { config: string } };
        return JSON.parse(spec.config) as { vlan: number };
    };

    interface Running {
        readonly metadata: { readonly name: string; readonly uid: string };
    }
    /** What runs on the nodes, with its identity. */
    const running = async () =>
        ((await sandbox.api.get(daemonSets)) as { items: readonly Running[] }).items.map(
            ({ metadata }) => `${metadata.name} ${metadata.uid}`,
        );

    /** A replace by import has neither of its two steps: the engine then only exchanges what was read for what is managed. */
    const destructive = ({ operations }: Outcome) =>
        ["delete", "create-replacement", "delete-replaced"].flatMap(
            (operation) => operations[operation] ?? [],
        );

    it("are previewed before the plumbing is there, and come up after all of it", async () => {
        await good(run(project, "preview"));
        await good(run(project, "up"));
        const outputs = await project.stack.outputs();
        assert.deepEqual(outputs["plumbing"]?.value, {
            multus: ["kube-system/kube-multus-ds"],
            whereabouts: ["kube-system/whereabouts"],
            sriov: ["kube-system/kube-sriov-cni-ds", "kube-system/kube-sriov-device-plugin"],
        });
        assert.equal(outputs["network"]?.value, `${namespace}/lan`);
        assert.equal((outputs["addresses"]?.value as string[]).length, 1);
        assert.equal((await networkConfig()).vlan, 100);
        const { data } = (await sandbox.api.get(
            "/api/v1/namespaces/kube-system/configmaps/sriovdp-config",
        )) as { data: Readonly<Record<string, string>> };
        assert.match(data["config.json"] ?? "", /"resourceName": "lan_vfs"/);
        const { deployment } = (await project.stack.exportStack()) as unknown as {
            deployment: { resources: readonly { urn: string; dependencies?: string[] }[] };
        };
        const lan = deployment.resources.find(({ urn }) => urn.endsWith("::lan-attachment"));
        const before = lan?.dependencies?.map((urn) => urn.split("::").at(-1)) ?? [];
        assert.ok(before.includes("virt-networks-multus-daemon-set-kube-system-kube-multus-ds"));
    });

    it("stay as they are: no change in a second update, none after a refresh", async () => {
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));
    });

    it("are changed in place", async () => {
        await project.stack.setConfig("vlan", { value: "200" });
        const changed = await good(run(project, "up"));
        assert.deepEqual(changed.operations["update"], ["lan-attachment"]);
        assert.equal((await networkConfig()).vlan, 200);
    });

    it("wait for plumbing that no node takes, which is said with its cause", async () => {
        const file = join(folder ?? "", "nowhere.yaml");
        const text = readFileSync(releases.whereabouts, "utf8");
        writeFileSync(
            file,
            text.replace("hostNetwork: true", "nodeSelector: { nobody: has-it }\n      $&"),
        );
        await setNetworks(installed(file, "30 seconds"));
        const late = await bad(run(project, "up"));
        assert.match(
            late.text,
            /NetworkPlumbing "virt-networks" is not ready: Not ready after 30s; it was last seen .*No node of the cluster is meant for it \(DaemonSet kube-system\/whereabouts\)/,
        );
        await setNetworks(installed());
        await good(run(project, "up"));
    });

    it("have plumbing of one stack: another is refused, with what to write", async () => {
        const other = await engineProject("networks", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace: await sandbox.namespace("others"),
            networks: installed(),
            platform: "theirs",
        });
        const refused = await bad(run(other, "preview"));
        other.dispose();
        assert.match(
            refused.text,
            /NetworkPlumbing "theirs-networks": multus\.mode is install, and the cluster has Multus that this stack did not make: .*Write multus: "adopt".*or takeOver: true/,
        );
        assert.match(refused.text, /sriov\.mode is install.*Write sriov: "adopt"/);
    });

    it("go on when the plumbing is somebody else's from now on, and when it is taken back: nothing is deleted", async () => {
        const before = await running();
        const adopted = { multus: "adopt", whereabouts: "adopt", sriov: "adopt" };
        await setNetworks(JSON.stringify(adopted));
        const preview = await good(run(project, "preview"));
        assert.deepEqual(destructive(preview), []);
        assert.match(
            said(preview, "virt-networks-sriov").join(),
            /adopted: kube-system\/kube-sriov-cni-ds, kube-system\/kube-sriov-device-plugin/,
        );
        assert.deepEqual(destructive(await good(run(project, "up"))), []);
        await good(run(project, "up", { expectNoChanges: true }));
        await setNetworks(installed());
        assert.deepEqual(destructive(await good(run(project, "up"))), []);
        await setNetworks(JSON.stringify(adopted));
        await good(run(project, "up"));
        assert.deepEqual(await running(), before);
    });

    it("go with the stack, and the adopted plumbing stays", async () => {
        const before = await running();
        await good(run(project, "destroy"));
        assert.deepEqual(await running(), before);
        await assert.rejects(networkConfig());
    });
});
