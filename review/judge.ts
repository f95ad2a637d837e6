import { few } from "../model/few";
import { armedBy, changeOf } from "./changes";
import { lostGuards, lostOptions } from "./claim-change";
import { takenFromMachines } from "./disk-users";
import { going, type Judgement } from "./judgement";
import { fateOf, isGuarded } from "./kinds";
import { bothRunOn, isMeantToRun, isShareable, sharedClaims } from "./machine-fate";
import type { State, Step } from "./preview";
import { isRelease, releaseChange, releaseGoing } from "./releases";
import {
    claimKey,
    dataVolumeKey,
    isGoneAlready,
    isSameObject,
    machineKey,
    machinesByClaim,
    ofKind,
    type Scene,
    stepsByUrn,
    volumesOf,
} from "./scene";
import { type MachinePlace, machinesToRestart } from "./secret-readers";
import { kindKey, textOf, type Thing, thingOf } from "./thing";

/** What a step comes to; undefined where it changes nothing that anybody has to know. */
export function judge(step: Step, scene: Scene): Judgement | undefined {
    const { op, type, urn, old, now } = step;
    const isReplaced = /^(replace|import-replacement)$/.test(op);
    const state = old ?? now;
    const thing = thingOf(urn, state);
    if (state === undefined || (!state.custom && thing === undefined) || state.external) {
        return undefined;
    }
    if (
        /^(read|read-replacement|discard|discard-replaced|refresh|refresh-update|refresh-delete|diff|remove-pending-replace|extend-parameterize)$/.test(
            op,
        )
    ) {
        return undefined;
    }
    if (/^(create-replacement|delete-replaced)$/.test(op) && hasReplace(step, scene)) {
        return undefined;
    }
    if (type.startsWith("pulumi:")) {
        return judgeProvider(step, scene);
    }
    if (isRelease(type)) {
        return judgeRelease(step, isReplaced);
    }
    if (thing === undefined) {
        return judgeOther(step, isReplaced);
    }
    const next = thingOf(urn, now);
    switch (op) {
        case "same":
            return next === undefined ? undefined : guarded(thing, next);
        case "create":
        case "create-replacement":
            return judgeNew(step, thing, scene);
        case "import":
            return { impact: "live", why: "it is there, and is taken over as it is" };
        case "update":
            return next === undefined
                ? undefined
                : withApproval(changed(thing, next, scene), approvals(thing, next));
        case "replace":
        case "import-replacement":
        case "delete-replaced":
            return judgeReplace(thing, next, scene);
        case "delete":
            return isGoneAlready(step, scene.steps) ? undefined : judgeDelete(thing, scene);
        default:
            return {
                impact: "live",
                isUnknown: true,
                why: `the engine says ${JSON.stringify(op)}, which nobody here knows: look at it yourself`,
            };
    }
}

/** A replacement shows as one step, and where it is asked for as three. */
function hasReplace({ urn }: Step, { steps }: Scene): boolean {
    return (stepsByUrn(steps).get(urn) ?? []).some(({ op }) =>
        /^(replace|import-replacement)$/.test(op),
    );
}

/** Whether the preview shows that the old one is deleted before the new one is made; a digest leaves that out. */
function goesFirst({ urn }: Thing, { steps }: Scene): boolean {
    const ops = (stepsByUrn(steps).get(urn) ?? []).map(({ op }) => op);
    const [goes, comes] = ["delete-replaced", "create-replacement"].map((op) => ops.indexOf(op));
    return goes !== undefined && comes !== undefined && goes !== -1 && goes < comes;
}

function judgeDelete(thing: Thing, scene: Scene): Judgement {
    if (thing.isPatch) {
        const nothing = { ...thing, state: { ...thing.state, inputs: {}, outputs: {} } };
        return { ...changed(thing, nothing, scene), ...keptByPatch(thing) };
    }
    if (thing.state.retainOnDelete) {
        return {
            impact: "gone-data-kept",
            why: "the stack lets go of it, and it stays on the cluster as it is",
        };
    }
    const fate = fateOf({ thing, scene });
    return fate.loses ? going(fate) : { ...going(fate), ...takenFromMachines(thing, scene) };
}

