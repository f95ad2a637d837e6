import type { KubernetesObject } from "./objects";
import { isDeleted, since } from "./reading";
import { annotate, type Write } from "./writes";

/** When a definition was last reminded of its deletion, in periods since it was asked for. */
const reminder = "sandbox.pulumi-kubevirt.dev/deletion-reminder";

const periodMs = 5000;

/**
 * Touches a definition whose deletion takes long. A definition that has been made a moment ago may not be listed yet ("storage is
 * (re)initializing"); Kubernetes then tries again at intervals that grow to minutes, and at once when the definition changes.
 * Source: k8s.io/apiextensions-apiserver pkg/controller/finalizer/crd_finalizer.go, deleteInstances and processNextWorkItem.
 */
export function remindOfDeletion(definition: KubernetesObject, now: number): Write[] {
    if (!isDeleted(definition)) {
        return [];
    }
    const { annotations, deletionTimestamp } = definition.metadata;
    const period = Math.floor(since(deletionTimestamp, now) / periodMs);
    return period < 1 || annotations?.[reminder] === String(period)
        ? []
        : annotate(definition, { [reminder]: String(period) });
}
