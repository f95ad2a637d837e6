import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";

const root = join(__dirname, "..");

/** Which folders a folder may import from. Tests and benchmarks may import everything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
    model: ["model"],
    manifests: ["manifests", "model"],
    waits: ["waits", "manifests", "model"],
    components: ["components", "waits", "manifests", "model"],
    stacks: ["stacks", "components", "waits", "manifests", "model"],
    review: ["review", "model"],
    sandbox: ["sandbox", "waits", "model"],
    commands: ["commands", "review", "sandbox", "waits", "manifests", "model", "stacks/schema"],
    policies: ["policies", "manifests", "model"],
};

interface Source {
    readonly path: string;
    readonly folder: string;
    readonly imports: readonly string[];
    readonly tree: ts.SourceFile;
}

const sources = Object.keys(mayImport).flatMap((folder) => filesIn(folder).map(read));

describe("architecture", () => {
    it("finds the sources it judges", () => {
        for (const folder of Object.keys(mayImport)) {
            assert.ok(
                sources.some((source) => source.folder === folder),
                `no source in ${folder}/`,
            );
        }
    });

    it("imports point down: stacks -> components -> waits -> manifests -> model", () => {
        const wrong = sources.flatMap((source) =>
            localImports(source)
                .map((file) => relative(root, file))
                .filter(
                    (file) =>
                        !mayImport[source.folder]?.some((allowed) =>
                            file.startsWith(`${allowed}/`),
                        ),
                )
                .map((file) => `${source.path} imports ${file}`),
        );
        assert.deepEqual(wrong, []);
    });

    it("has no import cycles", () => {
        assert.deepEqual(cycles(), []);
    });

    it("keeps model, manifests, review, policies and the environment's schema pure: no Pulumi, no I/O", () => {
        const impure =
            /^(@pulumi\/|@kubernetes\/|(node:)?(fs|net|http|https|http2|tls|dgram|dns|child_process|worker_threads|os|timers)(\/|$))/;
        const wrong = sources
            .filter(({ path }) => /^(model|manifests|review|policies|stacks\/schema)\//.test(path))
            // What hands the policies to the engine.
            .filter(({ path }) => !/^policies\/(main|pack)\.ts$/.test(path))
            .flatMap(({ path, imports }) =>
                imports.filter((name) => impure.test(name)).map((name) => `${path}: ${name}`),
            );
        assert.deepEqual(wrong, []);
    });

    it("has timers and watches only in waits, sandbox and commands", () => {
        assert.deepEqual(
            uses(/^(setTimeout|setInterval|setImmediate|setTimeoutPromise)$/, [
                "waits",
                "sandbox",
                "commands",
            ]),
            [],
        );
    });

    it("reads the environment and the configuration only in stacks, sandbox, commands and policies", () => {
        const allowed = ["stacks", "sandbox", "commands", "policies"];
        const wrong = sources
            .filter(({ folder }) => !allowed.includes(folder))
            .filter(({ tree }) => /process\.env|pulumi\.Config\b/.test(codeOf(tree)))
            .map(({ path }) => path);
        assert.deepEqual(wrong, []);
    });

    it("knows a backend by name only in storage and stacks", () => {
        const wrong = sources
            .filter(({ path }) => !path.startsWith("components/storage/"))
            .filter(({ folder, path }) => folder === "components" && path !== "components/index.ts")
            .filter(({ tree }) => /ceph|longhorn/i.test(codeOf(tree)))
            .map(({ path }) => path);
        assert.deepEqual(wrong, []);
    });

    it("registers nothing when the library is imported", async () => {
        const registered: string[] = [];
        await pulumi.runtime.setMocks({
            call: ({ inputs }) => inputs as object,
            newResource: ({ type, name }) => {
                registered.push(`${type} ${name}`);
                return { id: name, state: {} };
            },
        });
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- imported after the mocks, as a program is
        require("../components");
        await new Promise((done) => setImmediate(done));
        assert.deepEqual(registered, []);
    });
});

function filesIn(folder: string): string[] {
    return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(folder, file));
}

function read(path: string): Source {
    const text = readFileSync(join(root, path), "utf8");
    return {
        path,
        folder: path.split("/")[0] ?? "",
        imports: ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName),
        tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
    };
}

/** The files that a source imports from this tree. */
function localImports(source: Source): string[] {
    return source.imports
        .filter((name) => name.startsWith("."))
        .map((name) => resolve(root, dirname(source.path), name))
        .map((base) => {
            const found = [base, `${base}.ts`, join(base, "index.ts")].find(
                (file) => file.endsWith(".ts") && existsSync(file),
            );
            assert.ok(found, `${source.path} imports ${base}, which is not there`);
            return found;
        });
}

function cycles(): string[] {
    const edges = new Map(
        sources.map((source) => [resolve(root, source.path), localImports(source)]),
    );
    const done = new Set<string>();
    const found: string[] = [];
    const visit = (file: string, way: readonly string[]) => {
        if (way.includes(file)) {
            const loop = [...way.slice(way.indexOf(file)), file];
            found.push(loop.map((one) => relative(root, one)).join(" -> "));
        } else if (!done.has(file)) {
            for (const next of edges.get(file) ?? []) {
                visit(next, [...way, file]);
            }
            done.add(file);
        }
    };
    for (const file of edges.keys()) {
        visit(file, []);
    }
    return found;
}

/** Where an identifier is used outside the folders that may. */
function uses(pattern: RegExp, allowed: readonly string[]): string[] {
    const found: string[] = [];
    for (const { path, folder, tree } of sources) {
        const visit = (node: ts.Node) => {
            if (ts.isIdentifier(node) && pattern.test(node.text) && !allowed.includes(folder)) {
                found.push(`${path}: ${node.text}`);
            }
            ts.forEachChild(node, visit);
        };
        visit(tree);
    }
    return found;
}

/** A file's text without its comments. */
function codeOf(tree: ts.SourceFile): string {
    return ts.createPrinter({ removeComments: true }).printFile(tree);
}
