import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { buildPrograms } from "../../sandbox/build";
import { toolsFolder } from "../../sandbox/programs";
import { temporaryFolder } from "../support/folder";

/** A Go command that writes its output and notes its arguments. */
const fakeGo = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
[ -e "$(dirname "$0")/broken" ] && { echo "cannot find module" >&2; exit 1; }
while [ "$1" != -o ]; do shift; done
echo program > "$2"
`;

describe("buildPrograms", () => {
    let folder: string;
    let into: string;
    let go: string;
    const said: string[] = [];

    beforeEach(() => {
        folder = temporaryFolder("build");
        into = path.join(folder, "cache");
        go = path.join(folder, "go");
        fs.writeFileSync(go, fakeGo, { mode: 0o755 });
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("builds each program and leaves nothing else in the folder", async () => {
        await run(["etcd", "kubectl"]);
        assert.deepEqual(fs.readdirSync(into).sort(), ["etcd", "kubectl"]);
        assert.match(
            calls()[1] ?? "",
            /gitVersion=v\d+\.\d+\.\d+ .* k8s\.io\/kubernetes\/cmd\/kubectl$/,
        );
    });

    it("builds a program once for two starts at the same time", async () => {
        await Promise.all([run(["etcd"]), run(["etcd"])]);
        assert.equal(calls().length, 1);
    });

    it("clears away the half program of a build that was killed", async () => {
        fs.mkdirSync(into);
        fs.writeFileSync(path.join(into, ".building-etcd-1"), "half");
        await run(["etcd"]);
        assert.deepEqual(fs.readdirSync(into), ["etcd"]);
    });

    it("keeps what is built when a later program cannot be, and says why", async () => {
        await run(["etcd"]);
        fs.writeFileSync(path.join(folder, "broken"), "");
        await assert.rejects(run(["etcd", "kwok"]), /kwok could not be built:\ncannot find module/);
        assert.deepEqual(fs.readdirSync(into), ["etcd"]);
    });

    function run(names: ("etcd" | "kubectl" | "kwok")[]): Promise<void> {
        return buildPrograms({ tools: toolsFolder, into, names, log: (l) => said.push(l), go });
    }

    function calls(): string[] {
        return fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
    }
});
