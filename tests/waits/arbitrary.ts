import fc from "fast-check";
import type { DiskObservation } from "../../waits/disk-facts";
import type { MachineObservation } from "../../waits/machine-facts";

const text = fc.oneof(
    fc.string(),
    fc.constantFrom(
        "root",
        "prime-1",
        "Pending",
        "Bound",
        "Lost",
        "False",
        "True",
        "Error",
        "12.3%",
    ),
);
const phase = fc.constantFrom(
    "",
    "Pending",
    "PendingPopulation",
    "WaitForFirstConsumer",
    "PVCBound",
    "ImportScheduled",
    "ImportInProgress",
    "CloneScheduled",
    "CloneInProgress",
    "CSICloneInProgress",
    "RebindInProgress",
    "UploadReady",
    "Succeeded",
    "Failed",
    "Paused",
    "Unknown",
    "SomethingNew",
);
const reason = fc.constantFrom(
    "",
    "Pending",
    "ClaimLost",
    "ErrClaimNotValid",
    "ErrExceededQuota",
    "NotFound",
    "CloneWithoutSource",
    "CloneValidationFailed",
    "ErrUnableToClone",
    "ErrStartingPod",
    "Unschedulable",
    "OOMKilled",
    "Error",
    "Pod is running",
    "ImagePullFailed",
    "ContainerCreating",
    "ImportTargetInUse",
    "CloneSourceInUse",
    "ProvisioningFailed",
    "ErrImportFailed",
    "FailedMount",
    "ErrCreatingPVCPrime",
    "ErrIncompatiblePVC",
    "VolumeMismatch",
    "VolumeResizeFailed",
);

/** Every field may be missing. */
function partial<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<unknown> {
    return fc.record(model, { requiredKeys: [] });
}

const metadata = partial({
    name: text,
    namespace: text,
    uid: text,
    deletionTimestamp: text,
    annotations: fc.dictionary(
        fc.constantFrom(
            "cdi.kubevirt.io/storage.usePopulator",
            "cdi.kubevirt.io/storage.populator.pvcPrime",
            "cdi.kubevirt.io/storage.import.importPodName",
            "volume.kubernetes.io/selected-node",
        ),
        text,
    ),
});
const conditions = fc.array(
    partial({
        type: fc.constantFrom("Bound", "Running", "Ready"),
        status: text,
        reason,
        message: text,
    }),
    { maxLength: 4 },
);
const claim = partial({
    metadata,
    spec: partial({
        storageClassName: text,
        volumeName: text,
        dataSourceRef: partial({ kind: text }),
        resources: partial({ requests: partial({ storage: text }) }),
    }),
    status: partial({
        phase: text,
        capacity: partial({ storage: text }),
        allocatedResourceStatuses: partial({ storage: text }),
        conditions,
    }),
});
const quantities = fc.dictionary(fc.constantFrom("storage", "cpu", "memory"), text);
const state = partial({
    waiting: partial({ reason: text, message: text }),
    terminated: partial({ reason: text, message: text }),
});

/** A look at a disk in which anything can be missing, or be something that was never seen. */
export const anyObservation = fc.record({
    namespace: text,
    name: text,
    dataVolume: fc.option(
        partial({
            metadata,
            spec: partial({
                source: fc.dictionary(
                    fc.constantFrom("http", "upload", "pvc", "snapshot"),
                    fc.constant({}),
                ),
                sourceRef: partial({ kind: text, name: text, namespace: text }),
                storage: partial({
                    dataSourceRef: partial({ kind: text }),
                    resources: partial({ requests: partial({ storage: text }) }),
                }),
            }),
            status: partial({
                phase,
                progress: text,
                claimName: text,
                restartCount: fc.nat(6),
                conditions,
            }),
        }),
        { nil: undefined },
    ),
    claim: fc.option(claim, { nil: undefined }),
    claims: fc.array(claim, { maxLength: 3 }),
    storageClass: fc.constantFrom(undefined, "missing" as const, {
        volumeBindingMode: "WaitForFirstConsumer",
    }),
    pods: fc.array(
        partial({
            metadata,
            status: partial({
                phase: text,
                conditions,
                containerStatuses: fc.array(partial({ state, lastState: state }), { maxLength: 2 }),
            }),
        }),
        { maxLength: 2 },
    ),
    events: fc.array(
        partial({
            reason,
            message: text,
            lastTimestamp: fc.option(text),
            involvedObject: partial({ kind: text, name: text, uid: text }),
        }),
        { maxLength: 4 },
    ),
    consumer: fc.constantFrom("none", "unknown", "expected", "placed"),
    limitRanges: fc.option(
        fc.array(
            partial({
                spec: partial({
                    limits: fc.array(
                        partial({
                            type: fc.constantFrom("PersistentVolumeClaim", "Container", "Pod"),
                            min: quantities,
                            max: quantities,
                        }),
                        { maxLength: 2 },
                    ),
                }),
            }),
            { maxLength: 2 },
        ),
        { nil: undefined },
    ),
    dataSource: fc.constantFrom(undefined, "missing" as const, {
        status: { conditions: [{ type: "Ready", status: "False" }] },
    }),
    faults: fc.constantFrom(undefined, [
        { message: /(.*)/, cause: "pool-missing", what: "No $1", cure: "Make it", graceMs: 1 },
    ]),
}) as fc.Arbitrary<DiskObservation>;

