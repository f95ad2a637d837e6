import { objectNameFault } from "./object-name";
import { nameFault } from "./names";

/** What is wrong with a value, and what to do about it. */
export interface Fault {
    readonly fault: string;
    readonly cure: string;
}

/** Judges a value of whatever type: a program without types, or a configuration, may hold anything. */
export type FieldCheck = (value: unknown) => Fault | undefined;

/** One field of an object. */
export interface FieldRule {
    readonly check: FieldCheck;
    readonly required?: boolean;
}

/** The longest text of a source: what is longer does not fit into the annotations that CDI makes of it. */
const longest = 4096;

/** A value as a message shows it: short, and without what could be a login. */
export function shown(value: unknown): string {
    if (typeof value === "string") {
        const safe = value
            .replace(/[?#].*$/s, "?…")
            .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@(?!sha256:)/is, "$1…@");
        return JSON.stringify(safe.length > 120 ? `${safe.slice(0, 120)}…` : safe);
    }
    if (Array.isArray(value)) {
        return "a list";
    }
    return typeof value === "object" && value !== null ? "an object" : String(value).slice(0, 120);
}

/** The name of a field as a message shows it: as it is, where it can be one. */
export function shownField(field: string): string {
    return /^[\w.-]{1,64}$/.test(field) ? field : shown(field.slice(0, 64));
}

/** A text with something in it, that can be written on one line. */
export function text(what: string, example: string): FieldCheck {
    return (value) =>
        typeof value === "string" && value.length <= longest && /^[^\p{C}]+$/u.test(value)
            ? undefined
            : {
                  fault: `is ${shown(value)}, which is not ${what}`,
                  cure: `write it as ${example}`,
              };
}

/** A text of a certain form. */
export function form(what: string, example: string, pattern: RegExp): FieldCheck {
    const isText = text(what, example);
    return (value) =>
        isText(value) ??
        (pattern.test(String(value))
            ? undefined
            : { fault: `is ${shown(value)}, which is not ${what}`, cure: `write ${example}` });
}

/** One of some words. */
export function word(words: readonly string[]): FieldCheck {
    return (value) =>
        typeof value === "string" && words.includes(value)
            ? undefined
            : {
                  fault: `is ${shown(value)}, which CDI does not know`,
                  cure: `write ${words.join(" or ")}`,
              };
}

/** `true` or `false`. */
export const yesOrNo: FieldCheck = (value) =>
    typeof value === "boolean"
        ? undefined
        : { fault: `is ${shown(value)}, which is not true or false`, cure: "write true or false" };

/** Name of an object: a claim, a ConfigMap, a VolumeSnapshot. */
export const objectName: FieldCheck = (value) => named(value, objectNameFault);

/** Name of a namespace. */
export const namespaceName: FieldCheck = (value) => named(value, nameFault);

/** Name of a Secret. What is none is not repeated: it may be the secret itself. */
export const secretName: FieldCheck = (value) =>
    typeof value === "string" && objectNameFault(value) === undefined
        ? undefined
        : {
              fault: "is not the name of a Secret",
              cure: "make a Secret in the disk's namespace and write its name here, never what is in it",
          };

/** A list, each of whose entries is judged, and the first fault told. */
export function list(entry: FieldCheck, most: number): FieldCheck {
    return (value) => {
        if (!Array.isArray(value)) {
            return {
                fault: `is ${shown(value)}, which is not a list`,
                cure: "write a list: [ … ]",
            };
        }
        if (value.length > most) {
            return {
                fault: `has ${String(value.length)} entries, which are more than ${String(most)}`,
                cure: "leave some out",
            };
        }
        const entries = value as readonly unknown[];
        for (const [index, one] of entries.entries()) {
            const fault = entry(one);
            if (fault !== undefined) {
                return { ...fault, fault: `has entry ${String(index + 1)}, which ${fault.fault}` };
            }
        }
        return undefined;
    };
}

/** An object with certain fields and no others; the first fault is told. */
export function record(fields: Readonly<Record<string, FieldRule>>): FieldCheck {
    return (value) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            return {
                fault: `is ${shown(value)}, which is not an object`,
                cure: `write { ${Object.keys(fields).join(", ")} }`,
            };
        }
        const given = value as Readonly<Record<string, unknown>>;
        for (const [name, { check, required }] of Object.entries(fields)) {
            const part = Object.hasOwn(given, name) ? given[name] : undefined;
            const fault =
                part !== undefined
                    ? check(part)
                    : required === true
                      ? { fault: "is missing", cure: "write it" }
                      : undefined;
            if (fault !== undefined) {
                return { ...fault, fault: `has ${name}, which ${fault.fault}` };
            }
        }
        const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
        return unknown === undefined
            ? undefined
            : {
                  fault: `has ${shown(unknown)}, which is none of its fields`,
                  cure: `leave it out, or write one of ${Object.keys(fields).join(", ")}`,
              };
    };
}

/** PEM certificates. They are not repeated: what stands there instead may be a key. */
export const certificates: FieldCheck = (value) =>
    typeof value === "string" && value.includes("-----BEGIN CERTIFICATE-----")
        ? undefined
        : {
              fault: "is not the text of PEM certificates",
              cure: "write their text, which begins with -----BEGIN CERTIFICATE-----, not the name of a file",
          };

const lengths: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** The digest of a download. Source: CDI pkg/util/checksum/checksum.go (ParseAndValidate). */
export const checksum: FieldCheck = (value) => {
    const [, algorithm = "", digest = ""] =
        /^([a-z0-9]+):([0-9a-f]+)$/i.exec(typeof value === "string" ? value : "") ?? [];
    const length = Object.hasOwn(lengths, algorithm.toLowerCase())
        ? lengths[algorithm.toLowerCase()]
        : undefined;
    return length === digest.length
        ? undefined
        : {
              fault: `is ${shown(value)}, which is not a digest that CDI knows`,
              cure: `write it as "sha256:" and 64 hexadecimal digits (or md5, sha1, sha512)`,
          };
};

/** A header whose name says that its value is a login, as far as names tell. */
const loginHeader =
    /^(proxy-)?authori[sz]ation$|cookie|token|secret|password|api-?key|credential|signature/i;

/**
 * A header as CDI's importer splits it, at the first colon; what has none is left out there without a word. Source: CDI
 * pkg/importer/http-datasource.go (addExtraheaders). Its value is never repeated.
 */
export const header: FieldCheck = (value) => {
    const [, name] =
        /^([-!#$%&'*+.^_`|~0-9A-Za-z]{1,128}):[^\p{C}]*$/u.exec(
            typeof value === "string" && value.length <= longest ? value : "",
        ) ?? [];
    if (name === undefined) {
        return { fault: "is not a header", cure: `write it as "Name: value"` };
    }
    return loginHeader.test(name)
        ? {
              fault: `is ${name}, a login that everybody who can read the disk would see`,
              cure: "put the whole header into a Secret and name that in secretExtraHeaders",
          }
        : undefined;
};

/** A name by a rule of Kubernetes; however long it is, not more of it is shown than helps. */
function named(value: unknown, fault: (text: string) => Fault | undefined): Fault | undefined {
    if (typeof value !== "string") {
        return {
            fault: `is ${shown(value)}, which is not a name`,
            cure: "write the name as a text",
        };
    }
    const found = fault(value);
    return found !== undefined && value.length > 253
        ? {
              fault: `is ${shown(value)}, which has ${String(value.length)} characters`,
              cure: "shorten it",
          }
        : found;
}