/** A patch that kept a volume or a snapshot from being erased, and is taken away. */
function keptByPatch(patch: Thing): Pick<Judgement, "approve"> {
    const places = [
        ["spec", "persistentVolumeReclaimPolicy"],
        ["spec", "deletionPolicy"],
    ];
    return places.some((place) => textOf(patch, place) === "Retain")
        ? { approve: "what kept it from being erased (Retain) is not set any more" }
        : {};
}

const machines =
    /^(VirtualMachine|VirtualMachineInstance|VirtualMachinePool|VirtualMachineInstanceReplicaSet)$/;

/** Kinds that stand for data, which what is made anew does not have. */
const withData =
    /^(PersistentVolumeClaim|DataVolume|PersistentVolume|VolumeSnapshot.*|VolumeGroupSnapshot.*)$/;

function judgeReplace(thing: Thing, next: Thing | undefined, scene: Scene): Judgement {
    if (thing.isPatch) {
        const set = next === undefined ? undefined : judgeNewPatch(next, scene);
        return withApproval(
            set === undefined || set.impact === "live" || set.impact === "new"
                ? {
                      ...set,
                      impact: "live",
                      why: "the fields that it sets are set on another object",
                  }
                : set,
            keptByPatch(thing),
        );
    }
    if (thing.state.retainOnDelete) {
        const shared = next === undefined ? [] : sharedClaims(thing, next);
        return shared.length > 0
            ? {
                  impact: "data-loss",
                  why: `the old machine stays and runs beside the new one, on the same disks (${few(shared, 4)}): two machines on one disk destroy what is on it`,
              }
            : {
                  impact: "gone-data-kept",
                  why: isSameObject(thing, next ?? thing)
                      ? "the stack lets go of the old one, which stays on the cluster as it is; a new one cannot be made beside it under the same name, and the update stops there"
                      : "the stack lets go of the old one, which stays on the cluster as it is, and makes a new one beside it",
              };
    }
    const fate = fateOf({ thing, scene, ...(next === undefined ? {} : { next }) });
    if (fate.loses) {
        const { impact, ...rest } = going(fate);
        return { impact, ...rest, why: `it is deleted and made anew: ${fate.why}` };
    }
    if (machines.test(thing.kind)) {
        const both = next === undefined ? [] : bothRunOn(thing, next);
        return both.length > 0 && !goesFirst(thing, scene)
            ? {
                  impact: "replace-vm",
                  why: `unless its deleteBeforeReplace is set, the new machine is made before the old one goes, and both run on ${few(both, 4)} for a while: two machines on one disk destroy what is on it. Set deleteBeforeReplace: true; ${fate.why}`,
              }
            : {
                  impact: "replace-vm",
                  why: `it is shut down, deleted and made anew; ${fate.why}`,
              };
    }
    const readers = next?.name === thing.name ? machinesToRestart(thing, scene) : [];
    if (readers.length > 0) {
        return restartOf(readers);
    }
    return withData.test(thing.kind)
        ? {
              impact: "gone-data-kept",
              why: `it is made anew, without its data; ${fate.why}`,
              ...takenFromMachines(thing, scene),
          }
        : { impact: "live", why: "it is made anew; machines and disks go on as they are" };
}

function changed(before: Thing, after: Thing, scene: Scene): Judgement {
    const shared =
        kindKey(after) === machineKey && !after.isPatch
            ? onSameDisk(after, scene, before)
            : undefined;
    if (shared !== undefined) {
        return shared;
    }
    const judgement = changeOf({ before, after, scene });
    const readers = machinesToRestart(before, scene);
    return judgement.impact === "live" && judgement.approve === undefined && readers.length > 0
        ? restartOf(readers)
        : judgement;
}

function restartOf(readers: readonly MachinePlace[]): Judgement {
    return {
        impact: "restart",
        why: `machine ${few(
            readers.map(({ name }) => name),
            6,
        )} reads it when it starts`,
    };
}

function withApproval(judgement: Judgement, { approve }: Pick<Judgement, "approve">): Judgement {
    const all = [judgement.approve, approve].filter((one) => one !== undefined);
    return all.length === 0 ? judgement : { ...judgement, approve: all.join("; ") };
}

