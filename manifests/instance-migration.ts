/** What a migration is asked for with. */
export interface InstanceMigrationPlan {
    readonly namespace: string;
    /** The machine, whose running instance has its name. */
    readonly machine: string;
    /** The node that it has to go to, by its host name label; undefined: any other. */
    readonly hostName: string | undefined;
}

/**
 * The object that asks KubeVirt for a migration now. Deleting it calls the migration off.
 * Source: KubeVirt kubevirt.io/v1 (VirtualMachineInstanceMigrationSpec).
 */
export function instanceMigration({ namespace, machine, hostName }: InstanceMigrationPlan) {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachineInstanceMigration",
        metadata: { generateName: `${machine}-`, namespace },
        spec: {
            vmiName: machine,
            ...(hostName === undefined
                ? {}
                : { addedNodeSelector: { "kubernetes.io/hostname": hostName } }),
        },
    };
}
