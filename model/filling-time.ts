import { type Duration, millisecondsOf } from "./duration";
import { bytesOf, type Size } from "./size";

const minute = 60_000;
/** Slower than any healthy network: what is slower is worth a look. */
const bytesPerSecond = 10 * 2 ** 20;

/** How long it may take to fill a disk of a size, in milliseconds: what the program says, or by its size. */
export function fillWithin(size: Size, readyWithin: Duration | undefined): number {
    return readyWithin === undefined
        ? Math.max(30 * minute, (bytesOf(size) / bytesPerSecond) * 1000)
        : millisecondsOf(readyWithin);
}
