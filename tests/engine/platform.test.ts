import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyCrds, crdSet, definitionsIn, isInRelease } from "../../sandbox/crds";
import { installOperators, installPlatform } from "../../sandbox/platform";
import { type ReleaseFiles, releaseVersions, writeReleases } from "../../sandbox/releases";
import {
    bad,
    good,
    hasCertManagerPlugin,
    killWhen,
    type EngineProject,
    engineProject,
    needsEngine,
    type Outcome,
    run,
    said,
} from "../support/engine";
import { temporaryFolder } from "../support/folder";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { emptyAgain, emptySandbox, type SharedSandbox } from "../support/sandbox";

const certManagerChart = join(__dirname, "..", "fixtures", "charts", "cert-manager");
const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const kubevirts = "/apis/kubevirt.io/v1/kubevirts";
const cdis = "/apis/cdi.kubevirt.io/v1beta1/cdis";

interface Item {
    readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
    readonly status?: { readonly phase?: string };
}

describe("the platform under the real engine, on a cluster that has nothing of it", function () {
    this.timeout(1_200_000);
    this.slow(120_000);

    let sandbox: SharedSandbox;
    let folder: string | undefined;
    let project: EngineProject;

    before(async function () {
        needsEngine(this);
        sandbox = await emptySandbox(this, "platform");
        folder = temporaryFolder("releases");
    });

    after(() => {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    afterEach(async () => {
        // What a failed test leaves would fail the next one, which begins with an empty cluster.
        for (const path of ["/apis/kubevirt.io/v1/virtualmachines", dataVolumes]) {
            for (const { metadata } of await items(path)) {
                await remove(path, metadata);
            }
        }
        await run(project, "destroy");
        if ((await names(kubevirts)).length > 0) {
            await configure({ parts: parts(), machine: "false" });
            await run(project, "up");
            await run(project, "destroy");
        }
        project.dispose();
    });

    const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/datavolumes";

    /** Releases of other versions, in a folder of their own. */
    function releases(
        kubevirt = releaseVersions.kubevirt,
        cdi = releaseVersions.cdi,
    ): ReleaseFiles {
        const { snapshotter } = releaseVersions;
        return writeReleases(join(folder ?? "", `${kubevirt}-${cdi}`), {
            kubevirt,
            cdi,
            snapshotter,
        });
    }

    /** The stack's arguments: everything from local files, as on a cluster without a way to the internet. */
    function parts(more: Readonly<Record<string, unknown>> = {}, files = releases()): string {
        return JSON.stringify({
            certManager: "skip",
            snapshots: {
                manifests: [{ file: files.snapshotCrds }, { file: files.snapshotController }],
            },
            kubevirt: { manifest: { file: files.kubevirtOperator } },
            cdi: { manifest: { file: files.cdiOperator } },
            ...more,
        });
    }

    async function begin(config: Readonly<Record<string, string>> = {}): Promise<void> {
        project = await engineProject("platform", {
            kubeconfig: sandbox.kubeconfigPath,
            parts: parts(),
            ...config,
        });
    }

    async function configure(config: Readonly<Record<string, string>>): Promise<void> {
        for (const [key, value] of Object.entries(config)) {
            await project.stack.setConfig(key, { value });
        }
    }

    async function items(path: string): Promise<readonly Item[]> {
        try {
            return ((await sandbox.api.get(path)) as { items: readonly Item[] }).items;
        } catch (error) {
            assert.equal((error as { status?: number }).status, 404, String(error));
            return [];
        }
    }

    async function remove(path: string, { namespace, name }: Item["metadata"], query = "") {
        const [, root = "", plural = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
        const at = namespace === undefined ? "" : `/namespaces/${namespace}`;
        await sandbox.api.request("DELETE", `${root}${at}/${plural}/${name}${query}`);
    }

    /** Comes back when a collection is empty: Kubernetes takes its time for an orphan. */
    async function gone(path: string): Promise<void> {
        while ((await items(path)).length > 0) {
            await new Promise((done) => setTimeout(done, 50));
        }
    }

    const names = async (path: string) => (await items(path)).map(({ metadata }) => metadata.name);
    const phases = async () =>
        (await Promise.all([items(kubevirts), items(cdis)]))
            .flat()
            .map(({ status }) => status?.phase);

    /**
     * Operations that take something away from a cluster, or make it anew. A replace by import has neither of its two steps: the
     * engine then only exchanges what was read for what is managed.
     */
    function destructive({ operations }: Outcome): readonly string[] {
        return ["delete", "create-replacement", "delete-replaced"].flatMap(
            (operation) => operations[operation] ?? [],
        );
    }

    it("is shown by a preview, is ready when its operators say so, and then nothing changes", async () => {
        await begin({ machine: "true" });
        const preview = await good(run(project, "preview"));
        assert.ok(preview.operations["create"]?.includes("db-virtual-machine"), preview.text);
        assert.deepEqual(await names(kubevirts), []);

        const up = await good(run(project, "up"));
        // The SDK writes every output into its own debug messages, which nobody sees without --debug.
        const events = up.events.filter(
            ({ diagnosticEvent }) => diagnosticEvent?.prefix !== "debug: ",
        );
        assert.ok(!/client-key-data|current-context/.test(up.text + JSON.stringify(events)));
        const stacks = join(project.folder, "state", ".pulumi", "stacks", "engine-test");
        const state = readFileSync(join(stacks, "test.json"), "utf8");
        assert.ok(state.includes("virt-guard"));
        assert.ok(!/client-key-data|current-context/.test(state));
        assert.deepEqual(await phases(), ["Deployed", "Deployed"]);
        assert.match(said(up, "virt-kubevirt-kubevirt").join("\n"), /ready after .*v1\.9\.0/);
        const { ready, preflight: found } = await project.stack.outputs();
        assert.deepEqual(ready?.value, {
            kubevirt: releaseVersions.kubevirt,
            cdi: releaseVersions.cdi,
        });
        const findings = found?.value as { check: string; status: string; what: string }[];
        const kvm = findings.find(({ check }) => check === "KVM");
        assert.deepEqual([kvm?.status, kvm?.what], ["ok", "all 3 nodes have it"]);

        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));
        await good(run(project, "up", { expectNoChanges: true }));
        await definitionsInState();
    });

    /** What the stack registered is in its state, and no definition that an operator made. */
    async function definitionsInState(): Promise<void> {
        const { deployment } = (await project.stack.exportStack()) as unknown as {
            deployment: {
                resources: readonly { urn: string; retainOnDelete?: boolean; type: string }[];
            };
        };
        const { resources } = deployment;
        const definitions = resources.filter(({ type }) =>
            type.includes("CustomResourceDefinition"),
        );
        assert.deepEqual(definitions.map(({ urn }) => urn.split("definition-").at(-1)).sort(), [
            "cdis.cdi.kubevirt.io",
            "kubevirts.kubevirt.io",
            "volumesnapshotclasses.snapshot.storage.k8s.io",
            "volumesnapshotcontents.snapshot.storage.k8s.io",
            "volumesnapshots.snapshot.storage.k8s.io",
        ]);
        assert.ok(definitions.every(({ retainOnDelete }) => retainOnDelete === true));
        assert.ok((await names(crds)).includes("datavolumes.cdi.kubevirt.io"));
    }

    /** cert-manager too, where its plugin is on this machine; its CA is there from the start. */
    function everyPart(files?: ReleaseFiles): string {
        const caBundle = Buffer.from(sandbox.api.credentials.ca).toString("base64");
        return parts(
            hasCertManagerPlugin()
                ? { certManager: { chart: certManagerChart, values: { webhook: { caBundle } } } }
                : {},
            files,
        );
    }

    it("is upgraded by a patch version in place, and refused a step that is not supported, before anything changes", async () => {
        await begin({ machine: "true", parts: everyPart() });
        await good(run(project, "up"));
        const [before] = await items("/apis/kubevirt.io/v1/virtualmachines");

        await configure({ parts: everyPart(releases("v1.9.1", "v1.66.1")) });
        const preview = await good(run(project, "preview"));
        assert.deepEqual(destructive(preview), []);
        const up = await good(run(project, "up"));
        assert.deepEqual(destructive(up), []);
        const { ready } = await project.stack.outputs();
        assert.deepEqual(ready?.value, { kubevirt: "v1.9.1", cdi: "v1.66.1" });
        const [after] = await items("/apis/kubevirt.io/v1/virtualmachines");
        assert.equal(after?.metadata.uid, before?.metadata.uid);

        for (const [version, told] of [
            ["v1.11.0", /which skips a step that KubeVirt needs on the way from v1\.9\.1\. Go to/],
            ["v1.9.0", /which is older than the installed v1\.9\.1, and KubeVirt does not go back/],
        ] as const) {
            await configure({ parts: everyPart(releases(version)) });
            const preview = await bad(run(project, "preview"));
            assert.match(preview.text, told);
            const up = await bad(run(project, "up"));
            assert.deepEqual([...destructive(up), ...(up.operations["update"] ?? [])], []);
        }
    });

    it("is not destroyed while a kept DataVolume or somebody else's machine is there: refused with their names, and nothing of it is gone", async () => {
        await begin({ machine: "true" });
        await good(run(project, "up"));
        const before = await names(crds);
        await sandbox.api.create("/apis/kubevirt.io/v1/namespaces/default/virtualmachines", {
            apiVersion: "kubevirt.io/v1",
            kind: "VirtualMachine",
            metadata: { name: "theirs", namespace: "default" },
            spec: {
                runStrategy: "Halted",
                template: { spec: { domain: { devices: {} } } },
            },
        } as never);

        const refused = await bad(run(project, "destroy"));
        assert.match(refused.text, /the platform is in use, and nothing of it was removed/);
        assert.match(refused.text, /VirtualMachine: default\/theirs/);
        assert.match(refused.text, /DataVolume: default\/db-root/);
        assert.match(refused.text, /kubectl delete datavolume -n default db-root --cascade=orphan/);
        assert.deepEqual(await names(crds), before);
        assert.deepEqual(await phases(), ["Deployed", "Deployed"]);

        await remove("/apis/kubevirt.io/v1/virtualmachines", {
            namespace: "default",
            name: "theirs",
            uid: "",
        });
        await remove(
            dataVolumes,
            { namespace: "default", name: "db-root", uid: "" },
            "?propagationPolicy=Orphan",
        );
        await gone(dataVolumes);
        await good(run(project, "destroy"));
        assert.ok((await names("/api/v1/persistentvolumeclaims")).includes("db-root"));
        assert.deepEqual(await names(kubevirts), []);
        const namespaces = await items("/api/v1/namespaces");
        assert.deepEqual(
            namespaces.filter(({ status }) => status?.phase !== "Active"),
            [],
        );
        assert.ok(!(await names(crds)).includes("datavolumes.cdi.kubevirt.io"));
        await remove("/api/v1/persistentvolumeclaims", {
            namespace: "default",
            name: "db-root",
            uid: "",
        });
    });

    it("is let go of by adopt, left by a destroy, and taken back by install: no delete at all", async () => {
        const adopted = { snapshots: "adopt", kubevirt: "adopt", cdi: "adopt" };
        await begin();
        await good(run(project, "up"));
        const before = await items(kubevirts);

        await configure({ parts: parts(adopted) });
        const preview = await good(run(project, "preview"));
        assert.deepEqual(destructive(preview), []);
        assert.match(said(preview, "virt-kubevirt").join("\n"), /adopted: KubeVirt v1\.9\.0 in/);
        assert.deepEqual(destructive(await good(run(project, "up"))), []);
        await good(run(project, "up", { expectNoChanges: true }));

        await configure({ parts: parts() });
        assert.deepEqual(destructive(await good(run(project, "preview"))), []);
        assert.deepEqual(destructive(await good(run(project, "up"))), []);
        await good(run(project, "up", { expectNoChanges: true }));

        await configure({ parts: parts(adopted) });
        await good(run(project, "up"));
        await good(run(project, "destroy"));
        assert.deepEqual(await items(kubevirts).then((all) => all.map(uid)), before.map(uid));
        assert.deepEqual(await phases(), ["Deployed", "Deployed"]);
        await configure({ parts: parts() });
        await good(run(project, "up"));
    });

    it("is somebody else's: refused, adopted without a word in the state, and taken over when it is said", async () => {
        const definitions = definitionsIn(crdSet(process.env));
        await applyCrds(sandbox.api, definitions.filter(isInRelease));
        await installOperators(sandbox.api, definitions);
        await installPlatform(sandbox.api, definitions);
        const before = await items(kubevirts);

        await begin({ parts: parts({ snapshots: "skip" }) });
        const refused = await bad(run(project, "preview"));
        assert.match(
            refused.text,
            /mode is install, and the cluster has a KubeVirt \(v1\.9\.0\) that this stack did not make.*Write mode: "adopt".*or takeOver: true/,
        );

        await configure({ parts: parts({ snapshots: "skip", kubevirt: "adopt", cdi: "adopt" }) });
        const adopted = await good(run(project, "up"));
        assert.match(
            said(adopted, "virt-kubevirt", "warning").join(),
            /uninstallStrategy is not set/,
        );
        assert.equal(adopted.operations["read"], undefined);
        await good(run(project, "destroy"));
        assert.deepEqual((await items(kubevirts)).map(uid), before.map(uid));

        const takeOver = true;
        const { kubevirtOperator, cdiOperator } = releases();
        const taken = {
            snapshots: "skip",
            kubevirt: { manifest: { file: kubevirtOperator }, takeOver },
            cdi: { manifest: { file: cdiOperator }, takeOver },
        };
        await configure({ parts: parts(taken) });
        assert.deepEqual(destructive(await good(run(project, "up"))), []);
        assert.deepEqual((await items(kubevirts)).map(uid), before.map(uid));
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "destroy"));
        assert.deepEqual(await names(kubevirts), []);
        // Their snapshot controller was nobody's of ours.
        await emptyAgain(sandbox);
    });

    it("is previewed on an unreachable cluster, new and known alike", async () => {
        await begin({ machine: "true" });
        const unreachable = join(project.folder, "unreachable");
        writeFileSync(unreachable, unreachableKubeconfig);
        await configure({ kubeconfig: unreachable });
        const empty = await good(run(project, "preview"));
        assert.match(empty.text, /The cluster cannot be reached/);
        await configure({ kubeconfig: sandbox.kubeconfigPath });
        await good(run(project, "up"));
        await configure({ kubeconfig: unreachable });
        assert.deepEqual(destructive(await good(run(project, "preview"))), []);
        await configure({ kubeconfig: sandbox.kubeconfigPath });
    });

    it("converges when its update is killed at any point", async () => {
        await begin({ machine: "true" });
        for (const moment of [
            "virt-snapshots-deployment-kube-system-snapshot-controller",
            "virt-kubevirt-deployment-kubevirt-virt-operator",
            "virt-cdi-cdi",
            "virt-guard",
        ]) {
            await killWhen(project, moment);
        }
        await good(run(project, "up"));
        assert.deepEqual(await phases(), ["Deployed", "Deployed"]);
        await good(run(project, "up", { expectNoChanges: true }));
    });
});

function uid({ metadata }: Item): string {
    return metadata.uid;
}
