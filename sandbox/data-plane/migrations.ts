import { type Fault, faultOf } from "./faults";
import { targetName, targetPod } from "./launcher-pod";
import { growth } from "./live-migratable";
import { disksOf } from "./machine-disks";
import type { MigrationState } from "./machine-objects";
import { migrationFinalizer, migrationLabel } from "./migration-review";
import type { Migration, Pod, VirtualMachineInstance } from "./objects";
import { conditionOf, isDeleted, since, timestamp } from "./reading";
import type { Store } from "./store";
import { type Write, create, patchStatus, release, remove, say, warn } from "./writes";

/** How long the memory of a small machine takes to another node. */
const copyMs = 1500;

/** How many of a machine's finished migrations are kept. Source: KubeVirt pkg/virt-controller/watch/migration, defaultFinalizedMigrationGarbageCollectionBuffer. */
const keptMigrations = 5;

const by = "virtualmachine-controller";
const over = ["Succeeded", "Failed"];

/** What virt-controller and virt-handler would do for a migration now. Source: KubeVirt pkg/virt-controller/watch/migration/migration.go. */
export function reconcileMigration(world: Store, migration: Migration, now: number): Write[] {
    const { namespace, uid } = migration.metadata;
    const { phase = "" } = migration.status ?? {};
    const found = world.get("VirtualMachineInstance", namespace, migration.spec.vmiName);
    const state = found?.status?.migrationState;
    const ours = state?.migrationUid === uid ? state : undefined;
    if (over.includes(phase)) {
        return [
            ...(isDeleted(migration) ? release(migration, migrationFinalizer) : []),
            ...patchStatus(migration, ours === undefined ? {} : { migrationState: ours }),
            ...(isDeleted(migration) ? [] : collect(world, migration)),
            ...endTarget(world, migration, phase, found),
        ];
    }
    if (found === undefined || isDeleted(found) || over.includes(found.status?.phase ?? "")) {
        const why =
            found === undefined
                ? "Migration failed because vmi does not exist."
                : "Migration failed vmi shutdown during migration.";
        return fail(migration, ours, why, now);
    }
    const machine = world.get("VirtualMachine", namespace, found.metadata.name);
    const fault = faultOf(world, migration) ?? faultOf(world, machine ?? found);
    return isDeleted(migration)
        ? abort(migration, found, ours, now)
        : advance({ world, migration, instance: found, ours, fault, now });
}

interface Look {
    readonly world: Store;
    readonly migration: Migration;
    readonly instance: VirtualMachineInstance;
    readonly ours: MigrationState | undefined;
    readonly fault: Fault | undefined;
    readonly now: number;
}

function advance(look: Look): Write[] {
    const { world, migration, instance, ours, now } = look;
    const { namespace, uid = "" } = migration.metadata;
    const target = world.get("Pod", namespace, targetName(instance, migration));
    const to = (phase: string, ...writes: readonly Write[]): Write[] => [
        ...writes,
        ...enter(migration, phase, ours, now),
    ];
    switch (migration.status?.phase ?? "") {
        case "":
            return to("Pending");
        case "Pending":
            return target === undefined ? start(world, migration, instance) : to("Scheduling");
        case "Scheduling":
            return target?.status?.phase === "Running" ? to("Scheduled") : [];
        case "Scheduled": {
            const state: MigrationState = {
                migrationUid: uid,
                sourceNode: instance.status?.nodeName ?? "",
                targetNode: target?.spec.nodeName ?? "",
                targetPod: target?.metadata.name ?? "",
                mode: "PreCopy",
            };
            const message = "Migration target pod is ready for preparation by virt-handler.";
            const none = {
                startTimestamp: null,
                endTimestamp: null,
                completed: null,
                failed: null,
                failureReason: null,
                abortRequested: null,
                abortStatus: null,
            };
            return to(
                "PreparingTarget",
                ...patchStatus(instance, { migrationState: { ...none, ...state } }),
                say(migration, by, "SuccessfulHandOver", message),
            );
        }
        case "PreparingTarget":
            return to("TargetReady");
        case "TargetReady":
            return to(
                "Running",
                ...patchStatus(instance, { migrationState: { startTimestamp: timestamp(now) } }),
            );
        default:
            return copy(look, target);
    }
}

function start(world: Store, migration: Migration, instance: VirtualMachineInstance): Write[] {
    const { namespace } = migration.metadata;
    const cold = disksOf(world, namespace, instance.spec).filter(
        ({ hotpluggable }) => !hotpluggable,
    );
    const pod = targetPod(instance, migration, cold);
    const message = `Created migration target pod ${pod.metadata.name}`;
    return [create(pod, { made: [say(migration, by, "SuccessfulCreate", message)] })];
}

/** The copy itself, and what follows from its end. */
function copy({ migration, instance, ours, fault, now }: Look, target: Pod | undefined): Write[] {
    if (target === undefined) {
        return fail(
            migration,
            ours,
            "Migration target pod was removed during active migration.",
            now,
            instance,
        );
    }
    if (fault === "migration-stuck" || since(ours?.startTimestamp, now) < copyMs) {
        return patchStatus(migration, ours === undefined ? {} : { migrationState: ours });
    }
    if (fault === "migration-failed") {
        return fail(migration, ours, "source node reported migration failed", now, instance);
    }
    const { cpu, memory } = instance.spec.domain;
    const done: MigrationState = {
        ...ours,
        endTimestamp: timestamp(now),
        completed: true,
    };
    return [
        ...patchStatus(instance, {
            migrationState: done,
            nodeName: target.spec.nodeName,
            ...(memory?.guest === undefined ? {} : { memory: { guestCurrent: memory.guest } }),
            ...(cpu?.sockets === undefined ? {} : { currentCPUTopology: { sockets: cpu.sockets } }),
        }),
        ...enter(migration, "Succeeded", done, now),
        say(migration, by, "SuccessfulMigration", "Source node reported migration succeeded"),
    ];
}

