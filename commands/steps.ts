import { formatElapsed } from "../model/duration";

/** How long each step of a command took, to print at its end. */
export class Steps {
    readonly #taken: { readonly name: string; readonly ms: number }[] = [];

    async time<T>(name: string, step: () => Promise<T> | T): Promise<T> {
        const start = performance.now();
        try {
            return await step();
        } finally {
            this.#taken.push({ name, ms: performance.now() - start });
        }
    }

    /** `sandbox 6.2s, update 14s, 21s in all`. */
    text(): string {
        const total = this.#taken.reduce((sum, step) => sum + step.ms, 0);
        const steps = this.#taken.map((step) => `${step.name} ${seconds(step.ms)}`);
        return [...steps, `${seconds(total)} in all`].join(", ");
    }
}

function seconds(ms: number): string {
    return ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : formatElapsed(ms);
}
