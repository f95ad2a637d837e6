import { randomUUID } from "node:crypto";
import type { InstancetypeSpec, PreferenceSpec } from "./instancetype-objects";
import { conflicts, matched, unmetRequirement } from "./instancetypes";
import { machineCauses } from "./machine-rules/machine";
import { discontinued } from "./machine-rules/networks";
import { schemaFault } from "./machine-rules/schema";
import type { Cause, Matcher, ReviewedMachine, ReviewedMachineSpec } from "./machine-rules/spec";
import type { KubernetesObject } from "./objects";
import type { ReviewRequest, ReviewResponse } from "./uninstall-review";
import { type Read, inferred } from "./volume-inference";
import {
    withInstanceDefaults,
    withInstancetype,
    withMachineDefaults,
} from "./virtual-machine-defaults";
import { same } from "./writes";

/** What KubeVirt's webhooks look at beside the machine. */
export interface MachineReview {
    readonly read: Read;
    /** The feature gates that its configuration turns on. */
    readonly gates: readonly string[];
    readonly newId?: () => string;
}

/**
 * What KubeVirt's webhooks say of a VirtualMachine: the one that fills in, and the one that refuses, whose words are recorded ones. Source:
 * KubeVirt pkg/virt-api/webhooks/mutating-webhook/mutators/vm-mutator.go and validating-webhook/admitters/vms-admitter.go.
 */
export async function reviewVirtualMachine(
    request: ReviewRequest,
    webhook: "mutate" | "validate",
    review: MachineReview,
): Promise<ReviewResponse> {
    const { uid } = request;
    const machine = request.object as (ReviewedMachine & KubernetesObject) | null | undefined;
    if (machine?.metadata === undefined || isLeaving(machine)) {
        return { uid, allowed: true };
    }
    const fault = schemaFault(machine);
    if (fault !== undefined) {
        return { uid, allowed: false, status: { code: 422, message: fault } };
    }
    return webhook === "mutate"
        ? await fill(request, machine, review)
        : await validate(request, machine, review);
}

function isLeaving({ metadata }: KubernetesObject): boolean {
    return metadata.deletionTimestamp !== undefined;
}

async function fill(
    { uid, operation, namespace = "" }: ReviewRequest,
    given: ReviewedMachine,
    { read, newId = randomUUID }: MachineReview,
): Promise<ReviewResponse> {
    const causes = [...matcherCauses(given.spec ?? {})];
    if (causes.length > 0) {
        return refused(uid, causes);
    }
    const spec = await inferred(given.spec ?? {}, namespace, read);
    if (typeof spec === "string") {
        return { uid, allowed: false, status: { code: 400, message: spec } };
    }
    const preference = await specOf<PreferenceSpec>(spec, "Preference", namespace, read);
    const filled = withMachineDefaults({ ...given, spec }, { operation, preference, newId });
    if (same(filled, given.spec)) {
        return { uid, allowed: true };
    }
    const patch = [{ op: "replace", path: "/spec", value: filled }];
    return {
        uid,
        allowed: true,
        patchType: "JSONPatch",
        patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    };
}

/** Source: KubeVirt pkg/instancetype/webhooks/vm/mutator.go. */
function* matcherCauses({ instancetype, preference }: ReviewedMachineSpec): Generator<Cause> {
    for (const [of, word, matcher] of [
        ["Instancetype", "instancetype", instancetype],
        ["Preference", "preference", preference],
    ] as const) {
        if (matcher === undefined) {
            continue;
        }
        const { name = "", kind = "", inferFromVolume = "" } = matcher;
        if (name === "" && inferFromVolume === "") {
            const message = `Either Name or InferFromVolume should be provided within the ${of}Matcher`;
            yield { message, field: `spec.${word}`, reason: "FieldValueNotFound" };
        }
        for (const [field, value] of [
            ["Name", name],
            ["Kind", kind],
        ] as const) {
            if (inferFromVolume !== "" && value !== "") {
                const message = `${field} already set, should be cleared before setting inferFromVolume`;
                yield { message, field: `spec.${word}.${field.toLowerCase()}` };
            }
        }
    }
}

