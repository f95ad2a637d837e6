import assert from "node:assert/strict";
import { selectionReasons, selectionRows, selectionText } from "../../model/storage-selection";

describe("selectionText", () => {
    const text = selectionText();
    const lines = text.split("\n");

    it("fits a terminal of 100 columns", () => {
        assert.deepEqual(
            lines.filter((line) => line.length > 100 || line !== line.trimEnd()),
            [],
        );
    });

    it("has every question at the start of a line, with both answers beside it", () => {
        const [head = ""] = lines;
        const columns = [head.indexOf("Ceph"), head.indexOf("Longhorn")];
        for (const { question, ceph, longhorn } of selectionRows) {
            const line = lines.find((one) => one.startsWith(`${question} `)) ?? "";
            for (const [index, answer] of [ceph, longhorn].entries()) {
                const [word = ""] = answer.split(" ");
                assert.ok(line.slice(columns[index]).startsWith(`${word} `), line);
            }
        }
    });

    it("loses no word", () => {
        const said = new Set(text.split(/\s+/));
        const answers = selectionRows.flatMap(({ ceph, longhorn }) => [ceph, longhorn]);
        const words = [...answers, ...Object.values(selectionReasons)].join(" ").split(" ");
        assert.deepEqual(
            words.filter((word) => !said.has(word) && !said.has(`${word}.`)),
            [],
        );
    });

    it("says in the end when to take which", () => {
        const [ceph, longhorn] = ["Take Ceph where", "Take Longhorn where"].map((start) =>
            lines.findIndex((line) => line.startsWith(start)),
        );
        assert.ok(ceph !== undefined && longhorn !== undefined && 0 < ceph && ceph < longhorn);
    });
});
