import type { Fields } from "../model/machine-difference";

/** What the engine keeps of a resource, or would keep after the change. */
export interface State {
    readonly id: string;
    readonly custom: boolean;
    readonly parent: string;
    readonly provider: string;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    /** Read, and never owned. */
    readonly external: boolean;
    /** A leftover of a replacement that has yet to be deleted. */
    readonly pendingDelete: boolean;
    readonly inputs: Fields;
    readonly outputs: Fields;
}

/** One thing that the engine would do to a resource. */
export interface Step {
    /** `create`, `update`, `delete`, `replace`, `same` and so on, as the engine says it. */
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    readonly old?: State;
    readonly now?: State;
}

/** What the engine or the program said. */
export interface Diagnostic {
    /** Empty where it is about no resource. */
    readonly urn: string;
    readonly severity: string;
    readonly message: string;
}

/** A preview, whichever form it came in. */
export interface Preview {
    readonly steps: readonly Step[];
    readonly diagnostics: readonly Diagnostic[];
    /** Whether what stays as it is, is in it too: claims of a class, machines of a disk. */
    readonly isWhole: boolean;
    /** Every secret text that is in it in plain, so that a report can leave it out. */
    readonly secrets: ReadonlySet<string>;
}

/** `kubernetes:core/v1:Namespace` of `urn:pulumi:s::p::parent$kubernetes:core/v1:Namespace::name`. */
export function typeOfUrn(urn: string): string {
    return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

/** What the program calls a resource. */
export function nameOfUrn(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
