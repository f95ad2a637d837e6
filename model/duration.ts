const units = { second: 1000, minute: 60_000, hour: 3_600_000 } as const;

type Unit = keyof typeof units;

/** A duration in words: `"90 seconds"`, `"20 minutes"`, `"1 hour"`. */
export type Duration = `${number} ${Unit | `${Unit}s`}`;

/** Why a text is not a duration, with the cure, or undefined when it is one. */
export function durationFault(text: string): { fault: string; cure: string } | undefined {
    const value = parse(text);
    return value !== undefined && value > 0
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is not a duration above zero`,
              cure: `write a number and a unit, such as "90 seconds", "20 minutes" or "2 hours"`,
          };
}

/** The milliseconds of a duration. A text that is none is a bug of the caller: check it with {@link durationFault} first. */
export function millisecondsOf(duration: Duration): number {
    const value = parse(duration);
    if (value === undefined) {
        throw new Error(`${JSON.stringify(duration)} is not a duration`);
    }
    return value;
}

/** Milliseconds as a person says them: "12s", "3m 20s", "1h 5m". */
export function formatElapsed(milliseconds: number): string {
    const seconds = Math.round(milliseconds / 1000);
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    if (hours > 0) {
        return `${String(hours)}h ${String(minutes % 60)}m`;
    }
    return minutes > 0 ? `${String(minutes)}m ${String(seconds % 60)}s` : `${String(seconds)}s`;
}

function parse(text: string): number | undefined {
    const match = /^([0-9]+(?:\.[0-9]+)?) (second|minute|hour)s?$/.exec(text);
    return match === null ? undefined : Number(match[1]) * units[match[2] as Unit];
}
