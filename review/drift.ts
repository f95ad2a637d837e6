import { few } from "../model/few";
import { heaviest, type ReportImpact } from "../model/impact";
import {
    differences,
    type Fields,
    isFields,
    isSame,
    type Place,
    placeText as pathText,
    valueAt,
} from "../model/machine-difference";
import { quantityBytes } from "../model/size";
import { changeOf } from "./changes";
import { isController, ownerOf } from "./drift-owner";
import { fateOf } from "./kinds";
import type { Preview, State, Step } from "./preview";
import { stackOfUrn } from "./refusals";
import type { ReportItem } from "./report";
import { claimKey, dataVolumeKey, machineKey, type Scene, sceneOf } from "./scene";
import { isSecret, isUnknown, withoutSecrets } from "./secrets";
import { kindKey, type Thing, thingOf } from "./thing";

/** A field that somebody has changed on the cluster. */
export interface DriftEdit {
    readonly path: string;
    /** As the stack knows it; undefined where it is not to be shown. */
    readonly from: string | undefined;
    readonly to: string | undefined;
    /** Who wrote it last; undefined where the API server does not say. */
    readonly who: string | undefined;
    /** The program says what it is to be: the next update after a refresh puts it back. */
    readonly isOurs: boolean;
}

/** A resource that is not as the stack has left it. */
export interface DriftItem extends ReportItem {
    /** It is not on the cluster any more. */
    readonly isGone: boolean;
    readonly edits: readonly DriftEdit[];
}

/** What somebody has changed on the cluster, past the stack. Nothing in it is secret. */
export interface Drift {
    readonly verdict: "none" | "drift";
    readonly stack: string;
    readonly items: readonly DriftItem[];
}

/** What the stack's program has the engine leave alone, by URN: paths as Pulumi writes them. */
export type LeftAlone = ReadonlyMap<string, readonly string[]>;

/** What a refresh would find, without what the cluster fills in and its controllers write. */
export function driftOf(preview: Preview, leftAlone: LeftAlone): Drift {
    const scene = sceneOf(preview);
    const items = preview.steps.flatMap((step) => {
        const item =
            step.op === "refresh-delete"
                ? goneItem(step, scene)
                : step.op === "refresh-update"
                  ? editedItem(step, scene, leftAlone.get(step.urn) ?? [])
                  : undefined;
        return item === undefined ? [] : [item];
    });
    const clean = (text: string) => withoutSecrets(text, preview.secrets);
    return {
        verdict: items.length > 0 ? "drift" : "none",
        stack: stackOfUrn(preview.steps[0]?.urn ?? ""),
        items: items.map((item) => ({
            ...item,
            why: clean(item.why),
            edits: item.edits.map((edit) => ({
                ...edit,
                from: edit.from === undefined ? undefined : clean(edit.from),
                to: edit.to === undefined ? undefined : clean(edit.to),
            })),
        })),
    };
}

function placeOf({ urn, kind, namespace, name }: Thing): Omit<ReportItem, "impact" | "why"> {
    return { urn, kind, namespace, name };
}

function goneItem({ urn, old }: Step, scene: Scene): DriftItem | undefined {
    const thing = thingOf(urn, old);
    if (thing === undefined || thing.isPatch) {
        return undefined;
    }
    const isDisk = [claimKey, dataVolumeKey].includes(kindKey(thing));
    const { loses } = fateOf({ thing, scene });
    const impact: ReportImpact = loses
        ? "data-loss"
        : kindKey(thing) === machineKey
          ? "replace-vm"
          : isDisk
            ? "gone-data-kept"
            : "live";
    return {
        ...placeOf(thing),
        impact,
        isGone: true,
        edits: [],
        why: `somebody has deleted it from the cluster${isDisk ? ": made again it would not have its data" : "; the next update after a refresh makes it again"}`,
    };
}

