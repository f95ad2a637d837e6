import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { impacts } from "../model/impact";

const root = join(__dirname, "..");

interface Field {
    readonly where: string;
    readonly optional: boolean;
    readonly comment: string;
    readonly tags: ReadonlyMap<string, string>;
}

/** What a user writes: the exported interfaces of arguments, and the images they contain. */
const isArguments = /(Args|InlineDisk|(?<!Golden)Image|Source|UploadProxy|^Manifest(Url|File))$/;
const folders = ["components", "model"];

const fields = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .flatMap((file) => fieldsOf(join(folder, file))),
);

describe("doc comments of arguments", () => {
    it("are found", () => {
        assert.ok(fields.length > 25, String(fields.length));
    });

    const wrong = (judge: (field: Field) => boolean) =>
        fields.filter((field) => !judge(field)).map(({ where }) => where);

    it("say what each one is for", () => {
        assert.deepEqual(
            wrong(({ comment }) => comment !== ""),
            [],
        );
    });

    it("say what changing it later does, in the words of model/impact.ts", () => {
        const words = new RegExp(`^(${impacts.join("|")})\\b`);
        assert.deepEqual(
            wrong(({ tags }) => words.test(tags.get("impact") ?? "")),
            [],
        );
    });

    it("say the default of what may be left out", () => {
        assert.deepEqual(
            wrong(({ optional, tags }) => !optional || (tags.get("defaultValue") ?? "") !== ""),
            [],
        );
    });
});

function fieldsOf(path: string): Field[] {
    const text = readFileSync(join(root, path), "utf8");
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    return tree.statements
        .filter(ts.isInterfaceDeclaration)
        .filter(({ name, modifiers }) => {
            const exported = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
            return exported === true && isArguments.test(name.text);
        })
        .flatMap((declaration) =>
            declaration.members.filter(ts.isPropertySignature).map((member) => ({
                where: `${path}: ${declaration.name.text}.${member.name.getText(tree)}`,
                optional: member.questionToken !== undefined,
                comment: ts
                    .getJSDocCommentsAndTags(member)
                    .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? "")
                    .join(""),
                tags: new Map(
                    ts
                        .getJSDocTags(member)
                        .map((tag) => [
                            tag.tagName.text,
                            (ts.getTextOfJSDocComment(tag.comment) ?? "").trim(),
                        ]),
                ),
            })),
        );
}