async function validate(
    request: ReviewRequest,
    machine: ReviewedMachine,
    { read, gates }: MachineReview,
): Promise<ReviewResponse> {
    const { uid, operation, namespace = "" } = request;
    const spec = machine.spec ?? {};
    const instancetype = await specOf<InstancetypeSpec>(spec, "Instancetype", namespace, read);
    const preference = await specOf<PreferenceSpec>(spec, "Preference", namespace, read);
    const template = spec.template?.spec ?? {};
    const inConflict = instancetype === undefined ? [] : [...conflicts(template, instancetype)];
    if (inConflict.length > 0) {
        return refused(uid, inConflict);
    }
    const applied = withInstanceDefaults(withInstancetype(template, instancetype, preference));
    const unmet = unmetRequirement(applied, instancetype, preference);
    if (unmet !== undefined) {
        return refused(uid, [unmet]);
    }
    const gone = operation === "CREATE" ? [...discontinued(applied)] : [];
    if (gone.length > 0) {
        return refused(uid, gone);
    }
    const whole = { ...spec, template: { ...spec.template, spec: applied } };
    const causes = machineCauses(whole, gates);
    const busy = causes.length > 0 ? [] : [...busyCauses(request, machine)];
    if (causes.length > 0 || busy.length > 0) {
        return refused(uid, [...causes, ...busy]);
    }
    const warnings =
        spec.running === undefined
            ? []
            : ["spec.running is deprecated, please use spec.runStrategy instead."];
    return { uid, allowed: true, ...(warnings.length > 0 && { warnings }) };
}

/** Source: KubeVirt pkg/storage/admitters/{data-volume-template,vm-storage-status}.go. */
function* busyCauses(
    { operation, oldObject, namespace }: ReviewRequest,
    { spec = {}, status }: ReviewedMachine,
): Generator<Cause> {
    for (const { metadata } of spec.dataVolumeTemplates ?? []) {
        const other = metadata?.namespace;
        if (other && other !== namespace) {
            const message = `Embedded DataVolume namespace ${other} differs from VM namespace ${namespace ?? ""}`;
            yield { message, field: "spec.dataVolumeTemplates" };
        }
    }
    const before = (oldObject as ReviewedMachine | null | undefined)?.spec;
    if (operation !== "UPDATE" || before === undefined) {
        return;
    }
    const { snapshotInProgress, restoreInProgress } = status ?? {};
    const sameVolumes = same(before.template?.spec?.volumes, spec.template?.spec?.volumes);
    const sameStrategy = before.running === spec.running && before.runStrategy === spec.runStrategy;
    if (snapshotInProgress !== undefined && !(sameVolumes && sameStrategy)) {
        const what = sameVolumes ? "running state" : "disks or volumes";
        const message = `Cannot update vm ${what} until snapshot "${snapshotInProgress}" completes`;
        yield { message, field: "spec" };
    } else if (restoreInProgress !== undefined && !sameStrategy) {
        const message = `Cannot update VM runStrategy until restore "${restoreInProgress}" completes`;
        yield { message, field: "spec" };
    }
}

async function specOf<T>(
    spec: ReviewedMachineSpec,
    of: "Instancetype" | "Preference",
    namespace: string,
    read: Read,
): Promise<T | undefined> {
    const matcher: Matcher | undefined =
        of === "Instancetype" ? spec.instancetype : spec.preference;
    const named = matcher === undefined ? undefined : matched(of, matcher);
    if (named === undefined || named.name === "") {
        return undefined;
    }
    const place = named.kind.includes("Cluster") ? undefined : namespace;
    const found = await read(named.kind, place, named.name);
    return (found as { readonly spec?: T } | undefined)?.spec;
}

/** As KubeVirt joins them. Source: KubeVirt pkg/util/webhooks, ToAdmissionResponse. */
function refused(uid: string, causes: readonly Cause[]): ReviewResponse {
    return {
        uid,
        allowed: false,
        status: {
            code: 422,
            reason: "Invalid",
            message: causes.map(({ message }) => message).join(", "),
            details: {
                causes: causes.map(({ reason = "FieldValueInvalid", message, field }) => ({
                    reason,
                    message,
                    field,
                })),
            },
        },
    };
}
