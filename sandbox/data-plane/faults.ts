import type { KubernetesObject } from "./objects";
import { annotationOf } from "./reading";
import type { Store } from "./store";

/** What can be asked to go wrong, and how it shows. */
export const faults = {
    "http-404": "the image is not there; the import is tried for ever",
    unauthorised: "the image server refuses the credentials; tried for ever",
    dns: "the image server's name is not known; tried for ever",
    tls: "the image server's certificate is not trusted; tried for ever",
    "too-small": "the image is larger than the disk; tried for ever",
    checksum: "the image is not the expected one; the import ends in Failed",
    "no-disk-image": "the container image has no disk in it; tried for ever",
    "no-scratch-space": "the import needs scratch space, which nobody provisions",
    "image-pull": "the importer's container image cannot be pulled",
    unschedulable: "no node takes the importer",
    "provisioner-error": "the provisioner answers with an error",
    "never-provisioned": "the provisioner does not answer",
    "driver-missing": "the worker's node does not have the storage driver",
    "resize-stuck": "the storage system does not let the volume grow",
    "snapshot-stuck": "a snapshot of the disk never becomes usable",
    "upload-cut": "the connection of the first upload breaks in the middle",
    "upload-refused": "the upload server answers that the image is no disk",
    "registry-unreachable": "the image's digest cannot be asked for",
    slow: "the import takes ten minutes",
    stuck: "the import stops half way",
    "controller-restart": "CDI's controller is away for ten seconds",
    "claim-lost": "the volume disappears",
    "vm-crashloop": "the machine's pod fails again and again",
    "vm-unschedulable": "no node takes the machine",
    "vm-image-pull": "the image of the machine's pod cannot be pulled",
    "vm-no-network": "the machine's pod is not connected to its networks",
    "no-agent": "the guest agent does not run",
    "no-answer": "the guest does not answer its readiness probe",
    "migration-stuck": "a migration of the machine never comes to an end",
    "migration-failed": "migrations of the machine fail",
    "no-address": "nobody gives the Service an address",
    "operator-degraded": "the operator says that it cannot install",
    "operator-stuck": "the operator begins and never comes to an end",
    "operator-silent": "the operator runs and never writes a status",
    "operand-image-pull": "the image of a component's new pods cannot be pulled",
    "operand-unschedulable": "no node takes a component's new pods",
    "webhook-no-ca": "the API server does not trust the operator's webhook",
    "driver-unregistered": "the node plugin's pods run and no node registers its driver",
    "packages-missing": "a node of Longhorn lacks packages",
    "disk-pressure": "the disks of a node of Longhorn are full",
    "backup-target-unreachable": "Longhorn's backup target does not answer",
} as const;

/** Something that can be asked to go wrong. */
export type Fault = keyof typeof faults;

/**
 * The fault plan: a ConfigMap with `<namespace>.<name>: <fault>` (a key cannot have a slash). A change counts at once, so
 * removing a fault heals. The faults of an operator are asked for by its installation: `<namespace>.<name>` of the KubeVirt object,
 * `cdi.<name>` of the CDI object, which has no namespace. Those of a storage driver by its node plugin's DaemonSet, or by Longhorn's
 * own object: `longhorn-system.<node>`, `longhorn-system.default` for the backup target.
 */
export const faultPlan = { namespace: "default", name: "sandbox-faults" } as const;

/** Asks for a fault of the object that carries it. The plan comes first, where the word `none` turns it off. */
export const faultAnnotation = "sandbox.pulumi-kubevirt.dev/fault";

/** An image below `https://fault.sandbox/<fault>/` asks for that fault. */
const faultHost = "fault.sandbox";

/** What is to go wrong with an object: as the plan says, else its own annotation, else the address of its image. */
export function faultOf(
    world: Store,
    object: KubernetesObject,
    imageUrl?: string,
): Fault | undefined {
    const { namespace, name } = object.metadata;
    const plan = world.get("ConfigMap", faultPlan.namespace, faultPlan.name)?.data;
    const word =
        plan?.[`${namespace ?? ""}.${name}`] ??
        annotationOf(object, faultAnnotation) ??
        faultInUrl(imageUrl);
    return word !== undefined && isFault(word) ? word : undefined;
}

function isFault(word: string): word is Fault {
    return Object.hasOwn(faults, word);
}

function faultInUrl(url: string | undefined): string | undefined {
    return /^\w+:\/\/([^/]+)\/([^/]+)/.exec(url ?? "")?.[1] === faultHost
        ? /^\w+:\/\/[^/]+\/([^/]+)/.exec(url ?? "")?.[1]
        : undefined;
}
