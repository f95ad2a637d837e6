import assert from "node:assert/strict";
import { readingVerdict } from "../../waits/reading";
import type { Observed } from "../../waits/view";
import type { Trouble } from "../../waits/watch";

function observed(listed: boolean, trouble?: Trouble): Observed<unknown> {
    return {
        label: "datavolumes.cdi.kubevirt.io in namespace vms",
        listed,
        trouble,
        get: () => undefined,
        all: () => [],
        onChange: () => undefined,
        release: () => undefined,
    };
}

describe("readingVerdict", () => {
    it("has nothing to say about what was read", () => {
        assert.equal(readingVerdict(observed(true), 0), undefined);
    });

    it("judges nothing before the first answer", () => {
        assert.deepEqual(readingVerdict(observed(false), 0), {
            kind: "waiting",
            phase: "",
            note: "asks the cluster",
        });
    });

    it("holds nothing against a disk while a server that was there is away", () => {
        const away: Trouble = { kind: "away", since: 1000, message: "refused" };
        assert.deepEqual(readingVerdict(observed(true, away), 13_000), {
            kind: "waiting",
            phase: "",
            note: "the API server has not answered for 12s",
        });
    });

    it("gives a refused login time to be renewed, and says what to renew", () => {
        const denied: Trouble = { kind: "denied", status: 401, message: "Unauthorized" };
        const verdict = readingVerdict(observed(true, denied), 0);
        assert.ok(verdict?.kind === "waiting");
        assert.equal(verdict.suspicion?.diagnosis.cure, "Renew the login of the kubeconfig");
    });
});
