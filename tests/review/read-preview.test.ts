import assert from "node:assert/strict";
import { UserError } from "../../model/user-error";
import { readPreview } from "../../review/read-preview";
import { claim, claimType, digest, step } from "./steps";

const deleted = step({ op: "delete", type: claimType, name: "data", old: claim("data") });
const good = digest([deleted]);

/** The same, as a stream of events. */
function events(...all: readonly object[]): string {
    return all.map((event) => JSON.stringify(event)).join("\n");
}

const started = {
    resourcePreEvent: {
        metadata: { op: "delete", urn: deleted.urn, type: claimType, old: deleted.oldState },
    },
};
const summary = { summaryEvent: { maybeCorrupt: false } };

describe("readPreview", () => {
    it("reads the digest and the events of a preview as the same", () => {
        const one = readPreview(good, "a file").steps;
        const other = readPreview(events({ preludeEvent: {} }, started, summary), "a file").steps;
        assert.deepEqual(one, other);
        assert.equal(one[0]?.old?.inputs["kind"], "PersistentVolumeClaim");
    });

    it("passes over what npm and a shell have written before and after", () => {
        const text = `\n> shop@1.0.0 preview\n> pulumi preview --json\n\n${JSON.stringify(JSON.parse(good), undefined, 4)}\nnpm error code 255\n`;
        assert.equal(readPreview(text, "a file").steps.length, 1);
    });

    it("knows whether what stays as it is, is in it", () => {
        const same = step({
            op: "same",
            type: claimType,
            name: "a",
            old: claim("a"),
            now: claim("a"),
        });
        assert.equal(
            readPreview(digest([deleted], { changeSummary: { same: 1 } }), "f").isWhole,
            false,
        );
        assert.equal(
            readPreview(digest([deleted, same], { changeSummary: { same: 1 } }), "f").isWhole,
            true,
        );
    });

    it("refuses an empty preview, which says nothing of what changes", () => {
        assert.throws(() => readPreview("{}\n", "f"), /ended before it began/);
    });

    it("knows it of events, too: a destruction of a part of a stack does not tell the rest", () => {
        const counted = (same: number) =>
            events(started, { summaryEvent: { resourceChanges: { delete: 1, same } } });
        assert.equal(readPreview(counted(3), "f").isWhole, false);
        assert.equal(readPreview(counted(0), "f").isWhole, true);
    });

    it("has errors and warnings without the marks of colours, and leaves passing ones out", () => {
        const { diagnostics } = readPreview(
            events(
                {
                    diagnosticEvent: {
                        message: "<{%reset%}>no room<{%reset%}>\n",
                        severity: "error",
                    },
                },
                { diagnosticEvent: { message: "waiting", severity: "info", ephemeral: true } },
                summary,
            ),
            "f",
        );
        assert.deepEqual(diagnostics, [{ urn: "", severity: "error", message: "no room" }]);
    });

    it("takes a mandatory policy for an error, and another for none", () => {
        const policy = (enforcementLevel: string) => ({
            policyEvent: {
                enforcementLevel,
                policyName: "no-host-path",
                message: "no",
                resourceUrn: "u",
            },
        });
        const { diagnostics } = readPreview(
            events(policy("mandatory"), policy("advisory"), summary),
            "f",
        );
        assert.deepEqual(diagnostics, [
            { urn: "u", severity: "error", message: "Policy no-host-path: no" },
        ]);
    });

    it("reads what a refresh has found, not that it was looked for", () => {
        const urn = deleted.urn;
        const { steps } = readPreview(
            events(
                { resourcePreEvent: { metadata: { op: "refresh", urn, old: deleted.oldState } } },
                { resOutputsEvent: { metadata: { op: "delete", urn, old: deleted.oldState } } },
                summary,
            ),
            "f",
        );
        assert.deepEqual(
            steps.map(({ op }) => op),
            ["refresh-delete"],
        );
    });

    const refused: readonly (readonly [what: string, text: string, error: RegExp])[] = [
        ["nothing", "  \n", /^The input is empty\. Give it what `pulumi preview --json` prints\./],
        ["no JSON", "hello", /has no JSON/],
        [
            "a preview for people",
            "Previewing update (dev):\n  + a create\n",
            /as people read it\. Add --json/,
        ],
        ["half a digest", good.slice(0, good.length / 2), /ends in the middle/],
        ["half a stream", events(started), /without the one that ends a preview/],
        ["a broken event", `${events(started)}\n{"resourcePreEvent": {`, /number 2 is broken/],
        ["an exported stack", JSON.stringify({ version: 3, deployment: {} }), /export of a stack/],
        ["a plan of Terraform", JSON.stringify({ resource_changes: [] }), /Terraform/],
        ["the summary", JSON.stringify({ result: "succeeded", resources: [] }), /--output json/],
        ["other JSON", JSON.stringify({ hello: 1 }), /no preview/],
        ["steps of another form", JSON.stringify({ steps: {} }), /steps that are no list/],
        [
            "a step without an op",
            JSON.stringify({ steps: [{ urn: "u" }] }),
            /step 1, has no op and urn/,
        ],
        ["two previews", `${good}\n${good}`, /one preview at a time/],
    ];
    for (const [what, text, error] of refused) {
        it(`refuses ${what}, and says what to give`, () => {
            assert.throws(
                () => readPreview(text, "the input"),
                (thrown: unknown) => {
                    assert.ok(thrown instanceof UserError);
                    assert.match(thrown.message, error);
                    assert.match(thrown.message, /Give it|Add --json|Run it again|newer pulumi/);
                    return true;
                },
            );
        });
    }
});
