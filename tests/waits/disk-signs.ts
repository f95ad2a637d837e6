import type { LimitRange } from "../../waits/objects";
import type { Sight } from "./disk-states";

/** A sign that something is wrong: its name, the kinds of sources it shows on, what is seen, and what that means with every consumer. */
export type Sign = readonly [
    name: string,
    kinds: readonly [string, ...string[]],
    sight: Sight,
    meaning: string,
    /** Left out: with and without a populator. */
    flow?: "populator" | "no populator",
];

const imports = ["import"] as const;
const workers = ["import", "upload", "clone"] as const;
const all = ["import", "upload", "clone"] as const;
const clones = ["clone"] as const;

const noClaim = { claim: "none" } as const;
const filled = { claim: "Bound", temporary: "Bound" } as const;
const stopped = (reason: string, message = ""): Sight => ({
    phase: "ImportScheduled",
    running: ["False", reason, message],
    ...filled,
});
/** A worker that failed so often that it is no bad luck. */
const failing = (message: string): Sight => ({
    phase: "ImportInProgress",
    restarts: 3,
    running: ["False", "Error", message],
    ...filled,
});
const httpAnswer = (status: string) =>
    failing(
        `Unable to connect to http data source: expected status code 200, got ${status.slice(0, 3)}. Status: ${status}`,
    );
const cloneStops = (reason: string, message: string): Sight => ({
    phase: "CloneScheduled",
    running: ["False", reason, message],
    ...filled,
});
const pendingSaid = (message: string): Sight => ({
    claim: "Pending",
    temporary: "Pending",
    events: [
        ["temporary", "ProvisioningFailed", message],
        ["claim", "ProvisioningFailed", message],
    ],
});
const limits = (type: string, max: Readonly<Record<string, string>>): Sight["observed"] => ({
    limitRanges: [{ metadata: { name: "small" }, spec: { limits: [{ type, max }] } }],
});
const atLeast: LimitRange = {
    metadata: { name: "large" },
    spec: { limits: [{ type: "PersistentVolumeClaim", min: { storage: "50Gi" } }] },
};

