import type { RunStrategy } from "../manifests/virtual-machine";
import { runStrategies, startsByItself } from "../manifests/virtual-machine";
import { type MachineCommands, machineCommands } from "../model/machine-commands";
import { claimVerdict } from "./claim";
import { dataVolumeVerdict } from "./data-volume";
import type { Explanation, LookTime } from "./disk-explain";
import { explainDisk, explanationOf } from "./disk-explain";
import type { DiskObservation } from "./disk-facts";
import { withoutSecrets } from "./importer-error";
import type { Until } from "./machine-facts";
import type { ReadMachine } from "./machine-read";
import type { MachineOutlook } from "./machine-state";
import { machineOutlook } from "./machine-state";
import type { Condition } from "./objects";
import { virtualMachineVerdict } from "./virtual-machine";

/** What one look says about a machine. */
export interface MachineExplanation extends Explanation {
    /** Null for a machine that is not there. */
    readonly machine:
        | (Omit<MachineOutlook, "phase"> & {
              /** What the machine is to do, as the cluster has it. */
              readonly runStrategy: RunStrategy;
              readonly disks: readonly (Explanation & {
                  /** Name of the disk inside the machine. */
                  readonly name: string;
                  readonly claim: string;
              })[];
              /** Conditions that are not as they are in a machine that is all right: "Synchronized=False FailedCreate: …". */
              readonly conditions: readonly string[];
              readonly commands: MachineCommands;
          })
        | null;
}

/** When the look was taken, when the wait began, and what is waited for. */
export interface MachineLook extends LookTime {
    /** Undefined: what the machine's own probe asks, or that it runs. */
    readonly until: Until | undefined;
}

/** What the gate would say to this look; a bad sign counts from when the machine was started, or made, as with a disk. */
export function explainMachine(read: ReadMachine, look: MachineLook): MachineExplanation {
    const { virtualMachine, instance } = read;
    const actual = virtualMachine?.spec?.runStrategy as RunStrategy | undefined;
    const runStrategy = actual !== undefined && runStrategies.includes(actual) ? actual : "Always";
    const consumer = startsByItself(runStrategy) ? ("expected" as const) : ("none" as const);
    const disks = read.disks.map(({ name, observed }) => ({
        name,
        observed: { ...observed, consumer },
    }));
    const verdict = virtualMachineVerdict({
        ...read,
        disks: disks.map(({ name, observed }) => ({ name, verdict: verdictOf(observed) })),
        wanted: runStrategy,
        justChanged: false,
        until: look.until ?? (instance?.spec?.readinessProbe === undefined ? "running" : "probe"),
    });
    const begun = Date.parse((instance ?? virtualMachine)?.metadata?.creationTimestamp ?? "");
    const since = look.since ?? (Number.isNaN(begun) ? look.now : begun);
    const { phase, ...outlook } = machineOutlook(virtualMachine, instance);
    return {
        ...explanationOf(verdict, {
            // The server itself was asked for a machine that is not there: there is nothing to give time to.
            waitedMs: virtualMachine === undefined ? Infinity : look.now - since,
            progress: virtualMachine === undefined ? null : { phase, percent: null },
            whenReady:
                look.until === "agent"
                    ? "The machine runs, and its agent answers"
                    : "The machine runs",
        }),
        machine:
            virtualMachine === undefined
                ? null
                : {
                      ...outlook,
                      restartRequired: read.restartRequired ?? outlook.restartRequired,
                      runStrategy,
                      disks: disks.map(({ name, observed }) => ({
                          name,
                          claim: observed.dataVolume?.status?.claimName ?? observed.name,
                          ...explainDisk(observed, look),
                      })),
                      conditions: conditionsThatMatter([
                          ...(virtualMachine.status?.conditions ?? []),
                          ...(instance?.status?.conditions ?? []),
                      ]),
                      commands: machineCommands(read),
                  },
    };
}

function verdictOf(observed: DiskObservation) {
    return observed.dataVolume === undefined ? claimVerdict(observed) : dataVolumeVerdict(observed);
}

/** Conditions that are True in a machine that is all right; others are not there, or False. Source: KubeVirt core/v1/types.go. */
const wantedTrue = new Set([
    "Ready",
    "LiveMigratable",
    "StorageLiveMigratable",
    "DataVolumesReady",
    "AgentConnected",
    "Synchronized",
    "PodScheduled",
    "AccessCredentialsSynchronized",
    "Initialized",
]);

function conditionsThatMatter(conditions: readonly Condition[]): readonly string[] {
    const told = conditions
        .filter(({ type = "", status }) => (status === "True") !== wantedTrue.has(type))
        .map(({ type = "", status = "", reason, message }) => {
            const why = [reason, message].filter((text) => text !== undefined && text !== "");
            return withoutSecrets(
                `${type}=${status}${why.length === 0 ? "" : ` ${why.join(": ")}`}`,
            );
        });
    return [...new Set(told)];
}
