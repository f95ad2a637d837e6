/** One thing that is wrong with a component's arguments. */
export interface Problem {
    /** The argument, as the user writes it: `size`, `disks[2].image`. */
    readonly field: string;
    /** What is wrong with it, with the value and the limit: "is \"40GB\", which is not a binary size". */
    readonly fault: string;
    /** What to do about it, in the imperative: "write \"40Gi\"". */
    readonly cure: string;
}

/** What is named where all that was given is wrong: the arguments of a component; of a part, the part's own place. */
export const whole = "args";

/** Collects every problem of a component, so that a user sees all of them at once. */
export class Problems {
    readonly all: Problem[] = [];

    add(field: string, fault: string, cure: string): void {
        this.all.push({ field, fault, cure });
    }

    /** The same, for a check that answers with a fault or nothing. */
    addIf(field: string, fault: { fault: string; cure: string } | undefined): void {
        if (fault !== undefined) {
            this.add(field, fault.fault, fault.cure);
        }
    }

    /** Adds a word that is none of those that there are. */
    addUnknown(field: string, value: string | undefined, known: readonly string[]): void {
        if (value !== undefined && !known.includes(value)) {
            this.add(
                field,
                `is ${JSON.stringify(value)}, which is none of ${known.join(", ")}`,
                "write one of them",
            );
        }
    }

    /** Takes over the problems of a part, whose fields are named from the part's own place. */
    addFrom(place: string, problems: readonly Problem[]): void {
        for (const problem of problems) {
            const field = problem.field === whole ? place : `${place}.${problem.field}`;
            this.add(field, problem.fault, problem.cure);
        }
    }
}

/** `Disk "db": size is "40GB", which is not a binary size. Write "40Gi".`, one line a problem. */
export function problemsText(kind: string, name: string, problems: readonly Problem[]): string {
    return problems
        .map((problem) => {
            const cure = problem.cure.charAt(0).toUpperCase() + problem.cure.slice(1);
            return `${kind} "${name}": ${problem.field} ${problem.fault}. ${cure}.`;
        })
        .join("\n");
}
