import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { impactText, reportImpacts } from "../model/impact";
import { selectionReasons, selectionRows } from "../model/storage-selection";
import { exitCodes } from "../review/report";
import { environmentKey } from "../stacks/schema/keys";
import { parseEnvironment } from "../stacks/schema/parse";
import { causes } from "../waits/verdict";

const root = join(__dirname, "..");
const examples = readdirSync(join(root, "examples")).map((file) =>
    readFileSync(join(root, "examples", file), "utf8"),
);

/**
 * Programs in guides are parts of `examples/`, which the compiler checks. The one that imports the packed library is compiled and run
 * by tests/engine/library.test.ts.
 */
describe("guides", () => {
    const guides = readdirSync(join(root, "docs", "guide")).filter((file) => file.endsWith(".md"));
    const read = (guide: string) => readFileSync(join(root, "docs", "guide", guide), "utf8");
    const fencesOf = (guide: string, language: string) =>
        [...read(guide).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
            ([, fence = ""]) => fence,
        );

    it("are found, with programs and environments in them", () => {
        for (const language of ["ts", "yaml"]) {
            assert.ok(guides.flatMap((guide) => fencesOf(guide, language)).length > 2, language);
        }
    });

    for (const guide of guides.filter((file) => file !== "use-as-library.md")) {
        it(`show no program that is not an example: ${guide}`, () => {
            const strange = fencesOf(guide, "ts").filter(
                (fence) => !examples.some((example) => example.includes(fence)),
            );
            assert.deepEqual(strange, []);
        });

        it(`show no environment that the parser refuses: ${guide}`, () => {
            for (const fence of fencesOf(guide, "yaml")) {
                const { config } = parse(fence) as { config?: Record<string, unknown> };
                const { problems } = parseEnvironment(config?.[environmentKey]);
                assert.deepEqual(problems, [], fence);
            }
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

    it("explain the words of a report as the report writes them", () => {
        const text = readFileSync(join(root, "docs", "guide", "pull-requests.md"), "utf8");
        for (const impact of reportImpacts) {
            assert.ok(text.includes(`| ${impactText[impact]} | \`${impact}\` |`), impact);
        }
        for (const [verdict, code] of Object.entries(exitCodes)) {
            assert.ok(text.includes(`| ${String(code)} | \`${verdict}\` |`), verdict);
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