/** Texts and reasons are those of CDI 1.66, Kubernetes 1.36 and the CSI sidecars; their sources are named where they are read. */
export const signs: readonly Sign[] = [
    // The claim cannot be made.
    [
        "no default class",
        all,
        {
            ...noClaim,
            bound: [
                "ErrClaimNotValid",
                "PVC spec is missing accessMode and no storageClass to choose profile",
            ],
        },
        "waiting no-default-class",
    ],
    [
        "no access mode in the profile",
        all,
        {
            ...noClaim,
            bound: ["ErrClaimNotValid", "no accessMode specified in StorageProfile fast"],
        },
        "waiting no-access-mode",
    ],
    [
        "storage quota",
        all,
        { ...noClaim, phase: "Pending", bound: ["ErrExceededQuota", "exceeded quota: storage"] },
        "waiting quota",
    ],
    [
        "LimitRange, too large",
        all,
        {
            ...noClaim,
            phase: "Pending",
            bound: ["NotFound", "No PVC found"],
            observed: limits("PersistentVolumeClaim", { storage: "5Gi" }),
        },
        "waiting limit-range",
    ],
    [
        "LimitRange, too small",
        all,
        {
            ...noClaim,
            phase: "Pending",
            bound: ["NotFound", "No PVC found"],
            observed: { limitRanges: [atLeast] },
        },
        "waiting limit-range",
    ],
    [
        "LimitRange that lets it through",
        all,
        {
            ...noClaim,
            phase: "Pending",
            bound: ["NotFound", "No PVC found"],
            observed: limits("PersistentVolumeClaim", { storage: "10Gi" }),
        },
        "waiting claim-not-made",
    ],
    [
        "storage quota of the temporary claim",
        all,
        {
            claim: "Pending",
            events: [
                [
                    "claim",
                    "ErrCreatingPVCPrime",
                    `persistentvolumeclaims "prime-1" is forbidden: exceeded quota: storage`,
                ],
            ],
        },
        "waiting quota",
        "populator",
    ],
    [
        "LimitRange of the temporary claim",
        all,
        {
            claim: "Pending",
            events: [
                [
                    "claim",
                    "ErrCreatingPVCPrime",
                    `persistentvolumeclaims "prime-1" is forbidden: maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi`,
                ],
            ],
        },
        "waiting limit-range",
        "populator",
    ],
    [
        "a policy that refuses the temporary claim",
        all,
        {
            claim: "Pending",
            events: [
                ["claim", "ErrCreatingPVCPrime", `claims of team "a" are forbidden by the policy`],
            ],
        },
        "waiting refused",
        "populator",
    ],
    // The claim gets no volume.
    [
        "no such class",
        all,
        pendingSaid(`storageclass.storage.k8s.io "fast" not found`),
        "waiting no-such-class",
    ],
    [
        "provisioner's error",
        all,
        pendingSaid("rpc error: code = Internal desc = out of luck"),
        "waiting provisioning-failed",
    ],
    [
        "provisioner's error of a snapshot that is not ready",
        ["external"],
        pendingSaid(
            "failed to provision volume: error getting handle for DataSource Type VolumeSnapshot by Name golden: snapshot golden is not Ready",
        ),
        "waiting clone-source-not-ready",
    ],
    [
        "provisioner's error of a snapshot that is not there",
        ["external"],
        pendingSaid(
            `error getting handle for DataSource Type VolumeSnapshot by Name golden: error getting snapshot golden from api server: volumesnapshots.snapshot.storage.k8s.io "golden" not found`,
        ),
        "waiting clone-source-missing",
    ],
    [
        "provisioner's error of a snapshot that is larger",
        ["external"],
        pendingSaid(
            "error getting handle for DataSource Type VolumeSnapshot by Name golden: requested volume size 1 is less than the size 2 for the source snapshot golden",
        ),
        "waiting clone-too-small",
    ],
    [
        "a pod uses the claim that is to be filled",
        all,
        {
            phase: "PVCBound",
            ...filled,
            events: [["claim", "ImportTargetInUse", "pod vms/a using PersistentVolumeClaim root"]],
        },
        "waiting claim-in-use",
    ],
    // Scratch space.
    [
        "scratch claim without a volume",
        imports,
        { phase: "ImportScheduled", ...filled, scratch: "Pending" },
        "waiting no-scratch-space",
    ],
    [
        "scratch claim over quota",
        imports,
        {
            ...stopped("Unschedulable"),
            events: [
                [
                    "temporary",
                    "ErrExceededQuota",
                    `persistentvolumeclaims "prime-1-scratch" is forbidden: exceeded quota: storage`,
                ],
                [
                    "claim",
                    "ErrExceededQuota",
                    `persistentvolumeclaims "root-scratch" is forbidden: exceeded quota: storage`,
                ],
            ],
        },
        "waiting quota",
    ],
    [
        "scratch claim that nobody makes",
        imports,
        {
            ...stopped("Unschedulable"),
            unscheduled: `0/3 nodes are available: persistentvolumeclaim "prime-1-scratch" not found.`,
        },
        "waiting no-scratch-space",
    ],
    [
        "scratch claim that a LimitRange refuses",
        imports,
        {
            ...stopped("Unschedulable"),
            unscheduled: `0/3 nodes are available: persistentvolumeclaim "prime-1-scratch" not found.`,
            observed: limits("PersistentVolumeClaim", { storage: "10Gi" }),
        },
        "waiting limit-range",
    ],
    // The pod that fills the disk does not start.
    [
        "unschedulable",
        workers,
        {
            ...stopped("Unschedulable", "Importer pod cannot be scheduled"),
            unscheduled: "0/3 nodes are available: 3 Insufficient memory.",
        },
        "waiting unschedulable",
    ],
    [
        "no node has the driver, says the scheduler",
        workers,
        {
            ...stopped("Unschedulable", "Importer pod cannot be scheduled"),
            unscheduled:
                "0/3 nodes are available: 3 rbd.csi.ceph.com CSI driver is not installed on the node.",
        },
        "waiting driver-not-registered",
    ],
    [
        "the node has no driver, says the kubelet",
        workers,
        {
            ...stopped("ContainerCreating"),
            events: [
                [
                    "worker",
                    "FailedMount",
                    `MapVolume.SetUpDevice failed for volume "pvc-1" : kubernetes.io/csi: blockMapper.SetUpDevice failed to get CSI client: driver name rbd.csi.ceph.com not found in the list of registered CSI drivers`,
                ],
            ],
        },
        "waiting driver-not-registered",
    ],
    [
        "the node has no driver, says the attacher",
        workers,
        {
            ...stopped("ContainerCreating"),
            events: [
                [
                    "worker",
                    "FailedAttachVolume",
                    `AttachVolume.Attach failed for volume "pvc-1" : CSINode node-1 does not contain driver driver.longhorn.io`,
                ],
            ],
        },
        "waiting driver-not-registered",
    ],
    [
        "a ConfigMap that is not there",
        workers,
        {
            ...stopped("ContainerCreating"),
            events: [["worker", "FailedMount", `configmap "ca" not found`]],
        },
        "waiting mount-failed",
    ],
    [
        "a Secret that is not there",
        workers,
        stopped("CreateContainerConfigError", `secret "login" not found`),
        "waiting missing-reference",
    ],
    ["pod quota", workers, stopped("ErrExceededQuota", "Error starting pod"), "waiting quota"],
    [
        "a pod that CDI cannot start",
        workers,
        stopped("ErrStartingPod", "Error starting pod 'importer-root'"),
        "waiting worker-not-started",
    ],
    [
        "LimitRange of the pod",
        workers,
        {
            ...stopped("ErrStartingPod", "Error starting pod 'importer-root'"),
            observed: limits("Container", { memory: "256Mi" }),
        },
        "waiting limit-range",
    ],
    [
        "image pull",
        workers,
        stopped("ImagePullFailed", "failed to pull image: cdi-importer"),
        "waiting image-pull",
    ],
    ["out of memory", workers, stopped("OOMKilled"), "waiting out-of-memory"],
    // The import fails.
    ["404", imports, httpAnswer("404 Not Found"), "failed http-404"],
    ["410", imports, httpAnswer("410 Gone"), "failed http-404"],
    ["401", imports, httpAnswer("401 Unauthorized"), "failed http-401"],
    ["403", imports, httpAnswer("403 Forbidden"), "failed http-403"],
    ["503", imports, httpAnswer("503 Service Unavailable"), "waiting source-unavailable"],
    [
        "404 of the first attempt",
        imports,
        { ...httpAnswer("404 Not Found"), restarts: 1 },
        "waiting http-404",
    ],
    [
        "manifest unknown",
        imports,
        failing("reading manifest 42 in quay.io/a: manifest unknown"),
        "failed image-not-found",
    ],
    [
        "TLS",
        imports,
        failing("x509: certificate signed by unknown authority"),
        "failed untrusted-certificate",
    ],
    ["DNS", imports, failing("dial tcp: lookup a.invalid: no such host"), "failed host-not-found"],
    [
        "image larger than the disk",
        imports,
        { ...failing("DataVolume too small to contain image"), restarts: 1 },
        "failed disk-too-small",
    ],
    ["unreadable image", imports, failing("qemu-img: unknown format"), "failed unreadable-image"],
    [
        "checksum",
        imports,
        {
            phase: "Failed",
            ...filled,
            running: ["False", "ChecksumError", "checksum mismatch: expected sha256:1"],
        },
        "failed checksum",
    ],
    [
        "Failed, for whatever reason",
        imports,
        { phase: "Failed", ...filled, running: ["False", "Error", "out of luck"] },
        "failed import-failed",
    ],
    // The copy cannot be made.
    [
        "source missing",
        clones,
        { ...noClaim, bound: ["CloneWithoutSource", "The source pvc golden doesn't exist"] },
        "waiting clone-source-missing",
    ],
    [
        "smaller than the source",
        clones,
        {
            ...noClaim,
            bound: [
                "CloneValidationFailed",
                "The clone doesn't meet the validation requirements: target resources requests storage size is smaller than the source 1 < 2",
            ],
        },
        "failed clone-too-small",
    ],
    [
        "another content type than the source",
        clones,
        {
            ...noClaim,
            bound: [
                "CloneValidationFailed",
                "The clone doesn't meet the validation requirements: Source contentType (archive) and target contentType (kubevirt) do not match",
            ],
        },
        "failed clone-failed",
    ],
    [
        "snapshot not ready",
        clones,
        {
            ...noClaim,
            bound: [
                "CloneValidationFailed",
                "The clone doesn't meet the validation requirements: no status on source snapshot yet",
            ],
        },
        "waiting clone-source-not-ready",
    ],
    [
        "smaller than the source, without a populator",
        clones,
        {
            phase: "CloneScheduled",
            ...filled,
            events: [["claim", "ErrIncompatiblePVC", "target is smaller"]],
        },
        "waiting clone-too-small",
    ],
    [
        "source in use",
        clones,
        {
            phase: "CloneInProgress",
            ...filled,
            running: ["True", "Pod is running", ""],
            events: [["claim", "CloneSourceInUse", "pod vms/a using PersistentVolumeClaim golden"]],
        },
        "waiting clone-source-in-use",
    ],
    [
        "source in use while its size is found out",
        clones,
        {
            ...noClaim,
            phase: "CloneScheduled",
            bound: ["CloneScheduled", ""],
            events: [["disk", "CloneSourceInUse", "pod vms/a using PersistentVolumeClaim golden"]],
        },
        "waiting clone-source-in-use",
    ],
    [
        "source not filled",
        clones,
        cloneStops("Error", "source/target size info missing"),
        "waiting clone-source-not-ready",
    ],
    [
        "the copy does not start",
        clones,
        cloneStops("Pending", "Clone Pending"),
        "waiting clone-source-not-ready",
    ],
    [
        "source gone meanwhile",
        clones,
        cloneStops("Error", "source claim does not exist"),
        "waiting clone-source-missing",
    ],
    [
        "copy from another namespace without the right to",
        clones,
        cloneStops("Error", "error verifying token: invalid token"),
        "waiting clone-not-allowed",
    ],
    [
        "quota of the copy's own claim",
        clones,
        cloneStops(
            "Error",
            `persistentvolumeclaims "tmp-pvc-1" is forbidden: exceeded quota: storage`,
        ),
        "waiting quota",
    ],
    [
        "a copy that fails before it begins",
        clones,
        { phase: "Pending", ...filled, running: ["False", "Error", "out of luck"] },
        "waiting clone-failed",
    ],
    ["a copy that fails", clones, cloneStops("Error", "out of luck"), "waiting clone-failed"],
    [
        "reader that crashes",
        clones,
        {
            phase: "CloneInProgress",
            ...filled,
            restarts: 3,
            running: ["True", "Pod is running", ""],
        },
        "waiting clone-failed",
    ],
];
