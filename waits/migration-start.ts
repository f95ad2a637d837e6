import { instanceMigration, type InstanceMigrationPlan } from "../manifests/instance-migration";
import { UserError } from "../model/user-error";
import { collectionPath } from "./collections";
import type { InstanceMigration } from "./migration-objects";
import { ApiError } from "./transport";
import type { Writer } from "./writes";

const kind = "VirtualMachineInstanceMigration";

/** Asks for a migration, and answers which one it is. What KubeVirt refuses is an error of the user's. */
export async function startMigration(
    writer: Pick<Writer, "create">,
    plan: InstanceMigrationPlan,
): Promise<{ readonly name: string; readonly uid: string }> {
    try {
        const made = (await writer.create(
            collectionPath(kind, plan.namespace),
            instanceMigration(plan),
        )) as InstanceMigration;
        return { name: made.metadata?.name ?? "", uid: made.metadata?.uid ?? "" };
    } catch (error) {
        if (error instanceof ApiError) {
            throw new UserError(
                `KubeVirt does not move ${plan.namespace}/${plan.machine}: ${error.message.replace(/\.$/, "")}.`,
            );
        }
        throw error;
    }
}

/** Calls a migration off: this very one. */
export async function callOff(
    writer: Pick<Writer, "remove">,
    {
        namespace,
        name,
        uid,
    }: { readonly namespace: string; readonly name: string; readonly uid: string },
): Promise<void> {
    await writer.remove(`${collectionPath(kind, namespace)}/${name}`, uid);
}
