import { fits } from "../model/pattern";
import { componentsOf, isRelease, kindOf, placeOf, type Resource } from "./resource";

/** What a policy does not judge, by a rule that anybody can read. */
export interface Exemption {
    /** Whose resources, in words. */
    readonly whose: string;
    readonly why: string;
    readonly applies: (resource: Resource) => boolean;
}

const installers = [
    ...["KubeVirt", "Cdi", "CertManager", "SnapshotSupport", "NetworkPlumbingPart"],
    ...["CephRbd", "Longhorn"],
].map((name) => `kubevirt:index:${name}`);

/** What the operators' releases consist of. Their own custom resources and StorageClasses are the user's choices, and judged. */
const releasedKinds = new Set([
    ...["ClusterRole", "ClusterRoleBinding", "ConfigMap", "DaemonSet", "Deployment", "Job"],
    ...["Namespace", "Role", "RoleBinding", "Service", "ServiceAccount", "StatefulSet"],
]);

/** An operator's own manifests, which the components of this package register from its pinned release. */
export const operatorParts: Exemption = {
    whose: "operators that this package's components install (KubeVirt, CDI, cert-manager, snapshot controller, network plumbing, CSI drivers)",
    why: "their manifests are the release's own, of a pinned version: node agents need the host, and nobody can change that here",
    applies: (resource) =>
        isInstalled(resource) && (releasedKinds.has(kindOf(resource) ?? "") || isRelease(resource)),
};

/** Where the operators are: each has a namespace of its own. */
export const operatorPlaces: Exemption = {
    whose: operatorParts.whose,
    why: "each operator has its own namespace, which its release names",
    applies: isInstalled,
};

function isInstalled(resource: Resource): boolean {
    return componentsOf(resource).some((type) => installers.includes(type));
}

/** Images and probes, which can be made again. */
export const madeAgain: Exemption = {
    whose: "images (GoldenImage)",
    why: "an image is imported again from where it came from",
    applies: (resource) => componentsOf(resource).includes("kubevirt:index:GoldenImage"),
};

/**
 * Why a user exempts a resource: the first of the patterns that its `<namespace>/<name>` fits, or its name for what is in no
 * namespace. `*` stands for any characters but a slash.
 */
export function exemptedBy(
    resource: Resource,
    exempt: Readonly<Record<string, unknown>>,
): string | undefined {
    const place = placeOf(resource);
    return Object.keys(exempt).find((pattern) => fits(place, pattern));
}
