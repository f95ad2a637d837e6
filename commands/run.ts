import { UserError } from "../model/user-error";

/** Runs a command's body and ends with its exit code; a {@link UserError} is printed without a stack. */
export function main(body: () => Promise<number>): void {
    body().then(
        (code) => {
            process.exitCode = code;
        },
        (error: unknown) => {
            process.exitCode = 1;
            console.error(error instanceof UserError ? `error: ${error.message}` : saidOf(error));
        },
    );
}

/** A full, read-only or forbidden folder is no fault of the program: a sentence with the path, without a stack. */
function saidOf(error: unknown): unknown {
    const { code, path, message } = error as NodeJS.ErrnoException;
    return path !== undefined && faultsOfFolders.has(code ?? "")
        ? `error: ${message}. See that there is room, and that you may write there.`
        : error;
}

const faultsOfFolders: ReadonlySet<string> = new Set([
    "EACCES",
    "EDQUOT",
    "EISDIR",
    "ENOSPC",
    "ENOTDIR",
    "EPERM",
    "EROFS",
]);
