import type { Condition, KubernetesObject, VirtualMachineInstance } from "./objects";

/** How a migration stands. Source: KubeVirt core/v1/types.go (VirtualMachineInstanceMigrationState). */
export interface MigrationState {
    readonly migrationUid?: string;
    readonly sourceNode?: string;
    readonly targetNode?: string;
    /** `PreCopy`, `PostCopy` or `Paused`. */
    readonly mode?: string;
    readonly completed?: boolean;
    readonly failed?: boolean;
    readonly failureReason?: string;
    readonly abortRequested?: boolean;
    /** `Succeeded`, `Failed` or `Aborting`. */
    readonly abortStatus?: string;
    readonly migrationPolicyName?: string;
}

/** Source: KubeVirt core/v1/types.go. */
export interface InstanceMigration extends KubernetesObject {
    readonly spec?: {
        readonly vmiName?: string;
        readonly addedNodeSelector?: Readonly<Record<string, string>>;
    };
    readonly status?: {
        readonly phase?: string;
        readonly conditions?: readonly Condition[];
        readonly migrationState?: MigrationState;
    };
}

/** A machine that is on, with its last migration. */
export interface MovingInstance extends VirtualMachineInstance {
    readonly status?: VirtualMachineInstance["status"] & {
        readonly migrationState?: MigrationState;
    };
}

/** Whether a migration is over, whichever way. */
export function isOver(migration: InstanceMigration | undefined): boolean {
    return /^(Succeeded|Failed)$/.test(migration?.status?.phase ?? "");
}
