import assert from "node:assert/strict";
import { outputsText } from "../../commands/outputs";

describe("outputsText", () => {
    it("says name, readiness, per-disk claim, bound and size, and the console", () => {
        assert.equal(
            outputsText({
                console: "virtctl console -n default demo",
                ledger: [{ disk: "demo-root", erasedByDestroy: "no", why: "it stays" }],
                vm: "demo",
                ready: { phase: "Running", node: "node-1", addresses: ["10.0.0.5"], volumes: [] },
                volumes: [
                    { name: "root", claim: "demo-root", bound: true, size: 10737418240 },
                    { name: "data", claim: "demo-data", bound: false },
                ],
            }),
            [
                "  vm        demo",
                "  ready     Running, on node-1, 10.0.0.5",
                "  disks",
                "    root    claim demo-root, bound, 10Gi",
                "    data    claim demo-data, not bound yet, size not known yet",
                "  ledger",
                "    demo-root: erased by destroy: no (it stays)",
                "  console   virtctl console -n default demo",
            ].join("\n"),
        );
    });
});
