import type { Cause } from "./verdict";

/** What a driver says when it cannot make a volume, and what that means. A backend brings a table of them. */
export interface ProvisioningFault {
    /** Matches the message of the claim's ProvisioningFailed event. */
    readonly message: RegExp;
    readonly cause: Cause;
    /** A plain sentence; `$1` and the like stand for what the expression caught. */
    readonly what: string;
    /** What to do about it, with `$1` and the like as well. */
    readonly cure: string;
    /** How long it is given to go away by itself. */
    readonly graceMs: number;
}
