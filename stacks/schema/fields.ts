import { z } from "zod";
import { type Duration, durationFault } from "../../model/duration";
import { nameFault } from "../../model/names";
import { type Size, sizeFault } from "../../model/size";
import type { Fault } from "../../model/source-fields";

/** What an editor shows of a field beside what it is for. */
interface Notes {
    readonly unit?: string;
    readonly example?: unknown;
}

/** A field that has to be given. */
export function required<S extends z.ZodType>(schema: S, purpose: string, notes: Notes = {}): S {
    return described(schema, purpose, notes);
}

/** A field that may be left out, with what counts then. */
export function optional<S extends z.ZodType>(
    schema: S,
    purpose: string,
    otherwise: string,
    notes: Notes = {},
): z.ZodExactOptional<S> {
    return described(schema.exactOptional(), `${purpose}\n\nDefault: ${otherwise}`, notes);
}

function described<S extends z.ZodType>(schema: S, text: string, { unit, example }: Notes): S {
    return schema.meta({
        description: unit === undefined ? text : `${text}\n\nUnit: ${unit}`,
        ...(example === undefined ? {} : { examples: [example] }),
    });
}

/** What a check found beyond what a JSON schema can say: editors accept it, and the parser does not. */
export interface IssueParams {
    readonly cure: string;
    readonly beyondSchema?: boolean;
}

/**
 * A text that a function of `model/` judges. The pattern is what editors know of its rule; where the pattern lets pass what the
 * function refuses, the parser alone says so.
 */
function judged<T extends string>(
    judge: (text: string) => Fault | undefined,
    pattern: RegExp,
    length: { readonly maxLength?: number } = {},
): z.ZodType<T, T> {
    const { maxLength = Infinity } = length;
    return z
        .string()
        .check(({ value, issues }) => {
            const found = judge(value);
            if (found !== undefined) {
                const passes = pattern.test(value) && value.length <= maxLength;
                const params: IssueParams = { cure: found.cure, beyondSchema: passes };
                issues.push({ code: "custom", input: value, message: found.fault, params });
            }
        })
        .meta({ pattern: pattern.source, ...length }) as unknown as z.ZodType<T, T>;
}

/** `"40Gi"`. */
export const size = judged<Size>(sizeFault, /^[0-9]+(\.[0-9]+)?(Mi|Gi|Ti)$/);

/** `"20 minutes"`. */
export const duration = judged<Duration>(
    durationFault,
    /^[0-9]+(\.[0-9]+)? (second|minute|hour)s?$/,
);

export const sizeUnit = "binary size: Mi, Gi or Ti";
export const durationUnit = 'duration: "90 seconds", "20 minutes", "2 hours"';

/** A name that Kubernetes takes for machines, claims and namespaces. */
export const name = judged<string>(nameFault, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
    maxLength: 63,
});

/** A text with something in it. */
export const text = z.string().min(1);

export const texts = z.array(text);
export const flag = z.boolean();
export const labels = z.record(z.string(), z.string());

/** Fields in the words of somebody else: a chart's values, the spec of an object. */
export const free = z.record(z.string(), z.unknown());

/** A whole number. */
export function count(least: number, most?: number): z.ZodNumber {
    const number = z.number().int().min(least);
    return most === undefined ? number : number.max(most);
}

/** Name of a key of the configuration. */
const secretKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/);

/** A value that is in no file as plain text: the environment names the Pulumi secret that has it. */
export const secret = z.strictObject({
    secret: required(
        secretKey,
        "Key of the secret in the stack's configuration: pulumi config set --secret <key>.",
        {
            example: "cephKey",
        },
    ),
});

/** Whether a schema is that of a secret: what stands there is never shown, whatever it is. */
export function isSecretField(schema: z.ZodType): boolean {
    return schema instanceof z.ZodObject && Object.keys(schema.shape).join() === "secret";
}

/** Which secret a field stands for. */
export type SecretReference = z.infer<typeof secret>;
