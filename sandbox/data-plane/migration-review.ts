import type { Migration, VirtualMachineInstance } from "./objects";
import { conditionOf } from "./reading";
import type { Store } from "./store";
import type { ReviewRequest, ReviewResponse } from "./uninstall-review";
import type { Read } from "./volume-inference";
import { same } from "./writes";

/** The machine that a migration is of, to find it by. Source: KubeVirt core/v1/types.go, MigrationSelectorLabel. */
export const migrationLabel = "kubevirt.io/vmi-name";

/** Keeps a migration until its end is known. Source: KubeVirt core/v1/types.go, VirtualMachineInstanceMigrationFinalizer. */
export const migrationFinalizer = "kubevirt.io/migrationJobFinalize";

const over = ["Succeeded", "Failed"];

/**
 * What KubeVirt's webhooks say of a migration, with the words that are recorded. Source: KubeVirt
 * pkg/virt-api/webhooks/validating-webhook/admitters/migration-{create,update}-admitter.go and
 * mutating-webhook/mutators/migration-create-mutator.go.
 */
export async function reviewMigration(
    { uid, operation, namespace = "", object, oldObject }: ReviewRequest,
    webhook: "mutate" | "validate",
    read: Read,
    world: Pick<Store, "list">,
): Promise<ReviewResponse> {
    const migration = object as Migration;
    if (webhook === "mutate") {
        return { uid, allowed: true, ...filledIn(migration) };
    }
    const refused = (code: number, message: string): ReviewResponse => ({
        uid,
        allowed: false,
        status: { code, message },
    });
    if (operation === "UPDATE") {
        return same(migration.spec, (oldObject as { readonly spec?: object }).spec)
            ? { uid, allowed: true }
            : refused(422, "update of Migration object's spec is restricted");
    }
    const { vmiName } = migration.spec;
    if (!vmiName) {
        return refused(422, "vmiName is missing");
    }
    const found = await read("VirtualMachineInstance", namespace, vmiName);
    const instance = found as VirtualMachineInstance | undefined;
    if (instance === undefined) {
        return refused(400, `the VMI "${namespace}/${vmiName}" does not exist`);
    }
    if (over.includes(instance.status?.phase ?? "")) {
        return refused(400, "Cannot migrate VMI in finalized state.");
    }
    const migratable = conditionOf(instance.status?.conditions, "LiveMigratable");
    if (migratable?.status === "False") {
        const { reason = "", message = "" } = migratable;
        return refused(400, `Cannot migrate VMI, Reason: ${reason}, Message: ${message}`);
    }
    const other = world
        .list("VirtualMachineInstanceMigration", namespace)
        .find(
            ({ spec, status }) => spec.vmiName === vmiName && !over.includes(status?.phase ?? ""),
        );
    return other === undefined
        ? { uid, allowed: true }
        : refused(
              400,
              `in-flight migration detected. Active migration job (${other.metadata.uid ?? ""}) is currently already in progress for VMI ${vmiName}.`,
          );
}

function filledIn({ metadata, spec }: Migration): Pick<ReviewResponse, "patch" | "patchType"> {
    const { labels, finalizers = [] } = metadata;
    const patch = [
        {
            op: "add",
            path: "/metadata/labels",
            value: { ...labels, [migrationLabel]: spec.vmiName },
        },
        { op: "add", path: "/metadata/finalizers", value: [...finalizers, migrationFinalizer] },
    ];
    return {
        patchType: "JSONPatch",
        patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    };
}
