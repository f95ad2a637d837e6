import { quantityBytes } from "../../model/size";
import { claimFault } from "./claim-fault";
import { type Driver, type Refusal, isRefusal, rpcError } from "./driver";
import type { Claim, Condition, StorageClass, Volume } from "./objects";
import { conditionOf, isDeleted, timestamp } from "./reading";
import type { Store } from "./store";
import { usersOf } from "./worker-pod";
import { type Write, patch, patchStatus, say, warn } from "./writes";

/** What a driver says that cannot make a volume larger. */
const stuck = rpcError("Internal", "failed to expand the volume: the pool is full (simulated)");

/** Types of the conditions about a claim's growth. Source: Kubernetes core/v1 types.go, PersistentVolumeClaimConditionType. */
const growing = ["Resizing", "FileSystemResizePending", "ControllerResizeError", "NodeResizeError"];

/**
 * Lets a claim grow: the storage system first, then, where there is a filesystem, the node of a pod that uses it. Source:
 * kubernetes-csi/external-resizer pkg/controller/expand_and_recover.go and resize_status.go; k8s.io/kubernetes
 * pkg/volume/util/operationexecutor/node_expander.go. Shrinking, and a class that does not expand, are refused by the API server.
 */
export function expand(
    world: Store,
    claim: Claim,
    of: StorageClass,
    driver: Driver,
    now: number,
): Write[] {
    const wanted = claim.spec.resources?.requests?.storage;
    const bytes = bytesOf(wanted);
    const volume = world.get("PersistentVolume", undefined, claim.spec.volumeName ?? "");
    if (
        bytes <= bytesOf(claim.status?.capacity?.storage) ||
        volume === undefined ||
        isDeleted(claim) ||
        of.allowVolumeExpansion !== true
    ) {
        return [];
    }
    if (bytesOf(volume.spec.capacity?.storage) >= bytes) {
        return expandOnNode(world, claim, volume, now);
    }
    if (!driver.runs.resizer) {
        return [];
    }
    const by = `external-resizer ${driver.name}`;
    const grown =
        claimFault(world, claim) === "resize-stuck" ? stuck : driver.grow(world, volume, bytes);
    if (isRefusal(grown)) {
        return failed(claim, volume, driver, grown, now);
    }
    const { name } = volume.metadata;
    const larger = patch(volume, { spec: { capacity: { storage: wanted } } });
    const begun = say(claim, by, "Resizing", `External resizer is resizing volume ${name}`);
    if (claim.spec.volumeMode === "Block") {
        return [
            ...grown,
            begun,
            ...larger,
            say(claim, by, "VolumeResizeSuccessful", "Resize volume succeeded"),
            ...finished(claim, wanted),
        ];
    }
    const text = "Require file system resize of volume on node";
    const message =
        "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
    const condition = { type: "FileSystemResizePending", status: "True", message };
    return [
        ...grown,
        begun,
        ...larger,
        say(claim, by, "FileSystemResizeRequired", text),
        ...patchStatus(claim, {
            conditions: withGrowth(claim, condition, now),
            allocatedResources: { storage: wanted },
            allocatedResourceStatuses: { storage: "NodeResizePending" },
        }),
    ];
}

/** The kubelet's part, once a pod that uses the claim runs. */
function expandOnNode(world: Store, claim: Claim, volume: Volume, now: number): Write[] {
    const users = usersOf(world, claim).filter(({ status }) => status?.phase === "Running");
    const block = claim.spec.volumeMode === "Block";
    if (users.length === 0 && !block) {
        return [];
    }
    const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.metadata.name}" ${timestamp(now)}`;
    return [
        ...(block ? [] : [say(claim, "kubelet", "FileSystemResizeSuccessful", message)]),
        ...finished(claim, volume.spec.capacity?.storage),
    ];
}

function finished(claim: Claim, storage: string | undefined): Write[] {
    const left = claim.status?.conditions?.filter(({ type }) => !growing.includes(type)) ?? [];
    return patchStatus(claim, {
        capacity: { storage },
        conditions: left.length === 0 ? null : left,
        allocatedResources: null,
        allocatedResourceStatuses: null,
    });
}

function failed(
    claim: Claim,
    volume: Volume,
    driver: Driver,
    { says }: Refusal,
    now: number,
): Write[] {
    if (says === undefined) {
        return [];
    }
    const message = `failed to expand pvc with ${says}`;
    const condition = { type: "ControllerResizeError", status: "True", message };
    const event = `resize volume "${volume.metadata.name}" by resizer "${driver.name}" failed: ${says}`;
    return [
        warn(claim, `external-resizer ${driver.name}`, "VolumeResizeFailed", event),
        ...patchStatus(claim, { conditions: withGrowth(claim, condition, now) }),
    ];
}

/** The claim's conditions with this one instead of others about its growth. */
function withGrowth(claim: Claim, condition: Condition, now: number): Condition[] {
    const { conditions = [] } = claim.status ?? {};
    const others = conditions.filter(({ type }) => !growing.includes(type));
    const old = conditionOf(conditions, condition.type);
    return old !== undefined && old.message === condition.message
        ? [...others, old]
        : [...others, { ...condition, lastTransitionTime: timestamp(now) }];
}

function bytesOf(quantity: string | undefined): number {
    return quantityBytes(quantity ?? "0") ?? 0;
}
