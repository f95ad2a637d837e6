import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { lockText } from "../../model/image-lock";
import { writeReleases } from "../../sandbox/releases";
import { environmentKey } from "../../stacks/schema/keys";
import {
    bad,
    type EngineProject,
    engineProject,
    good,
    needsEngine,
    type Outcome,
    run,
} from "../support/engine";
import { temporaryFolder } from "../support/folder";
import { longhornChart } from "../support/longhorn-chart";
import { emptySandbox, type SharedSandbox } from "../support/sandbox";

const root = join(__dirname, "..", "..");
const cephChart = join(root, "tests", "fixtures", "charts", "ceph-csi-rbd");
const cephKey = "QVFCa2V5LW9mLXRoZS10ZXN0cw==";
const fedora = {
    source: "docker://quay.io/containerdisks/fedora:42",
    digest: `sha256:${"0a".repeat(32)}`,
    lockedAt: "2026-11-21T12:00:00.000Z",
};

type Fields = Record<string, unknown>;

/** The environments as they are committed, but for what names a cluster and files of the outside world. */
describe("the stacks staging, production-platform and production on one cluster", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let folder: string | undefined;
    const projects = new Map<string, EngineProject>();

    before(async function () {
        needsEngine(this);
        sandbox = await emptySandbox(this, "environments");
        folder = temporaryFolder("releases");
        for (const name of ["vms", "staging"]) {
            await sandbox.api.create("/api/v1/namespaces", {
                apiVersion: "v1",
                kind: "Namespace",
                metadata: { name },
            });
        }
    });

    after(() => {
        for (const project of projects.values()) {
            project.dispose();
        }
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    function committed(stack: string): Fields & { cluster: Fields; storage: Fields } {
        const file = join(root, "stacks", `Pulumi.${stack}.yaml`);
        const { config } = parse(readFileSync(file, "utf8")) as { config: Fields };
        return config[environmentKey] as Fields & { cluster: Fields; storage: Fields };
    }

    /** The committed environment of a stack, on the sandbox. */
    function environment(stack: string, parts: Fields, storage: Fields = {}): Fields {
        const { "current-context": context } = parse(sandbox.kubeconfig) as Fields;
        const own = committed(stack);
        const [kind = ""] = Object.keys(own.storage);
        return {
            ...own,
            cluster: { ...own.cluster, context },
            platform: { ...(own["platform"] as object), ...parts },
            storage: { [kind]: { ...(own.storage[kind] as object), ...storage } },
        };
    }

    /** Everything from local files, as on a cluster without a way to the internet; cert-manager's plugin is not one of them. */
    function installing(kubevirt: string, cdi: string): Fields {
        const files = writeReleases(join(folder ?? "", kubevirt), {
            kubevirt,
            cdi,
            snapshotter: "v8.6.0",
        });
        return {
            certManager: "skip",
            snapshots: {
                manifests: [{ file: files.snapshotCrds }, { file: files.snapshotController }],
            },
            kubevirt: { manifest: { file: files.kubevirtOperator } },
            cdi: { manifest: { file: files.cdiOperator } },
        };
    }

    async function configure(project: EngineProject, value: Fields): Promise<void> {
        await project.stack.setConfig("environment", { value: JSON.stringify(value) });
    }

    async function begin(stack: string, value: Fields): Promise<EngineProject> {
        const project = await engineProject(
            "environment",
            {},
            { stack, env: { KUBECONFIG: sandbox.kubeconfigPath } },
        );
        projects.set(stack, project);
        writeFileSync(join(project.folder, "images.lock.json"), lockText({ fedora }));
        await project.stack.setConfig("cephKey", { value: cephKey, secret: true });
        await configure(project, value);
        return project;
    }

    async function deployed(project: EngineProject): Promise<void> {
        await good(run(project, "up"));
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));
    }

    function destructive({ operations }: Outcome): readonly string[] {
        return ["delete", "replace", "create-replacement", "delete-replaced"].flatMap(
            (operation) => operations[operation] ?? [],
        );
    }

    const named = (stack: string) => projects.get(stack) as EngineProject;

    it("are told everything that is wrong at once, and no secret is repeated", async () => {
        const value = environment("production-platform", { cdi: "instal" }, { user: "hunter2" });
        const project = await begin("wrong", value);
        await project.stack.setConfig("storageClass", { value: "nvme" });
        const wrong = await bad(run(project, "preview"));
        assert.match(wrong.text, /storageClass is a key of its own, and belongs to environment\./);
        assert.match(wrong.text, /platform\.cdi is "instal".*Write install/);
        assert.match(wrong.text, /storage\.ceph\.user /);
        assert.doesNotMatch(wrong.text, /hunter2/);

        await project.stack.removeConfig("storageClass");
        await project.stack.removeConfig("environment");
        const nothing = await bad(run(project, "preview"));
        assert.match(nothing.text, /environment is not set.*npm run new-stack -- wrong/);

        await project.stack.setConfig("cephKey", { value: cephKey });
        await configure(project, environment("production-platform", {}, { chart: cephChart }));
        const plain = await bad(run(project, "preview"));
        assert.match(plain.text, /names the secret cephKey, which is kept in plain text/);

        await project.stack.removeConfig("cephKey");
        const none = await bad(run(project, "preview"));
        assert.match(none.text, /cephKey, which is not set\. Pulumi config set --secret cephKey/);

        // As a person does who means well.
        const path = "environment.storage.ceph.user.key";
        const set = ["config", "set", "--secret", "--path", path, "hunter2", "-s", "wrong"];
        const env = { ...process.env, ...project.env };
        const { status, stderr } = spawnSync("pulumi", set, { cwd: project.folder, env });
        assert.equal(status, 0, stderr.toString());
        const inside = await bad(run(project, "preview"));
        assert.match(inside.text, /environment.* a secret/);
        assert.doesNotMatch(inside.text, /hunter2/);
    });

    it("production-platform installs: nothing to do a second time, nor after a refresh", async () => {
        const value = environment("production-platform", installing("v1.9.0", "v1.66.0"), {
            chart: cephChart,
        });
        await deployed(await begin("production-platform", value));
    });

    it("production adopts, with locked images and protected disks", async () => {
        const project = await begin(
            "production",
            environment("production", { certManager: "skip" }),
        );
        await deployed(project);
        const { deployment } = (await project.stack.exportStack()) as unknown as {
            deployment: {
                resources: readonly {
                    urn: string;
                    type: string;
                    protect?: boolean;
                    inputs?: Fields;
                }[];
            };
        };
        const held = deployment.resources.filter(({ protect }) => protect === true);
        const disks = held.map(({ urn }) => urn.split("::").at(-1));
        for (const disk of ["db-root-data-volume", "db-data-claim"]) {
            assert.ok(disks.includes(disk), `${disk} is not protected`);
        }
        const image = deployment.resources.find(
            ({ urn, type }) => type.endsWith(":DataVolume") && urn.includes("::fedora"),
        );
        assert.ok(JSON.stringify(image?.inputs).includes(fedora.digest));
        assert.ok(!deployment.resources.some(({ urn }) => /virt-guard|definition/.test(urn)));
    });

    it("staging has the same program on Longhorn, beside it", async () => {
        const value = environment(
            "staging",
            { snapshots: "adopt", kubevirt: "adopt", cdi: "adopt" },
            { chart: longhornChart() },
        );
        const cluster = { ...(value["cluster"] as object), namespace: "staging" };
        await deployed(await begin("staging", { ...value, cluster }));
    });

    it("production deletes nothing when its platform is upgraded", async () => {
        const platform = named("production-platform");
        const production = named("production");
        await configure(
            platform,
            environment("production-platform", installing("v1.9.1", "v1.66.1"), {
                chart: cephChart,
            }),
        );
        assert.deepEqual(destructive(await good(run(platform, "up"))), []);
        const planned = await good(run(production, "preview"));
        assert.deepEqual(Object.keys(planned.operations), ["same"], planned.text);
        await good(run(production, "up", { expectNoChanges: true }));
        await good(run(production, "refresh", { expectNoChanges: true }));
    });
});
