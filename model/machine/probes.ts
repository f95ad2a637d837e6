import { type Duration, durationFault, millisecondsOf } from "../duration";
import { Check, type Findings } from "../findings";
import { shown } from "../source-fields";

/** A question to a port of the machine. */
export interface HttpProbeArgs {
    /**
     * Port that is asked.
     *
     * @unit TCP port
     * @impact restart
     */
    readonly port: number;
    /**
     * Path that is asked for. An answer below 400 is good.
     *
     * @defaultValue `/`
     * @impact restart
     */
    readonly path?: string;
    /**
     * How the port is asked. A certificate is not looked at.
     *
     * @defaultValue `HTTP`
     * @impact restart
     */
    readonly scheme?: "HTTP" | "HTTPS";
}

/** A question that a machine is asked again and again. Exactly one of `tcp`, `http`, `exec` and `agent`. */
export interface ProbeArgs {
    /**
     * A port that has to take a connection. The pod network carries the question.
     *
     * @unit TCP port
     * @defaultValue none
     * @impact restart
     */
    readonly tcp?: number;
    /**
     * A question over HTTP. The pod network carries it.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly http?: HttpProbeArgs;
    /**
     * A command that the guest agent runs, and that has to end with 0.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly exec?: readonly string[];
    /**
     * The guest agent itself has to answer.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly agent?: boolean;
    /**
     * How long after its start the machine is not asked.
     *
     * @unit duration in whole seconds
     * @defaultValue 0 seconds, Kubernetes' own
     * @impact restart
     */
    readonly initialDelay?: Duration;
    /**
     * How often the machine is asked.
     *
     * @unit duration in whole seconds
     * @defaultValue 10 seconds, Kubernetes' own
     * @impact restart
     */
    readonly period?: Duration;
    /**
     * How long an answer may take.
     *
     * @unit duration in whole seconds
     * @defaultValue 1 second, Kubernetes' own
     * @impact restart
     */
    readonly timeout?: Duration;
    /**
     * How many bad answers in a row count.
     *
     * @unit count
     * @defaultValue 3, Kubernetes' own
     * @impact restart
     */
    readonly failures?: number;
    /**
     * How many good answers in a row count. A liveness probe knows 1 only.
     *
     * @unit count
     * @defaultValue 1, Kubernetes' own
     * @impact restart
     */
    readonly successes?: number;
}

/** The probes of a machine. */
export interface ProbesArgs {
    /**
     * Whether the machine is ready: it gets requests from Services only while the answer is good.
     *
     * @defaultValue the one of `ready: { tcp }` or `{ http }`; otherwise none
     * @impact restart
     */
    readonly readiness?: ProbeArgs;
    /**
     * Whether the machine is alive: when the answers are bad it is stopped, and its run strategy starts it again.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly liveness?: ProbeArgs;
}

/** What has to be so for a machine to count as ready. */
export type ReadyWhen =
    "running" | "agent" | { readonly tcp: number } | { readonly http: number | HttpProbeArgs };

/** The probe that a wish for readiness comes to; undefined where KubeVirt's own word is enough. */
export function readinessProbe(ready: ReadyWhen | undefined): ProbeArgs | undefined {
    if (ready === undefined || typeof ready === "string") {
        return undefined;
    }
    if ("tcp" in ready) {
        return { tcp: ready.tcp };
    }
    return { http: typeof ready.http === "number" ? { port: ready.http } : ready.http };
}

/** What KubeVirt and Kubernetes would refuse. Source: vmi-create-admitter.go (validateProbe), Kubernetes core validation (ValidateProbe). */
export function checkProbe(
    probe: ProbeArgs,
    kind: "readiness" | "liveness",
    hasPodNetwork: boolean,
): Findings {
    const check = new Check();
    const given = (["tcp", "http", "exec", "agent"] as const).filter(
        (field) => probe[field] !== undefined && probe[field] !== false,
    );
    if (given.length !== 1) {
        check.refuse(
            given.length === 0 ? "tcp, http, exec, agent" : given.join(", "),
            given.length === 0
                ? "are none of them given"
                : "are given together, and a probe asks one thing",
            "write one of them",
        );
    }
    for (const [field, port] of [
        ["tcp", probe.tcp],
        ["http.port", probe.http?.port],
    ] as const) {
        if (port !== undefined) {
            check.refuseIf(field, portFault(port));
            if (!hasPodNetwork) {
                check.refuse(
                    field,
                    "asks over the pod network, which the machine does not have",
                    "add the pod network, or ask the agent",
                );
            }
        }
    }
    if (probe.http?.path !== undefined && !probe.http.path.startsWith("/")) {
        check.refuse(
            "http.path",
            `is ${JSON.stringify(probe.http.path)}, which does not begin with "/"`,
            `write "/${probe.http.path}"`,
        );
    }
    check.refuseUnknown("http.scheme", probe.http?.scheme, ["HTTP", "HTTPS"], "Kubernetes");
    if (probe.exec?.length === 0) {
        check.refuse(
            "exec",
            "is empty",
            `write the command and its arguments, such as ["systemctl", "is-active", "nginx"]`,
        );
    }
    for (const field of ["initialDelay", "period", "timeout"] as const) {
        const duration = probe[field];
        if (duration !== undefined) {
            check.refuseIf(field, durationFault(duration) ?? wholeSeconds(duration));
        }
    }
    for (const field of ["failures", "successes"] as const) {
        const count = probe[field];
        if (count !== undefined && (!Number.isInteger(count) || count < 1)) {
            check.refuse(
                field,
                `is ${String(count)}, which is not a number of answers`,
                "write a whole number from 1",
            );
        }
    }
    if (kind === "liveness" && (probe.successes ?? 1) !== 1) {
        check.refuse(
            "successes",
            `is ${String(probe.successes)}, and a liveness probe knows 1 only`,
            "leave it out",
        );
    }
    return check;
}

/** Why a number is no TCP port, or undefined. */
export function portFault(port: number): { fault: string; cure: string } | undefined {
    return Number.isInteger(port) && port >= 1 && port <= 65535
        ? undefined
        : {
              fault: `is ${shown(port)}, which is not a port`,
              cure: "write a number from 1 to 65535",
          };
}

function wholeSeconds(duration: Duration): { fault: string; cure: string } | undefined {
    return Number.isInteger(millisecondsOf(duration) / 1000)
        ? undefined
        : {
              fault: `is ${JSON.stringify(duration)}, which is not a whole number of seconds`,
              cure: `write it in seconds, such as "10 seconds"`,
          };
}
