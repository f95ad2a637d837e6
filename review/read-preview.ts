import { type Fields, isFields } from "../model/machine-difference";
import { UserError } from "../model/user-error";
import { type Diagnostic, type Preview, type State, type Step, typeOfUrn } from "./preview";
import { addSecret, collectSecrets, isSecret } from "./secrets";

/**
 * Reads what `pulumi preview --json` prints (Pulumi pkg/display/json.go, PreviewDigest), or its stream of events with
 * `PULUMI_ENABLE_STREAMING_JSON_PREVIEW` (sdk/go/common/apitype/events.go), which `pulumi refresh --json` prints too. What a shell or
 * npm has written before it is passed over.
 *
 * @param from how an error names the input: `preview.json`, `the standard input`.
 */
export function readPreview(text: string, from: string): Preview {
    const begin = /^[ \t\ufeff]*\{/m.exec(text)?.index;
    if (text.trim() === "") {
        throw new UserError(
            `${upper(from)} is empty. Give it what \`pulumi preview --json\` prints.`,
        );
    }
    if (begin === undefined) {
        throw new UserError(
            /Previewing (update|refresh|destroy)|Resources:\s/.test(text)
                ? `${upper(from)} is a preview as people read it. Add --json: pulumi preview --json.`
                : `${upper(from)} has no JSON. Give it what \`pulumi preview --json\` prints.`,
        );
    }
    const values = parsed(text.slice(begin).replace(/^\ufeff/, ""), from);
    const [first] = values;
    if (first !== undefined && eventKeys.some((key) => key in first)) {
        return fromEvents(values, from);
    }
    if (first === undefined || values.length > 1) {
        throw new UserError(
            `${upper(from)} has ${String(values.length)} JSON objects. Give it one preview at a time.`,
        );
    }
    return fromDigest(first, from);
}

/** One object over many lines, or one object a line. */
function parsed(text: string, from: string): readonly Fields[] {
    const whole = jsonOf(text);
    if (isFields(whole)) {
        return [whole];
    }
    // What pulumi writes after its JSON (npm's own words about a failure) is on lines of its own.
    const end = text.lastIndexOf("\n}");
    const cut = end === -1 ? undefined : jsonOf(text.slice(0, end + 2));
    if (isFields(cut)) {
        return [cut];
    }
    const lines = text.split("\n").filter((line) => line.trim().startsWith("{"));
    const values = lines.map(jsonOf);
    const broken = values.findIndex((value) => !isFields(value));
    if (lines.length === 0 || broken === 0) {
        throw new UserError(
            `${upper(from)} is JSON that ends in the middle or is broken. Give it all that \`pulumi preview --json\` prints.`,
        );
    }
    if (broken > 0) {
        throw new UserError(
            `${upper(from)} has events of which number ${String(broken + 1)} is broken: it ends in the middle. Give it all that pulumi prints.`,
        );
    }
    return values.filter(isFields);
}

function jsonOf(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** What else people have, and what they need instead. */
const foreign: readonly (readonly [test: (value: Fields) => boolean, what: string])[] = [
    [
        (value) => isFields(value["deployment"]),
        "the export of a stack, which says what is and not what changes",
    ],
    [
        (value) => "resource_changes" in value || "planned_values" in value,
        "a plan of Terraform, which this command does not read",
    ],
    [
        (value) => "resourcePlans" in value,
        "an update plan (--save-plan), which says less than a preview",
    ],
    [
        (value) => "result" in value && "resources" in value,
        "the summary of --output json, which leaves the values out",
    ],
];

function fromDigest(digest: Fields, from: string): Preview {
    if (Object.keys(digest).length === 0) {
        throw new UserError(
            `${upper(from)} is an empty preview: pulumi ended before it began, and says why in its other output. Run it again without --json.`,
        );
    }
    const other = foreign.find(([test]) => test(digest));
    const isDigest = ["steps", "diagnostics", "changeSummary"].some((key) => key in digest);
    if (other !== undefined || !isDigest) {
        throw new UserError(
            `${upper(from)} is ${other?.[1] ?? "JSON without steps and diagnostics, so it is no preview"}. Give it what \`pulumi preview --json\` prints.`,
        );
    }
    const steps = listOf(digest, "steps", from).map((step, index) =>
        stepOf(step, "oldState", "newState", `${from}, step ${String(index + 1)},`),
    );
    const same = sameIn(digest["changeSummary"]);
    const shown = steps.filter(({ op }) => op === "same").length;
    return preview(
        afterRefresh(steps),
        listOf(digest, "diagnostics", from).map(diagnosticOf),
        shown >= same,
        digest,
    );
}

/** How much of the stack stays as it is, by the engine's own count. */
function sameIn(summary: unknown): number {
    return isFields(summary) && typeof summary["same"] === "number" ? summary["same"] : 0;
}

/** The kinds of events that say that a stream is one. */
const eventKeys = [
    "preludeEvent",
    "resourcePreEvent",
    "resOutputsEvent",
    "diagnosticEvent",
    "summaryEvent",
    "cancelEvent",
    "stdoutEvent",
    "policyLoadEvent",
    "policyEvent",
    "progressEvent",
    "startDebuggingEvent",
    "errorEvent",
];

function fromEvents(events: readonly Fields[], from: string): Preview {
    const steps: Step[] = [];
    const diagnostics: Diagnostic[] = [];
    const refreshed = new Map<string, number>();
    for (const [index, event] of events.entries()) {
        const where = `${from}, event ${String(index + 1)},`;
        const started = metadataOf(event, "resourcePreEvent");
        const done = metadataOf(event, "resOutputsEvent");
        const said = event["diagnosticEvent"];
        const policy = event["policyEvent"];
        if (started !== undefined) {
            const step = stepOf(started, "old", "new", where);
            if (step.op === "refresh") {
                refreshed.set(step.urn, steps.length);
            }
            steps.push(step);
        } else if (done !== undefined) {
            // What a refresh has found is told when it is done.
            const step = stepOf(done, "old", "new", where);
            const at = refreshed.get(step.urn);
            if (at !== undefined) {
                refreshed.delete(step.urn);
                steps[at] = { ...step, op: refreshOp(step.op) };
            }
        } else if (isFields(said) && said["ephemeral"] !== true && said["severity"] !== "debug") {
            diagnostics.push(diagnosticOf(said));
        } else if (isFields(policy) && policy["enforcementLevel"] === "mandatory") {
            diagnostics.push({
                urn: textOf(policy, "resourceUrn"),
                severity: "error",
                message: `Policy ${textOf(policy, "policyName")}: ${plain(textOf(policy, "message"))}`,
            });
        }
    }
    if (!events.some((event) => "summaryEvent" in event || "cancelEvent" in event)) {
        throw new UserError(
            `${upper(from)} has events without the one that ends a preview: it is not all that pulumi printed. Run it again.`,
        );
    }
    const summary = events.map((event) => event["summaryEvent"]).find(isFields);
    const same = sameIn(summary?.["resourceChanges"]);
    const isWhole = steps.filter(({ op }) => op === "same").length >= same;
    return preview(steps, diagnostics, isWhole, events);
}

function metadataOf(event: Fields, kind: string): Fields | undefined {
    const payload = event[kind];
    const metadata = isFields(payload) ? payload["metadata"] : undefined;
    return isFields(metadata) ? metadata : undefined;
}

/** What a refresh has found: that the object is gone, or what it is like, also where the engine sees nothing that is the program's. */
function refreshOp(op: string): string {
    return op === "delete" ? "refresh-delete" : "refresh-update";
}

/** The digest of a refresh has what was found in place of the refresh, where the engine sees a change. */
function afterRefresh(steps: readonly Step[]): readonly Step[] {
    const isRefresh =
        steps.some(({ op }) => op === "refresh") &&
        steps.every(({ op }) => /^(refresh|update|delete)$/.test(op));
    return isRefresh
        ? steps.map((step) => (step.op === "refresh" ? step : { ...step, op: refreshOp(step.op) }))
        : steps;
}

function preview(
    steps: readonly Step[],
    diagnostics: readonly Diagnostic[],
    isWhole: boolean,
    source: unknown,
): Preview {
    const secrets = new Set<string>();
    collectSecrets(source, secrets);
    for (const { old, now } of steps) {
        for (const state of [old, now]) {
            collectSecretName(state, secrets);
        }
    }
    return { steps, diagnostics, isWhole, secrets };
}

/** The id of an object has its name in plain, also where the program says that the name is secret. */
function collectSecretName(state: State | undefined, into: Set<string>): void {
    const [first = "", second] = state?.id.split("/") ?? [];
    const metadata = state?.inputs["metadata"];
    const name = isFields(metadata) ? metadata["name"] : undefined;
    if (isSecret(metadata) || isSecret(name)) {
        addSecret(second ?? first, into);
    }
    if (isFields(metadata) && isSecret(metadata["namespace"]) && second !== undefined) {
        addSecret(first, into);
    }
}

function stepOf(step: unknown, old: string, now: string, where: string): Step {
    const [op, urn] = isFields(step) ? [step["op"], step["urn"]] : [];
    if (!isFields(step) || typeof op !== "string" || typeof urn !== "string") {
        throw new UserError(
            `${upper(where)} has no op and urn: it is not of a preview of Pulumi 3. Make it again with a newer pulumi.`,
        );
    }
    const [before, after] = [stateOf(step[old]), stateOf(step[now])];
    return {
        op,
        urn,
        type: typeOfUrn(urn),
        ...(before === undefined ? {} : { old: before }),
        ...(after === undefined ? {} : { now: after }),
    };
}

function stateOf(value: unknown): State | undefined {
    if (!isFields(value)) {
        return undefined;
    }
    const { inputs, outputs } = value;
    return {
        id: textOf(value, "id"),
        custom: value["custom"] === true,
        parent: textOf(value, "parent"),
        provider: textOf(value, "provider"),
        protect: value["protect"] === true,
        retainOnDelete: value["retainOnDelete"] === true,
        external: value["external"] === true,
        pendingDelete: value["delete"] === true,
        inputs: isFields(inputs) ? inputs : {},
        outputs: isFields(outputs) ? outputs : {},
    };
}

function diagnosticOf(value: unknown): Diagnostic {
    const said = isFields(value) ? value : {};
    return {
        urn: textOf(said, "urn"),
        severity: textOf(said, "severity"),
        message: plain(textOf(said, "message")),
    };
}

/** Without the marks that a terminal's colours are made of. */
function plain(text: string): string {
    return text.replace(/<\{%[^%]*%\}>|\u001b\[[0-9;]*m/g, "").trim();
}

function listOf(fields: Fields, key: string, from: string): readonly unknown[] {
    const value = fields[key] ?? [];
    if (!Array.isArray(value)) {
        throw new UserError(
            `${upper(from)} has ${key} that are no list: it is not of a preview of Pulumi 3. Make it again with a newer pulumi.`,
        );
    }
    return value;
}

function textOf(fields: Fields, key: string): string {
    const value = fields[key];
    return typeof value === "string" ? value : "";
}

function upper(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
