import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunStrategy } from "../../manifests/virtual-machine";
import type { MachineObservation } from "../../waits/machine-facts";
import type { RunningInstance } from "../../waits/guest-size";
import type { Condition, ContainerStatus, KubernetesEvent, Pod } from "../../waits/objects";
import type { Diagnosis, Verdict } from "../../waits/verdict";
import { virtualMachineVerdict } from "../../waits/virtual-machine";
import { summary } from "./summary";

/** What is seen of a machine that is to run; everything that is left out is as in one that starts. */
interface Sight {
    readonly status?: string;
    readonly conditions?: readonly Condition[];
    /** Phase of the instance; "none": there is none. */
    readonly phase?: string;
    readonly instance?: RunningInstance["status"];
    readonly instanceConditions?: readonly Condition[];
    readonly probe?: object;
    readonly pod?: Pod["status"];
    readonly events?: readonly (readonly [
        on: "pod" | "machine",
        reason: string,
        message: string,
    ])[];
    readonly observed?: Partial<MachineObservation>;
}

const names = { pod: "virt-launcher-db-x", machine: "db" };

function machine(sight: Sight): MachineObservation {
    const { status = "Starting", phase = "Scheduling", events = [] } = sight;
    const ready = { type: "Ready", status: "False", reason: "GuestNotRunning" };
    return {
        namespace: "vms",
        name: "db",
        virtualMachine: {
            metadata: { namespace: "vms", name: "db", generation: 1 },
            spec: { runStrategy: "Always" },
            status: { printableStatus: status, conditions: [ready, ...(sight.conditions ?? [])] },
        },
        instance:
            phase === "none"
                ? undefined
                : {
                      metadata: { namespace: "vms", name: "db", uid: "uid-1" },
                      spec: sight.probe === undefined ? {} : { readinessProbe: sight.probe },
                      status: {
                          phase,
                          nodeName: "node-1",
                          conditions: sight.instanceConditions ?? [],
                          ...sight.instance,
                      },
                  },
        disks: [],
        pods:
            sight.pod === undefined
                ? []
                : [
                      {
                          metadata: {
                              namespace: "vms",
                              name: names.pod,
                              labels: {
                                  "kubevirt.io": "virt-launcher",
                                  "kubevirt.io/created-by": "uid-1",
                                  "vm.kubevirt.io/name": "db",
                              },
                          },
                          status: sight.pod,
                      },
                  ],
        events: events.map(([on, reason, message], index): KubernetesEvent => ({
            reason,
            message,
            lastTimestamp: `2026-11-21T08:00:0${String(index)}Z`,
            involvedObject: { name: names[on] },
        })),
        wanted: "Always",
        justChanged: false,
        ...sight.observed,
    };
}

function diagnosisOf(verdict: Verdict): Diagnosis | undefined {
    return verdict.kind === "failed"
        ? verdict.diagnosis
        : verdict.kind === "waiting"
          ? verdict.suspicion?.diagnosis
          : undefined;
}

function pending(waiting: Partial<ContainerStatus>): Pod["status"] {
    return { phase: "Pending", containerStatuses: [{ name: "compute", ...waiting }] };
}

const unscheduled = (message: string): Sight => ({
    status: "ErrorUnschedulable",
    instanceConditions: [
        { type: "PodScheduled", status: "False", reason: "Unschedulable", message },
    ],
});
const refusedPod = (message: string): Sight => ({
    phase: "Pending",
    instanceConditions: [
        { type: "Synchronized", status: "False", reason: "FailedCreate", message },
    ],
});

