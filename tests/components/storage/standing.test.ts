import assert from "node:assert/strict";
import { chartStep, refuseStanding } from "../../../components/storage/standing";
import { Problems } from "../../../model/problems";

describe("the step from one chart to another", () => {
    for (const [what, before, after, refused] of [
        ["a patch", "1.12.0", "1.12.1", false],
        ["the next minor", "1.11.3", "1.12.1", false],
        ["a skipped minor", "1.10.2", "1.12.1", true],
        ["back", "1.12.1", "1.11.3", true],
    ] as const) {
        it(`${refused ? "is refused" : "is let through"}: ${what}`, () => {
            const problems = chartStep("longhorn", { version: before }, { version: after });
            assert.equal(problems.length > 0, refused);
        });
    }

    it("is not judged where one of them is not known", () => {
        assert.deepEqual(chartStep("longhorn", {}, { version: "1.12.1" }), []);
        assert.deepEqual(chartStep("longhorn", { version: "1.12.1" }, undefined), []);
    });
});

describe("what stands in the way of a chart", () => {
    const setup = {
        className: "Longhorn",
        part: "longhorn",
        release: {
            name: "longhorn",
            namespace: "longhorn-system",
            chart: "longhorn",
            repository: "",
            marked: { kind: "DaemonSet", name: "longhorn-manager" },
            timeout: 1,
            protect: true,
        },
    } as const;
    const namespace = {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "longhorn-system" },
    };
    const text = (
        found: Parameters<typeof refuseStanding>[2],
        mark: Parameters<typeof refuseStanding>[3],
    ) => {
        const problems = new Problems();
        refuseStanding(setup, "1.12.1", found, mark, problems);
        return problems.all.map(({ field, fault }) => `${field} ${fault}`);
    };

    it("is nothing on an empty cluster", () => {
        const found = [{ object: namespace, found: { state: "absent" } as const }];
        assert.deepEqual(text(found, { state: "absent" }), []);
    });

    it("is somebody else's release, namespace, or one that is just going", () => {
        assert.match(
            text([], { state: "foreign", what: "DaemonSet longhorn-manager" })[0] ?? "",
            /^cluster has DaemonSet longhorn-manager already/,
        );
        const foreign = { state: "foreign", importId: "", live: {}, owner: undefined } as const;
        assert.match(
            text([{ object: namespace, found: foreign }], { state: "absent" })[0] ?? "",
            /^namespace is "longhorn-system", and the cluster has a Namespace longhorn-system that is not this stack's/,
        );
        assert.match(
            text([{ object: namespace, found: { state: "going" } }], { state: "absent" })[0] ?? "",
            /just being deleted/,
        );
    });

    it("is a version that no supported step leads from", () => {
        const mark = { state: "ours", version: "1.10.2", pending: undefined } as const;
        assert.match(text([], mark)[0] ?? "", /^version is "1\.12\.1", which skips a step/);
    });
});
