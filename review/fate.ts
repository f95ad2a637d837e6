import { annotationOf, type Thing } from "./thing";
import type { Scene } from "./scene";

/** An object that is deleted from the cluster, alone or to be made anew. */
export interface Going {
    readonly thing: Thing;
    readonly scene: Scene;
    /** What is made in its place. */
    readonly next?: Thing;
}

/** What becomes of data when an object goes. */
export interface Fate {
    readonly loses: boolean;
    readonly why: string;
    /** Nobody here knows what the object is. */
    readonly isUnknown?: boolean;
}

export function keeps(why: string): Fate {
    return { loses: false, why };
}

export function loses(why: string): Fate {
    return { loses: true, why };
}

/** The worst of some fates, with the reasons of all that are as bad. */
export function worstFate(fates: readonly Fate[], otherwise: Fate): Fate {
    const bad = fates.filter((fate) => fate.loses);
    const counted = bad.length > 0 ? bad : fates;
    return counted.length === 0
        ? otherwise
        : {
              loses: bad.length > 0,
              why: [...new Set(counted.map(({ why }) => why))].join("; "),
          };
}

/**
 * Whether what an object owns outlives it: the provider deletes with foreground propagation, unless the object's annotation says
 * otherwise. Source: pulumi-kubernetes provider/pkg/metadata/overrides.go (DeletionPropagation), which reads the old inputs.
 */
export function leavesOrphans(thing: Thing): boolean {
    return annotationOf(thing, "pulumi.com/deletionPropagationPolicy")?.toLowerCase() === "orphan";
}
