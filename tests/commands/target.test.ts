import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { targetOf } from "../../commands/explain-cluster";
import { namedCluster } from "../../commands/target";
import { temporaryFolder } from "../support/folder";

describe("namedCluster", () => {
    const folder = temporaryFolder("target");
    const file = join(folder, "config");
    writeFileSync(
        file,
        `
apiVersion: v1
kind: Config
current-context: current
contexts:
  - { name: current, context: { cluster: one, user: me } }
  - { name: prod-1, context: { cluster: two, user: me } }
clusters:
  - { name: one, cluster: { server: "https://127.0.0.1:1" } }
  - { name: two, cluster: { server: "https://127.0.0.1:2" } }
users: [{ name: me, user: {} }]
`,
    );
    const env = { KUBECONFIG: file };

    it("is the context that is named, with its server", () => {
        const { kubeconfig, ...named } = namedCluster("no-such-stack", "prod-1", env);
        assert.deepEqual(named, {
            context: "prod-1",
            server: "https://127.0.0.1:2",
            isNew: true,
        });
        assert.ok(kubeconfig.includes("https://127.0.0.1:2"));
    });

    it("is looked for in all files of KUBECONFIG, of which the first wins", () => {
        const further = join(folder, "further");
        writeFileSync(
            further,
            JSON.stringify({
                contexts: [
                    { name: "prod-3", context: { cluster: "three", user: "me" } },
                    { name: "prod-1", context: { cluster: "three", user: "me" } },
                ],
                clusters: [{ name: "three", cluster: { server: "https://127.0.0.1:3" } }],
                users: [{ name: "me", user: { token: "another" } }],
            }),
        );
        const both = { KUBECONFIG: [join(folder, "none"), file, further].join(delimiter) };
        const prod3 = { stack: undefined, context: "prod-3", kubeconfig: undefined };
        const { server, kubeconfig } = namedCluster("no-such-stack", "prod-3", both);
        assert.equal(server, "https://127.0.0.1:3");
        assert.doesNotMatch(kubeconfig, /another/);
        assert.equal(namedCluster("s", "prod-1", both).server, "https://127.0.0.1:2");
        assert.equal(targetOf(prod3, both).label, "context prod-3");
        assert.match(targetOf(prod3, both).kubeconfig, /127\.0\.0\.1:3/);
        assert.throws(
            () => namedCluster("s", "prod-1", { KUBECONFIG: join(folder, "none") }),
            /there is no such file/,
        );
    });

    it("is never the current context: an exported KUBECONFIG alone chooses nothing", () => {
        assert.throws(
            () => namedCluster("no-such-stack", undefined, env),
            /names no cluster.*--context/,
        );
    });

    it("is the context of the stack's environment, and no other", () => {
        assert.throws(
            () => namedCluster("production", "prod-1", env),
            /belongs to context "production", and --context says "prod-1"/,
        );
        assert.throws(
            () => namedCluster("production", undefined, env),
            /Context "production" of stack "production" is not in the kubeconfig/,
        );
    });

    it("says that there is no kubeconfig, instead of taking one that the library makes up", () => {
        const { HOME: home, KUBECONFIG: exported } = process.env;
        process.env["HOME"] = folder;
        delete process.env["KUBECONFIG"];
        try {
            assert.throws(
                () => namedCluster("no-such-stack", "prod-1", {}),
                /^UserError: There is no kubeconfig: .*Set KUBECONFIG/,
            );
        } finally {
            process.env["HOME"] = home;
            if (exported !== undefined) {
                process.env["KUBECONFIG"] = exported;
            }
        }
    });

    it("refuses a context that the kubeconfig does not have, and says which there are", () => {
        assert.throws(
            () => namedCluster("no-such-stack", "prod-2", env),
            /"prod-2".*current, prod-1/,
        );
    });
});