function editedItem(step: Step, scene: Scene, leftAlone: readonly string[]): DriftItem | undefined {
    const { urn, old, now } = step;
    const thing = thingOf(urn, old);
    if (thing === undefined || old === undefined || now === undefined) {
        return undefined;
    }
    const edits = editsOf(old, now, leftAlone);
    if (edits.length === 0) {
        return undefined;
    }
    const undone = undoing(thing, now, scene);
    const ours = edits.filter(({ isOurs }) => isOurs);
    const who = [...new Set(edits.map((edit) => edit.who ?? "somebody"))];
    const impact = ours.length === 0 ? "live" : (heaviest([undone.impact]) ?? "live");
    return {
        ...placeOf(thing),
        impact,
        isGone: false,
        edits,
        why: `changed by ${few(who, 3)}: ${few(
            edits.map(({ path, from, to }) =>
                from === undefined && to === undefined
                    ? path
                    : `${path} ${from ?? "(none)"} -> ${to ?? "(none)"}`,
            ),
            5,
        )}. ${ours.length === 0 ? "The program says nothing of it, and leaves it as it is." : `Putting it back is ${impact}: ${undone.why}`}`,
    };
}

/** What the next update would do to put back what the program says. */
function undoing(
    thing: Thing,
    live: State,
    scene: Scene,
): { readonly impact: ReportImpact; readonly why: string } {
    const wanted = thing.state.inputs;
    const before = { ...thing, state: { ...live, inputs: sameShape(live.outputs, wanted) } };
    return changeOf({ before, after: thing, scene });
}

/** What of an object the program says something about, with what the cluster has there. */
function sameShape(live: unknown, wanted: Fields): Fields {
    return isFields(live)
        ? Object.fromEntries(
              Object.entries(wanted).map(([key, value]) => {
                  const found = valueAt(live, key);
                  return [key, isFields(value) ? sameShape(found, value) : found];
              }),
          )
        : {};
}

/** The parts of an object that people change. What is in `status` only reports. */
const parts = ["metadata", "spec", "data", "stringData", "value", "parameters", "reclaimPolicy"];
const bookkeeping =
    /^metadata\.(managedFields|resourceVersion|generation|uid|selfLink|creationTimestamp|deletionTimestamp|deletionGracePeriodSeconds|finalizers|ownerReferences)\b/;
/** Annotations in which controllers keep their notes. */
const notes =
    /^metadata\.annotations\["?([a-z0-9.-]*\.)?(kubernetes\.io|k8s\.io|kubevirt\.io|longhorn\.io|ceph\.com|helm\.sh|pulumi\.com)\//;

function editsOf(old: State, now: State, leftAlone: readonly string[]): readonly DriftEdit[] {
    const wanted = partsOf(old.inputs);
    return differences(partsOf(old.outputs), partsOf(now.outputs), () => true).flatMap(
        ({ place, from, to }) => {
            const path = pathText(place);
            const said = at(wanted, place);
            const isOurs = said !== undefined && !alike(said, to);
            const who = ownerOf(now.outputs, place);
            const isNoise =
                bookkeeping.test(path) ||
                alike(from, to) ||
                (said !== undefined && alike(said, to)) ||
                (!isOurs && (isController(who) || notes.test(path))) ||
                leftAlone.some(
                    (one) =>
                        path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`),
                );
            return isNoise ? [] : [{ path, from: shown(from), to: shown(to), who, isOurs }];
        },
    );
}

function partsOf(fields: Fields): Fields {
    return Object.fromEntries(
        parts.flatMap((part) => (part in fields ? [[part, fields[part]]] : [])),
    );
}

function at(fields: unknown, [step, ...rest]: Place): unknown {
    if (step === undefined) {
        return fields;
    }
    const named = /^\[(.*)\]$/.exec(step)?.[1];
    if (named !== undefined && Array.isArray(fields)) {
        return at(
            fields.find((entry: unknown) => isFields(entry) && entry["name"] === named),
            rest,
        );
    }
    return isFields(fields) ? at(valueAt(fields, step), rest) : undefined;
}

/** The API server writes some quantities in another way than they were given. */
function alike(one: unknown, other: unknown): boolean {
    const bytes = typeof one === "string" ? quantityBytes(one) : undefined;
    return (
        isSame(one, other) ||
        (bytes !== undefined && typeof other === "string" && bytes === quantityBytes(other))
    );
}

/** A plain value that is no secret. */
function shown(value: unknown): string | undefined {
    return ["string", "number", "boolean"].includes(typeof value) &&
        !isSecret(value) &&
        !isUnknown(value)
        ? String(value).slice(0, 60)
        : undefined;
}
