import {
    type ImageReference,
    imageReferenceText,
    parseImageReference,
} from "../model/image-reference";
import { nearest } from "../model/nearest";
import { type Problem, Problems } from "../model/problems";
import type { PlainObject } from "./plain-object";
import { type Container, containersOf, type PodSpec, type Variable, withPodSpec } from "./pod-spec";

/** Where the images of a release come from instead. */
export interface ReleaseImages {
    /** Registry and path that take the place of everything before an image's name. */
    readonly registry?: string;
    /** Whole references by the name of an image. They win over `registry`. */
    readonly images?: Readonly<Record<string, string>>;
}

/**
 * KubeVirt's manifest names its operator's image only; the operator looks for the others beside it. These variables name them.
 * Source: KubeVirt pkg/virt-operator/util/config.go of v1.9.0.
 */
const kubevirtVariables: Readonly<Record<string, string>> = {
    "virt-api": "VIRT_API_IMAGE",
    "virt-controller": "VIRT_CONTROLLER_IMAGE",
    "virt-handler": "VIRT_HANDLER_IMAGE",
    "virt-launcher": "VIRT_LAUNCHER_IMAGE",
    "virt-exportproxy": "VIRT_EXPORTPROXY_IMAGE",
    "virt-exportserver": "VIRT_EXPORTSERVER_IMAGE",
    "virt-synchronization-controller": "VIRT_SYNCHRONIZATIONCONTROLLER_IMAGE",
    "virt-template-apiserver": "VIRT_TEMPLATE_APISERVER_IMAGE",
    "virt-template-controller": "VIRT_TEMPLATE_CONTROLLER_IMAGE",
    "libguestfs-tools": "GS_IMAGE",
    "pr-helper": "PR_HELPER_IMAGE",
    "sidecar-shim": "SIDECAR_SHIM_IMAGE",
};

const kubevirtOperator = "virt-operator";
const kubevirtVersion = "KUBEVIRT_VERSION";

/**
 * The objects with images from elsewhere: those of their containers, and those that an operator is told in its environment
 * (CDI's operands: `*_IMAGE`). KubeVirt's operator takes the registry of its own image for the others.
 */
export function withImages(objects: readonly PlainObject[], images: ReleaseImages): PlainObject[] {
    return objects.map((object) =>
        withPodSpec(object, (spec) => inContainers(spec, (container) => moved(container, images))),
    );
}

/** Names in `images` that the release does not have: the image that was meant would come from the old place. */
export function checkImages(objects: readonly PlainObject[], images: ReleaseImages): Problem[] {
    const problems = new Problems();
    const known = imageNames(objects);
    for (const [name, reference] of Object.entries(images.images ?? {})) {
        if (!known.includes(name)) {
            const meant = nearest(name, known);
            problems.add(
                "images",
                `has "${name}", which is no image of this release`,
                meant === undefined ? `name one of ${known.join(", ")}` : `write "${meant}"`,
            );
        }
        const parsed = parseImageReference(reference);
        if (parsed === undefined) {
            problems.add(
                `images[${JSON.stringify(name)}]`,
                `is ${JSON.stringify(reference)}, which is not the reference of a container image`,
                "write it like registry.example.org/kubevirt/virt-api:v1.9.0",
            );
        } else if (name === kubevirtOperator && !parsed.name.endsWith(kubevirtOperator)) {
            // operatorImageRegex in pkg/virt-operator/util/config.go: it would find none of the other images.
            problems.add(
                `images[${JSON.stringify(name)}]`,
                `is ${JSON.stringify(reference)}, and KubeVirt's operator knows itself by the name "${kubevirtOperator}"`,
                `keep the end of the name, such as my-${kubevirtOperator}`,
            );
        }
    }
    const { registry } = images;
    if (registry !== undefined && parseImageReference(`${registry}/image`) === undefined) {
        problems.add(
            "registry",
            `is ${JSON.stringify(registry)}, which is not a registry with or without a path`,
            "write it like registry.example.org:5000/kubevirt, without a scheme and a slash at the end",
        );
    }
    return problems.all;
}

