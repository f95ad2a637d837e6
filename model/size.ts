const units = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;

type Unit = keyof typeof units;

/** A binary size: `"512Mi"`, `"40Gi"`, `"1.5Ti"`. Decimal units (GB) are refused: they mean less than people expect. */
export type Size = `${number}${Unit}`;

/** Why a text is not a size, with the cure, or undefined when it is one. */
export function sizeFault(text: string): { fault: string; cure: string } | undefined {
    const parsed = parse(text);
    if (parsed === undefined) {
        return {
            fault: `is ${JSON.stringify(text)}, which is not a binary size`,
            cure: decimalCure(text) ?? `write a number and Mi, Gi or Ti, such as "40Gi"`,
        };
    }
    if (!Number.isSafeInteger(parsed) || parsed < units.Mi) {
        return {
            fault: `is ${JSON.stringify(text)}, which is not a whole number of bytes of at least 1Mi`,
            cure: `write a size such as "40Gi"`,
        };
    }
    return undefined;
}

/** The bytes of a size. A text that is no size is a bug of the caller: check it with {@link sizeFault} first. */
export function bytesOf(size: Size): number {
    const fault = sizeFault(size);
    if (fault !== undefined) {
        throw new Error(`size ${fault.fault}`);
    }
    return parse(size) as number;
}

/** The smallest size that somebody can write for so many bytes: "10Gi", "10855Mi". */
export function sizeFor(bytes: number): Size {
    const unit = (["Ti", "Gi"] as const).find((one) => bytes > 0 && bytes % units[one] === 0);
    return unit === undefined
        ? `${Math.max(1, Math.ceil(bytes / units.Mi))}Mi`
        : `${bytes / units[unit]}${unit}`;
}

/** Bytes in the largest binary unit that keeps them readable: 10737418240 is "10Gi", 11381663335 is "10.6Gi". */
export function formatBytes(bytes: number): string {
    for (const unit of ["Ti", "Gi", "Mi"] as const) {
        if (bytes >= units[unit]) {
            return `${String(Number((bytes / units[unit]).toFixed(1)))}${unit}`;
        }
    }
    return `${String(bytes)} bytes`;
}

/**
 * The bytes of any Kubernetes quantity of storage, as the API server answers it: "10Gi", "10737418240", "10G", "1e9".
 * Source: k8s.io/apimachinery/pkg/api/resource/quantity.go.
 */
export function quantityBytes(quantity: string): number | undefined {
    const match =
        /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(m|Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E|[eE][+-]?[0-9]+)?$/.exec(
            quantity,
        );
    if (match === null) {
        return undefined;
    }
    const suffix = match[2] ?? "";
    return Number(match[1]) * (suffixes[suffix] ?? Number(`1${suffix}`));
}

const suffixes: Readonly<Record<string, number>> = {
    "": 1,
    m: 1e-3,
    Ki: 2 ** 10,
    ...units,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
};

function parse(text: string): number | undefined {
    const match = /^([0-9]+(?:\.[0-9]+)?)(Mi|Gi|Ti)$/.exec(text);
    return match === null ? undefined : Number(match[1]) * units[match[2] as Unit];
}

/** What somebody who wrote "40GB" or "40G" probably means. */
function decimalCure(text: string): string | undefined {
    const match = /^([0-9]+(?:\.[0-9]+)?)\s*([MGT])i?B?$/i.exec(text);
    if (match === null) {
        return undefined;
    }
    const unit = `${(match[2] as string).toUpperCase()}i` as Unit;
    const decimal = { Mi: 1e6, Gi: 1e9, Ti: 1e12 }[unit];
    const under = Math.floor((Number(match[1]) * decimal) / units[unit]);
    const stay = under > 0 && /B?$/i.test(text) && !/i/i.test(text);
    return `write "${match[1] as string}${unit}"${stay ? ` (or "${String(under)}${unit}" to stay under ${text})` : ""}`;
}
