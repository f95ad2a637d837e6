import { createHash } from "node:crypto";
import { faultOf } from "./faults";
import type { DataImportCron } from "./objects";
import type { Store } from "./store";

/**
 * What the registries of the simulation hold: a ConfigMap with a digest for each image reference, in which every character that a
 * key cannot have is `_`: `quay.io_containerdisks_fedora_42: sha256:…`. An image that is not in it has a digest of its own that never
 * changes.
 */
export const imagePlan = { namespace: "default", name: "sandbox-images" } as const;

/** The key of an image reference in the ConfigMap. */
export function imageKey(reference: string): string {
    return withoutScheme(reference).replace(/[^\w.-]/g, "_");
}

/**
 * The digest that a golden image's source has now; undefined when nobody can say or nobody asks. Source: CDI
 * pkg/controller/dataimportcron-controller.go: a CronJob asks for images, the controller itself for claims; neither without a schedule.
 * The simulation asks at once, and again whenever the ConfigMap changes, not only at the times of the schedule.
 */
export function digestNow(world: Store, cron: DataImportCron): string | undefined {
    const { schedule, template } = cron.spec;
    const { registry, pvc } = template.spec.source ?? {};
    if (schedule === "" || faultOf(world, cron) === "registry-unreachable") {
        return undefined;
    }
    if (pvc !== undefined) {
        const { namespace = cron.metadata.namespace, name = "" } = pvc;
        const uid = world.get("PersistentVolumeClaim", namespace, name)?.metadata.uid;
        return uid === undefined ? undefined : `uid:${uid}`;
    }
    return registry?.url === undefined ? undefined : imageDigest(world, registry.url);
}

function imageDigest(world: Store, url: string): string | undefined {
    const reference = withoutScheme(url);
    const pinned = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
    const plan = world.get("ConfigMap", imagePlan.namespace, imagePlan.name)?.data;
    const known = pinned ?? plan?.[imageKey(reference)];
    if (known === undefined) {
        return `sha256:${createHash("sha256").update(reference).digest("hex")}`;
    }
    return /^sha256:[0-9a-f]{64}$/.test(known) ? known : undefined;
}

function withoutScheme(reference: string): string {
    return reference.replace(/^[a-z-]+:\/\//, "");
}
