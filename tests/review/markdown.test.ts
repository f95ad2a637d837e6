import assert from "node:assert/strict";
import { commentMarker, longestComment, reportMarkdown } from "../../review/markdown";
import { reportText } from "../../review/text";
import { claim, claimType, machine, machineType, reportOn, step } from "./steps";

const many = Array.from({ length: 3000 }, (_, index) => `machine-number-${String(index)}`);
const large = reportOn([
    ...many.map((name) =>
        step({ op: "create", type: machineType, name, now: machine(name, [`${name}-root`]) }),
    ),
    ...many.map((name) =>
        step({ op: "delete", type: claimType, name: `old-${name}`, old: claim(`old-${name}`) }),
    ),
]);

describe("reportMarkdown", () => {
    for (const room of [longestComment, 30_000, 2000, 500]) {
        it(`fits ${String(room)} characters, and begins with the verdict`, () => {
            const text = reportMarkdown(large, room);
            assert.ok(text.length <= room, String(text.length));
            assert.ok(text.startsWith(`${commentMarker("dev")}\n\n### `), text.slice(0, 100));
            assert.match(text, /DATA LOSS/);
        });
    }

    it("uses the room that it has", () => {
        assert.ok(reportMarkdown(large).length > 10_000);
    });

    it("says how much it has left out", () => {
        assert.match(reportMarkdown(large), /and [0-9]+ more/);
    });

    it("closes what it folds", () => {
        const text = reportMarkdown(large);
        assert.equal(text.split("<details>").length, text.split("</details>").length);
    });

    it("folds what changes nothing for anybody, and never what is lost", () => {
        const text = reportMarkdown(large);
        const [open = ""] = text.split("<details>");
        assert.match(open, /🔥 \*\*DATA LOSS\*\*/);
        assert.doesNotMatch(open, /🆕/);
    });

    it("lets no name or message write Markdown or call somebody", () => {
        const text = reportMarkdown(
            reportOn([], {
                diagnostics: [
                    { urn: "", severity: "error", message: "a | b <script> @everyone\nc" },
                ],
            }),
        );
        assert.match(text, /a \\\| b &lt;script&gt; @\u200beveryone c/);
    });

    it("lets no name end its code, write a line, a picture or a comment, or call somebody", () => {
        const name = "x`\n\n# y ![](https://example.org/a.png) @everyone | \u001b[2J\u202e";
        const report = reportOn([
            step({ op: "update", type: "aws:s3/bucket:Bucket", name, old: {}, now: {} }),
            step({ op: "delete", type: claimType, name: "it", old: claim(name) }),
        ]);
        const text = reportMarkdown({ ...report, stack: "a --> <b>" });
        assert.equal(text.split("\n")[0]?.split("-->").length, 2);
        assert.doesNotMatch(text, /x`|^# y|@everyone|\u001b|\u202e/m);
        for (const row of text.split("\n").filter((line) => line.includes("# y"))) {
            assert.equal(row.split("`").length % 2, 1, row);
        }
        assert.doesNotMatch(reportText(report), /^# y|\u001b|\u202e/m);
    });
});
