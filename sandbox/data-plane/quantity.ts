/** Kubernetes' quantities as exact numbers. Source: k8s.io/apimachinery/pkg/api/resource/quantity.go. */

const nano = 10n ** 9n;

const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;

const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(n|u|m|k|M|G|T|P|E|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** What a quantity is worth, in billionths; undefined when it is none. */
export function billionths(text: string): bigint | undefined {
    const match = pattern.exec(text);
    if (match === null) {
        return undefined;
    }
    const [, sign, number = "0", suffix = ""] = match;
    const [whole = "", rest = ""] = number.split(".");
    const digits = BigInt(`${whole}${rest}` || "0");
    const [factor, divisor] = factorOf(suffix);
    const value = roundedUp(digits * factor * nano, divisor * 10n ** BigInt(rest.length));
    return sign === "-" ? -value : value;
}

/** What a quantity is worth as a whole number, rounded up; nothing and what is no quantity count as 0. */
export function wholeValue(text: string | undefined): number {
    const value = billionths(text ?? "") ?? 0n;
    return Number(value < 0n ? value / nano : roundedUp(value, nano));
}

/** A quantity as the API's own programs write it again: "2048Mi" is "2Gi", "0.5" is "500m". What is none stays. */
export function canonicalQuantity(text: string): string {
    const value = billionths(text);
    const suffix = pattern.exec(text)?.[3] ?? "";
    if (value === undefined || /^[eE]/.test(suffix)) {
        return text;
    }
    const small = value > -1024n * nano && value < 1024n * nano;
    const isBinary = suffix.endsWith("i") && !small && value % nano === 0n;
    return isBinary ? shortest(value / nano, 1024n, binary) : shortest(value, 1000n, decimal);
}

function shortest(value: bigint, step: bigint, suffixes: readonly string[]): string {
    let left = value;
    let at = 0;
    while (left !== 0n && left % step === 0n && at < suffixes.length - 1) {
        left /= step;
        at += 1;
    }
    return left === 0n ? "0" : `${left}${suffixes[at] ?? ""}`;
}

function factorOf(suffix: string): [bigint, bigint] {
    if (suffix.endsWith("i")) {
        return [1024n ** BigInt(binary.indexOf(suffix as (typeof binary)[number])), 1n];
    }
    const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
    const power =
        exponent === undefined
            ? 3 * (decimal.indexOf(suffix as (typeof decimal)[number]) - 3)
            : Number(exponent);
    return power < 0 ? [1n, 10n ** BigInt(-power)] : [10n ** BigInt(power), 1n];
}

function roundedUp(value: bigint, divisor: bigint): bigint {
    return (value + divisor - 1n) / divisor;
}
