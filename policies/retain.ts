import { onDestroyAnnotation } from "../model/annotations";
import { placeText } from "../model/machine-difference";
import { Problems } from "../model/problems";
import { madeAgain } from "./exemptions";
import type { Policy } from "./policy";
import { at, fieldsOf, kindOf, notKnown, type Resource } from "./resource";
import { diskTemplatesOf, isWhole } from "./workloads";

const remedy =
    "have the data outlive what uses it: reclaimPolicy Retain, onDestroy retain or forbid";

export const retain: Policy = {
    name: "retain-stateful-disks",
    asks: "Disks keep their data when their claim, their machine or their stack goes.",
    why: "a deleted claim of a class with reclaim policy Delete takes its volume with it, and nothing brings that back",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "mandatory" },
    exempts: [madeAgain],
    judge: (resource) => {
        const problems = new Problems();
        switch (kindOf(resource)) {
            case "StorageClass":
                classProblems(resource, problems);
                break;
            case "PersistentVolume":
                volumeProblems(resource, problems);
                break;
            case "PersistentVolumeClaim":
            case "DataVolume":
                claimProblems(resource, problems);
                break;
            case "StatefulSet":
                setProblems(resource, problems);
                break;
        }
        for (const { place } of diskTemplatesOf(resource)) {
            problems.add(
                placeText(place),
                "is a disk that Kubernetes deletes with its machine",
                "make it a Disk, or a DataVolume of its own, and name that in volumes",
            );
        }
        return problems.all;
    },
};

function classProblems(resource: Resource, problems: Problems): void {
    const policy = at(resource.props, "reclaimPolicy");
    if (policy === "Delete" || (policy === undefined && isWhole(resource))) {
        problems.add(
            "reclaimPolicy",
            policy === undefined ? "is not given, which means Delete" : `is "Delete"`,
            `write "Retain", in a class of another name where this one exists: a class never changes`,
        );
    }
}

function volumeProblems(resource: Resource, problems: Problems): void {
    const policy = at(resource.props, "spec", "persistentVolumeReclaimPolicy");
    if (policy === "Delete" || policy === "Recycle") {
        problems.add("spec.persistentVolumeReclaimPolicy", `is "${policy}"`, `write "Retain"`);
    }
}

/** A disk of our components says what becomes of it. Of others a policy sees whether the engine may delete them, and no more. */
function claimProblems(resource: Resource, problems: Problems): void {
    const onDestroy = at(resource.props, "metadata", "annotations", onDestroyAnnotation);
    if (onDestroy === "delete") {
        problems.add(
            "onDestroy",
            `is "delete"`,
            `leave it out (it is "retain"), or write "forbid"`,
        );
    } else if (
        onDestroy === undefined &&
        at(resource.props, "metadata") !== notKnown &&
        isWhole(resource) &&
        !resource.isProtected
    ) {
        problems.add(
            "protect",
            "is not set, so that the claim goes with the stack",
            "make it a Disk, or give its resource the option protect: true",
        );
    }
}

function setProblems(resource: Resource, problems: Problems): void {
    const place = ["spec", "persistentVolumeClaimRetentionPolicy"];
    for (const [when, what] of Object.entries(fieldsOf(resource.props, ...place))) {
        if (what === "Delete") {
            problems.add(placeText([...place, when]), `is "Delete"`, `write "Retain"`);
        }
    }
}
