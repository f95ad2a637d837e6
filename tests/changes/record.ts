import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "../../sandbox/api";
import { startSandbox } from "../../sandbox/start";
import { stopSandbox } from "../../sandbox/stop";
import { type Change, changes, writeRecording } from "./changes";
import { Playground } from "./playground";

const log = (line: string) => console.log(line);

/**
 * Records the previews of the changes in tests/fixtures/changes: makes the program on a sandbox of its own, and has the real engine make a
 * preview of every change, or of those whose name has one of some words in it.
 */
async function record(words: readonly string[]): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-changes-"));
    const at = { folder: join(folder, ".sandbox"), log };
    try {
        const sandbox = await startSandbox({ ...at, platform: "ready" });
        const api = Api.fromKubeconfig(sandbox.kubeconfigPath);
        const ground = await Playground.make(sandbox.kubeconfigPath, api);
        try {
            await ground.up();
            await recordAll(ground, words);
        } finally {
            ground.dispose();
        }
    } finally {
        await stopSandbox(at);
        rmSync(folder, { recursive: true, force: true });
    }
}

async function recordAll(ground: Playground, words: readonly string[]): Promise<void> {
    const isWanted = ({ id }: Change) =>
        words.length === 0 || words.some((word) => id.includes(word));
    for (const change of changes.filter(isWanted)) {
        const began = Date.now();
        try {
            writeRecording(change, await ground.preview(change));
            log(`${change.id}: ${String(Date.now() - began)} ms`);
        } catch (error) {
            process.exitCode = 1;
            log(`${change.id}: ${String(error)}`);
        }
    }
}

record(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
