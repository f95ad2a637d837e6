/** Whether a text is what a pattern says: `*` stands for any characters but a slash. */
export function fits(text: string, pattern: string): boolean {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join("[^/]*")}$`).test(text);
}
