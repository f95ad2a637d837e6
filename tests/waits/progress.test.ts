import assert from "node:assert/strict";
import { progressText } from "../../waits/progress";
import type { Verdict } from "../../waits/verdict";

describe("progressText", () => {
    const texts: readonly [Verdict, string][] = [
        [
            { kind: "waiting", phase: "ImportInProgress", percent: 42.34 },
            "importing 42.3% (1m 12s)",
        ],
        [
            { kind: "waiting", phase: "Pending", note: "the provisioner is asked for it" },
            "waiting for its volume, the provisioner is asked for it (1m 12s)",
        ],
        [{ kind: "waiting", phase: "" }, "starting (1m 12s)"],
        [{ kind: "waiting", phase: "SomethingNew" }, "SomethingNew (1m 12s)"],
        [{ kind: "ready" }, "ready after 1m 12s"],
        [{ kind: "ready", note: "stopped on purpose" }, "ready after 1m 12s: stopped on purpose"],
        [{ kind: "proceed", note: "is filled later" }, "is filled later"],
        [
            {
                kind: "failed",
                diagnosis: { cause: "quota", what: "It is full", where: "here", cure: "Empty it" },
            },
            "It is full (here). Empty it.",
        ],
    ];
    for (const [verdict, text] of texts) {
        it(`says "${text}"`, () => {
            assert.equal(progressText(verdict, 72_000), text);
        });
    }
});
