/**
 * The word of a list that somebody who wrote this text probably meant, or undefined when none is near: upper and lower case
 * count as the same, and at most a third of the letters may differ.
 */
export function nearest(text: string, words: readonly string[]): string | undefined {
    const wanted = text.toLowerCase();
    let best: string | undefined;
    let least = Math.floor(text.length / 3) + 1;
    for (const word of words) {
        const edits = distance(wanted, word.toLowerCase());
        if (edits < least) {
            best = word;
            least = edits;
        }
    }
    return best;
}

/** Words by how near they are to a text, the nearest first. */
export function byNearness(text: string, words: readonly string[]): readonly string[] {
    const edits = (word: string) => distance(text.toLowerCase(), word.toLowerCase());
    return words.toSorted((one, other) => edits(one) - edits(other) || one.localeCompare(other));
}

/** How many letters have to be added, left out or exchanged (Levenshtein). */
function distance(one: string, other: string): number {
    let row = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (let i = 1; i <= one.length; i += 1) {
        const next = [i];
        for (let j = 1; j <= other.length; j += 1) {
            const exchanged = (row[j - 1] ?? 0) + Number(one[i - 1] !== other[j - 1]);
            next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, exchanged));
        }
        row = next;
    }
    return row[other.length] ?? 0;
}