function fail(
    migration: Migration,
    ours: MigrationState | undefined,
    why: string,
    now: number,
    instance?: VirtualMachineInstance,
): Write[] {
    const state: MigrationState = {
        ...ours,
        endTimestamp: timestamp(now),
        completed: true,
        failed: true,
        failureReason: why,
    };
    return [
        ...(instance === undefined || ours === undefined
            ? []
            : patchStatus(instance, { migrationState: state })),
        ...enter(migration, "Failed", ours === undefined ? undefined : state, now),
        warn(migration, by, "FailedMigration", why),
    ];
}

/** A migration that is deleted before its end is given up, and the machine stays where it is. */
function abort(
    migration: Migration,
    instance: VirtualMachineInstance,
    ours: MigrationState | undefined,
    now: number,
): Write[] {
    const state: MigrationState | undefined = ours && {
        ...ours,
        endTimestamp: timestamp(now),
        completed: true,
        failed: true,
        failureReason: "Live migration aborted ",
        abortRequested: true,
        abortStatus: "Succeeded",
    };
    return [
        ...(state === undefined ? [] : patchStatus(instance, { migrationState: state })),
        ...enter(migration, "Failed", state, now),
        warn(migration, by, "FailedMigration", "Migration failed due to being canceled"),
    ];
}

function enter(
    migration: Migration,
    phase: string,
    migrationState: MigrationState | undefined,
    now: number,
): Write[] {
    const times = migration.status?.phaseTransitionTimestamps ?? [];
    return patchStatus(migration, {
        phase,
        phaseTransitionTimestamps: [...times, { phase, phaseTransitionTimestamp: timestamp(now) }],
        ...(migrationState === undefined ? {} : { migrationState }),
    });
}

/** After the end one of both pods goes: the source's, or the target's of a failure. */
function endTarget(
    world: Store,
    migration: Migration,
    phase: string,
    instance: VirtualMachineInstance | undefined,
): Write[] {
    const { namespace, uid = "" } = migration.metadata;
    if (instance === undefined) {
        return [];
    }
    const target = world.get("Pod", namespace, targetName(instance, migration));
    if (target === undefined) {
        return [];
    }
    if (phase === "Failed") {
        return remove(target);
    }
    const isLast = instance.status?.migrationState?.migrationUid === uid;
    // The next migration may have its pod already.
    const kept = world
        .list("VirtualMachineInstanceMigration", namespace)
        .filter(
            ({ spec, status }) =>
                spec.vmiName === migration.spec.vmiName && !over.includes(status?.phase ?? ""),
        )
        .map((next) => targetName(instance, next));
    return isLast
        ? world
              .list("Pod", namespace)
              .filter(
                  ({ metadata, spec }) =>
                      metadata.labels?.["kubevirt.io/created-by"] === instance.metadata.uid &&
                      ![target.metadata.name, ...kept].includes(metadata.name) &&
                      spec.nodeName !== target.spec.nodeName,
              )
              .flatMap(remove)
        : [];
}

function collect(world: Store, migration: Migration): Write[] {
    const { namespace } = migration.metadata;
    const finished = world
        .list("VirtualMachineInstanceMigration", namespace)
        .filter(
            ({ spec, status }) =>
                spec.vmiName === migration.spec.vmiName && over.includes(status?.phase ?? ""),
        );
    const time = ({ metadata }: Migration) => metadata.creationTimestamp ?? "";
    const younger = finished.filter((each) => time(each) > time(migration));
    return younger.length >= keptMigrations ? remove(migration) : [];
}

/**
 * The migration that gives a running machine what it was given meanwhile: more CPUs, more memory, interfaces. Source: KubeVirt
 * pkg/virt-controller/watch/workload-updater.
 */
export function moveForUpdate(world: Store, instance: VirtualMachineInstance): Write[] {
    const { namespace = "", name, uid = "", generation = 1 } = instance.metadata;
    const migratable = conditionOf(instance.status?.conditions, "LiveMigratable");
    if (growth(instance).length === 0 || migratable?.status !== "True") {
        return [];
    }
    const moves = world
        .list("VirtualMachineInstanceMigration", namespace)
        .filter(({ spec }) => spec.vmiName === name);
    if (moves.some(({ status }) => !over.includes(status?.phase ?? ""))) {
        return [];
    }
    return [
        create({
            apiVersion: "kubevirt.io/v1",
            kind: "VirtualMachineInstanceMigration",
            metadata: {
                // Random in a real cluster; one for each change here.
                name: `kubevirt-workload-update-${uid.slice(-5)}${String(generation)}`,
                namespace,
                labels: { [migrationLabel]: name },
                annotations: { "kubevirt.io/workloadUpdateMigration": "" },
                finalizers: [migrationFinalizer],
            },
            spec: { vmiName: name },
        }),
    ];
}
