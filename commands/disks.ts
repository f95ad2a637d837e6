import { createInterface } from "node:readline/promises";
import { UserError } from "../model/user-error";
import { kubeconfigTransport } from "../waits/transport";
import { keptDisks } from "./disks-list";
import { type DisksOptions, readDisksOptions } from "./disks-options";
import { readDisks } from "./disks-read";
import { planRelease, release } from "./disks-release";
import { clusterOf, ownerOf, stateOf } from "./disks-stack";
import { disksText } from "./disks-text";
import { silently } from "./options";
import { main } from "./run";

const help = `npm run disks [-- list] [--stack NAME] [--context CONTEXT] [--json]
npm run disks -- release NAMESPACE/NAME [--stack NAME] [--context CONTEXT] [--yes]

list     The disks that a stack has let go of and that are still on its cluster, with the line of code that takes each one back:
         claims and DataVolumes of the stack that its state does not have, and volumes whose claim is gone. Changes nothing.
release  Deletes a DataVolume that the stack has let go of and keeps its claim with the data: CDI does not go while there is one.

Without --stack: the stack "local", on the sandbox. --json prints one object (${silently}). Ends with 1 where something is refused.`;

const otherwise = "npm run disks -- --stack <name>";

main(async () => {
    const options = readDisksOptions(process.argv.slice(2));
    switch (options.action) {
        case "help":
            console.log(help);
            return 0;
        case "list":
            return list(options);
        case "release":
            return letGo(options);
    }
});

async function list({ stack, context, json }: DisksOptions): Promise<number> {
    const { kubeconfig, context: named, label } = clusterOf(stack, context, otherwise);
    const state = await stateOf(stack);
    const { notes, ...read } = await readDisks(await kubeconfigTransport(kubeconfig, named), state);
    const disks = keptDisks({ ...read, stack: ownerOf(stack), state });
    const said = [...(state === undefined ? [noState(stack)] : []), ...notes];
    if (json) {
        console.log(JSON.stringify({ stack, cluster: label, disks, notes: said }, undefined, 4));
        return 0;
    }
    console.log(disksText(stack, label, disks, new Date(), notes.length === 0));
    for (const note of said) {
        console.log(`\nNote: ${note}`);
    }
    return 0;
}

async function letGo(
    options: Extract<DisksOptions, { readonly action: "release" }>,
): Promise<number> {
    const { stack, context, yes } = options;
    const { kubeconfig, context: named, label } = clusterOf(stack, context, otherwise);
    const state = await stateOf(stack);
    const transport = await kubeconfigTransport(kubeconfig, named);
    const plan = await planRelease(transport, options, ownerOf(stack), state);
    console.log(`On ${label}: ${plan.text}`);
    if (state === undefined) {
        console.log(`Note: ${noState(stack)}`);
    }
    if (!yes && !(await agreed())) {
        console.log("Nothing was changed.");
        return 1;
    }
    await release(transport, plan);
    console.log(
        `Released. Claim ${plan.namespace}/${plan.claim} has the data: \`npm run disks\` shows how to take it back.`,
    );
    return 0;
}

async function agreed(): Promise<boolean> {
    if (!process.stdin.isTTY) {
        throw new UserError(
            "There is no terminal to ask on, and nothing was changed. Say --yes to release it without being asked.",
        );
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
        return /^y(es)?$/i.test((await terminal.question("Release it? (yes/no) ")).trim());
    } finally {
        terminal.close();
    }
}

function noState(stack: string): string {
    return `there is no state of stack "${stack}" here: nobody can say which of its disks a program still has.`;
}