/** The objects with Secrets that nodes pull the operator's own images with. */
export function withPullSecrets(
    objects: readonly PlainObject[],
    names: readonly string[],
): PlainObject[] {
    return objects.map((object) =>
        names.length === 0
            ? object
            : withPodSpec(object, (spec) => ({
                  ...spec,
                  imagePullSecrets: [
                      ...new Set([
                          ...(spec.imagePullSecrets ?? []).map(({ name }) => name),
                          ...names,
                      ]),
                  ].map((name) => ({ name })),
              })),
    );
}

/** The names of a release's images: those in it, and those that its operator can be told. */
function imageNames(objects: readonly PlainObject[]): string[] {
    const containers = objects.flatMap((object) => containersOf(object));
    const references = containers.flatMap(({ image, env = [] }) => [
        image,
        ...env.filter(isImage).map(({ value }) => value),
    ]);
    const names = references.map((reference) => parseImageReference(reference ?? "")?.name);
    const told = names.includes(kubevirtOperator) ? Object.keys(kubevirtVariables) : [];
    return [...new Set([...names.filter((name) => name !== undefined), ...told])];
}

function inContainers(spec: PodSpec, change: (container: Container) => Container): PodSpec {
    return {
        ...spec,
        ...(spec.initContainers === undefined
            ? {}
            : { initContainers: spec.initContainers.map(change) }),
        ...(spec.containers === undefined ? {} : { containers: spec.containers.map(change) }),
    };
}

function moved(container: Container, images: ReleaseImages): Container {
    const { image, env } = container;
    const before = parseImageReference(image ?? "");
    const movedEnv = (env ?? []).map((variable) =>
        isImage(variable) && variable.value !== undefined
            ? { ...variable, value: movedReference(variable.value, images) }
            : variable,
    );
    const told =
        before?.name === kubevirtOperator ? toldToKubeVirt(movedEnv, before.tag, images) : [];
    return {
        ...container,
        ...(image === undefined ? {} : { image: movedReference(image, images) }),
        ...(env === undefined && told.length === 0 ? {} : { env: [...movedEnv, ...told] }),
    };
}

/**
 * What KubeVirt's operator has to be told in addition: images that it could not find beside its own, and its version where its
 * own image has a digest and no tag any more, since it would look for operands of the tag "latest" then.
 */
function toldToKubeVirt(
    env: readonly Variable[],
    tag: string | undefined,
    { images = {} }: ReleaseImages,
): Variable[] {
    const present = env.map(({ name }) => name);
    const operands = Object.entries(kubevirtVariables).flatMap(([image, name]) => {
        const value = images[image];
        return value === undefined ? [] : [{ name, value }];
    });
    const operator = parseImageReference(images[kubevirtOperator] ?? "");
    const version =
        operator?.digest !== undefined && tag !== undefined
            ? [{ name: kubevirtVersion, value: tag }]
            : [];
    return [...operands, ...version].filter(({ name }) => !present.includes(name));
}

function movedReference(text: string, { registry, images = {} }: ReleaseImages): string {
    const reference = parseImageReference(text);
    if (reference === undefined) {
        return text;
    }
    const instead = parseImageReference(images[reference.name] ?? "");
    if (instead !== undefined) {
        return imageReferenceText(
            reference.name === kubevirtOperator ? withoutTagBesideDigest(instead) : instead,
        );
    }
    return imageReferenceText(registry === undefined ? reference : { ...reference, registry });
}

/** KubeVirt's operator would take "v1.9.0@sha256:…" for the tag of all other images (getTag in config.go). */
function withoutTagBesideDigest(reference: ImageReference): ImageReference {
    const { tag, ...rest } = reference;
    return reference.digest === undefined ? reference : rest;
}

function isImage({ name, value }: Variable): boolean {
    return name.endsWith("_IMAGE") && parseImageReference(value ?? "") !== undefined;
}
