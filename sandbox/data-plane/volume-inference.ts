import type { Matcher, ReviewedMachineSpec } from "./machine-rules/spec";
import type { Kind, KubernetesObject } from "./objects";

/** Reads an object of the cluster; undefined when it is not there. */
export type Read = (
    kind: Kind,
    namespace: string | undefined,
    name: string,
) => Promise<KubernetesObject | undefined>;

/** A name for what is wrong, and whether the matcher's policy may overlook it. */
interface Failure {
    readonly message: string;
    readonly overlooked: boolean;
}

/**
 * The spec with the instancetype and the preference that its volumes name, or why that cannot be told. Source: KubeVirt
 * pkg/instancetype/infer.
 */
export async function inferred(
    spec: ReviewedMachineSpec,
    namespace: string,
    read: Read,
): Promise<ReviewedMachineSpec | string> {
    let result = spec;
    for (const what of ["instancetype", "preference"] as const) {
        const matcher = result[what];
        if (!matcher?.inferFromVolume) {
            continue;
        }
        const found = await fromVolume(matcher.inferFromVolume, what, spec, namespace, read);
        if (!("message" in found)) {
            result = { ...result, [what]: found };
        } else if (matcher.inferFromVolumeFailurePolicy === "Ignore" && found.overlooked) {
            const { [what]: _, ...rest } = result;
            result = rest;
        } else {
            return found.message;
        }
    }
    return result;
}

type Of = "instancetype" | "preference";

async function fromVolume(
    name: string,
    of: Of,
    spec: ReviewedMachineSpec,
    namespace: string,
    read: Read,
): Promise<Matcher | Failure> {
    const volume = spec.template?.spec?.volumes?.find((each) => each.name === name);
    if (volume === undefined) {
        const message = `unable to find volume ${name} to infer defaults`;
        return { message, overlooked: false };
    }
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName !== undefined) {
        return await fromClaim(claimName, namespace, of, read);
    }
    const dataVolume = volume.dataVolume?.name;
    if (dataVolume === undefined) {
        const message = `unable to infer defaults from volume ${name} as type is not supported`;
        return { message, overlooked: true };
    }
    const template = spec.dataVolumeTemplates?.find((each) => each.metadata?.name === dataVolume);
    if (template !== undefined) {
        return await fromSource(template.spec ?? {}, namespace, of, read);
    }
    const found = await read("DataVolume", namespace, dataVolume);
    if (found === undefined) {
        return await fromClaim(dataVolume, namespace, of, read);
    }
    const labelled = fromLabels(found, of);
    return "message" in labelled
        ? await fromSource((found as { readonly spec?: Source }).spec ?? {}, namespace, of, read)
        : labelled;
}

type Source = NonNullable<NonNullable<ReviewedMachineSpec["dataVolumeTemplates"]>[number]["spec"]>;

async function fromSource(
    { source, sourceRef }: Source,
    namespace: string,
    of: Of,
    read: Read,
): Promise<Matcher | Failure> {
    const { pvc, snapshot } = source ?? {};
    if (pvc !== undefined) {
        return await fromClaim(pvc.name ?? "", pvc.namespace ?? namespace, of, read);
    }
    if (snapshot !== undefined) {
        return await fromSnapshot(snapshot.name ?? "", snapshot.namespace ?? namespace, of, read);
    }
    if (sourceRef === undefined) {
        const message =
            "unable to infer defaults from DataVolumeSpec as DataVolumeSource is not supported";
        return { message, overlooked: true };
    }
    const place = sourceRef.namespace ?? namespace;
    const found = await read("DataSource", place, sourceRef.name ?? "");
    if (found === undefined) {
        const message = `datasources.cdi.kubevirt.io "${sourceRef.name ?? ""}" not found`;
        return { message, overlooked: false };
    }
    const labelled = fromLabels(found, of);
    const inner = (found as { readonly spec?: { readonly source?: Source["source"] } }).spec
        ?.source;
    return "message" in labelled && inner !== undefined
        ? await fromSource({ source: inner }, place, of, read)
        : labelled;
}

async function fromClaim(
    name: string,
    namespace: string,
    of: Of,
    read: Read,
): Promise<Matcher | Failure> {
    const claim = await read("PersistentVolumeClaim", namespace, name);
    return claim === undefined
        ? { message: `persistentvolumeclaims "${name}" not found`, overlooked: false }
        : fromLabels(claim, of);
}

async function fromSnapshot(
    name: string,
    namespace: string,
    of: Of,
    read: Read,
): Promise<Matcher | Failure> {
    const snapshot = await read("VolumeSnapshot", namespace, name);
    return snapshot === undefined
        ? {
              message: `volumesnapshots.snapshot.storage.k8s.io "${name}" not found`,
              overlooked: false,
          }
        : fromLabels(snapshot, of);
}

function fromLabels({ metadata }: KubernetesObject, of: Of): Matcher | Failure {
    const label = `instancetype.kubevirt.io/default-${of}`;
    const name = metadata.labels?.[label];
    if (name === undefined) {
        const message = `unable to find required ${label} label on the volume`;
        return { message, overlooked: true };
    }
    const kind = metadata.labels?.[`${label}-kind`];
    return { name, ...(kind === undefined ? {} : { kind }) };
}
