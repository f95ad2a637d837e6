import { createInterface } from "node:readline/promises";
import { UserError } from "../model/user-error";
import { newStack } from "./new-stack-run";
import { main } from "./run";
import { projectFolder } from "./target";

main(async () => {
    const world = { folder: projectFolder, log: (line: string) => console.log(line) };
    if (!process.stdin.isTTY) {
        return newStack(process.argv.slice(2), { ...world, ask: undefined });
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const ended = new Promise<never>((_, reject) => {
        terminal.once("close", () => {
            reject(new UserError("It ended before everything was said. Nothing is written."));
        });
    });
    // It is heard by whoever asks; at the end nobody does.
    ended.catch(() => undefined);
    try {
        return await newStack(process.argv.slice(2), {
            ...world,
            ask: (question) => Promise.race([terminal.question(question), ended]),
        });
    } finally {
        terminal.close();
    }
});
