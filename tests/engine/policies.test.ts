import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policies } from "../../policies/all";
import {
    bad,
    engineProject,
    type EngineProject,
    good,
    needsEngine,
    type Outcome,
    run,
} from "../support/engine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const pack = join(__dirname, "..", "..", "policies");

/** Which resource of the program breaks which policy. */
const broken: Readonly<Record<string, string>> = {
    "no-inline-secrets": "password",
    "no-secrets-in-chart-values": "chart",
    "no-privileged": "privileged",
    "no-host-path": "host-path",
    "no-single-replica": "single",
    "resource-limits": "limitless",
    "images-by-digest": "tagged",
    "namespace-allow-list": "elsewhere",
    "retain-stateful-disks": "deleting",
    "migratable-disks": "stuck",
    "snapshot-schedule": "unscheduled",
};

describe("the policy pack, under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
        project = await engineProject("policies", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace: await sandbox.namespace("policies"),
            "policies:environment": "production",
        });
    });

    after(() => {
        project.dispose();
    });

    it("refuses a preview, with each policy on the resource that breaks it", async () => {
        const outcome = await bad(run(project, "preview", { policyPacks: [pack] }));
        const found = violations(outcome);
        for (const [policy, resource] of Object.entries(broken)) {
            const on = found.filter((one) => one.policy === policy);
            const level = policies.find(({ name }) => name === policy)?.levels.production;
            // Nothing has a schedule here, our own disk neither.
            const expected =
                policy === "snapshot-schedule" ? ["own-root-data-volume", resource] : [resource];
            assert.deepEqual(on.map((one) => one.resource).sort(), expected.sort(), outcome.text);
            assert.ok(
                on.every((one) => one.level === level),
                policy,
            );
        }
        assert.deepEqual(
            found.filter(({ policy }) => broken[policy] === undefined),
            [],
        );
        assert.match(outcome.text, /spec\.replicas is 1\. Write 2 or more\./);
        assert.doesNotMatch(outcome.text, /hunter2/);
    });

    it("does as its configuration says", async () => {
        const file = join(project.folder, "policies.json");
        const exempt = { "*/tagged": "built on the node" };
        writeFileSync(
            file,
            JSON.stringify({
                all: "advisory",
                "no-privileged": "disabled",
                "images-by-digest": { exempt },
                "namespace-allow-list": { namespaces: ["*"] },
            }),
        );
        const outcome = await good(
            run(project, "preview", { policyPacks: [pack], policyPackConfigs: [file] }),
        );
        const found = violations(outcome);
        assert.ok(found.every(({ level }) => level === "advisory"));
        const silent = ["no-privileged", "images-by-digest", "namespace-allow-list"];
        assert.deepEqual(
            [...new Set(found.map(({ policy }) => policy))].sort(),
            Object.keys(broken)
                .filter((policy) => !silent.includes(policy))
                .sort(),
        );
    });

    it("has nothing against the stack local that would stop it anywhere", async () => {
        const local = await engineProject("local-stack", { kubeconfig: sandbox.kubeconfigPath });
        try {
            const outcome = await good(run(local, "preview", { policyPacks: [pack] }));
            // Its disks are for trying out, and go with it.
            assert.ok(violations(outcome).some(({ policy }) => policy === "retain-stateful-disks"));
        } finally {
            local.dispose();
        }
    });
});

interface Violation {
    readonly policy: string;
    readonly resource: string;
    readonly level: string;
}

function violations({ events }: Outcome): readonly Violation[] {
    return events.flatMap(({ policyEvent }) =>
        policyEvent === undefined
            ? []
            : [
                  {
                      policy: policyEvent.policyName,
                      resource: policyEvent.resourceUrn?.split("::").at(-1) ?? "",
                      level: policyEvent.enforcementLevel,
                  },
              ],
    );
}
