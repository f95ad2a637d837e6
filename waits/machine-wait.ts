import type { Settled } from "./gate";
import type { MachineObservation } from "./machine-facts";
import type { MachineState, WatchedMachine } from "./machine-watch";
import { MachineWatch } from "./machine-watch";
import type { Verdict } from "./verdict";
import { virtualMachineVerdict } from "./virtual-machine";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

export type { MachineDisk, MachineState } from "./machine-watch";

/** What a wait for a machine needs. */
export interface MachineWaitOptions
    extends
        ObjectWait,
        WatchedMachine,
        Pick<
            MachineObservation,
            "until" | "probe" | "power" | "generation" | "replaced" | "settled"
        > {}

/** How a wait for a machine ended, and which instance it has then. */
export type SettledMachine = Settled & MachineState & { readonly instanceUid: string | undefined };

/** The API server answers the write before virt-controller has seen it; so long the old status is not believed. */
const justChangedMs = 15_000;

/** Waits until a machine does what is asked of it (or is off, where it is meant to be), or cannot. */
export async function waitForMachine(options: MachineWaitOptions): Promise<SettledMachine> {
    const { view, clock, namespace, name, disks } = options;
    const { until, probe, power, generation, replaced, settled: calm } = options;
    const watch = new MachineWatch(view, clock, options);
    const began = clock.now();
    let last: Verdict | undefined;
    try {
        const settled = await watchedWait({
            view,
            clock,
            subjects: [
                { kind: "VirtualMachine", namespace, name },
                ...disks.map(({ kind, claim }) => ({ kind, namespace, name: claim })),
            ],
            subject: `VirtualMachine ${namespace}/${name}`,
            deadlineMs: options.deadlineMs,
            subscribe: (run) => watch.onChange(run),
            evaluate: () => {
                last =
                    watch.reading() ??
                    virtualMachineVerdict({
                        ...watch.observe(),
                        until,
                        probe,
                        power,
                        generation,
                        replaced,
                        settled: calm,
                        justChanged: clock.now() - began < justChangedMs,
                    });
                return last;
            },
            isComplete: () => watch.isComplete(),
            unreadable: () => watch.unreadable(),
            onProgress: options.onProgress,
            signal: options.signal,
        });
        return { ...late(settled, last), ...watch.state(), instanceUid: watch.instanceUid };
    } finally {
        watch.release();
    }
}

/** A machine that is late for a reason that can be seen is late for that reason. */
function late(settled: Settled, last: Verdict | undefined): Settled {
    if (
        settled.kind !== "failed" ||
        settled.diagnosis.cause !== "deadline" ||
        last?.kind !== "waiting" ||
        last.suspicion === undefined
    ) {
        return settled;
    }
    const { diagnosis } = last.suspicion;
    return {
        kind: "failed",
        diagnosis: {
            ...diagnosis,
            what: `${settled.diagnosis.what.replace(/;.*/s, "")}: ${lower(diagnosis.what)}`,
        },
    };
}

function lower(text: string): string {
    return text.charAt(0).toLowerCase() + text.slice(1);
}
