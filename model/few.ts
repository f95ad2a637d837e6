/** As many of some texts as a person reads, and how many there are beside them. */
export function few(texts: readonly string[], shown: number): string {
    const more = texts.length - shown;
    return `${texts.slice(0, shown).join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}
