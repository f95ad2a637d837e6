import { placeText } from "../model/machine-difference";
import { Problems } from "../model/problems";
import { operatorParts } from "./exemptions";
import type { Policy } from "./policy";
import { at, kindOf, leavesOf, type Resource } from "./resource";
import { chartValuesOf, isWhole } from "./workloads";

const remedy = "write 2 or more";

/** Where kinds say how many there are of something that a failed node must not take away. */
const places: Readonly<Record<string, readonly string[]>> = {
    Deployment: ["spec.replicas"],
    StatefulSet: ["spec.replicas"],
    ReplicaSet: ["spec.replicas"],
    KubeVirt: ["spec.infra.replicas"],
    CDI: [
        "spec.infra.deploymentReplicas",
        "spec.infra.apiServerReplicas",
        "spec.infra.uploadProxyReplicas",
    ],
    StorageClass: ["parameters.numberOfReplicas"],
    CephBlockPool: ["spec.replicated.size"],
};

/** Kinds of which there is one where they do not say how many. Source: Kubernetes apps/v1. */
const oneByDefault = ["Deployment", "StatefulSet", "ReplicaSet"];

export const replicas: Policy = {
    name: "no-single-replica",
    asks: "Services and copies of data have two replicas or more.",
    why: "what there is only one of is down, or lost, when its node is drained or fails",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "mandatory" },
    exempts: [operatorParts],
    judge: (resource) => {
        const problems = new Problems();
        const kind = kindOf(resource) ?? "";
        for (const field of places[kind] ?? []) {
            const value = at(resource.props, ...field.split("."));
            if (isOne(value)) {
                problems.add(field, `is ${String(value)}`, remedy);
            } else if (value === undefined && oneByDefault.includes(kind) && isWhole(resource)) {
                problems.add(field, "is not given, which means 1", remedy);
            }
        }
        problems.all.push(...inValues(resource));
        return problems.all;
    },
};

function inValues(resource: Resource) {
    const problems = new Problems();
    for (const { place, spec } of chartValuesOf(resource)) {
        for (const leaf of leavesOf(spec, place)) {
            const key = leaf.place.at(-1) ?? "";
            if (/^(replicas|numberOfReplicas|.*replicaCount)$/i.test(key) && isOne(leaf.value)) {
                problems.add(placeText(leaf.place), `is ${String(leaf.value)}`, remedy);
            }
        }
    }
    return problems.all;
}

function isOne(value: unknown): boolean {
    return value === 1 || value === "1";
}
