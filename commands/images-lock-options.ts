import { parsed } from "./options";

/** What `npm run images:lock` is told. */
export interface LockOptions {
    readonly help: boolean;
    /** Only compare. */
    readonly check: boolean;
    /** The stack whose images are meant; absent: those of all. */
    readonly stack: string | undefined;
    readonly username: string | undefined;
    /** Images to lock; none: all. */
    readonly names: readonly string[];
}

/** Reads the arguments; unknown ones are an error, not ignored. */
export function readLockOptions(args: readonly string[]): LockOptions {
    const { values, positionals } = parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            help: { type: "boolean", short: "h", default: false },
            check: { type: "boolean", default: false },
            stack: { type: "string", short: "s" },
            username: { type: "string", short: "u" },
        },
    });
    return {
        help: values.help,
        check: values.check,
        stack: values.stack,
        username: values.username,
        names: positionals,
    };
}