const machineWord = fc.oneof(
    text,
    fc.constantFrom(
        "Running",
        "Stopped",
        "Starting",
        "Paused",
        "Migrating",
        "CrashLoopBackOff",
        "ErrorUnschedulable",
        "ErrorPvcNotFound",
        "DataVolumeError",
        "Halted",
        "Always",
        "Scheduled",
        "Failed",
        "Succeeded",
    ),
);
const machineConditions = fc.array(
    partial({
        type: fc.constantFrom(
            "Ready",
            "Failure",
            "Paused",
            "Synchronized",
            "PodScheduled",
            "AgentConnected",
            "LiveMigratable",
            "RestartRequired",
            "ManualRecoveryRequired",
            "VolumesChange",
            "AccessCredentialsSynchronized",
            "HotVCPUChange",
        ),
        status: fc.constantFrom("True", "False", "Unknown"),
        reason: fc.oneof(
            reason,
            fc.constantFrom(
                "FailedFindInstancetype",
                "FailedFindPreference",
                "FailedCreate",
                "FailedPvcNotFound",
                "PausedIOError",
                "Synchronizing with the Domain failed.",
            ),
        ),
        message: text,
    }),
    { maxLength: 5 },
);
const launcherMetadata = partial({
    name: text,
    uid: text,
    deletionTimestamp: text,
    creationTimestamp: text,
    labels: fc.constantFrom(
        { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": "root" },
        { "kubevirt.io": "virt-launcher", "kubevirt.io/created-by": "root" },
        {},
    ),
});

/** A look at a machine in which anything can be missing, or be something that was never seen. */
export const anyMachine = fc.record(
    {
        namespace: text,
        name: fc.constantFrom("root", "db"),
        virtualMachine: fc.option(
            partial({
                metadata: partial({ uid: text, generation: fc.nat(3), deletionTimestamp: text }),
                spec: partial({ runStrategy: machineWord }),
                status: partial({
                    printableStatus: machineWord,
                    desiredGeneration: fc.nat(3),
                    conditions: machineConditions,
                    startFailure: partial({ consecutiveFailCount: fc.nat(3) }),
                }),
            }),
            { nil: undefined },
        ),
        instance: fc.option(
            partial({
                metadata: partial({ uid: fc.constantFrom("root", "other"), name: text }),
                spec: partial({
                    readinessProbe: partial({
                        tcpSocket: partial({ port: fc.nat() }),
                        httpGet: partial({ port: text, path: text }),
                    }),
                }),
                status: partial({
                    phase: machineWord,
                    nodeName: text,
                    conditions: machineConditions,
                    migrationState: partial({ completed: fc.boolean(), targetNode: text }),
                    volumeStatus: fc.array(
                        partial({ name: text, phase: text, hotplugVolume: fc.constant({}) }),
                        { maxLength: 2 },
                    ),
                }),
            }),
            { nil: undefined },
        ),
        disks: fc.constantFrom(
            [],
            [{ name: "root", verdict: { kind: "waiting", phase: "ImportInProgress" } }],
        ),
        wanted: fc.constantFrom("Always", "RerunOnFailure", "Once", "Manual", "Halted"),
        justChanged: fc.boolean(),
        until: fc.constantFrom("running", "agent", "probe"),
        power: fc.constantFrom("managed", "left-alone"),
        settled: fc.boolean(),
        replaced: fc.constantFrom("root", "older"),
        pods: fc.array(
            partial({
                metadata: launcherMetadata,
                status: partial({
                    phase: machineWord,
                    conditions: machineConditions,
                    containerStatuses: fc.array(partial({ name: text, state, lastState: state }), {
                        maxLength: 2,
                    }),
                }),
            }),
            { maxLength: 3 },
        ),
        events: fc.array(
            partial({
                reason: fc.oneof(reason, fc.constantFrom("FailedCreatePodSandBox", "Pulling")),
                message: text,
                lastTimestamp: fc.option(text),
                involvedObject: partial({ kind: text, name: text, uid: text }),
            }),
            { maxLength: 4 },
        ),
    },
    {
        requiredKeys: [
            "namespace",
            "name",
            "virtualMachine",
            "instance",
            "disks",
            "wanted",
            "justChanged",
        ],
    },
) as fc.Arbitrary<MachineObservation>;
