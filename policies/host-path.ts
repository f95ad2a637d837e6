import { isFields, placeText } from "../model/machine-difference";
import { type Problem, Problems } from "../model/problems";
import { shown } from "../model/source-fields";
import { operatorParts } from "./exemptions";
import type { Policy } from "./policy";
import { at, kindOf, leavesOf, type Resource } from "./resource";
import { chartValuesOf, machinesOf, podsOf, volumesOf } from "./workloads";

const remedy = "keep the data on a claim of a StorageClass that is on no single node";

/** Drivers whose volumes are folders of one node. */
const onOneNode = /(^|[./-])(hostpath|local-path|no-provisioner)/;

export const hostPath: Policy = {
    name: "no-host-path",
    asks: "Nothing keeps its data in a folder or on a disk of one node.",
    why: "a pod that reads the node's files can take the node over, and data on one node is gone with it and keeps its machine from moving",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "mandatory" },
    exempts: [operatorParts],
    judge: (resource) => {
        const problems = new Problems();
        for (const { place, spec } of podsOf(resource).flatMap(volumesOf)) {
            const path = at(spec, "hostPath", "path");
            if (spec["hostPath"] !== undefined) {
                problems.add(placeText([...place, "hostPath"]), `is ${shown(path)}`, remedy);
            }
        }
        for (const { place, spec } of machinesOf(resource).flatMap(volumesOf)) {
            if (spec["hostDisk"] !== undefined) {
                const path = at(spec, "hostDisk", "path");
                problems.add(placeText([...place, "hostDisk"]), `is ${shown(path)}`, remedy);
            }
        }
        problems.all.push(...onStorage(resource), ...inValues(resource));
        return problems.all;
    },
};

function onStorage(resource: Resource): Problem[] {
    const problems = new Problems();
    if (kindOf(resource) === "PersistentVolume") {
        for (const source of ["hostPath", "local"]) {
            const path = at(resource.props, "spec", source, "path");
            if (path !== undefined) {
                problems.add(`spec.${source}`, `is ${shown(path)}, on one node`, remedy);
            }
        }
    }
    const provisioner = at(resource.props, "provisioner");
    if (
        kindOf(resource) === "StorageClass" &&
        typeof provisioner === "string" &&
        onOneNode.test(provisioner)
    ) {
        problems.add(
            "provisioner",
            `is ${shown(provisioner)}, whose volumes are on one node each`,
            remedy,
        );
    }
    return problems.all;
}

function inValues(resource: Resource): Problem[] {
    const problems = new Problems();
    for (const { place, spec } of chartValuesOf(resource)) {
        for (const leaf of leavesOf(spec, place)) {
            const at = leaf.place.indexOf("hostPath");
            const isPath = typeof leaf.value === "string" && leaf.value.startsWith("/");
            if (at !== -1 && isPath && !isFields(leaf.value)) {
                problems.add(placeText(leaf.place), `is ${shown(leaf.value)}`, remedy);
            }
        }
    }
    return problems.all;
}
