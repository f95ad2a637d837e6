import type { DiagnosisParts, Row } from "./disk-facts";
import { eventsOn, newest, quoted } from "./disk-facts";
import { grace } from "./grace";
import { imagePullCure, launcherSuspicion } from "./launcher";
import { isWithoutKvm, notMade, notStarted, withMessage } from "./machine-causes";
import type { MachineFacts } from "./machine-facts";
import { probeText } from "./machine-facts";
import { conditionOf } from "./objects";
import { unschedulableParts } from "./scheduling";
import { failed } from "./verdict";

type MachineRow = Row<MachineFacts>;

/** KubeVirt refuses to start the machine. printableStatus says only "Stopped" then. Source: KubeVirt watch/vm/vm.go. */
export const refusalRows: readonly MachineRow[] = [
    ({ condition, suspect, seenOn, justChanged }) => {
        const failure = condition("Failure");
        if (failure?.status !== "True") {
            return undefined;
        }
        const message = quoted(failure.message ?? failure.reason);
        const missing = /^FailedFind(Instancetype|Preference)$/.exec(failure.reason ?? "")?.[1];
        if (missing !== undefined) {
            const kind = missing.toLowerCase() as "instancetype" | "preference";
            const parts: DiagnosisParts = {
                cause: `${kind}-missing`,
                what: `The machine's ${kind} does not exist: ${message}`,
                cure: `Make it, or name one that is there: kubectl get virtualmachinecluster${kind}s`,
            };
            return suspect(grace.missingReference, parts, "Failure");
        }
        const parts = notMade(message, {
            cause: "machine-refused",
            what: `KubeVirt cannot start the machine: ${message}`,
            cure: "Put right what the message names",
        });
        if (parts.cause !== "machine-refused") {
            return suspect(grace.quota, parts, "Failure");
        }
        // A condition from before the change that is to cure it goes within moments.
        return justChanged
            ? suspect(grace.machineMoment, parts, "Failure")
            : failed(seenOn(parts, "Failure"));
    },
    ({ condition, seenOn }) => {
        const recovery = condition("ManualRecoveryRequired");
        return recovery?.status === "True"
            ? failed(
                  seenOn(
                      {
                          cause: "recovery-required",
                          what: `The machine went down while its disks were being moved, and some of them may be half copied: ${quoted(recovery.message ?? recovery.reason)}`,
                          cure: "Point its disks back to the claims they were moved from; KubeVirt starts it then",
                      },
                      "ManualRecoveryRequired",
                  ),
              )
            : undefined;
    },
];

/** Source: Kubernetes pkg/scheduler/framework/plugins/volumebinding. */
const aboutVolumes = /PersistentVolumeClaims|persistentvolumeclaim "|persistent volumes to bind/;

