import { groupLabel } from "../../model/annotations";
import { type Duration, millisecondsOf } from "../../model/duration";
import type { ApartBy, MachinePlacementArgs } from "../../model/machine/placement";
import type { ProbeArgs } from "../../model/machine/probes";
import { type Fields, given } from "../fields";

/** Where a machine may run, as fields of its template's spec. Source: Kubernetes core/v1 Affinity, TopologySpreadConstraint. */
export function placementFields(
    placement: MachinePlacementArgs,
    group: string | undefined,
): Fields {
    return (
        given({
            nodeSelector: placement.nodeSelector,
            tolerations: placement.tolerations,
            affinity: affinity(placement, group),
            topologySpreadConstraints: placement.spread?.map((spread) => ({
                topologyKey: spread.topologyKey,
                maxSkew: spread.maxSkew ?? 1,
                whenUnsatisfiable: spread.whenUnsatisfiable ?? "ScheduleAnyway",
                labelSelector: { matchLabels: { [groupLabel]: group } },
            })),
            priorityClassName: placement.priorityClass,
            schedulerName: placement.scheduler,
        }) ?? {}
    );
}

function affinity(
    { apart, near, affinity: own = {} }: MachinePlacementArgs,
    group: string | undefined,
): Fields | undefined {
    return given({
        ...own,
        podAffinity:
            near === undefined
                ? own["podAffinity"]
                : joined(own["podAffinity"], false, term(near, "kubernetes.io/hostname")),
        podAntiAffinity:
            apart === undefined
                ? own["podAntiAffinity"]
                : joined(
                      own["podAntiAffinity"],
                      typeof apart === "object" && apart.required === true,
                      term(group ?? "", topologyKey(apart)),
                  ),
    });
}

function term(group: string, topologyKey: string): Fields {
    return { labelSelector: { matchLabels: { [groupLabel]: group } }, topologyKey };
}

function topologyKey(apart: ApartBy): string {
    const words = { node: "kubernetes.io/hostname", zone: "topology.kubernetes.io/zone" } as const;
    return typeof apart === "string" ? words[apart] : apart.topologyKey;
}

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";

/** A term beside those that the user has written. */
function joined(own: unknown, must: boolean, podAffinityTerm: Fields): Fields {
    const fields = (own ?? {}) as Fields;
    const key = must ? required : preferred;
    const before = (fields[key] ?? []) as readonly unknown[];
    return {
        ...fields,
        [key]: [...before, must ? podAffinityTerm : { weight: 100, podAffinityTerm }],
    };
}

/** A probe as KubeVirt has it. Source: KubeVirt core/v1 types.go (Probe). */
export function probeFields(probe: ProbeArgs): Fields {
    const { tcp, http, exec, agent } = probe;
    const seconds = (duration: Duration | undefined) =>
        duration === undefined ? undefined : millisecondsOf(duration) / 1000;
    return given({
        tcpSocket: tcp === undefined ? undefined : { port: tcp },
        httpGet:
            http === undefined
                ? undefined
                : { port: http.port, ...given({ path: http.path, scheme: http.scheme }) },
        exec: exec === undefined ? undefined : { command: exec },
        guestAgentPing: agent === true ? {} : undefined,
        initialDelaySeconds: seconds(probe.initialDelay),
        periodSeconds: seconds(probe.period),
        timeoutSeconds: seconds(probe.timeout),
        failureThreshold: probe.failures,
        successThreshold: probe.successes,
    }) as Fields;
}
