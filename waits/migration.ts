import { quoted } from "./disk-facts";
import { grace } from "./grace";
import type { InstanceMigration, MigrationState, MovingInstance } from "./migration-objects";
import { isOver } from "./migration-objects";
import type { KubernetesEvent, Pod } from "./objects";
import { conditionOf, objectName } from "./objects";
import { absent } from "./presence";
import type { Diagnosis, Verdict } from "./verdict";
import { failed } from "./verdict";

/** One look at everything that decides about a migration. */
export interface MigrationObservation {
    readonly namespace: string;
    /** Name of the migration's object. */
    readonly name: string;
    readonly migration: InstanceMigration | undefined;
    readonly instance: MovingInstance | undefined;
    /** The pod that the machine goes to, as soon as there is one. */
    readonly targetPod?: Pod | undefined;
    /** What was said about the migration's object. */
    readonly events?: readonly KubernetesEvent[];
}

/**
 * What the state of a migration means. Source: KubeVirt v1.9 pkg/virt-controller/watch/migration/migration.go; phases and
 * conditions: core/v1 types.go.
 */
export function migrationVerdict(observed: MigrationObservation): Verdict {
    const { migration } = observed;
    if (migration === undefined) {
        return absent(
            kind,
            observed,
            "Somebody deleted it, which calls the migration off: see where the machine runs (kubectl get vmi)",
        );
    }
    const phase = migration.status?.phase ?? "";
    const state = stateOf(observed);
    if (phase === "Succeeded") {
        const node = state.targetNode ?? observed.instance?.status?.nodeName;
        return { kind: "ready", note: node === undefined ? "moved" : `moved to ${node}` };
    }
    if (phase === "Failed") {
        return failed(failure(observed, migration, state));
    }
    if (migration.metadata?.deletionTimestamp !== undefined) {
        return { kind: "waiting", phase, note: "is being called off" };
    }
    const held = heldBack(migration);
    if (held !== undefined) {
        return held;
    }
    return { kind: "waiting", phase, note: note(phase, state, observed.targetPod) };
}

const kind = "VirtualMachineInstanceMigration";

/** What the machine says of this very migration; the migration's own copy of it comes later. */
export function stateOf({
    migration,
    instance,
}: Pick<MigrationObservation, "migration" | "instance">): MigrationState {
    const uid = migration?.metadata?.uid;
    const live = instance?.status?.migrationState;
    return {
        ...migration?.status?.migrationState,
        ...(uid !== undefined && live?.migrationUid === uid ? live : {}),
    };
}

function heldBack(migration: InstanceMigration): Verdict | undefined {
    const phase = migration.status?.phase ?? "";
    const isTrue = (type: string) =>
        conditionOf(migration.status?.conditions, type)?.status === "True";
    if (isTrue("migrationRejectedByResourceQuota")) {
        return {
            kind: "waiting",
            phase,
            note: "a resource quota of the namespace leaves no room for the second pod",
            suspicion: {
                graceMs: grace.quota,
                diagnosis: {
                    cause: "quota",
                    what: "A resource quota of the namespace leaves no room for the machine's second pod, which a migration needs while it lasts",
                    where: `${objectName(kind, migration)}, condition migrationRejectedByResourceQuota`,
                    cure: "Raise the quota by the machine's CPU and memory, or stop something else of the namespace",
                },
            },
        };
    }
    if (isTrue("migrationBlockedByBackup")) {
        return { kind: "waiting", phase, note: "waits for a backup of the machine" };
    }
    return isTrue("migrationBlockedByUtilityVolumes")
        ? { kind: "waiting", phase, note: "waits for a volume that was attached for a short time" }
        : undefined;
}

function note(phase: string, state: MigrationState, targetPod: Pod | undefined): string {
    const to = state.targetNode === undefined ? "" : ` to ${state.targetNode}`;
    switch (phase) {
        case "":
            return "KubeVirt has not seen it yet";
        case "Pending":
            return "waits for its turn";
        case "Scheduling": {
            const placed = conditionOf(targetPod?.status?.conditions, "PodScheduled");
            return placed?.status === "False"
                ? `no node takes the machine: ${quoted(placed.message ?? placed.reason)}; KubeVirt gives up after 5 minutes`
                : "its second pod is being placed and started";
        }
        case "Scheduled":
        case "PreparingTarget":
            return `the other node is being prepared${to}`;
        case "TargetReady":
            return `the other node is ready${to}`;
        case "Running":
            return `${modes[state.mode ?? ""] ?? "memory is being copied"}${to}${by(state)}`;
        default:
            return "KubeVirt is at it";
    }
}

