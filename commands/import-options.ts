import { basename } from "node:path";
import { nameFault } from "../model/names";
import { UserError } from "../model/user-error";
import type { WhichCluster } from "./explain-options";
import { parsed, silently } from "./options";

/** What `npm run import` prints for --help. */
export const importHelp = `npm run import -- <namespace> [--out FILE] [--stack NAME | --context CONTEXT] [--kubeconfig FILE]

Reads the machines of a namespace, their disks (DataVolumes and claims), networks and services, and writes a program that has them, and a file for
\`pulumi import --file\`. The preview of the program shows imports only. Reads the cluster and changes nothing on it. Without --out it says what
there is and writes nothing. From a cluster (the sandbox, where none is named).

--out FILE         the program, such as stacks/imported.ts; a file that is there is not overwritten. FILE.import.json is written beside it
--stack NAME       the stack that is to have them: its cluster is read, and what is in its state is left out; otherwise FILE names the stack
--cluster NAME     name of the Cluster in the program; otherwise the context, or "cluster"
--part             only the function, for a program that has its Cluster already
--include-managed  also what Helm, Argo CD, Flux, Terraform or another Pulumi stack looks after
--json             prints one object: { namespace, machines, disks, networks, services, left, notes, files };
                   ${silently}

What is in Secrets stays there. First-boot data that is written in a machine itself never gets into the program: it comes from the configuration.
Ends with 0; with 1 where nothing can be imported or a file is there already.`;

/** What `npm run import` is told. */
export interface ImportOptions extends WhichCluster {
    readonly namespace: string;
    readonly out: string | undefined;
    readonly cluster: string;
    readonly part: boolean;
    readonly includeManaged: boolean;
    readonly json: boolean;
}

/** Reads the command's arguments; unknown ones are an error, not ignored. Undefined: help is asked for. */
export function readImportOptions(args: readonly string[]): ImportOptions | undefined {
    const { values, positionals } = parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            out: { type: "string", short: "o" },
            stack: { type: "string", short: "s" },
            context: { type: "string" },
            kubeconfig: { type: "string" },
            cluster: { type: "string" },
            part: { type: "boolean", default: false },
            "include-managed": { type: "boolean", default: false },
            json: { type: "boolean", default: false },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    if (values.help) {
        return undefined;
    }
    const { out, stack, context, kubeconfig, part, json } = values;
    const [namespace, ...others] = positionals;
    if (namespace === undefined || others.length > 0) {
        throw new UserError(
            namespace === undefined
                ? "No namespace is named. Name one: npm run import -- <namespace>."
                : `${positionals.join(" ")} are ${String(positionals.length)} namespaces. Import one at a time.`,
        );
    }
    const fault = nameFault(namespace);
    if (fault !== undefined) {
        throw new UserError(`The namespace ${fault.fault}. ${sentence(fault.cure)}`);
    }
    if (out !== undefined && !/^[^.].*\.ts$/.test(basename(out))) {
        throw new UserError(
            `--out is ${JSON.stringify(out)}, which is no TypeScript file. Write one such as stacks/imported.ts.`,
        );
    }
    if (stack !== undefined && kubeconfig !== undefined) {
        throw new UserError(
            `--kubeconfig is beside --stack ${stack}, which names its cluster itself. Leave one of them out.`,
        );
    }
    const cluster = values.cluster ?? context ?? "cluster";
    return {
        namespace,
        out,
        stack,
        context,
        kubeconfig,
        cluster,
        part,
        includeManaged: values["include-managed"],
        json,
    };
}

function sentence(text: string): string {
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
