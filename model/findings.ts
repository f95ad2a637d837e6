import { type Problem, Problems } from "./problems";

/** What a check has to say: what cannot stay as it is, and what works but should be known. */
export interface Findings {
    readonly problems: readonly Problem[];
    readonly warnings: readonly Problem[];
}

/** Nothing to say. */
export const noFindings: Findings = { problems: [], warnings: [] };

/** Collects both kinds, so that a user sees all of them at once. */
export class Check implements Findings {
    readonly #problems = new Problems();
    readonly #warnings = new Problems();

    get problems(): readonly Problem[] {
        return this.#problems.all;
    }

    get warnings(): readonly Problem[] {
        return this.#warnings.all;
    }

    /** What has to be put right. */
    refuse(field: string, fault: string, cure: string): void {
        this.#problems.add(field, fault, cure);
    }

    /** What works, and should be known. */
    warn(field: string, fault: string, cure: string): void {
        this.#warnings.add(field, fault, cure);
    }

    /** The same, for a check that answers with a fault or nothing. */
    refuseIf(field: string, fault: { fault: string; cure: string } | undefined): void {
        this.#problems.addIf(field, fault);
    }

    /** Refuses a word that is none of those that an operator knows. */
    refuseUnknown(
        field: string,
        word: string | undefined,
        known: readonly string[],
        who: string,
    ): void {
        if (word !== undefined && !known.includes(word)) {
            this.refuse(
                field,
                `is ${JSON.stringify(word)}, which ${who} does not know`,
                `write one of ${known.join(", ")}`,
            );
        }
    }

    /** Takes over what another check found of the same arguments. */
    addAll({ problems = [], warnings = [] }: Partial<Findings>): void {
        this.#problems.all.push(...problems);
        this.#warnings.all.push(...warnings);
    }

    /** Takes over what a part's check found, whose fields are named from the part's own place. */
    addFrom(place: string, findings: Findings): void {
        this.#problems.addFrom(place, findings.problems);
        this.#warnings.addFrom(place, findings.warnings);
    }
}
