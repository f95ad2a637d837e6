import { faultOf } from "./faults";
import type { Cdi, KubeVirt, KubernetesObject } from "./objects";
import { cdiFault, cdiOperator } from "./operator-cdi";
import { operatorOf } from "./operator-kubevirt";
import type { OperandDefinition } from "./operators";
import { isDeleted, ownedBy } from "./reading";
import type { Store } from "./store";
import { type Write, create, remove } from "./writes";

/** What stops an operator before it makes or deletes anything. */
const stopped = ["operator-silent", "operator-stuck"];

/**
 * What an operator does with one of the definitions it brings. It is made when there is something to install, and deleted with
 * the installation; with it go all objects of its kind. Definitions that are there already are taken as they are.
 */
export function reconcileDefinition(world: Store, { by, object }: OperandDefinition): Write[] {
    const there = world.get("CustomResourceDefinition", undefined, object.metadata.name);
    const installation = managed(world, by);
    if (installation === undefined) {
        return [];
    }
    if (isDeleted(installation)) {
        return there === undefined ? [] : remove(there);
    }
    const { labels } = object.metadata;
    const managedBy = by === "CDI" ? "cdi-operator" : "virt-operator";
    return there === undefined
        ? [
              create({
                  ...object,
                  metadata: {
                      ...object.metadata,
                      labels: { ...labels, "app.kubernetes.io/managed-by": managedBy },
                      ...(by === "CDI" ? { ownerReferences: ownedBy(installation) } : {}),
                  },
              }),
          ]
        : [];
}

/** The installation whose operator runs and is past its first word. */
function managed(world: Store, by: OperandDefinition["by"]): KubernetesObject | undefined {
    const isManaged = (each: KubeVirt | Cdi, fault: string | undefined) =>
        (each.metadata.finalizers ?? []).length > 0 &&
        !["", "Error"].includes(each.status?.phase ?? "") &&
        !stopped.includes(fault ?? "") &&
        (isDeleted(each) || fault !== "operator-degraded");
    return by === "CDI"
        ? world
              .list("CDI")
              .filter((cdi) => isManaged(cdi, cdiFault(world, cdi)))
              .find(() => cdiOperator(world) !== undefined)
        : world
              .list("KubeVirt")
              .filter((kubevirt) => isManaged(kubevirt, faultOf(world, kubevirt)))
              .find((kubevirt) => operatorOf(world, kubevirt) !== undefined);
}
