import * as pulumi from "@pulumi/pulumi";

/** How loud something is said. */
export type Severity = "info" | "warn" | "error";

/** Brings a text to the user, on the line of the resource it is about. Passing texts are replaced by the next one where that can be. */
export type Speaker = (
    severity: Severity,
    text: string,
    resource: pulumi.Resource,
    passing: boolean,
) => void;

let speaker: Speaker = (severity, text, resource, passing) => {
    void pulumi.log[severity](text, resource, undefined, passing);
};

/** Says something that stays: a diagnosis, a warning, which cluster is changed. */
export function say(severity: Severity, text: string, resource: pulumi.Resource): void {
    speaker(severity, text, resource, false);
}

/** Says how a wait stands: in place on a terminal, as a line of its own elsewhere. */
export function sayProgress(text: string, resource: pulumi.Resource): void {
    speaker("info", text, resource, true);
}

/** Has everything said another way, and answers the way before. For whoever runs programs without the engine. */
export function speakThrough(other: Speaker): Speaker {
    const before = speaker;
    speaker = other;
    return before;
}
