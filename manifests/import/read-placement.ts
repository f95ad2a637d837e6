import type { Duration } from "../../model/duration";
import { checkMachinePlacement, type MachinePlacementArgs } from "../../model/machine/placement";
import { checkProbe, type ProbeArgs } from "../../model/machine/probes";
import { type Fields, isSame } from "../../model/machine-difference";
import { probeFields } from "../machine/placement";
import { numberAt, partAt, some, textAt, wordOf } from "./patch";

/** Where a machine may run, as far as its arguments can say it. */
export function readPlacement(spec: Fields): MachinePlacementArgs | undefined {
    const args = some({
        nodeSelector: partAt(spec, "nodeSelector"),
        tolerations: Array.isArray(spec["tolerations"])
            ? (spec["tolerations"] as unknown)
            : undefined,
        affinity: partAt(spec, "affinity"),
        priorityClass: textAt(spec, "priorityClassName"),
        scheduler: textAt(spec, "schedulerName"),
    }) as MachinePlacementArgs | undefined;
    return args === undefined || checkMachinePlacement(args, undefined).problems.length > 0
        ? undefined
        : args;
}

/** A probe; undefined where the arguments cannot say all of it. */
export function readProbe(
    probe: Fields | undefined,
    kind: "readiness" | "liveness",
): ProbeArgs | undefined {
    if (probe === undefined) {
        return undefined;
    }
    const http = partAt(probe, "httpGet");
    const { command } = partAt(probe, "exec") ?? {};
    const port = numberAt(http, "port");
    const args = some({
        tcp: numberAt(partAt(probe, "tcpSocket"), "port"),
        http:
            port === undefined
                ? undefined
                : some({
                      port,
                      path: textAt(http, "path"),
                      scheme: wordOf(http?.["scheme"], ["HTTP", "HTTPS"] as const),
                  }),
        exec: Array.isArray(command) ? (command as readonly string[]) : undefined,
        agent: partAt(probe, "guestAgentPing") === undefined ? undefined : true,
        initialDelay: seconds(probe["initialDelaySeconds"]),
        period: seconds(probe["periodSeconds"]),
        timeout: seconds(probe["timeoutSeconds"]),
        failures: numberAt(probe, "failureThreshold"),
        successes: numberAt(probe, "successThreshold"),
    }) as ProbeArgs | undefined;
    return args !== undefined &&
        checkProbe(args, kind, true).problems.length === 0 &&
        isSame(probeFields(args), probe)
        ? args
        : undefined;
}

/** A time in seconds as a duration; undefined for none. */
export function seconds(value: unknown): Duration | undefined {
    return typeof value === "number" && Number.isInteger(value) && value > 0
        ? value === 1
            ? "1 second"
            : `${value} seconds`
        : undefined;
}
