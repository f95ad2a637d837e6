import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceValidationArgs } from "@pulumi/policy";
import { nameFault } from "../../model/names";
import { policies } from "../../policies/all";
import { environmentOf } from "../../policies/environment";
import { enginePolicy, resourceOf } from "../../policies/pack";
import { type Environment, environments, type Policy } from "../../policies/policy";
import { notKnown } from "../../policies/resource";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the SDK's own, which it does not declare
const { unknownCheckingProxy, unknownStringValue } = require("@pulumi/policy/proxy") as {
    readonly unknownCheckingProxy: (value: object) => Record<string, unknown>;
    readonly unknownStringValue: string;
};
const root = join(__dirname, "..", "..");

describe("the policy pack", () => {
    it("has policies with names of their own, and words for everything", () => {
        const names = policies.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
        for (const { name, asks, why, remedy, judge, judgeStack } of policies) {
            assert.equal(nameFault(name), undefined);
            assert.ok(
                [asks, why, remedy].every((text) => text.length > 10),
                name,
            );
            assert.ok((judge === undefined) !== (judgeStack === undefined), name);
        }
    });

    it("asks no less of production than of staging, and no less of staging than of the sandbox", () => {
        const weight = { disabled: 0, advisory: 1, mandatory: 2 };
        for (const { name, levels } of policies) {
            const [local, staging, production] = environments.map((one) => weight[levels[one]]);
            assert.ok((local ?? 0) <= (staging ?? 0) && (staging ?? 0) <= (production ?? 0), name);
        }
    });

    it("knows the environment of a stack by its name, or by its configuration", () => {
        const rows: readonly (readonly [string, string | undefined, Environment])[] = [
            ["local", undefined, "local"],
            ["production", undefined, "production"],
            ["acme/production-platform", undefined, "production"],
            ["prod-eu", undefined, "production"],
            ["staging", undefined, "staging"],
            ["reproduction", undefined, "staging"],
            ["live", undefined, "staging"],
            ["live", "production", "production"],
            ["production", "staging", "staging"],
        ];
        for (const [stack, configured, expected] of rows) {
            assert.equal(environmentOf(stack, configured), expected, stack);
        }
        const live = JSON.stringify({ stage: "production", cluster: { context: "live-1" } });
        assert.equal(environmentOf("live", undefined, live), "production");
        assert.equal(environmentOf("live", "staging", live), "staging");
        for (const written of ["{", "null", "{}", '{ "stage": "of my own" }']) {
            assert.equal(environmentOf("live", undefined, written), "staging");
        }
        assert.throws(
            () => environmentOf("live", "prod"),
            /is "prod", which is none of local, staging, production/,
        );
    });

    it("hands the engine each policy at the level of the environment, with the settings it takes", () => {
        for (const policy of policies) {
            for (const environment of environments) {
                const { name, enforcementLevel, configSchema } = enginePolicy(policy, environment);
                assert.equal(name, policy.name);
                assert.equal(enforcementLevel, policy.levels[environment]);
                const { exempt, ...own } = configSchema?.properties ?? {};
                assert.ok(exempt !== undefined);
                assert.deepEqual(Object.keys(own), Object.keys(policy.settings ?? {}));
            }
        }
    });

    it("has the engine told of a violation on the resource that has it", () => {
        const name = "web";
        const urn = "urn:pulumi:a::b::kubernetes:core/v1:PersistentVolumeClaim::web";
        const type = "kubernetes:core/v1:PersistentVolumeClaim";
        const props = { metadata: { name, namespace: "default" } };
        const told: (readonly [string, string, string | undefined])[] = [];
        const judgedBy = policies.map((policy) => enginePolicy(policy, "production"));
        const args = {
            ...{ type, name, urn, props, opts: options, stackTags: new Map<string, string>() },
            getConfig: (() => ({})) as ResourceValidationArgs["getConfig"],
            notApplicable: (): never => assert.fail("every policy applies"),
            isType: () => false,
            asType: () => undefined,
        };
        const one = { ...args, dependencies: [], propertyDependencies: {} };
        for (const policy of judgedBy) {
            const report = (message: string, on?: string) => told.push([policy.name, message, on]);
            if ("validateStack" in policy) {
                void policy.validateStack({ ...args, resources: [one] }, report);
            } else if (typeof policy.validateResource === "function") {
                void policy.validateResource(args, report);
            }
        }
        assert.deepEqual(
            told.map(([policy, message, on]) => [policy, message.split(":")[0], on]),
            [
                ["namespace-allow-list", `PersistentVolumeClaim "default/web"`, undefined],
                ["retain-stateful-disks", `PersistentVolumeClaim "default/web"`, undefined],
                ["snapshot-schedule", `PersistentVolumeClaim "default/web"`, urn],
            ],
        );
    });

    it("reads what a preview does not know as not known, wherever it stands", () => {
        const { props, defaultNamespace, isProtected } = resourceOf({
            type: "kubernetes:core/v1:Pod",
            name: "web",
            urn: "urn:pulumi:a::b::kubernetes:core/v1:Pod::web",
            opts: { ...options, protect: true },
            props: unknownCheckingProxy({
                metadata: { name: unknownStringValue, labels: { a: "b" } },
                spec: { containers: [unknownStringValue, { image: "busybox" }], hostPID: null },
            }),
            provider: {
                type: "pulumi:providers:kubernetes",
                name: "c",
                urn: "",
                props: unknownCheckingProxy({
                    kubeconfig: unknownStringValue,
                    namespace: "shop",
                }),
            },
        });
        assert.deepEqual(props, {
            metadata: { name: notKnown, labels: { a: "b" } },
            spec: { containers: [notKnown, { image: "busybox" }], hostPID: null },
        });
        assert.equal(defaultNamespace, "shop");
        assert.equal(isProtected, true);
    });
});

const options = {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
};

describe("the guide of policies", () => {
    const text = readFileSync(join(root, "docs", "guide", "policies.md"), "utf8");

    it("has the table that the code has", () => {
        const [, table = ""] = text.split("| --- | --- | --- | --- | --- |\n");
        const [own = ""] = table.split("\n\n");
        assert.equal(own.trim(), policies.map(row).join("\n"));
    });

    it("says of each why, what to do, and what can be set", () => {
        for (const policy of policies) {
            assert.ok(text.includes(paragraph(policy)), paragraph(policy));
        }
    });

    it("says what is not judged, and why", () => {
        for (const exemption of new Set(policies.flatMap(({ exempts = [] }) => exempts))) {
            const names = policies
                .filter(({ exempts = [] }) => exempts.includes(exemption))
                .map(({ name }) => `\`${name}\``);
            const line = `- ${exemption.whose}: ${exemption.why}. Policies: ${names.join(", ")}.`;
            assert.ok(text.includes(`${line}\n`), line);
        }
    });
});

function row({ name, asks, levels }: Policy): string {
    return `| \`${name}\` | ${asks} | ${environments.map((one) => levels[one]).join(" | ")} |`;
}

function paragraph({ name, why, remedy, settings = {} }: Policy): string {
    return [
        `- **\`${name}\`**: ${why}. Remedy: ${remedy}.`,
        ...Object.entries(settings).map(
            ([key, { description }]) => `  Setting \`${key}\`: ${description}`,
        ),
    ].join("\n");
}
