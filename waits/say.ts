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

interface Message {
    readonly severity: Severity;
    readonly text: string;
}

/** What is about a resource that is not registered yet. */
const held = new Set<Message>();

/**
 * The SDK sends messages one after the other, each when its resource is registered (sdk/nodejs/runtime/settings.ts and log/log.ts):
 * one about a resource that never is would keep back all that follow. So each waits for its resource here.
 */
let speaker: Speaker = (severity, text, resource, passing) => {
    const message = { severity, text };
    if (!passing) {
        held.add(message);
    }
    resource.urn.apply(() => {
        if (held.delete(message) || passing) {
            void pulumi.log[severity](text, resource, undefined, passing);
        }
    });
};

/** Says what is held back for resources that will never be: what they depend on was refused, or has failed. */
export function sayHeld(): void {
    for (const { severity, text } of held) {
        void pulumi.log[severity](text);
    }
    held.clear();
}

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