/** What is seen, what it means, and what its text and cure have in them. */
const table: readonly (readonly [string, Sight, string, (RegExp | undefined)?, RegExp?])[] = [
    [
        "a quota that refuses the pod",
        refusedPod(
            'failed to create virtual machine pod: pods "virt-launcher-db-x" is forbidden: exceeded quota: small, requested: limits.memory=4Gi',
        ),
        "waiting quota",
        /exceeded quota: small/,
        /ResourceQuota/,
    ],
    [
        "a LimitRange that refuses the pod",
        refusedPod('pods "x" is forbidden: maximum memory usage per Pod is 2Gi, but limit is 4Gi'),
        "waiting limit-range",
        /maximum memory usage/,
        /LimitRange/,
    ],
    [
        "a namespace that does not let such pods in",
        refusedPod('pods "x" is forbidden: violates PodSecurity "restricted:latest"'),
        "waiting machine-pending",
        /violates PodSecurity/,
        /pod-security\.kubernetes\.io\/enforce/,
    ],
    [
        "a state volume that is not there yet",
        {
            phase: "Pending",
            instanceConditions: [
                {
                    type: "Synchronized",
                    status: "False",
                    reason: "BackendStorageNotReady",
                    message: "PVC pending",
                },
            ],
        },
        "waiting machine-pending",
        /PVC pending/,
        /vmStateStorageClass/,
    ],
    [
        "an instance that gets no pod and gives no reason",
        { phase: "Pending" },
        "waiting machine-pending",
        undefined,
        /virt-controller/,
    ],
    ["an instance that is not made at all", { phase: "none" }, "waiting machine-pending"],
    [
        "a pod that waits for the volume of a disk that is being filled",
        {
            ...unscheduled(
                "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
            ),
            observed: {
                disks: [{ name: "root", verdict: { kind: "waiting", phase: "ImportInProgress" } }],
            },
        },
        "waiting",
    ],
    [
        "a pod whose disk has no volume, and nothing fills it",
        unscheduled("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
        "waiting unschedulable",
        undefined,
        /npm run explain/,
    ],
    [
        "a refused DataVolume because of a quota",
        {
            status: "Stopped",
            phase: "none",
            conditions: [
                {
                    type: "Failure",
                    status: "True",
                    reason: "FailedCreate",
                    message: "exceeded quota: disks",
                },
            ],
        },
        "waiting quota",
    ],
    [
        "no node with enough memory",
        unscheduled("0/3 nodes are available: 3 Insufficient memory."),
        "waiting unschedulable",
        /3 Insufficient memory/,
        /less memory/,
    ],
    [
        "no node with KVM",
        unscheduled("0/3 nodes are available: 3 Insufficient devices.kubevirt.io/kvm."),
        "waiting no-kvm",
        undefined,
        /\/dev\/kvm/,
    ],
    [
        "no node with the GPU",
        unscheduled("0/3 nodes are available: 3 Insufficient nvidia.com/GA102GL_A10."),
        "waiting device-missing",
        undefined,
        /nvidia\.com\/GA102GL_A10/,
    ],
    [
        "a container disk that cannot be pulled",
        {
            pod: {
                phase: "Pending",
                initContainerStatuses: [
                    {
                        name: "volumeroot-init",
                        state: { waiting: { reason: "ErrImagePull", message: "not found" } },
                    },
                ],
            },
        },
        "waiting image-pull",
        /container disk root cannot be pulled: not found/,
    ],
    [
        "KubeVirt's own image that cannot be pulled",
        {
            pod: pending({
                state: { waiting: { reason: "ImagePullBackOff", message: "back-off" } },
            }),
        },
        "waiting image-pull",
        /image of the machine's pod cannot be pulled/,
    ],
    [
        "a Secret that is missing",
        {
            pod: pending({ state: { waiting: { reason: "ContainerCreating" } } }),
            events: [
                [
                    "pod",
                    "FailedMount",
                    'MountVolume.SetUp failed for volume "cloud-init": secret "db-cloud-init" not found',
                ],
            ],
        },
        "waiting missing-reference",
        /secret "db-cloud-init" not found/,
    ],
    [
        "a disk that another node holds",
        {
            pod: pending({ state: { waiting: { reason: "ContainerCreating" } } }),
            events: [
                ["pod", "FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is …'],
            ],
        },
        "waiting mount-failed",
        /Multi-Attach/,
        /Another node has the volume/,
    ],
    [
        "a node without the storage driver",
        {
            pod: pending({}),
            events: [
                [
                    "pod",
                    "FailedMount",
                    "driver name rbd.csi.ceph.com not found in the list of registered CSI drivers",
                ],
            ],
        },
        "waiting driver-not-registered",
    ],
    [
        "a mount that failed before it went on",
        {
            pod: pending({}),
            events: [
                ["pod", "FailedMount", "timed out"],
                ["pod", "Pulling", "Pulling image"],
            ],
        },
        "waiting",
    ],
    [
        "a network that is not there",
        {
            pod: pending({}),
            events: [
                [
                    "pod",
                    "FailedCreatePodSandBox",
                    'plugin type="multus" failed: cannot find a network-attachment-definition (vlan10) in namespace (vms): …',
                ],
            ],
        },
        "waiting no-network",
        /NetworkAttachmentDefinition vms\/vlan10 does not exist/,
        /Make NetworkAttachmentDefinition vms\/vlan10/,
    ],
    [
        "a sandbox that fails for another reason",
        {
            pod: pending({}),
            events: [["pod", "FailedCreatePodSandBox", "no space left on device"]],
        },
        "waiting machine-pending",
    ],
    [
        "a launcher that ends",
        {
            status: "CrashLoopBackOff",
            phase: "none",
            pod: {
                phase: "Failed",
                containerStatuses: [
                    {
                        name: "compute",
                        state: { terminated: { exitCode: 1, message: "qemu exited" } },
                    },
                ],
            },
        },
        "waiting machine-crashing",
        /qemu exited \(exit code 1\)/,
        /kubectl logs --previous -n vms virt-launcher-db-x/,
    ],
    [
        "a launcher that needs more memory than it may have",
        {
            pod: {
                phase: "Running",
                containerStatuses: [
                    {
                        name: "compute",
                        state: { terminated: { exitCode: 137, reason: "OOMKilled" } },
                    },
                ],
            },
        },
        "waiting out-of-memory",
    ],
    [
        "a guest that panics again and again",
        {
            status: "CrashLoopBackOff",
            phase: "none",
            events: [["machine", "Stopped", "The VirtualMachineInstance crashed."]],
        },
        "waiting machine-crashing",
        /The VirtualMachineInstance crashed/,
    ],
    [
        "a node whose KVM is not there",
        {
            phase: "Scheduled",
            instanceConditions: [
                {
                    type: "Synchronized",
                    status: "False",
                    reason: "Synchronizing with the Domain failed.",
                    message: "could not access KVM kernel module",
                },
            ],
        },
        "waiting no-kvm",
    ],
    [
        "a guest that cannot be defined",
        {
            phase: "Scheduled",
            instanceConditions: [
                {
                    type: "Synchronized",
                    status: "False",
                    reason: "Synchronizing with the Domain failed.",
                    message: "unsupported machine type",
                },
            ],
        },
        "waiting guest-not-started",
        /unsupported machine type/,
    ],
    [
        "a node on which nobody starts the guest",
        { phase: "Scheduled", pod: { phase: "Running" } },
        "waiting guest-not-started",
        /node-1/,
        /virt-handler/,
    ],
    [
        "disks that were half moved",
        {
            status: "Stopped",
            phase: "none",
            conditions: [{ type: "ManualRecoveryRequired", status: "True", reason: "gone" }],
        },
        "failed recovery-required",
    ],
    [
        "a port that does not answer",
        {
            status: "Running",
            phase: "Running",
            probe: { httpGet: { port: 80, path: "/healthz" } },
            observed: { until: "probe" },
        },
        "waiting port-silent",
        /HTTP port 80\/healthz does not answer/,
    ],
    [
        "a machine to be restarted that has not gone down yet",
        {
            status: "Running",
            phase: "Running",
            conditions: [{ type: "AgentConnected", status: "True" }],
            observed: { replaced: "uid-1" },
        },
        "waiting",
    ],
];

describe("what is wrong with a machine", () => {
    for (const [name, sight, expected, what, cure] of table) {
        it(`${name}: ${expected}`, () => {
            const verdict = virtualMachineVerdict(machine(sight));
            assert.equal(summary(verdict), expected);
            const found = diagnosisOf(verdict);
            assert.match(found?.what ?? "", what ?? /^/);
            assert.match(found?.cure ?? "", cure ?? /^/);
            assert.doesNotMatch(found?.cure ?? "", /\$\d|undefined|\.$/);
        });
    }

    it("says what a person should know of a machine that is up", () => {
        const up: Sight = {
            status: "Migrating",
            phase: "Running",
            conditions: [{ type: "Ready", status: "True" }],
            instance: {
                migrationState: { targetNode: "node-2" },
                volumeStatus: [
                    { name: "extra", phase: "Pending", hotplugVolume: {}, message: "not bound" },
                ],
            },
        };
        const observed = machine(up);
        const verdict = virtualMachineVerdict({
            ...observed,
            virtualMachine: {
                ...observed.virtualMachine,
                status: {
                    printableStatus: "Migrating",
                    conditions: [{ type: "Ready", status: "True" }],
                },
            },
        });
        assert.deepEqual(verdict, {
            kind: "ready",
            note: "is on its way to node-2; disk extra is not in the guest yet: not bound",
        });
    });
});

/** The recorded states, with their pods and events. */
const recordings = join(__dirname, "../../../shared/data/recorded");
const recorded: Readonly<Record<string, string>> = {
    "vm-datavolume-failed": "waiting data-volume-failed",
    "vm-datavolume-no-size": "failed machine-refused",
    "vm-datavolume-refused-by-webhook": "failed machine-refused",
    "vm-halted": "ready",
    "vm-missing-datavolume": "waiting missing-volume",
    "vm-missing-instancetype": "waiting instancetype-missing",
    "vm-missing-preference": "waiting preference-missing",
    "vm-missing-pvc": "waiting missing-volume",
    "vm-provisioning-1-importing": "waiting",
    "vm-provisioning-2-import-crashloop": "waiting",
    "vm-provisioning-3-starting": "waiting",
    "vm-provisioning-4-scheduled": "waiting guest-not-started",
    "vm-provisioning-5-running": "ready",
    "vm-provisioning-6-memory-changed": "ready",
    "vm-provisioning-7-stopping": "ready",
    "vm-provisioning-8-stopped": "ready",
    "vm-unschedulable": "waiting unschedulable",
    "vm-wffc-csi-1": "waiting",
};

describe("machines recorded from the real controllers, with their pods and events", () => {
    const files = existsSync(recordings)
        ? readdirSync(recordings).filter((file) => /^vm-.*\.json$/.test(file))
        : [];

    it("are all known", function () {
        if (files.length === 0) {
            this.skip();
        }
        assert.deepEqual(
            files.map((file) => file.replace(".json", "")).sort(),
            Object.keys(recorded).sort(),
        );
    });

    for (const file of files) {
        const name = file.replace(".json", "");
        it(`${name}: ${String(recorded[name])}`, () => {
            const state = JSON.parse(readFileSync(join(recordings, file), "utf8")) as {
                readonly virtualMachine: NonNullable<MachineObservation["virtualMachine"]>;
                readonly virtualMachineInstance: RunningInstance | null;
                readonly pods: readonly Pod[];
                readonly events: readonly KubernetesEvent[];
            };
            const { namespace = "", name: machineName = "" } = state.virtualMachine.metadata ?? {};
            const verdict = virtualMachineVerdict({
                namespace,
                name: machineName,
                virtualMachine: state.virtualMachine,
                instance: state.virtualMachineInstance ?? undefined,
                pods: state.pods,
                events: state.events,
                disks: [],
                wanted: state.virtualMachine.spec?.runStrategy as RunStrategy,
                justChanged: false,
            });
            assert.equal(summary(verdict), recorded[name]);
        });
    }
});
