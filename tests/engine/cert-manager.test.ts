import assert from "node:assert/strict";
import { join } from "node:path";
import {
    good,
    hasCertManagerPlugin,
    type EngineProject,
    engineProject,
    needsEngine,
    type Outcome,
    run,
    said,
} from "../support/engine";
import { emptyAgain, emptySandbox, type SharedSandbox } from "../support/sandbox";

const chart = join(__dirname, "..", "fixtures", "charts", "cert-manager");
const webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const deployments = "/apis/apps/v1/namespaces/cert-manager/deployments";
const definition =
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/certificates.cert-manager.io";

/** The plugin is the engine's to download; here it has to be on the PATH, as the engine itself. */
function needsPlugin(suite: Mocha.Context): void {
    if (!hasCertManagerPlugin()) {
        suite.test?.parent?.eachTest((test) => {
            test.title += " (no pulumi-resource-kubernetes-cert-manager on the PATH)";
        });
        suite.skip();
    }
}

describe("cert-manager under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(90_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;

    before(async function () {
        needsEngine(this);
        sandbox = await emptySandbox(this, "cert-manager");
    });

    afterEach(async () => {
        await run(project, "destroy");
        project.dispose();
        await emptyAgain(sandbox);
    });

    const only = { snapshots: "skip", kubevirt: "skip", cdi: "skip" };
    const installed = JSON.stringify({ ...only, certManager: { chart } });
    const adopted = JSON.stringify({ ...only, certManager: "adopt" });

    async function begin(parts: string): Promise<void> {
        project = await engineProject("platform", { kubeconfig: sandbox.kubeconfigPath, parts });
    }

    const names = async (path: string) =>
        ((await sandbox.api.get(path)) as { items: { metadata: { name: string } }[] }).items.map(
            ({ metadata }) => metadata.name,
        );

    /** What cert-manager's cainjector does. */
    async function injectCa(): Promise<void> {
        await sandbox.api.request("PATCH", `${webhooks}/cert-manager-webhook`, {
            type: "application/json-patch+json",
            text: JSON.stringify([
                {
                    op: "add",
                    path: "/webhooks/0/clientConfig/caBundle",
                    value: Buffer.from(sandbox.api.credentials.ca).toString("base64"),
                },
            ]),
        });
    }

    /** An update beside which somebody injects the CA as soon as the stack waits for it. */
    async function upWithCa(): Promise<Outcome> {
        let injected: Promise<void> | undefined;
        const outcome = await good(
            run(project, "up", {}, ({ diagnosticEvent }) => {
                if (diagnosticEvent?.message.includes("has no CA bundle yet") === true) {
                    injected ??= injectCa();
                }
            }),
        );
        await injected;
        return outcome;
    }

    describe("by Pulumi's package", () => {
        before(function () {
            needsPlugin(this);
        });

        it("is ready when its webhook can be called, and a destroy keeps its definitions", async () => {
            await begin(installed);
            await good(run(project, "preview"));
            const up = await upWithCa();
            assert.match(said(up, "virt-cert-manager-release").join("\n"), /has no CA bundle yet/);
            assert.deepEqual((await names(deployments)).sort(), [
                "cert-manager",
                "cert-manager-cainjector",
                "cert-manager-webhook",
            ]);
            await good(run(project, "up", { expectNoChanges: true }));

            await good(run(project, "destroy"));
            assert.deepEqual(await names(deployments), []);
            await sandbox.api.get(definition);
        });

        it("is let go of by adopt and taken back by install, without a delete", async () => {
            await begin(installed);
            await upWithCa();
            for (const parts of [adopted, installed]) {
                await project.stack.setConfig("parts", { value: parts });
                const preview = await good(run(project, "preview"));
                const up = await good(run(project, "up"));
                for (const { operations } of [preview, up]) {
                    const deleted = operations["delete"] ?? [];
                    assert.deepEqual([...deleted, ...(operations["delete-replaced"] ?? [])], []);
                }
                await good(run(project, "up", { expectNoChanges: true }));
            }
            assert.equal((await names(deployments)).length, 3);
        });
    });

    it("is refused where somebody else's is, before anything is registered", async () => {
        const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
        await sandbox.api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: {
                name: "certificates.cert-manager.io",
                annotations: { "meta.helm.sh/release-namespace": "theirs" },
            },
            spec: {
                group: "cert-manager.io",
                scope: "Namespaced",
                names: { kind: "Certificate", plural: "certificates" },
                versions: [
                    {
                        name: "v1",
                        served: true,
                        storage: true,
                        schema: { openAPIV3Schema: schema },
                    },
                ],
            },
        } as never);
        await begin(installed);
        const refused = await run(project, "up");
        assert.equal(refused.failed, true);
        assert.match(
            said(refused, "virt-cert-manager", "error").join("\n"),
            /mode is install, and the cluster has a cert-manager that this stack did not make, in namespace theirs\. Write mode: "adopt"\./,
        );
        assert.equal(refused.operations["create"]?.includes("virt-cert-manager-release"), false);
    });

    it("is not missed by an adopting preview, which needs no plugin, and refused by an update where there is none", async () => {
        await begin(adopted);
        const preview = await good(run(project, "preview"));
        assert.match(
            said(preview, "virt-cert-manager", "warning").join("\n"),
            /mode is adopt, and the cluster does not know cert-manager's kinds/,
        );
        assert.ok(!preview.text.includes("resource-kubernetes-cert-manager"));
        const up = await run(project, "up");
        assert.equal(up.failed, true);
        assert.match(up.text, /install it there first/i);
    });
});
