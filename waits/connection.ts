import * as pulumi from "@pulumi/pulumi";
import { stateOnly } from "../model/state-only";
import { systemClock } from "./clock";
import { known } from "./known";
import { program } from "./program";
import { say } from "./say";
import { kubeconfigServer, kubeconfigTransport, type Transport, unreadText } from "./transport";
import { View } from "./view";
import type { Caller, Writer } from "./writes";

/** What the waits and the checks of one run read a cluster with. */
export interface Connection {
    /**
     * One object or list as it was when this run first looked at it; undefined when it is not there, or when a preview cannot
     * read it.
     */
    look(path: string): Promise<unknown>;
    /** As `look`, for what a run can do without: says nothing and refuses nothing, but tells absent from unreadable. */
    ask(path: string): Promise<Answer>;
    /** As `ask`, but of how things are from now on: for what is told at the end of a run that has changed them. */
    afresh(): Connection["ask"];
    /** The shared watches. */
    readonly view: View;
    /** For what a wait makes and takes away again. */
    readonly writer: Writer;
    /** For what a wait asks KubeVirt to do. */
    readonly caller: Caller;
    /** Whether the run ends at the first failed wait. */
    readonly failFast: boolean;
}

/** What one look at a path of the API server brought. */
export type Answer =
    | { readonly state: "found"; readonly object: unknown }
    /** The server knows no such object, or no such kind. */
    | { readonly state: "absent" }
    | {
          readonly state: "unreadable";
          /** In words, for a person. */
          readonly reason: string;
          /** What was thrown: {@link unreadText} says it. */
          readonly error: unknown;
      };

interface ConnectionArgs {
    readonly kubeconfig: pulumi.Output<string>;
    readonly context: string | undefined;
    readonly failFast: boolean;
    /** The component that speaks for the cluster: what is said about the connection is said on its line. */
    readonly cluster: pulumi.Resource;
}

/** Connects to the cluster, and says which one it is. Undefined when a preview does not know the kubeconfig yet. */
export async function connect(args: ConnectionArgs): Promise<Connection | undefined> {
    const kubeconfig = await known(args.kubeconfig);
    if (kubeconfig === undefined || kubeconfig === "") {
        return undefined;
    }
    let transport: Transport & Writer & Caller;
    try {
        const { server, context } = await kubeconfigServer(kubeconfig, args.context);
        const change = pulumi.runtime.isDryRun() ? "Checked against" : "Changes go to";
        say("info", `${change} ${server} (context ${context})`, args.cluster);
        transport = await kubeconfigTransport(kubeconfig, args.context);
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        program.refuse(
            `Cluster: kubeconfig cannot be used: ${reason}. Give the content of a kubeconfig that has the context.`,
            "Cluster is refused",
            args.cluster,
        );
        return undefined;
    }
    const ask = asker(transport);
    return {
        look: looker(ask, args.cluster),
        ask,
        afresh: () => asker(transport),
        view: new View(transport, systemClock),
        writer: transport,
        caller: transport,
        failFast: args.failFast,
    };
}

/** Whether something is known not to be there. What a preview cannot read may be there: that is said once, by {@link Connection.look}. */
export async function isAbsent(
    { look, ask }: Pick<Connection, "look" | "ask">,
    path: string,
): Promise<boolean> {
    return (await look(path)) === undefined && (await ask(path)).state === "absent";
}

/** Reads each path once: many components ask for the same list, and all of them shall see the same cluster. */
export function asker(transport: Pick<Transport, "get">): Connection["ask"] {
    const answers = new Map<string, Promise<Answer>>();
    return (path) => {
        const answer = answers.get(path) ?? askOnce(transport, path);
        answers.set(path, answer);
        return answer;
    };
}

async function askOnce(transport: Pick<Transport, "get">, path: string): Promise<Answer> {
    try {
        const object = await transport.get(path);
        return object === undefined ? { state: "absent" } : { state: "found", object };
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { state: "unreadable", reason, error };
    }
}

/**
 * Reads what a run has to know. A preview that cannot reads on without; an update that cannot is refused, because it would not
 * know what is there. Either is said once.
 */
function looker(ask: Connection["ask"], cluster: pulumi.Resource): Connection["look"] {
    let told = false;
    return async (path) => {
        const answer = await ask(path);
        if (answer.state !== "unreadable") {
            return answer.state === "found" ? answer.object : undefined;
        }
        const isFirst = !told;
        told = true;
        const text = `${unreadText(answer.error)}.`;
        if (pulumi.runtime.isDryRun()) {
            if (isFirst) {
                say("warn", `${text} ${stateOnly}`, cluster);
            }
            return undefined;
        }
        if (isFirst) {
            const cure =
                "Nothing was changed. See that the server answers and the account may get what the stack declares.";
            program.refuse(`${text} ${cure}`, "the cluster cannot be read", cluster);
        }
        return program.never();
    };
}
