import assert from "node:assert/strict";
import { refuseFailed } from "../../commands/drift-run";
import { readPreview } from "../../review/read-preview";

describe("refuseFailed", () => {
    const refused = (...messages: readonly string[]) => {
        const diagnostics = messages.map((message) => ({ severity: "error", message }));
        try {
            refuseFailed(readPreview(JSON.stringify({ steps: [], diagnostics }), "a test"), "qa");
            return "";
        } catch (error) {
            return (error as Error).message;
        }
    };

    it("says of a cluster that cannot be reached what helps, and not how to forget it", () => {
        const said =
            'error: Preview failed: failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';
        const text = refused(said, said, "error: preview failed");
        assert.match(text, /"qa" cannot be reached.*npm run drift -- qa -- --run-program$/);
        assert.doesNotMatch(text, /DELETE_UNREACHABLE/);
    });

    it("says of a login that has expired what helps", () => {
        for (const answer of [
            "Unauthorized",
            "the server has asked for the client to provide credentials (get virtualmachines db)",
        ]) {
            const text = refused(`error: Preview failed: ${answer}`, "error: preview failed");
            assert.match(
                text,
                /"qa" does not take the login.*npm run drift -- qa -- --run-program$/,
            );
        }
    });

    it("says each reason once, and without the engine's last word", () => {
        assert.match(refused("error: no", "error: no", "preview failed"), /to the end: no$/);
        assert.match(refused("preview failed"), /to the end: preview failed$/);
        assert.equal(refused(), "");
    });
});
