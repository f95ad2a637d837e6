import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, MigrationPolicy, type MigrationPolicyArgs } from "../../../components";
import { speakThrough, type Speaker } from "../../../waits/say";
import { unreachableKubeconfig } from "../../support/kubeconfig";
import { only, record } from "../../support/recorder";
import { inPreview } from "../on-cluster";

const prod = () => new Cluster("prod", { kubeconfig: unreachableKubeconfig, namespace: "vms" });

describe("MigrationPolicy", () => {
    describe("what it registers", () => {
        it("is one policy of the cluster, owned by this program, with the limits in KubeVirt's units", async () => {
            const registered = await record(
                () =>
                    new MigrationPolicy("databases", {
                        cluster: prod(),
                        namespaces: { "kubernetes.io/metadata.name": "vms" },
                        machines: { tier: "database" },
                        bandwidthPerMigration: "256Mi",
                        completionTimeoutPerGiB: "5 minutes",
                        allowAutoConverge: true,
                        allowPostCopy: false,
                    }),
            );
            const { type, parent, inputs } = only(registered, "databases-migration-policy");
            assert.equal(type, "kubernetes:migrations.kubevirt.io/v1alpha1:MigrationPolicy");
            assert.match(parent, /kubevirt:index:MigrationPolicy::databases$/);
            assert.deepEqual(inputs["metadata"], {
                name: "databases",
                labels: { "app.kubernetes.io/managed-by": "pulumi-kubevirt" },
                annotations: { "pulumi-kubevirt.dev/owner": "shop/test/databases" },
            });
            assert.deepEqual(inputs["spec"], {
                selectors: {
                    namespaceSelector: { "kubernetes.io/metadata.name": "vms" },
                    virtualMachineInstanceSelector: { tier: "database" },
                },
                bandwidthPerMigration: "256Mi",
                completionTimeoutPerGiB: 300,
                allowAutoConverge: true,
                allowPostCopy: false,
            });
        });

        it("writes nothing of what is not set", async () => {
            const registered = await record(
                () => new MigrationPolicy("one", { cluster: prod(), machines: { a: "b" } }),
            );
            assert.deepEqual(only(registered, "one-migration-policy").inputs["spec"], {
                selectors: { virtualMachineInstanceSelector: { a: "b" } },
            });
        });
    });

    describe("what it says", () => {
        inPreview();
        const said: string[] = [];
        let before: Speaker;
        beforeEach(() => {
            said.length = 0;
            before = speakThrough((severity, text) => void said.push(`${severity}: ${text}`));
        });
        afterEach(() => {
            speakThrough(before);
        });

        it("warns of another policy that only its name tells apart", () => {
            const cluster = prod();
            new MigrationPolicy("b", { cluster, machines: { tier: "x" }, allowAutoConverge: true });
            new MigrationPolicy("a", { cluster, machines: { os: "y" }, allowAutoConverge: true });
            assert.equal(said.length, 1, said.join("\n"));
            assert.match(
                said[0] ?? "",
                /^warn.*: MigrationPolicy "a": machines .* policy "b", .* takes the one whose name comes first, "a"\. Name a label more/,
            );
        });

        it("has nothing to say of an exception to another policy, or one of another cluster", () => {
            const cluster = prod();
            const limit = { allowAutoConverge: true };
            new MigrationPolicy("all", { cluster, machines: { tier: "x" }, ...limit });
            new MigrationPolicy("some", { cluster, machines: { tier: "x", os: "y" }, ...limit });
            new MigrationPolicy("there", { cluster: prod(), machines: { tier: "x" }, ...limit });
            assert.deepEqual(said, []);
        });

        it("refuses values of a wrong type at once, all of them", () => {
            const args = { cluster: prod(), machines: "db", allowPostCopy: 1 };
            assert.throws(
                () => new MigrationPolicy("x", args as unknown as MigrationPolicyArgs),
                (error: unknown) =>
                    error instanceof pulumi.RunError &&
                    /machines is "db"/.test(error.message) &&
                    /allowPostCopy is 1/.test(error.message),
            );
        });
    });
});
