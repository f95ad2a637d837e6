/** Whether an error carries one of Node's system codes, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
    return error instanceof Error && "code" in error && error.code === code;
}
