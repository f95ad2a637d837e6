import { UserError } from "../model/user-error";

/** Runs a command's body and ends with its exit code; a {@link UserError} is printed without a stack. */
export function main(body: () => Promise<number>): void {
    body().then(
        (code) => {
            process.exitCode = code;
        },
        (error: unknown) => {
            process.exitCode = 1;
            console.error(error instanceof UserError ? `error: ${error.message}` : error);
        },
    );
}
