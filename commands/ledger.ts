import { kubeconfigTransport } from "../waits/transport";
import { clusterOf, exportOf, ownerOf } from "./disks-stack";
import { disksOfState } from "./disks-state";
import { ledgerDisks } from "./ledger-disks";
import { readLedgerOptions } from "./ledger-options";
import { readLedger } from "./ledger-read";
import { ledgerState } from "./ledger-state";
import { ledgerText } from "./ledger-text";
import { silently } from "./options";
import { main } from "./run";

const help = `npm run ledger [-- STACK] [--context CONTEXT] [--offline] [--json]

Every disk of a stack: who has it, what it was made from, size, class, what becomes of its volume, the newest snapshot and backup and
what makes them, and whether a destroy of the stack erases it. Also disks that the program has let go of. Changes nothing.

--offline  asks no cluster: what only that knows is "unknown"
--json     prints one object; ${silently}

Without STACK: the stack "local", on the sandbox.`;

main(async () => {
    const {
        stack,
        context,
        json,
        offline,
        help: wantsHelp,
    } = readLedgerOptions(process.argv.slice(2));
    if (wantsHelp) {
        console.log(help);
        return 0;
    }
    const exported = await exportOf(stack);
    const state = exported === undefined ? undefined : ledgerState(exported);
    const ids = exported === undefined ? undefined : disksOfState(exported);
    const cluster = offline
        ? undefined
        : clusterOf(stack, context, "npm run ledger -- <name>; --offline reads the state alone");
    const read =
        cluster === undefined
            ? undefined
            : await readLedger(await kubeconfigTransport(cluster.kubeconfig, cluster.context), ids);
    const disks = ledgerDisks({ stack: ownerOf(stack), state, ids, read });
    const guarded = state?.guarded ?? [];
    const notes = [
        ...(state === undefined
            ? [
                  `there is no state of stack "${stack}" here: nobody can say what a destroy would do.`,
              ]
            : []),
        ...(read?.notes ?? ["the cluster was not asked: what only it knows is unknown."]),
    ];
    if (json) {
        const refusedBy = guarded;
        const label = cluster?.label;
        console.log(
            JSON.stringify({ stack, cluster: label, disks, refusedBy, notes }, undefined, 4),
        );
        return 0;
    }
    console.log(ledgerText(stack, disks, guarded, new Date()));
    for (const note of notes) {
        console.log(`\nNote: ${note}`);
    }
    return 0;
});
