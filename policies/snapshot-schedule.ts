import { hasRecurringJobs, isBackedUp } from "../model/protection";
import { madeAgain } from "./exemptions";
import type { Policy } from "./policy";
import {
    at,
    fieldsOf,
    kindOf,
    nameOf,
    namespaceOf,
    notKnown,
    placeOf,
    type Resource,
    textOf,
} from "./resource";
import { isWhole } from "./workloads";

const remedy =
    "give the claim labels of a Longhorn recurring job, or the stack a Velero Schedule of its namespace";

export const snapshotSchedule: Policy = {
    name: "snapshot-schedule",
    asks: "Every disk has a schedule that takes snapshots or backups of it.",
    why: "a disk that is kept on destroy is still lost to a wrong command in the guest, and to a failed pool",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "advisory" },
    exempts: [madeAgain],
    judgeStack: (resources) =>
        resources
            .filter((resource) => isDisk(resource) && !isScheduled(resource, resources))
            .map((resource) => ({
                resource,
                field: "schedule",
                fault: "is none that this stack has: nothing takes snapshots or backups of it",
                cure: remedy,
            })),
};

function isDisk(resource: Resource): boolean {
    const kind = kindOf(resource) ?? "";
    return isWhole(resource) && ["PersistentVolumeClaim", "DataVolume"].includes(kind);
}

function isScheduled(disk: Resource, resources: readonly Resource[]): boolean {
    return (
        // What is not known may be one.
        at(disk.props, "metadata", "labels") === notKnown ||
        hasRecurringJobs(fieldsOf(disk.props, "metadata", "labels")) ||
        hasLonghornClass(disk, resources) ||
        resources.some((one) => veleroCovers(one, disk) || ownCovers(one, disk))
    );
}

/** A class of Longhorn gives its volumes jobs; those that have none get the jobs of the group `default`. */
function hasLonghornClass(disk: Resource, resources: readonly Resource[]): boolean {
    const spec = fieldsOf(disk.props, "spec");
    const className =
        textOf(spec["storageClassName"]) ??
        textOf(at(spec, "storage", "storageClassName")) ??
        textOf(at(spec, "pvc", "storageClassName"));
    const ownClass = resources.find(
        (one) => kindOf(one) === "StorageClass" && nameOf(one) === className,
    );
    if (at(ownClass?.props, "provisioner") !== "driver.longhorn.io") {
        return false;
    }
    const jobs = textOf(at(ownClass?.props, "parameters", "recurringJobSelector")) ?? "";
    return !/^(\s*|\[\s*\])$/.test(jobs) || resources.some(isDefaultJob);
}

function isDefaultJob(one: Resource): boolean {
    const { groups, task } = fieldsOf(one.props, "spec");
    return (
        kindOf(one) === "RecurringJob" &&
        Array.isArray(groups) &&
        groups.includes("default") &&
        /^(snapshot|backup)(-force-create)?$/.test(textOf(task) ?? "")
    );
}

/** Source: Velero velero.io/v1, ScheduleSpec. */
function veleroCovers(one: Resource, disk: Resource): boolean {
    const labels = fieldsOf(disk.props, "metadata", "labels");
    return (
        kindOf(one) === "Schedule" &&
        at(one.props, "spec", "paused") !== true &&
        isBackedUp(
            { namespace: namespaceOf(disk), labels },
            fieldsOf(one.props, "spec", "template"),
        )
    );
}

/** A schedule of this package names the claims that it covers in its output `claims`: `vms/db-data`. */
function ownCovers(one: Resource, disk: Resource): boolean {
    const claims = one.props["claims"];
    return (
        one.type === "kubevirt:index:SnapshotSchedule" &&
        Array.isArray(claims) &&
        claims.includes(placeOf(disk))
    );
}
