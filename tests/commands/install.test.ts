import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder";

describe("commands/install.cjs", () => {
    let folder: string;

    beforeEach(() => {
        folder = temporaryFolder("install");
        for (const part of ["bin", "commands", join("node_modules", "ts-node")]) {
            mkdirSync(join(folder, part), { recursive: true });
        }
        const program = "install.cjs";
        copyFileSync(
            join(__dirname, "..", "..", "commands", program),
            join(folder, "commands", program),
        );
        writeFileSync(join(folder, "package-lock.json"), "{}");
        writeFileSync(join(folder, "node_modules", ".package-lock.json"), "{}");
        writeFileSync(join(folder, "bin", "npm"), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 });
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const said = () =>
        spawnSync(process.execPath, [join(folder, "commands", "install.cjs")], {
            encoding: "utf8",
            env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
        }).stdout;

    it("installs nothing where everything is there", () => {
        assert.equal(said(), "");
    });

    it("installs what the commands need where only a production's part is there", () => {
        rmSync(join(folder, "node_modules", "ts-node"), { recursive: true });
        assert.match(said(), /^npm ci --include=dev /m);
    });
});
