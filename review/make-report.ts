import { heaviest } from "../model/impact";
import { migratabilityText } from "../model/migratability";
import { missingNamespaceIn } from "../model/missing-namespace";
import { stateOnly } from "../model/state-only";
import { capacity } from "./capacity";
import { collateral } from "./cascade";
import { downtimeOf } from "./downtime";
import { judge } from "./judge";
import type { Judged } from "./judged";
import type { Judgement } from "./judgement";
import { linesOf } from "./lines";
import { mobility } from "./mobility";
import { type Diagnostic, nameOfUrn, type Preview, type Step } from "./preview";
import { type Refusal, refusals, stackOfUrn } from "./refusals";
import type { Report, ReportItem, ReportNote, Verdict } from "./report";
import { machineKey, namespaceKey, ofKind, type Scene, sceneOf } from "./scene";
import { shownText, withoutSecrets } from "./secrets";
import { placeText, type Thing, thingOf } from "./thing";

/** What a preview means for machines and for data. */
export function reportOf(preview: Preview): Report {
    const scene = sceneOf(preview);
    const refused = refusals(preview, scene);
    const judged = merged([
        ...preview.steps.flatMap((step) => judgedStep(step, scene)),
        ...collateral(scene).map(({ thing, judgement }) => judgedThing(thing, judgement)),
        ...refused.map((refusal) => judgedRefusal(refusal, scene)),
    ]);
    const impactOfUrn = new Map(judged.map(({ item }) => [item.urn, item.impact]));
    const notes = (pick: (one: Judged) => readonly string[]): readonly ReportNote[] =>
        judged.flatMap((one) =>
            pick(one).map((why) => ({ urn: one.item.urn, place: shortPlace(one.item), why })),
        );
    const items = judged.map(({ item }) => item);
    const lines = linesOf(judged, scene);
    const unknown = notes(({ isUnknown, item }) => (isUnknown ? [item.why] : []));
    const approval = [
        ...notes(({ item, thing }) => (needsApproval(item, thing) ? [item.why] : [])),
        ...notes(({ approve }) => approve),
        ...unknown.filter(({ urn }) => impactOfUrn.get(urn) !== "data-loss"),
    ];
    return withoutSecretsIn(preview.secrets, {
        verdict: verdictOf(items, approval),
        stack: stackOfUrn(preview.steps[0]?.urn ?? refused[0]?.urn ?? ""),
        items,
        lines,
        capacity: capacity(scene, (urn) => impactOfUrn.get(urn) === "gone-data-kept"),
        downtime: downtimeOf(judged, lines, scene),
        migratable: ofKind(scene.after, machineKey).map((machine) => {
            const found = mobility(machine, scene);
            const why = found.migratable
                ? found.notes.map(({ field, note }) => `${field} ${note}`).join("; ")
                : "";
            return {
                machine: placeText(machine),
                migratable: found.migratable,
                why: found.migratable
                    ? why
                    : migratabilityText(found).replace(/^cannot move: /, ""),
            };
        }),
        approval,
        unknown,
        refused: notes(({ refused: whys }) => whys),
        unread: unreadIn(preview),
        absent: absentIn(preview, scene),
        isPartial: preview.diagnostics.some(({ severity }) => severity === "error"),
        isWhole: preview.isWhole,
    });
}

/** Clusters that the program could not look at, in its own words. */
function unreadIn({ diagnostics }: Preview): readonly string[] {
    return said(diagnostics.filter(({ message }) => message.trimEnd().endsWith(stateOnly)));
}

/** Namespaces that an update needs and nobody makes, in the program's words. */
function absentIn({ diagnostics }: Preview, scene: Scene): readonly string[] {
    const made = new Set(ofKind(scene.after, namespaceKey).map(({ name }) => name));
    return said(
        diagnostics.filter(({ message }) => {
            const namespace = missingNamespaceIn(message);
            return namespace !== undefined && !made.has(namespace);
        }),
    );
}

function said(diagnostics: readonly Diagnostic[]): readonly string[] {
    return [
        ...new Set(diagnostics.map(({ message }) => message.replace(/^warning: /i, "").trim())),
    ];
}

function judgedStep(step: Step, scene: Scene): readonly Judged[] {
    const judgement = judge(step, scene);
    const thing = thingOf(step.urn, step.old ?? step.now);
    if (judgement === undefined) {
        return [];
    }
    return [
        thing === undefined
            ? {
                  ...about(itemOf(otherPlace(step), judgement), judgement),
                  thing,
                  isMain: false,
              }
            : judgedThing(thing, judgement),
    ];
}

function judgedThing(thing: Thing, judgement: Judgement): Judged {
    const { urn, kind, namespace, name } = thing;
    const place = { urn, kind, namespace, name: name === "" ? nameOfUrn(urn) : name };
    return {
        ...about(itemOf(place, judgement), judgement),
        thing,
        isMain: !thing.isPatch && /^(VirtualMachine|DataVolume|PersistentVolumeClaim)$/.test(kind),
    };
}

