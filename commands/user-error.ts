import { SandboxFault } from "../sandbox/fault";

/** A problem that the user can mend: its text is all there is to say. */
export class UserError extends Error {}

/** Runs a command's body; a {@link UserError} is printed without a stack. */
export function main(body: () => Promise<number>): void {
    body().then(
        (code) => {
            process.exitCode = code;
        },
        (error: unknown) => {
            process.exitCode = 1;
            console.error(
                error instanceof UserError || error instanceof SandboxFault
                    ? `error: ${error.message}`
                    : error,
            );
        },
    );
}
