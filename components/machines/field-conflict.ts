import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { type FieldConflict, fieldConflicts } from "../../manifests/field-owners";
import { type Problem, problemsText } from "../../model/problems";
import { collectionPath } from "../../waits/collections";
import type { Connection } from "../../waits/connection";

/** A machine that somebody else may have edited. */
export interface EditedMachine {
    readonly namespace: string;
    readonly machineName: string;
    /** Left alone: who starts and stops it may do so, and the program does not set its run strategy again. */
    readonly power: "managed" | "left-alone";
    /** Taken over from whoever made it: what they have set before is the program's, and what they set afterwards is not. */
    readonly adopt?: boolean;
}

/**
 * Refuses an update that would give a field another value than somebody else has: in a preview and in an update, on the machine's own
 * line, with who it was and the ways out; nothing is forced. The server refuses it too, but without a cure, and the provider's preview
 * of the first update after a machine was made does not notice. Says nothing where the cluster cannot be asked.
 */
export function conflictHook(
    name: string,
    connection: Promise<Pick<Connection, "ask"> | undefined>,
    machine: EditedMachine,
): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${name}-field-conflicts`,
        async ({ newInputs, oldOutputs }) => {
            const path = `${collectionPath("VirtualMachine", machine.namespace)}/${machine.machineName}`;
            const answer = await (await connection)?.ask(path);
            if (answer?.state !== "found") {
                return;
            }
            const before = machine.adopt === true ? fieldConflicts(oldOutputs, newInputs) : [];
            const problems = conflictProblems(answer.object, newInputs, machine, before);
            if (problems.length > 0) {
                throw new Error(problemsText("VirtualMachine", name, problems));
            }
        },
        { onDryRun: true },
    );
}

/**
 * Who has set which field to another value than the program, and what to do about each.
 *
 * @param live the machine as the cluster has it.
 * @param wanted the manifest.
 * @param settled conflicts that are the program's to decide.
 */
export function conflictProblems(
    live: unknown,
    wanted: unknown,
    machine: EditedMachine,
    settled: readonly FieldConflict[] = [],
): readonly Problem[] {
    return fieldConflicts(live, wanted)
        .filter((one) => !settled.some((other) => isDeepStrictEqual(one, other)))
        .filter(({ field }) => !isPower(field) || machine.power === "managed")
        .map((conflict) => ({
            field: conflict.field,
            fault: `is ${valueOf(conflict)} on the cluster: ${ownerOf(conflict.manager)} has set it, and the program would set it to something else`,
            cure: isPower(conflict.field) ? powerCure(conflict, machine) : fieldCure(conflict),
        }));
}

/** What says whether the machine is on; older machines say `running`. */
function isPower(field: string): boolean {
    return field === "spec.runStrategy" || field === "spec.running";
}

function powerCure({ live }: FieldConflict, { namespace, machineName }: EditedMachine): string {
    const command = live === "Halted" ? "start" : "stop";
    return `put it back there (virtctl ${command} -n ${namespace} ${machineName}), write ${JSON.stringify(live)} in the program, or leave its power alone (power: "left-alone")`;
}

function fieldCure(conflict: FieldConflict): string {
    const { manager } = conflict;
    const same = isShown(conflict) ? JSON.stringify(conflict.live) : "the same value";
    return `write ${same} in the program, or put the field back where ${manager} has changed it; nothing is forced`;
}

/** Source: KubeVirt's subresources (start, stop, addvolume) write as virt-api. */
function ownerOf(manager: string): string {
    return manager === "virt-api" ? "virt-api (virtctl)" : manager;
}

function valueOf(conflict: FieldConflict): string {
    return isShown(conflict) ? JSON.stringify(conflict.live) : "another";
}

/** A value that may be secret is not shown. */
function isShown({ live, field }: FieldConflict): boolean {
    return live !== undefined && !/data|password|secret|token|key/i.test(field);
}
