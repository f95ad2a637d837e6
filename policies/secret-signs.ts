/** A value that only stands for a secret: a variable, a template, nothing. */
const placeholder = /^["']?(\$[({].*|<.*>|\{\{.*|null|~|x+|\*+|true|false|""|'')["']?$/i;

/** Names of what holds a secret itself: `DB_PASSWORD`, `apiKey`; not those of what names one: `secretName`. */
const secretName =
    /(password|passwd|passphrase|token|secret|api_?-?key|access_?-?key|private_?-?key|secret_?-?key|credentials?)$/i;

/** Names that end like one and hold none. */
const otherName =
    /(secret_?name|existing_?secret|secret_?ref|public_?key|pull_?secret|create_?token)$/i;

/** Whether something of this name holds a secret, as far as names tell. */
export function isSecretName(name: string): boolean {
    return secretName.test(name) && !otherName.test(name);
}

/** Whether a text is there itself, and no stand-in for one. */
export function isLiteral(value: unknown): value is string {
    return typeof value === "string" && value.trim() !== "" && !placeholder.test(value.trim());
}

/**
 * What in a text looks like a secret, in words that do not repeat it; undefined where nothing does. Only shapes that are one by
 * all appearance: a key's block, a login in an address, a password in a setting.
 */
export function secretIn(text: string): string | undefined {
    if (/-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/.test(text)) {
        return "a private key";
    }
    if (/[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@$]+@/i.test(text)) {
        return "an address with a login";
    }
    if (/[?&](X-Amz-Signature|sig|signature|token|access_token)=[^&\s$]/i.test(text)) {
        return "an address with a signature or a token";
    }
    for (const line of text.split("\n")) {
        const [, name = "", value] =
            /^[\s>-]*"?([A-Za-z_-]{3,40})"?[ \t]*[:=][ \t]*(\S.*?)[\s,]*$/.exec(line) ?? [];
        if (
            /^(plain_text_|hashed_)?passw(or)?d$|_?(password|token|api_?key|secret_?key)$/i.test(
                name,
            ) &&
            isLiteral(value)
        ) {
            return `a value for ${name}`;
        }
    }
    return undefined;
}
