import { collectionPath } from "./collections";
import { quoted } from "./disk-facts";
import { restartReason } from "./restart-reason";
import type { MachineWaitOptions, SettledMachine } from "./machine-wait";
import { waitForMachine } from "./machine-wait";
import type { VirtualMachine } from "./objects";
import { ApiError } from "./transport";
import type { Diagnosis, Verdict } from "./verdict";
import type { Caller, Writer } from "./writes";

/** What a wait that may restart the machine needs. */
export interface RestartingWaitOptions extends MachineWaitOptions {
    readonly reader: Pick<Writer, "get">;
    readonly caller: Caller;
}

/**
 * Waits for a machine and, where a change of it takes effect with a restart only (KubeVirt says so, or applies it at the next start
 * without a word), restarts it and waits again, until the new instance does what is asked of it. Before that it waits until no disk is being filled and the machine is on no way to another node. Only a
 * machine that runs is restarted, and none that ran once is run again. Source: KubeVirt pkg/virt-api/rest/lifecycle.go
 * (RestartVMRequestHandler), pkg/virt-controller/watch/vm/vm.go (syncRestartRequired).
 */
export async function waitAndRestart(options: RestartingWaitOptions): Promise<SettledMachine> {
    const { clock, reader, caller, namespace, name, onProgress, deadlineMs } = options;
    const began = clock.now();
    const path = `${collectionPath("VirtualMachine", namespace)}/${name}`;
    const passed = (): number => clock.now() - began;
    const wait = (
        parts: Pick<MachineWaitOptions, "generation" | "replaced" | "settled">,
        report: (verdict: Verdict) => boolean,
    ): Promise<SettledMachine> => {
        const before = passed();
        return waitForMachine({
            ...options,
            ...parts,
            deadlineMs: Math.max(deadlineMs - before, 0),
            onProgress: (verdict, elapsedMs) => {
                if (report(verdict)) {
                    onProgress?.(verdict, before + elapsedMs);
                }
            },
        });
    };
    // That it is ready is told when it is known whether it stays so.
    const unlessReady = ({ kind }: Verdict): boolean => kind !== "ready";

    const dueFor = async (machine: SettledMachine): Promise<string | undefined> =>
        mayRestart(machine, options)
            ? await restartReason(reader, options, machine.restartRequired)
            : undefined;

    const first = await wait({ generation: await generationOf(reader, path) }, unlessReady);
    const isDue = (await dueFor(first)) !== undefined;
    const calm = isDue ? await wait({ settled: true }, unlessReady) : first;
    const due = isDue ? await dueFor(calm) : undefined;
    if (calm.kind !== "ready" || due === undefined) {
        if (calm.kind === "ready") {
            onProgress?.({ kind: "ready", ...noteOf(calm) }, passed());
        }
        return calm;
    }
    const because = quoted(due);
    onProgress?.(
        { kind: "waiting", phase: calm.phase, note: `is being restarted: ${because}` },
        passed(),
    );
    try {
        await caller.call(restartPath(namespace, name), {});
    } catch (error) {
        return {
            ...calm,
            kind: "failed",
            diagnosis: refused(error, because, options),
        };
    }
    return wait({ replaced: calm.instanceUid }, () => true);
}

/** Source: KubeVirt pkg/virt-api/api.go. */
function restartPath(namespace: string, name: string): string {
    return `/apis/subresources.kubevirt.io/v1/namespaces/${namespace}/virtualmachines/${name}/restart`;
}

function mayRestart(machine: SettledMachine, { runStrategy }: MachineWaitOptions): boolean {
    return (
        machine.kind === "ready" &&
        machine.instanceUid !== undefined &&
        /^(Running|Migrating)$/.test(machine.phase) &&
        runStrategy !== "Once" &&
        runStrategy !== "Halted"
    );
}

/** The generation as the server has it now: a watch may be late. Unknown where the server does not say. */
async function generationOf(
    reader: Pick<Writer, "get">,
    path: string,
): Promise<number | undefined> {
    try {
        const machine = (await reader.get(path)) as VirtualMachine | undefined;
        return machine?.metadata?.generation;
    } catch {
        // The wait itself tells what is wrong with the server or the account.
        return undefined;
    }
}

function refused(
    error: unknown,
    because: string,
    { namespace, name }: Pick<MachineWaitOptions, "namespace" | "name">,
): Diagnosis {
    const said = quoted(error instanceof Error ? error.message : String(error));
    const byHand = `Restart it by hand: virtctl restart -n ${namespace} ${name}`;
    return {
        cause: "restart-refused",
        what: `The machine needs a restart (${because}), and it cannot be restarted: ${said}`,
        where: `VirtualMachine ${namespace}/${name}, subresource restart`,
        cure:
            error instanceof ApiError && error.status === 403
                ? `Allow this account to update virtualmachines/restart (subresources.kubevirt.io), or set restartPolicy to "never". ${byHand}`
                : byHand,
    };
}

function noteOf({ note }: { readonly note?: string }): { readonly note?: string } {
    return note === undefined ? {} : { note };
}
