import { type Duration, durationFault } from "../model/duration";
import { UserError } from "../model/user-error";
import type { WhichCluster } from "./explain-options";
import { parsed, silently } from "./options";

/** What `npm run migrate` prints for --help. */
export const migrateHelp = `npm run migrate -- <namespace>/<vm> [--to NODE] [--timeout TIME] [--stack NAME | --context CONTEXT] [--kubeconfig FILE] [--json]
npm run migrate -- <namespace>/<vm> --abort

Moves a running machine to another node now, without stopping it, and shows how that goes. Says first whether it can be moved, and what
keeps it. Ctrl-C calls the migration off: the machine then stays where it is. On the sandbox, where no cluster is named.

--to NODE        the node that it goes to; otherwise Kubernetes chooses one
--abort          calls off the migration that is going on, whoever has asked for it
--timeout TIME   how long to wait for it: "10 minutes" (30 minutes). A migration that takes longer goes on by itself
--json           prints one object: { machine, outcome, from, to, node, message }; progress goes to the standard error;
                 ${silently}

Outcomes: moved, called-off, failed, unfinished.
Ends with 0 where the machine has moved (or with --abort has stayed); with 1 where it came otherwise; with 2 where nothing was done.`;

/** What `npm run migrate` is told. */
export type MigrateOptions = { readonly json: boolean } & (
    | { readonly action: "help" }
    | ({
          readonly action: "move" | "abort";
          readonly namespace: string;
          readonly machine: string;
          /** The node that it has to go to. */
          readonly to: string | undefined;
          readonly timeout: Duration;
      } & WhichCluster)
);

/** Reads the command's arguments; unknown ones are an error, not ignored. */
export function readMigrateOptions(args: readonly string[]): MigrateOptions {
    const { values, positionals } = parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            to: { type: "string" },
            abort: { type: "boolean", default: false },
            timeout: { type: "string", default: "30 minutes" },
            stack: { type: "string", short: "s" },
            context: { type: "string" },
            kubeconfig: { type: "string" },
            json: { type: "boolean", default: false },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const { to, abort, timeout, stack, context, kubeconfig, json } = values;
    if (values.help) {
        return { json, action: "help" };
    }
    const [target, ...others] = positionals;
    if (others.length > 0) {
        throw new UserError(
            `${positionals.join(" ")} are ${String(positionals.length)} machines. Name one at a time.`,
        );
    }
    const [, namespace, machine] = /^([^/]+)\/([^/]+)$/.exec(target ?? "") ?? [];
    if (namespace === undefined || machine === undefined) {
        throw new UserError(
            target === undefined
                ? "No machine is named. Name one: npm run migrate -- <namespace>/<vm>."
                : `${JSON.stringify(target)} is not <namespace>/<vm>. Write it as in vms/db.`,
        );
    }
    if (abort && to !== undefined) {
        throw new UserError(
            `--to ${to} is beside --abort, which moves nothing. Leave one of them out.`,
        );
    }
    if (to === "") {
        throw new UserError("--to is empty. Name a node (kubectl get nodes), or leave it out.");
    }
    if (stack !== undefined && kubeconfig !== undefined) {
        throw new UserError(
            `--kubeconfig is beside --stack ${stack}, which names its cluster itself. Leave one of them out.`,
        );
    }
    const fault = durationFault(timeout);
    if (fault !== undefined) {
        throw new UserError(`--timeout ${fault.fault}. Please ${fault.cure}.`);
    }
    return {
        json,
        action: abort ? "abort" : "move",
        namespace,
        machine,
        to,
        // Held against durationFault.
        timeout: timeout as Duration,
        stack,
        context,
        kubeconfig,
    };
}
