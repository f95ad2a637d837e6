import type * as pulumi from "@pulumi/pulumi";
import type { Severity } from "../../waits/say";

/** What the display writes to. */
export interface Terminal {
    readonly isTTY?: boolean;
    write(text: string): unknown;
}

/** Shows what a run says: on a terminal one line per resource that is updated in place, elsewhere plain lines. */
export class Display {
    readonly #terminal: Terminal;
    readonly #passing = new Map<string, string>();
    #drawn = 0;

    constructor(terminal: Terminal) {
        this.#terminal = terminal;
    }

    /** A line that stays. */
    line(text: string): void {
        this.#erase();
        this.#terminal.write(`${text}\n`);
        this.#draw();
    }

    /** What the waits say about a resource. */
    said(severity: Severity, text: string, resource: pulumi.Resource, passing: boolean): void {
        resource.urn.apply((urn) => {
            const name = urn.split("::").at(-1) ?? urn;
            if (!passing) {
                this.line(severity === "info" ? `   ${name}: ${text}` : `${severity}: ${text}`);
            } else if (this.#terminal.isTTY === true) {
                this.#passing.set(name, text);
                this.#erase();
                this.#draw();
            } else {
                this.line(`   ${name}: ${text}`);
            }
        });
    }

    #erase(): void {
        if (this.#drawn > 0) {
            this.#terminal.write(`\x1b[${String(this.#drawn)}A\x1b[J`);
            this.#drawn = 0;
        }
    }

    #draw(): void {
        for (const [name, text] of this.#passing) {
            this.#terminal.write(`   ${name}: ${text}\n`);
        }
        this.#drawn = this.#passing.size;
    }
}