/** Guards that a change takes away. */
function approvals(before: Thing, after: Thing): Pick<Judgement, "approve"> {
    const guards = isGuarded(before) ? lostGuards(before, after) : [];
    return guards.length === 0 ? {} : { approve: guards.join("; ") };
}

function guarded(before: Thing, after: Thing): Judgement | undefined {
    const { approve } = approvals(before, after);
    return approve === undefined
        ? undefined
        : { impact: "live", why: "it stays as it is", approve };
}

function judgeNew(step: Step, thing: Thing, scene: Scene): Judgement {
    if (thing.isPatch) {
        return judgeNewPatch(thing, scene);
    }
    const wasThere = (stepsByUrn(scene.steps).get(step.urn) ?? []).some(
        (one) => one !== step && isGoneAlready(one, scene.steps),
    );
    if (wasThere && standsForData(thing, scene)) {
        return {
            impact: "data-loss",
            why: "somebody has deleted it from the cluster already: it is made again, without what was on it",
        };
    }
    if (thing.kind === "VirtualMachineRestore") {
        return judgeRestore(thing, scene);
    }
    if (thing.group === "velero.io" && thing.kind === "DeleteBackupRequest") {
        return { impact: "data-loss", why: "it deletes a backup from its bucket" };
    }
    const other = kindKey(thing) === machineKey ? onSameDisk(thing, scene) : undefined;
    return other ?? { impact: "new", why: "it is made", ...armedBy(thing, scene) };
}

/** A patch sets fields of an object that is there, or that this change makes. */
function judgeNewPatch(thing: Thing, scene: Scene): Judgement {
    const isTarget = (one: Thing) => !one.isPatch && isSameObject(one, thing);
    const target = scene.before.find(isTarget);
    const makes = scene.after.find(
        (one) =>
            isTarget(one) ||
            (kindKey(one) === dataVolumeKey &&
                kindKey(thing) === claimKey &&
                one.name === thing.name &&
                one.namespace === thing.namespace),
    );
    const isMade = makes !== undefined && !scene.before.some(({ urn }) => urn === makes.urn);
    if (isMade) {
        return { impact: "new", why: "it is a part of what is made" };
    }
    const empty = { ...thing, state: { ...thing.state, inputs: {}, outputs: {} } };
    return changed(kindKey(thing) === machineKey ? empty : (target ?? empty), thing, scene);
}

/** Whether what is made again lacks what was in it: a claim, whatever becomes of its volume, and what takes data along. */
function standsForData(thing: Thing, scene: Scene): boolean {
    return (
        [claimKey, dataVolumeKey].includes(kindKey(thing)) ||
        (!/^(Namespace|Secret|StorageClass|CSIDriver|Deployment|DaemonSet|CustomResourceDefinition)$/.test(
            thing.kind,
        ) &&
            fateOf({ thing, scene }).loses)
    );
}

function judgeRestore(thing: Thing, scene: Scene): Judgement {
    const name = textOf(thing, ["spec", "target", "name"]);
    const isThere = ofKind(scene.before, machineKey).some(
        (machine) => machine.name === name && machine.namespace === thing.namespace,
    );
    return isThere || !scene.isWhole
        ? {
              impact: "data-loss",
              why: `the disks of machine ${name ?? ""} go back to a snapshot: what was written since is lost`,
          }
        : { impact: "new", why: "a machine is made from a snapshot" };
}

/** Two machines that write to one disk destroy what is on it, unless it is meant for that. */
function onSameDisk(machine: Thing, scene: Scene, before?: Thing): Judgement | undefined {
    const had = before !== undefined && isMeantToRun(before) ? [...volumesOf(before).values()] : [];
    const others = [...volumesOf(machine).values()].flatMap(
        (claim) => machinesByClaim(scene).get(`${machine.namespace}/${claim}`) ?? [],
    );
    for (const other of new Set(others)) {
        const shared =
            other.urn === machine.urn || !isMeantToRun(other) || !isMeantToRun(machine)
                ? []
                : sharedClaims(machine, other).filter(
                      (claim) => !had.includes(claim) && !isShareable(machine, claim),
                  );
        if (shared.length > 0) {
            return {
                impact: "data-loss",
                why: `it has disk ${few(shared, 4)}, which machine ${other.name} has too: two machines on one disk destroy what is on it`,
            };
        }
    }
    return undefined;
}