const modes: Readonly<Record<string, string>> = {
    PreCopy: "memory is being copied while the machine runs",
    PostCopy: "the machine runs on the other node, and fetches the rest of its memory",
    Paused: "the machine is paused while the rest of its memory is copied",
};

function by({ migrationPolicyName }: MigrationState): string {
    return migrationPolicyName === undefined ? "" : `, by policy ${migrationPolicyName}`;
}

function failure(
    { instance, events = [] }: MigrationObservation,
    migration: InstanceMigration,
    state: MigrationState,
): Diagnosis {
    const warning = [...events].reverse().find(({ reason }) => reason === "FailedMigration");
    const said = state.failureReason ?? warning?.message;
    const node = instance?.status?.nodeName;
    const stays = node === undefined ? "" : `; the machine still runs on ${node}`;
    const wasCalledOff =
        migration.metadata?.deletionTimestamp !== undefined ||
        state.abortRequested === true ||
        conditionOf(migration.status?.conditions, "migrationAbortRequested")?.status === "True";
    if (wasCalledOff && !isInstanceGone(instance)) {
        return {
            cause: "migration-called-off",
            what: `The migration was called off${stays}`,
            where: objectName(kind, migration),
            cure: "Ask for it again when it may be: npm run migrate",
        };
    }
    return {
        cause: "migration-failed",
        what: isInstanceGone(instance)
            ? "The machine was shut down while it moved"
            : `The migration has failed: ${quoted(said ?? "KubeVirt gives no reason")}${stays}`,
        where: objectName(kind, migration),
        cure: cureOf(said ?? ""),
    };
}

function isInstanceGone(instance: MovingInstance | undefined): boolean {
    return instance === undefined || /^(Succeeded|Failed)$/.test(instance.status?.phase ?? "");
}

/** Source of the words: migration.go (failure reasons, events), live-migration-source.go in pkg/virt-launcher/virtwrap. */
const cures: readonly (readonly [RegExp, string])[] = [
    [
        /not completed after|completion|stuck|has been aborted/i,
        "Give it more bandwidth or time, or allow autoConverge or postCopy: a MigrationPolicy for the machine",
    ],
    [
        /unschedulable|target pod|pod is down|pending/i,
        "See that another node has room for the machine and its devices: npm run doctor, kubectl describe node",
    ],
    [
        /cpu|guest CPU/i,
        "Give the machine a named CPU model that every node has, or keep it to alike nodes with placement",
    ],
    [
        /connect|network|tls|certificate|unreachable/i,
        "See that virt-handler runs on both nodes, and that they reach each other",
    ],
];

function cureOf(said: string): string {
    return (
        cures.find(([words]) => words.test(said))?.[1] ??
        "Read the events of the migration (kubectl describe vmim) and try again"
    );
}

/** What became of a migration that was called off; undefined while nobody can say. */
export function abortOutcome(
    uid: string,
    { migration, instance }: Pick<MigrationObservation, "migration" | "instance">,
): AbortOutcome | undefined {
    if (migration !== undefined && !isOver(migration)) {
        return undefined;
    }
    const state = instance?.status?.migrationState;
    const isOurs = state?.migrationUid === uid;
    if (isOurs && state.completed !== true && state.abortStatus !== "Succeeded") {
        return undefined;
    }
    const moved =
        migration?.status?.phase === "Succeeded" ||
        (isOurs && state.completed === true && state.failed !== true);
    return {
        kind: instance === undefined ? "gone" : moved ? "moved" : "called-off",
        node: instance?.status?.nodeName,
    };
}

/** `called-off`: the machine stays where it is; `moved`: it was too late; `gone`: the machine is off. */
export interface AbortOutcome {
    readonly kind: "called-off" | "moved" | "gone";
    /** Where the machine runs now. */
    readonly node: string | undefined;
}
