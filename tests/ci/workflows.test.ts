import assert from "node:assert/strict";
import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";
import { workflow, type WorkflowJob, workflowNames, workflowText } from "../support/workflow";

const root = join(__dirname, "..", "..");

describe("the GitHub workflows", () => {
    const jobs = workflowNames.flatMap((name) =>
        Object.entries(workflow(name).jobs).map(
            ([job, definition]) => [`${name}.yml ${job}`, definition] as const,
        ),
    );
    const steps = jobs.flatMap(([where, { steps: all = [] }]) =>
        all.map((step, at) => [`${where} ${step.name ?? String(at)}`, step] as const),
    );
    const named = (where: string): WorkflowJob => {
        const found = jobs.find(([name]) => name === where);
        assert.ok(found !== undefined, where);
        return found[1];
    };

    it("take every action by the hash of a commit, with its version beside it", () => {
        for (const name of workflowNames) {
            const uses = workflowText(name).match(/uses: .*/g) ?? [];
            assert.ok(uses.length > 0);
            for (const line of uses.filter((one) => !/uses: \.\//.test(one))) {
                assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
            }
        }
    });

    it("give no job more than it needs", () => {
        for (const name of workflowNames) {
            assert.deepEqual(workflow(name).permissions, {});
        }
        const may = Object.fromEntries(
            jobs.map(([where, { permissions = {} }]) => [
                where,
                Object.entries(permissions).map(([what, how]) => `${what}: ${how}`),
            ]),
        );
        const reads = ["contents: read", "pull-requests: read"];
        assert.deepEqual(may, {
            "stacks.yml withdraw": ["pull-requests: write"],
            "stacks.yml sandbox": ["contents: read"],
            "stacks.yml preview": ["contents: read"],
            "stacks.yml report": ["contents: read", "pull-requests: write"],
            "stacks.yml staging": reads,
            "stacks.yml production-platform": reads,
            "stacks.yml production": reads,
            "deploy.yml up": reads,
        });
    });

    it("run no code of a fork with a secret or with a right to write", () => {
        assert.deepEqual(Object.keys(workflow("stacks").on), ["pull_request", "push"]);
        const own = /github\.event\.pull_request\.head\.repo\.full_name == github\.repository/;
        for (const [where, job] of jobs) {
            const secret = JSON.stringify(job).includes("secrets.");
            if (secret && where.startsWith("stacks.yml")) {
                assert.match(job.if ?? "", own, where);
            }
        }
        // The job that may write on the pull request runs what the base has.
        const [checkout] = named("stacks.yml report").steps ?? [];
        assert.equal(checkout?.with?.["ref"], "${{ github.event.pull_request.base.sha }}");
        for (const [where, step] of steps) {
            if (step.uses?.startsWith("actions/checkout") === true) {
                assert.equal(step.with?.["persist-credentials"], false, where);
            }
        }
    });

    it("put nothing that somebody else writes into a script", () => {
        for (const [where, { run = "" }] of steps) {
            assert.doesNotMatch(run, /\$\{\{/, where);
        }
    });

    it("update one stack at a time, break no update off, and let GitHub's environments hold production back", () => {
        const { concurrency, environment } = named("deploy.yml up");
        assert.deepEqual(concurrency, {
            group: "stack-${{ inputs.stack }}",
            "cancel-in-progress": false,
        });
        assert.equal(environment, "${{ inputs.environment }}");
        const where = ["staging", "production-platform", "production"].map((stack) => {
            const { if: condition = "", with: inputs } = named(`stacks.yml ${stack}`);
            assert.match(condition, /github\.event_name == 'push'/);
            assert.equal(inputs?.["stack"], stack);
            return inputs["environment"];
        });
        assert.deepEqual(where, ["staging", "production", "production"]);
        assert.equal(named("stacks.yml production-platform").needs, "staging");
        assert.deepEqual(named("stacks.yml production").needs, ["staging", "production-platform"]);
    });

    it("end: every job that runs has a limit", () => {
        for (const [where, job] of jobs.filter(([, { uses }]) => uses === undefined)) {
            assert.ok((job["timeout-minutes"] ?? 0) > 0, where);
        }
    });

    it("call scripts that are there and can be run", () => {
        const called = steps.flatMap(([, { run = "" }]) => run.match(/ci\/[\w-]+\.sh/g) ?? []);
        assert.ok(new Set(called).size >= 5, called.join(" "));
        for (const script of called) {
            accessSync(join(root, script), constants.X_OK);
        }
        const all = readdirSync(join(root, "ci")).map((file) => `ci/${file}`);
        const chained = ["ci/with-kubeconfig.sh"];
        assert.deepEqual(
            all.filter((script) => !called.includes(script) && !chained.includes(script)),
            [],
        );
    });
});
