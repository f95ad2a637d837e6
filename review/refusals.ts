import { placeOfOrigin } from "../model/disk-origin";
import type { Diagnostic, Preview } from "./preview";
import { nameOfUrn, typeOfUrn } from "./preview";
import { shownText } from "./secrets";
import type { Scene } from "./scene";
import { type Thing, thingOf } from "./thing";

/** What a preview did not go through with, and why. */
export interface Refusal {
    readonly urn: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly why: string;
}

/** What the engine says at the end of any failure, and what our program sums up: what is behind it is said at its own place. */
const summary =
    /^(error: )?(preview failed|update failed|refresh failed|the (preview|update) was canceled|resource monitor shut down.*|[0-9]+ problems, explained where they are[^]*|[A-Za-z]+ "[^"]*" is refused|[^]*grpc: the client connection is closing)\s*$/i;

/**
 * What the preview did not go through with, by resource: what the engine, the provider, the cluster or the program refuses. The problems
 * of a stack's environment come all in one message, one a line.
 */
export function refusals(preview: Preview, scene: Scene): readonly Refusal[] {
    const errors = preview.diagnostics.filter(({ severity }) => severity === "error");
    const telling = errors.filter(({ message }) => !summary.test(message));
    const counted = telling.length > 0 ? telling : errors;
    const places = new Map<string, Refusal>();
    const ofStack: Refusal[] = [];
    for (const error of counted) {
        const place = placeOf(error, preview, scene);
        const problems = error.message.split(/\n(?=Stack ")/);
        if (problems.length > 1) {
            ofStack.push(...problems.map((problem) => ({ ...place, why: sentence(problem) })));
            continue;
        }
        const before = places.get(place.urn);
        const why =
            before === undefined
                ? sentence(error.message)
                : joined(before.why, sentence(error.message));
        places.set(place.urn, { ...place, why });
    }
    return [...places.values(), ...ofStack];
}

function joined(one: string, other: string): string {
    return one.includes(other) ? one : `${one} ${other}`;
}

/** A message in one line, without the words that the engine puts before it. */
function sentence(message: string): string {
    const text = message
        .replace(/^(error|warning): /i, "")
        .replace(/^(Preview|Update) failed: /, "")
        .replace(/^[0-9]+ errors? occurred:\s*\*\s*/, "")
        .replace(/\s*\n\s*/g, " ")
        .replace(/`pulumi state unprotect [^`]*`/g, "`pulumi state unprotect`")
        .trim();
    return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const longest = 700;

function placeOf({ urn }: Diagnostic, { steps }: Preview, scene: Scene): Omit<Refusal, "why"> {
    const root = steps.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
    if (urn === "" || urn === root || typeOfUrn(urn) === "pulumi:pulumi:Stack") {
        const at = urn === "" ? root : urn;
        return { urn: at, kind: "Stack", namespace: "", name: stackOfUrn(at) };
    }
    const step = steps.find((one) => one.urn === urn);
    const state = step?.old ?? step?.now ?? scene.states.get(urn);
    const thing = thingOf(urn, state) ?? childOf(urn, scene);
    const kind = typeOfUrn(urn).split(":").at(-1) ?? "";
    const origin = placeOfOrigin(shownText(state?.inputs["origin"]));
    return {
        urn,
        kind: thingOf(urn, state)?.kind ?? kind.replace(/Patch$/, ""),
        namespace: thing?.namespace ?? origin?.namespace ?? "",
        name: thing?.name ?? origin?.name ?? nameOfUrn(urn),
    };
}

/** The object that a component is about: its machine or its disk, and not what stands beside it. */
export function childOf(component: string, scene: Scene): Thing | undefined {
    const children = [...scene.before, ...scene.after].filter(
        ({ state, isPatch }) => state.parent === component && !isPatch,
    );
    return (
        children.find(({ kind }) => kind === "VirtualMachine") ??
        children.find(({ kind }) => /^(DataVolume|PersistentVolumeClaim)$/.test(kind))
    );
}

/** `production` of `urn:pulumi:production::project::…`. */
export function stackOfUrn(urn: string): string {
    return urn.split("::")[0]?.split(":").at(-1) ?? "";
}
