import type { Impact } from "./impact";
import type { Difference, Fields, Place } from "./machine-difference";

/** What a machine was started with and what it can do, as far as it is known; what is left out is taken from the old object. */
export interface RunningMachine {
    /**
     * Whether it can move to another node.
     *
     * @defaultValue true
     */
    readonly migratable?: boolean;
    /**
     * The most sockets it can have before it is started again.
     *
     * @unit count
     * @defaultValue four times those of the old object, at most 512 virtual CPUs
     */
    readonly maxSockets?: number;
    /**
     * Memory it was started with.
     *
     * @unit Kubernetes quantity
     * @defaultValue that of the old object
     */
    readonly guestAtBoot?: string;
    /**
     * The most memory it can have before it is started again.
     *
     * @unit Kubernetes quantity
     * @defaultValue four times that at boot
     */
    readonly maxGuest?: string;
    /**
     * How the cluster's KubeVirt rolls changes out (vmRolloutStrategy).
     *
     * @defaultValue LiveUpdate, KubeVirt's own
     */
    readonly rollout?: "LiveUpdate" | "Stage";
}

/** Everything that a change is judged by. */
export interface Seen {
    readonly from: Fields;
    readonly to: Fields;
    readonly running: RunningMachine;
    /** All the places that have changed. */
    readonly places: readonly Place[];
}

/**
 * `restart`: KubeVirt says RestartRequired, and holds other changes back. `next-start`: it takes effect at the next start, and
 * KubeVirt holds nothing back.
 */
export type ChangeKind = Exclude<Impact, "data-loss"> | "next-start";

export interface Decision {
    readonly kind: ChangeKind;
    readonly why: string;
    /** Waits with the others where another change needs a restart. */
    readonly isHeldBack?: boolean;
}

/** What a change comes to, where it depends on more than its place. */
export type Decide = (difference: Difference, seen: Seen) => Decision;

type Answer = (why: string) => Decision;

/** A decision of each kind. */
export const decideChange: Readonly<Record<ChangeKind, Answer>> = {
    live: (why) => ({ kind: "live", why }),
    restart: (why) => ({ kind: "restart", why }),
    "next-start": (why) => ({ kind: "next-start", why }),
    "replace-vm": (why) => ({ kind: "replace-vm", why }),
    refused: (why) => ({ kind: "refused", why }),
};

/** Live, and waits with the others where another change needs a restart. */
export function liveAlone(why: string): Decision {
    return { kind: "live", why, isHeldBack: true };
}

/** Why nothing happens while a machine runs. */
export const staged =
    "the cluster's KubeVirt has the rollout strategy Stage, which changes nothing while a machine runs";

/** What KubeVirt applies while the machine runs, unless it is told to stage everything. */
export function liveUnlessStaged(why: string): Decide {
    return (_, { running }) =>
        running.rollout === "Stage" ? decideChange.restart(staged) : liveAlone(why);
}
