import { type Place, placeText } from "../model/machine-difference";
import { type Problem, Problems } from "../model/problems";
import { operatorParts } from "./exemptions";
import type { Policy } from "./policy";
import { at, fieldsOf, kindOf, leavesOf, type Resource } from "./resource";
import { chartValuesOf, containersOf, podsOf } from "./workloads";

const remedy = "leave it out, and give the program its rights in another way";

/** Capabilities that Kubernetes' restricted Pod Security level lets be added. */
const harmless = ["NET_BIND_SERVICE"];

/** Fields that give rights when they have the value. Source: Kubernetes Pod Security Standards. */
const ofPods: readonly (readonly [place: Place, value: unknown])[] = [
    [["hostNetwork"], true],
    [["hostPID"], true],
    [["hostIPC"], true],
    [["securityContext", "runAsUser"], 0],
    [["securityContext", "windowsOptions", "hostProcess"], true],
];
const ofContainers: readonly (readonly [place: Place, value: unknown])[] = [
    [["securityContext", "privileged"], true],
    [["securityContext", "allowPrivilegeEscalation"], true],
    [["securityContext", "runAsUser"], 0],
    [["securityContext", "procMount"], "Unmasked"],
    [["securityContext", "seccompProfile", "type"], "Unconfined"],
    [["securityContext", "windowsOptions", "hostProcess"], true],
];

export const privileges: Policy = {
    name: "no-privileged",
    asks: "Nothing runs privileged, as root, or with rights over the node or the whole cluster.",
    why: "a machine host's root can read every disk and every guest on it",
    remedy,
    levels: { local: "advisory", staging: "mandatory", production: "mandatory" },
    exempts: [operatorParts],
    judge: (resource) => [
        ...podsOf(resource).flatMap((pod) => [
            ...given(pod.place, pod.spec, ofPods),
            ...containersOf(pod).flatMap(({ place, spec }) => [
                ...given(place, spec, ofContainers),
                ...capabilities(place, spec),
            ]),
        ]),
        ...ofCluster(resource),
        ...chartValuesOf(resource).flatMap(({ place, spec }) => inValues(place, spec)),
    ],
};

function given(
    place: Place,
    spec: unknown,
    rights: readonly (readonly [place: Place, value: unknown])[],
): Problem[] {
    const problems = new Problems();
    for (const [right, value] of rights) {
        if (at(spec, ...right) === value) {
            problems.add(placeText([...place, ...right]), `is ${String(value)}`, remedy);
        }
    }
    return problems.all;
}

function capabilities(place: Place, spec: unknown): Problem[] {
    const problems = new Problems();
    const field = ["securityContext", "capabilities", "add"];
    const added = at(spec, ...field);
    const harmful = (Array.isArray(added) ? added : []).filter(
        (capability) => typeof capability === "string" && !harmless.includes(capability),
    );
    if (harmful.length > 0) {
        problems.add(placeText([...place, ...field]), `is ${harmful.join(", ")}`, remedy);
    }
    return problems.all;
}

/** Rights that are given with an object of their own. */
function ofCluster(resource: Resource): Problem[] {
    const problems = new Problems();
    switch (kindOf(resource)) {
        case "Namespace": {
            const label = "pod-security.kubernetes.io/enforce";
            if (at(resource.props, "metadata", "labels", label) === "privileged") {
                problems.add(
                    placeText(["metadata", "labels", label]),
                    `is "privileged"`,
                    `write "baseline" or "restricted"; KubeVirt's machines need no more`,
                );
            }
            break;
        }
        case "ClusterRoleBinding":
        case "RoleBinding":
            if (fieldsOf(resource.props, "roleRef")["name"] === "cluster-admin") {
                problems.add(
                    "roleRef.name",
                    `is "cluster-admin"`,
                    "bind a role that has what is needed",
                );
            }
            break;
        case "KubeVirt": {
            const place = ["spec", "configuration", "developerConfiguration", "featureGates"];
            const gates = at(resource.props, ...place);
            if (Array.isArray(gates) && gates.includes("Root")) {
                problems.add(
                    placeText(place),
                    "has Root: machines run as root on their nodes",
                    "leave Root out",
                );
            }
            break;
        }
    }
    return problems.all;
}

function inValues(place: Place, values: unknown): Problem[] {
    const problems = new Problems();
    for (const leaf of leavesOf(values, place)) {
        const key = leaf.place.at(-1) ?? "";
        const isRight = /^(privileged|hostNetwork|hostPID|hostIPC|allowPrivilegeEscalation)$/;
        if (
            (isRight.test(key) && leaf.value === true) ||
            (key === "runAsUser" && leaf.value === 0)
        ) {
            problems.add(placeText(leaf.place), `is ${String(leaf.value)}`, remedy);
        }
    }
    return problems.all;
}
