import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reportJson } from "../../review/json";
import { reportOf } from "../../review/make-report";
import { reportMarkdown } from "../../review/markdown";
import { readPreview } from "../../review/read-preview";
import type { Report } from "../../review/report";
import { reportText } from "../../review/text";
import { base } from "../changes/base";
import { type Change, changes, placeOfItem } from "../changes/changes";
import { valuesAt } from "../changes/settings";

function reportFor({ preview, id }: Change): Report {
    return reportOf(readPreview(JSON.stringify(preview), id));
}

/** Previews that the real engine has made (tests/changes/record.ts records them). */
describe("reportOf, of recorded previews", () => {
    it("is held against at least sixty changes, ten of them of raw resources", () => {
        assert.ok(changes.length >= 60, String(changes.length));
        assert.ok(changes.filter(({ isRaw }) => isRaw).length >= 10);
    });

    for (const change of changes) {
        it(`${change.id}: ${change.title}`, () => {
            const { before, after, expected } = change;
            assert.deepEqual(before, valuesAt(base, Object.keys(after)), "record it again");
            const report = reportFor(change);
            assert.deepEqual(
                Object.fromEntries(report.items.map((item) => [placeOfItem(item), item.impact])),
                expected.items,
                reportText(report),
            );
            assert.equal(report.verdict, expected.verdict, reportText(report));
        });
    }

    it("shows no secret of the program in any form", () => {
        for (const change of changes) {
            const report = reportFor(change);
            for (const text of [reportText(report), reportMarkdown(report), reportJson(report)]) {
                assert.doesNotMatch(text, /hunter-/, change.id);
            }
        }
    });

    it("looks as the guide shows it", () => {
        const guide = readFileSync(
            join(__dirname, "..", "..", "docs", "guide", "pull-requests.md"),
            "utf8",
        );
        const example = changes.find(({ id }) => id === "several-at-once");
        assert.ok(example);
        const report = reportFor(example);
        for (const text of [reportText(report), reportMarkdown(report)]) {
            assert.ok(guide.includes(text.trimEnd()), text);
        }
    });

    it("has recordings without a secret of the program and without keys of the sandbox", () => {
        for (const { id, preview } of changes) {
            assert.doesNotMatch(
                JSON.stringify(preview),
                /hunter-|client-key-data|BEGIN [A-Z ]*KEY/,
                id,
            );
        }
    });
});