/** What keeps the machine's pod from being made or from running. */
export const startRows: readonly MachineRow[] = [
    ({ condition, status, suspect }) =>
        status === "ErrorPvcNotFound" || condition("Synchronized")?.reason === "FailedPvcNotFound"
            ? suspect(
                  grace.machine,
                  {
                      cause: "missing-volume",
                      what: withMessage(
                          "A volume of the machine does not exist",
                          condition("Synchronized")?.message ?? condition("PodScheduled")?.message,
                      ),
                      cure: "Make the disk the message names, or take it out of the machine",
                  },
                  "Synchronized",
              )
            : undefined,
    ({ disks, condition, launcher, waiting }) => {
        // A disk that is being filled has no volume yet, and the pod that is to use it no node.
        const said = [
            condition("PodScheduled"),
            conditionOf(launcher?.status?.conditions, "PodScheduled"),
        ].some(
            (scheduled) =>
                scheduled?.status === "False" && aboutVolumes.test(scheduled.message ?? ""),
        );
        const filling = disks.find(({ verdict }) => verdict.kind === "waiting")?.verdict;
        return said && filling?.kind === "waiting"
            ? {
                  ...waiting("its disks have no volumes yet"),
                  ...(filling.percent === undefined ? {} : { percent: filling.percent }),
              }
            : undefined;
    },
    ({ status, condition, suspect, guestCondition }) => {
        const scheduled = condition("PodScheduled");
        return status === "ErrorUnschedulable" ||
            (guestCondition("PodScheduled")?.status === "False" &&
                scheduled?.reason === "Unschedulable")
            ? suspect(grace.unschedulable, unschedulableParts(scheduled?.message), "PodScheduled")
            : undefined;
    },
    ({ launcher, events = [], instance, status, suspectAs, virtualMachine }) => {
        // The last pod of a machine that has no instance says something only while the machine cannot be started.
        const isOfNow =
            instance !== undefined ||
            status === "CrashLoopBackOff" ||
            (virtualMachine.status?.startFailure?.consecutiveFailCount ?? 0) > 0;
        const found = isOfNow ? launcherSuspicion(launcher, events) : undefined;
        return found && suspectAs(found.graceMs, found.diagnosis);
    },
    ({ condition, status, suspect }) =>
        /^(ErrImagePull|ImagePullBackOff)$/.test(status)
            ? suspect(
                  grace.imagePull,
                  {
                      cause: "image-pull",
                      what: withMessage(
                          "An image of the machine cannot be pulled",
                          condition("Synchronized")?.message,
                      ),
                      cure: imagePullCure,
                  },
                  "Synchronized",
              )
            : undefined,
    ({ condition, status, suspect }) =>
        status === "DataVolumeError"
            ? suspect(
                  grace.machine,
                  {
                      cause: "data-volume-failed",
                      what: withMessage(
                          "A DataVolume of the machine is not being filled",
                          condition("DataVolumesReady")?.message,
                      ),
                      cure: "Look at the machine's DataVolumes: npm run explain -- <namespace>/<disk>",
                  },
                  "DataVolumesReady",
              )
            : undefined,
    ({ guestCondition, suspect }) => {
        const synchronized = guestCondition("Synchronized");
        if (synchronized?.status !== "False") {
            return undefined;
        }
        const message = quoted(synchronized.message ?? synchronized.reason);
        // Source: KubeVirt pkg/virt-handler/vm.go (updateVMIConditions), condition manager CheckFailure.
        const parts: DiagnosisParts = /^Synchronizing with the Domain/.test(
            synchronized.reason ?? "",
        )
            ? notStarted(message)
            : notMade(message, {
                  cause: "machine-pending",
                  what: `KubeVirt cannot make the machine's pod: ${message}`,
                  cure: /BackendStorage/.test(synchronized.reason ?? "")
                      ? "It keeps the state of the machine's TPM or EFI on a volume of its own: see that claim, and vmStateStorageClass of the KubeVirt object"
                      : "Put right what the message names",
              });
        return suspect(
            parts.cause === "quota" ? grace.quota : grace.machinePending,
            parts,
            "Synchronized",
        );
    },
    ({ status, instance, name, namespace, events = [], condition, suspect }) => {
        if (status !== "CrashLoopBackOff" && instance?.status?.phase !== "Failed") {
            return undefined;
        }
        const subject = instance ?? { metadata: { name, namespace } };
        const last = newest(eventsOn(events, subject), /^(SyncFailed|Stopped|FailedCreate)$/);
        const said = last?.message ?? condition("Synchronized")?.message;
        return suspect(
            grace.machine,
            isWithoutKvm(said)
                ? notStarted(quoted(said))
                : {
                      cause: "machine-crashing",
                      what: withMessage("The machine ends again and again", said),
                      cure: `Look at its console and events: virtctl console -n ${namespace} ${name}, kubectl describe vmi -n ${namespace} ${name}`,
                  },
        );
    },
];

/** The pod runs, and the guest does not do what is waited for. */
export const guestRows: readonly MachineRow[] = [
    ({ instance, suspect }) =>
        instance?.status?.phase === "Scheduled"
            ? suspect(
                  grace.guestStart,
                  {
                      cause: "guest-not-started",
                      what: `The machine's pod runs on ${instance.status.nodeName ?? "its node"}, and virt-handler has not started the guest there yet`,
                      cure: "See that virt-handler runs on that node, and what its log says of the machine",
                  },
                  "Ready",
              )
            : undefined,
    ({ instance, until, probe, condition, suspect }) => {
        const asked = instance?.spec?.readinessProbe;
        if (
            until === "running" ||
            instance?.status?.phase !== "Running" ||
            condition("Ready")?.status === "True" ||
            (asked === undefined && until !== "probe")
        ) {
            return undefined;
        }
        const text = probe ?? probeText(asked) ?? "its readiness probe";
        return suspect(
            grace.guest,
            {
                cause: "port-silent",
                what: `The guest runs, and ${text} does not answer`,
                cure: `See on its console whether the service behind ${text} is up and listens on all addresses, and no firewall of the guest stands in between`,
            },
            "Ready",
        );
    },
    ({ until, condition, guestCondition, suspect }) =>
        until === "agent" &&
        condition("Ready")?.status === "True" &&
        guestCondition("AgentConnected")?.status !== "True"
            ? suspect(
                  grace.guest,
                  {
                      cause: "agent-silent",
                      what: "The guest runs, and its agent does not answer",
                      cure: "Install and start qemu-guest-agent in the guest (cloud-init: packages), or do not wait for it",
                  },
                  "AgentConnected",
              )
            : undefined,
    ({ virtualMachine, instance, status, suspect }) =>
        status === "" && (virtualMachine.status?.conditions ?? []).length === 0
            ? suspect(grace.controller, {
                  cause: "controller-silent",
                  what: "KubeVirt has not looked at the machine yet",
                  cure: "See that virt-controller runs: kubectl get pods -A -l kubevirt.io=virt-controller",
              })
            : status === "Starting" && /^(Pending|)$/.test(instance?.status?.phase ?? "")
              ? suspect(grace.machinePending, {
                    cause: "machine-pending",
                    what: "The machine is to start, and KubeVirt has made no pod for it",
                    cure: "Look at its events: kubectl describe vmi; and at the log of virt-controller",
                })
              : undefined,
];
