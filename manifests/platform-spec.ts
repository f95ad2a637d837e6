import type { CertificateArgs } from "../model/certificates";
import { type Duration, millisecondsOf } from "../model/duration";
import type { PlacementArgs } from "../model/placement";
import { type Fields, given } from "./fields";

/** A duration as Go reads it. Source: Kubernetes apimachinery meta/v1 Duration, https://pkg.go.dev/time#ParseDuration. */
export function goDuration(duration: Duration): string {
    return `${String(secondsOf(duration))}s`;
}

/** The seconds of a duration. */
export function secondsOf(duration: Duration): number {
    return millisecondsOf(duration) / 1000;
}

/** What {@link goDuration} and {@link secondsOf} make of a duration that may be left out. */
export function whenGiven<T, R>(value: T | undefined, make: (value: T) => R): R | undefined {
    return value === undefined ? undefined : make(value);
}

/** The lifetimes of one kind of certificate, in the form of KubeVirt and CDI alike. */
export function certificate(args: CertificateArgs | undefined): Fields | undefined {
    return given({
        duration: whenGiven(args?.duration, goDuration),
        renewBefore: whenGiven(args?.renewBefore, goDuration),
    });
}

/** A node placement, in the form of KubeVirt and CDI alike. */
export function nodePlacement(args: PlacementArgs | undefined): Fields | undefined {
    return given({
        nodeSelector: args?.nodeSelector,
        tolerations: args?.tolerations,
        affinity: args?.affinity,
    });
}

/** References to Secrets by name. */
export function secretReferences(names: readonly string[] | undefined): Fields[] | undefined {
    return names === undefined || names.length === 0 ? undefined : names.map((name) => ({ name }));
}