function judgeRelease(step: Step, isReplaced: boolean): Judgement | undefined {
    const { op, old, now } = step;
    if (old === undefined) {
        return { impact: "new", why: "its chart is installed" };
    }
    const approve = now === undefined ? [] : lostOptions(old, now);
    const guards = approve.length === 0 ? {} : { approve: approve.join("; ") };
    if (op === "same") {
        return approve.length === 0
            ? undefined
            : { impact: "live", why: "it stays as it is", ...guards };
    }
    if (op === "update" && now !== undefined) {
        return withApproval(releaseChange({ ...step, old, now }), guards);
    }
    return old.retainOnDelete
        ? { impact: "gone-data-kept", why: "the stack lets go of it, and it stays installed" }
        : releaseGoing(old, isReplaced || op === "delete-replaced");
}

function judgeProvider({ op, type, old, now, urn }: Step, scene: Scene): Judgement | undefined {
    if (!type.startsWith("pulumi:providers:")) {
        return undefined;
    }
    if (/^(replace|delete-replaced)$/.test(op)) {
        const made = [...scene.states.values()].filter(({ provider }) =>
            provider.startsWith(`${urn}::`),
        ).length;
        return {
            impact: "data-loss",
            why: `every resource that is made through it is deleted and made anew${made === 0 ? "" : `, ${String(made)} of them known here`}: set clusterIdentifier, or put its cluster back`,
        };
    }
    const isOn = (state: State | undefined) =>
        String(state?.inputs["deleteUnreachable"]) === "true";
    const drops = isOn(now) && !isOn(old);
    if (op !== "update" && !(op === "create" && drops)) {
        return undefined;
    }
    return {
        impact: op === "create" ? "new" : "live",
        why: "how the cluster is reached",
        ...(drops
            ? {
                  approve:
                      "from now on a cluster that does not answer counts as empty (deleteUnreachable): everything would be made again, without its data",
              }
            : {}),
    };
}

/** A resource that is no object of Kubernetes: a guard of ours, or something that nobody here knows. */
function judgeOther({ op, type, old, now }: Step, isReplaced: boolean): Judgement | undefined {
    const inputs = (old ?? now)?.inputs ?? {};
    const isGuard =
        type === "pulumi-nodejs:dynamic:Resource" && "parts" in inputs && "namespaces" in inputs;
    const guards = old === undefined || now === undefined ? [] : lostOptions(old, now);
    if (op === "same") {
        return guards.length === 0
            ? undefined
            : { impact: "live", why: "it stays as it is", approve: guards.join("; ") };
    }
    if (/^(create|import|create-replacement)$/.test(op)) {
        return runsCode(type) && !isGuard
            ? {
                  impact: "new",
                  isUnknown: true,
                  why: `a ${type} runs what it is told when it is made, and nobody here knows what that does: look at it yourself`,
              }
            : { impact: "new", why: "it is made" };
    }
    if (isGuard) {
        return op === "update"
            ? { impact: "live", why: "it looks after what must not go while it is in use" }
            : {
                  impact: "gone-data-kept",
                  why: "it looked after what must not go while it is in use, and says so when it goes",
              };
    }
    if (old?.retainOnDelete === true && op !== "update") {
        return { impact: "gone-data-kept", why: "the stack lets go of it, and it stays as it is" };
    }
    return {
        impact: op === "update" ? "live" : "data-loss",
        isUnknown: true,
        why: `nobody here knows what a ${type} holds${op === "update" ? "" : `, and it ${isReplaced ? "is deleted and made anew" : "is deleted"}`}: look at it yourself`,
    };
}

/** Resources that run a command or a program of the user's own: `kubectl delete` is one. */
function runsCode(type: string): boolean {
    return /^(command:|pulumi-(nodejs|python):dynamic)/.test(type);
}
