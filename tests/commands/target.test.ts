import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
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

    it("is never the current context: an exported KUBECONFIG alone chooses nothing", () => {
        assert.throws(
            () => namedCluster("no-such-stack", undefined, env),
            /names no cluster.*--context/,
        );
    });

    it("refuses a context that the kubeconfig does not have, and says which there are", () => {
        assert.throws(
            () => namedCluster("no-such-stack", "prod-2", env),
            /"prod-2".*current, prod-1/,
        );
    });
});
