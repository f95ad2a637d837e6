import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Which claim somebody may upload to. */
export interface UploadRight {
    readonly namespace: string;
    readonly name: string;
}

/** How long a token counts. Source: CDI pkg/apiserver/apiserver.go, newUploadTokenGenerator. */
const lifetimeMs = 5 * 60_000;

/**
 * Tokens that let somebody upload to one claim for a while: JSON Web Tokens, as CDI's. CDI signs with a key pair that its proxy knows
 * half of; here one process does both, so its secret is enough, and ends with it.
 */
export class UploadTokens {
    readonly #secret = randomBytes(32);

    /** A token for a claim. */
    make({ namespace, name }: UploadRight, now: number): string {
        const claims = {
            operation: "Upload",
            name,
            namespace,
            resource: { group: "", version: "v1", resource: "persistentvolumeclaims" },
            exp: Math.floor((now + lifetimeMs) / 1000),
            iss: "cdi-apiserver",
        };
        const signed = [{ alg: "HS256" }, claims].map(encoded).join(".");
        return `${signed}.${this.#sign(signed)}`;
    }

    /** The claim that a token is for; undefined for one that is not ours or too old. */
    read(token: string, now: number): UploadRight | undefined {
        const [head = "", body = "", signature = ""] = token.split(".");
        const wanted = Buffer.from(this.#sign(`${head}.${body}`));
        const given = Buffer.from(signature);
        if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
            return undefined;
        }
        const { exp, namespace, name } = JSON.parse(
            Buffer.from(body, "base64url").toString("utf8"),
        ) as UploadRight & { readonly exp: number };
        return exp * 1000 < now ? undefined : { namespace, name };
    }

    #sign(text: string): string {
        return createHmac("sha256", this.#secret).update(text).digest("base64url");
    }
}

function encoded(part: object): string {
    return Buffer.from(JSON.stringify(part)).toString("base64url");
}
