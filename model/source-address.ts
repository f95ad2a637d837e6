import { type Fault, type FieldCheck, shown } from "./source-fields";

/** What a source's address has to be. */
export interface AddressRules {
    /** Which schemes it may have. */
    readonly schemes: readonly ("http" | "https" | "gs")[];
    readonly example: string;
    /** How many parts its path has to have at least: a bucket and an object are two. */
    readonly parts?: number;
    /** Whether what follows "?" is asked for; else CDI leaves it out, or takes it for a part of the name. */
    readonly query?: boolean;
}

/** What somebody who wrote another scheme probably means. */
const otherSchemes: Readonly<Record<string, string>> = {
    s3: `CDI reads S3 over https, as in { s3: "https://<endpoint>/<bucket>/<object>" }: for AWS the endpoint is s3.<region>.amazonaws.com, for Ceph that of the object gateway`,
    gs: `write { gcs: "gs://<bucket>/<object>" }`,
    docker: `write { registry: "<reference of the image>" }`,
    "oci-archive": `write { registry: "oci-archive:///<file>" }`,
    oci: `write { registry: "<reference of the image>" }`,
    file: `a file of your machine is sent with { upload: "<path>" }`,
    ftp: "put the file onto a web server",
};

/**
 * An address that CDI's webhook accepts and its importer can use. Source: CDI pkg/apiserver/webhooks/util.go
 * (validateSourceURL, which is Go's net/url.ParseRequestURI) and pkg/importer/{http,s3,gcs}-datasource.go.
 */
export function address(rules: AddressRules): FieldCheck {
    return (value) =>
        typeof value === "string" ? addressFault(value, rules) : wrong(value, rules);
}

function addressFault(value: string, rules: AddressRules): Fault | undefined {
    const [, scheme = "", authority = "", path = "", query = "", fragment = ""] =
        /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(value) ?? [];
    if (!rules.schemes.some((one) => one === scheme.toLowerCase())) {
        return wrong(value, rules, ownEntry(otherSchemes, scheme.toLowerCase()));
    }
    if (authority.includes("@")) {
        return {
            fault: "has a login in the address, which everybody who can read the disk would see",
            cure: "put user and password into a Secret (accessKeyId, secretKey) and name it in secretRef",
        };
    }
    if (value.length > 4096 || !/^[!-~]+$/.test(value) || /%(?![0-9a-f]{2})/i.test(path)) {
        return {
            fault: `is ${shown(value)}, which has a character that no address has, or more than 4096 of them`,
            cure: "write spaces and letters beyond ASCII in percent form, such as %20",
        };
    }
    const [, port] =
        /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[-a-z0-9._]*[a-z0-9_])?)(?::([0-9]{1,5}))?$/i.exec(
            authority,
        ) ?? [];
    const isHost = port !== undefined || /^(\[[0-9a-f:.]+\]|[-a-z0-9._]+)$/i.test(authority);
    if (!isHost || Number(port ?? 1) < 1 || Number(port ?? 1) > 65535) {
        return wrong(value, rules);
    }
    if (fragment !== "" || (query !== "" && rules.query !== true)) {
        return {
            fault: `is ${shown(value)}, which has a part after "${fragment === "" ? "?" : "#"}" that CDI does not ask for`,
            cure: "leave that part out",
        };
    }
    const bucket = scheme.toLowerCase() === "gs" ? [authority] : [];
    const parts = [...bucket, ...path.split("/").filter((part) => part !== "")];
    return parts.length < (rules.parts ?? 0)
        ? {
              fault: `is ${shown(value)}, which does not name both a bucket and an object`,
              cure: `write ${rules.example}`,
          }
        : undefined;
}

function wrong(value: unknown, { schemes, example }: AddressRules, hint?: string): Fault {
    return {
        fault: `is ${shown(value)}, which is not an ${schemes.join(" or ")} address`,
        cure: hint ?? `write the whole address, such as ${example}`,
    };
}

/** Parameters of a request that are a login: of signed addresses (S3, GCS, CloudFront, Azure), and tokens. */
const loginParameter =
    /^(x-amz-.*|x-goog-.*|signature|expires|key-pair-id|policy|sig|se|st|sp|sv|sr|spr|.*token|.*key|password)$/i;

/**
 * An address without what in it is a login, so that it can be shown, and stays the same when a signed address is signed anew.
 */
export function withoutLogin(url: string): string {
    const [place = "", query] = url.split(/\?(.*)/s);
    const kept = (query ?? "")
        .split("&")
        .filter(
            (parameter) => parameter !== "" && !loginParameter.test(parameter.split("=")[0] ?? ""),
        );
    return [place, ...(kept.length === 0 ? [] : [kept.join("&")])].join("?");
}

/** An entry of a table, and never what every object has by nature. */
export function ownEntry<Value>(
    table: Readonly<Record<string, Value>>,
    key: string,
): Value | undefined {
    return Object.hasOwn(table, key) ? table[key] : undefined;
}
