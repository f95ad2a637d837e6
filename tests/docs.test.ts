import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { causes } from "../waits/verdict";
import { selectionReasons, selectionRows } from "../model/storage-selection";

const root = join(__dirname, "..");
const examples = readdirSync(join(root, "examples")).map((file) =>
    readFileSync(join(root, "examples", file), "utf8"),
);

/** Programs in guides are parts of `examples/`, which the compiler checks. */
describe("guides", () => {
    const guides = readdirSync(join(root, "docs", "guide")).filter((file) => file.endsWith(".md"));

    it("are found", () => {
        assert.ok(guides.length > 0);
    });

    for (const guide of guides) {
        it(`show no program that is not an example: ${guide}`, () => {
            const text = readFileSync(join(root, "docs", "guide", guide), "utf8");
            const fences = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]);
            assert.ok(fences.length > 0);
            const strange = fences.filter(
                (fence) => !examples.some((example) => example.includes(fence ?? "")),
            );
            assert.deepEqual(strange, []);
        });
    }

    it("have the selection of storage as npm run doctor prints it", () => {
        const text = readFileSync(join(root, "docs", "guide", "storage.md"), "utf8");
        for (const { question, ceph, longhorn } of selectionRows) {
            assert.ok(text.includes(`| ${question} | ${ceph} | ${longhorn} |`), question);
        }
        for (const reason of Object.values(selectionReasons)) {
            assert.ok(text.includes(reason), reason);
        }
    });

    it("explain causes by the words that verdicts have", () => {
        const text = readFileSync(join(root, "docs", "guide", "disks.md"), "utf8");
        const [, table = ""] = text.split("| cause | what it means | cure |");
        const words = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = ""]) =>
            [...cell.matchAll(/`([^`]*)`/g)].map(([, word = ""]) => word),
        );
        assert.ok(words.length > 40, String(words.length));
        assert.deepEqual(
            words.filter((word) => !(causes as readonly string[]).includes(word)),
            [],
        );
    });
});
