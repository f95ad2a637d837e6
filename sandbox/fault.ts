/** Something the user can put right: shown as its text alone, without a stack. */
export class SandboxFault extends Error {
    override readonly name = "SandboxFault";
}

/** Whether an error carries one of Node's system codes, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
    return error instanceof Error && "code" in error && error.code === code;
}
