import type { Settled } from "./gate";
import { abortOutcome, type AbortOutcome, migrationVerdict, stateOf } from "./migration";
import { readingVerdict } from "./reading";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** What a wait for a migration needs; `name` is that of its object. */
export interface MigrationWaitOptions extends ObjectWait {
    /** The machine. */
    readonly machine: string;
    /** Of the migration's object. */
    readonly uid: string;
}

/** Waits until a machine has moved, or cannot. Answers where it runs then. */
export async function waitForMigration(
    options: MigrationWaitOptions,
): Promise<Settled & { readonly node: string | undefined }> {
    const { view, clock, namespace, name, machine, uid } = options;
    const migrations = view.observe("VirtualMachineInstanceMigration", namespace);
    const instances = view.observe("VirtualMachineInstance", namespace);
    const pods = view.observe("Pod", namespace);
    const events = view.observe("Event", namespace);
    const all = [migrations, instances, pods, events];
    try {
        const settled = await watchedWait({
            view,
            clock,
            subjects: [{ kind: "VirtualMachineInstanceMigration", namespace, name }],
            subject: `The migration of ${namespace}/${machine}`,
            deadlineMs: options.deadlineMs,
            subscribe: (run) => {
                for (const observed of all) {
                    observed.onChange(run);
                }
            },
            evaluate: () =>
                readingVerdict(migrations, clock.now()) ??
                readingVerdict(instances, clock.now()) ??
                migrationVerdict({
                    namespace,
                    name,
                    migration: migrations.get(name),
                    instance: instances.get(machine),
                    targetPod: pods
                        .all()
                        .find(({ metadata }) => metadata?.labels?.[jobLabel] === uid),
                    events: events
                        .all()
                        .filter(({ involvedObject }) => involvedObject?.uid === uid),
                }),
            isComplete: () => true,
            unreadable: () =>
                [pods, events]
                    .filter(({ trouble }) => trouble?.kind === "denied")
                    .map(({ label }) => label),
            onProgress: options.onProgress,
            signal: options.signal,
        });
        const instance = instances.get(machine);
        const { targetNode } = stateOf({ migration: migrations.get(name), instance });
        const node = settled.kind === "failed" ? undefined : targetNode;
        return { ...settled, node: node ?? instance?.status?.nodeName };
    } finally {
        for (const observed of all) {
            observed.release();
        }
    }
}

/** On the pod that a machine goes to. Source: KubeVirt core/v1 types.go (MigrationJobLabel). */
const jobLabel = "kubevirt.io/migrationJobUID";

/** Waits until it is known what became of a migration that was called off; undefined when that takes too long. */
export async function waitForAbort(
    options: Omit<MigrationWaitOptions, "onProgress" | "signal">,
): Promise<AbortOutcome | undefined> {
    const { view, clock, namespace, name, machine, uid } = options;
    const migrations = view.observe("VirtualMachineInstanceMigration", namespace);
    const instances = view.observe("VirtualMachineInstance", namespace);
    const outcome = () =>
        abortOutcome(uid, { migration: migrations.get(name), instance: instances.get(machine) });
    try {
        const settled = await watchedWait({
            view,
            clock,
            subjects: [],
            subject: `The end of the migration of ${namespace}/${machine}`,
            deadlineMs: options.deadlineMs,
            subscribe: (run) => {
                migrations.onChange(run);
                instances.onChange(run);
            },
            evaluate: () =>
                readingVerdict(migrations, clock.now()) ??
                readingVerdict(instances, clock.now()) ??
                (outcome() === undefined
                    ? { kind: "waiting", phase: "", note: "is being called off" }
                    : { kind: "ready" }),
            isComplete: () => true,
            unreadable: () => [],
        });
        return settled.kind === "ready" ? outcome() : undefined;
    } finally {
        instances.release();
        migrations.release();
    }
}
