/** A piece of a program that is no value: a variable, a call. */
export class Code {
    constructor(readonly text: string) {}
}

/** A value as TypeScript. The formatter lays it out; fields without a value are left out. */
export function code(value: unknown): string {
    if (value instanceof Code) {
        return value.text;
    }
    if (Array.isArray(value)) {
        return `[${value.map(code).join(", ")}]`;
    }
    if (typeof value === "object" && value !== null) {
        const fields = Object.entries(value)
            .filter(([, one]) => one !== undefined)
            .map(([key, one]) =>
                one instanceof Code && one.text === key ? key : `${fieldName(key)}: ${code(one)}`,
            );
        return `{ ${fields.join(", ")} }`;
    }
    return JSON.stringify(value);
}

function fieldName(key: string): string {
    return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** Names for variables, each once: `web-root` is `webRoot`. */
export class Variables {
    readonly #taken: Set<string>;

    constructor(taken: readonly string[]) {
        this.#taken = new Set([...words, ...taken]);
    }

    /** @param kind what it is, where its name alone is taken or cannot be a variable's. */
    name(text: string, kind: string): string {
        const plain = camel(text);
        const first = /^[a-z]/.test(plain) ? plain : camel(`${kind}-${text}`);
        const candidates = [first, camel(`${text}-${kind}`)];
        for (let number = 2; ; number += 1) {
            const free = candidates.find((one) => /^[a-z]/.test(one) && !this.#taken.has(one));
            if (free !== undefined) {
                this.#taken.add(free);
                return free;
            }
            candidates.push(camel(`${kind}-${text}-${String(number)}`));
        }
    }
}

function camel(text: string): string {
    return text
        .toLowerCase()
        .replace(/[^a-z0-9]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
        .replace(/[^a-z0-9]+$/i, "");
}

/** What no variable can be called, and what the program has already. */
const words = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function " +
    "if implements import in instanceof interface let new null package private protected public return static super switch this throw true " +
    "try typeof undefined var void while with yield as of process module require exports global"
).split(" ");
