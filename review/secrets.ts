import { type Fields, isFields } from "../model/machine-difference";

/** The key and the value that mark a secret in a state. Source: Pulumi sdk/go/common/resource/sig.go. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** What stands for a secret value. Source: Pulumi pkg/backend/display/json.go. */
export const secretMark = "[secret]";

/** What stands for a value that is known after the update. Source: Pulumi sdk/go/common/resource/plugin/rpc.go (UnknownStringValue). */
const unknownMarks = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** Whether a value is a secret, in any of the forms that it has in a preview. */
export function isSecret(value: unknown): boolean {
    return value === secretMark || (isFields(value) && value[signatureKey] === secretSignature);
}

/** Whether a value is known after the update only. */
export function isUnknown(value: unknown): boolean {
    return typeof value === "string" && unknownMarks.includes(value);
}

/** A text that may be shown: not a secret, and known. */
export function shownText(value: unknown): string | undefined {
    return typeof value === "string" && !isSecret(value) && !isUnknown(value) ? value : undefined;
}

/**
 * Adds the secret texts of a state that are in it in plain: of marked values, of Secret objects, of cloud-init in a machine. A preview has
 * none of them as the engine writes it; what is fed to the report by hand may have.
 */
export function collectSecrets(value: unknown, into: Set<string>, inside = false): void {
    if (typeof value === "string") {
        if (inside) {
            addSecret(value, into);
        }
    } else if (Array.isArray(value)) {
        for (const item of value) {
            collectSecrets(item, into, inside);
        }
    } else if (isFields(value)) {
        if (isSecret(value)) {
            collectMarked(value, into);
            return;
        }
        const isSecretObject = value["kind"] === "Secret";
        for (const [key, item] of Object.entries(value)) {
            const holds = isSecretObject && /^(data|stringData)$/.test(key);
            collectSecrets(item, into, inside || holds || secretKey.test(key));
        }
    }
}

/** Keys whose values are nobody's business, whatever the object. A reference to a Secret (`secretRef`) is no secret. */
const secretKey =
    /^(userData|userDataBase64|networkData|networkDataBase64|password|passphrase|token|privateKey|client-key-data|kubeconfig|userKey|adminKey|secretKey|secretAccessKey|encryptionPassphrase|CRYPTO_KEY_VALUE)$/;

function collectMarked(marked: Fields, into: Set<string>): void {
    const { value, plaintext } = marked as {
        readonly value?: unknown;
        readonly plaintext?: unknown;
    };
    if (typeof plaintext === "string") {
        try {
            collectSecrets(JSON.parse(plaintext), into, true);
        } catch {
            addSecret(plaintext, into);
        }
    }
    collectSecrets(value, into, true);
}

/** Adds a text that no report may show, in the forms that a message may have it in. */
export function addSecret(text: string, into: Set<string>): void {
    if (text === secretMark || isUnknown(text) || text.trim().length < shortest) {
        return;
    }
    into.add(text);
    // A message may have one line of it, or what was encoded.
    for (const line of text.split("\n")) {
        if (line.trim().length >= shortest) {
            into.add(line.trim());
        }
    }
    if (/^[A-Za-z0-9+/]{8,}={0,2}$/.test(text)) {
        const decoded = Buffer.from(text, "base64").toString("utf8");
        if (!decoded.includes("\ufffd") && decoded.trim().length >= shortest) {
            into.add(decoded.trim());
        }
    }
}

/** Shorter texts are words, and would be taken out of every sentence. */
const shortest = 4;

/** What looks like a secret in a message, wherever it came from. */
const suspicious: readonly (readonly [RegExp, string])[] = [
    [/-----BEGIN [A-Z0-9 ]*-----[\s\S]*?(-----END [A-Z0-9 ]*-----|$)/g, secretMark],
    [/(:\/\/)[^/\s:@]+:[^/\s@]+@/g, `$1${secretMark}@`],
    [
        /\b((?:pass(?:word|phrase|wd)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|user[-_]?data)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;"']+)/gi,
        `$1${secretMark}`,
    ],
    [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${secretMark}`],
    // A Ceph key, a JSON web token, what crypt(3) writes.
    [/\bA[QR][A-Za-z0-9+/]{36,}={0,2}/g, secretMark],
    [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}[A-Za-z0-9._-]*/g, secretMark],
    [/\$(?:1|2[aby]|5|6|y)\$[^\s"']{8,}/g, secretMark],
];

/** A text without the secrets that are known, and without what looks like one. */
export function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
    const plain = [...secrets]
        .sort((one, other) => other.length - one.length)
        .reduce((rest, secret) => rest.split(secret).join(secretMark), text);
    return suspicious.reduce((rest, [pattern, mark]) => rest.replace(pattern, mark), plain);
}
