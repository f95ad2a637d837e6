import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readImportOptions } from "../../commands/import-options";
import { objectsOfState } from "../../commands/import-read";
import { runImport } from "../../commands/import-run";
import { UserError } from "../../model/user-error";

const quiet = { print: () => undefined, env: {} };

describe("npm run import", () => {
    it("takes a namespace, where to write, and which cluster", () => {
        const options = readImportOptions(["vms", "--context", "prod", "--out", "stacks/a.ts"]);
        assert.deepEqual(
            [options?.namespace, options?.context, options?.out, options?.cluster, options?.part],
            ["vms", "prod", "stacks/a.ts", "prod", false],
        );
        assert.equal(readImportOptions(["--help"]), undefined);
    });

    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
        [[], /^No namespace is named/],
        [["a", "b"], /^a b are 2 namespaces/],
        [["Vms"], /^The namespace is "Vms", which is not a Kubernetes name\. Use lower-case/],
        [["vms", "--out", "a.js"], /^--out is "a\.js", which is no TypeScript file/],
        [["vms", "--stack", "prod", "--kubeconfig", "a"], /--kubeconfig is beside --stack prod/],
        [["vms", "--force"], /--force.*--help shows what there is/],
    ];
    for (const [args, message] of wrong) {
        it(`says what is wrong with: ${args.join(" ")}`, () => {
            assert.throws(
                () => readImportOptions(args),
                (error) => error instanceof UserError && message.test(error.message),
            );
        });
    }

    it("overwrites neither the program nor the file beside it, and looks before it reads the cluster", async () => {
        const folder = mkdtempSync(join(tmpdir(), "import-"));
        for (const file of ["a.ts", "b.import.json"]) {
            writeFileSync(join(folder, file), "mine");
            const out = join(folder, `${file.slice(0, 1)}.ts`);
            await assert.rejects(
                runImport(["vms", "--kubeconfig", "/nowhere", "--out", out], quiet),
                new RegExp(`${file.replaceAll(".", "\\.")} is there already`),
            );
        }
        rmSync(folder, { recursive: true });
    });

    it("names a kubeconfig that is not there", async () => {
        await assert.rejects(
            runImport(["vms", "--kubeconfig", "/nowhere"], quiet),
            /The kubeconfig is \/nowhere, and there is no such file/,
        );
    });

    it("knows what a state has by kind and place", () => {
        const resources = [
            { type: "kubernetes:kubevirt.io/v1:VirtualMachine", id: "vms/web" },
            { type: "kubevirt:index:VirtualMachine" },
            { type: "kubernetes:core/v1:Service", id: "vms/web-http" },
        ];
        assert.deepEqual(
            [...objectsOfState(JSON.stringify({ deployment: { resources } }))],
            ["VirtualMachine vms/web", "Service vms/web-http"],
        );
    });
});