function judgedRefusal({ why, ...place }: Refusal, scene: Scene): Judged {
    const state = scene.states.get(place.urn);
    return {
        item: { ...place, impact: "refused", why },
        thing: thingOf(place.urn, state),
        isMain: true,
        isUnknown: false,
        approve: [],
        refused: [why],
    };
}

function about(
    item: ReportItem,
    { isUnknown, approve }: Judgement,
): Omit<Judged, "thing" | "isMain"> {
    return {
        item,
        isUnknown: isUnknown === true,
        approve: approve === undefined ? [] : [approve],
        refused: item.impact === "refused" ? [item.why] : [],
    };
}

function itemOf(
    place: Pick<ReportItem, "urn" | "kind" | "namespace" | "name">,
    { impact, why }: Judgement,
): ReportItem {
    return { ...place, impact, why };
}

/** A chart, a provider, or something that nobody here knows. */
function otherPlace({
    urn,
    type,
    old,
    now,
}: Step): Pick<ReportItem, "urn" | "kind" | "namespace" | "name"> {
    const inputs = (old ?? now)?.inputs ?? {};
    const isProvider = type.startsWith("pulumi:providers:");
    return {
        urn,
        kind: isProvider ? "Provider" : (type.split(":").at(-1) ?? type),
        namespace: isProvider ? "" : (shownText(inputs["namespace"]) ?? ""),
        name: isProvider ? nameOfUrn(urn) : (shownText(inputs["name"]) ?? nameOfUrn(urn)),
    };
}

/**
 * One item a resource: the worst that happens to it. What the preview refuses cannot happen as it is planned, and says so in place of
 * what was planned.
 */
function merged(judged: readonly Judged[]): readonly Judged[] {
    const byUrn = new Map<string, Judged[]>();
    for (const one of judged) {
        byUrn.set(one.item.urn, [...(byUrn.get(one.item.urn) ?? []), one]);
    }
    return [...byUrn.values()].map((all) => {
        const impacts = all.map(({ item }) => item.impact);
        const refusal = all.findLast(({ item }) => item.impact === "refused");
        const impact = refusal === undefined ? heaviest(impacts) : "refused";
        const decisive = all.filter(({ item }) => item.impact === impact);
        const [first] = all as [Judged, ...Judged[]];
        const [chosen = first] = decisive;
        const whys = [...new Set(decisive.map(({ item }) => item.why))];
        const isList = whys.length > 1 && chosen.item.kind === "Stack";
        return {
            ...chosen,
            thing: chosen.thing ?? first.thing,
            item: {
                ...chosen.item,
                why: isList ? `${String(whys.length)} problems` : whys.join("; "),
            },
            isMain: all.some(({ isMain }) => isMain),
            isUnknown: refusal === undefined && all.some(({ isUnknown }) => isUnknown),
            approve:
                refusal === undefined ? [...new Set(all.flatMap(({ approve }) => approve))] : [],
            refused: impact !== "refused" ? [] : isList ? whys : [whys.join("; ")],
        };
    });
}

/** What a person has to say yes to: data that goes, and machines that stand still or go. */
function needsApproval({ impact }: ReportItem, thing: Thing | undefined): boolean {
    const isMachine =
        thing?.kind.startsWith("VirtualMachine") === true &&
        !/Migration|Restore|Snapshot|Export|Clone|instancetype|Preference/i.test(thing.kind);
    return (
        /^(restart|replace-vm|data-loss)$/.test(impact) ||
        (impact === "gone-data-kept" && isMachine && !thing.isPatch)
    );
}

function verdictOf(items: readonly ReportItem[], approval: readonly ReportNote[]): Verdict {
    return items.some(({ impact }) => impact === "refused")
        ? "refused"
        : approval.length > 0
          ? "needs-approval"
          : "fine";
}

function shortPlace({ kind, namespace, name }: ReportItem): string {
    return `${kind} ${placeText({ namespace, name })}`;
}

/** Words of the report's own, which stay as they are where a secret is the same word. */
const words = /^(verdict|impact|what)$/;

/** What would move the cursor of a terminal, begin a line or turn the direction of the writing: a name may have it. */
const control = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** Every text of the report in one line, without the secrets of the preview. */
function withoutSecretsIn<T>(secrets: ReadonlySet<string>, value: T): T {
    const clean = (one: unknown): unknown => {
        if (typeof one === "string") {
            return withoutSecrets(one, secrets).replace(control, " ");
        }
        if (Array.isArray(one)) {
            return one.map(clean);
        }
        return typeof one === "object" && one !== null
            ? Object.fromEntries(
                  Object.entries(one).map(([key, item]) => [
                      key,
                      words.test(key) ? item : clean(item),
                  ]),
              )
            : one;
    };
    return clean(value) as T;
}
