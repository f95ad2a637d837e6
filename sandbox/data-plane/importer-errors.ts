import type { Fault } from "./faults";

/** What a worker is fetching. */
export interface Fetched {
    /** Which of CDI's sources it is. */
    readonly type: string;
    readonly url: string;
    readonly checksum: string | undefined;
    /** What the source calls the disk, where the address alone does not tell. */
    readonly item?: string | undefined;
    /** What the server's certificate is compared with, where the source names it. */
    readonly thumbprint?: string | undefined;
    /** The disk's size in bytes. */
    readonly size: number;
}

/** What can be wrong at the source, whatever kind it is. */
type Trouble = "missing" | "refused" | "dns" | "tls";

const troubles: Readonly<Partial<Record<Fault, Trouble>>> = {
    "http-404": "missing",
    unauthorised: "refused",
    dns: "dns",
    tls: "tls",
};

/**
 * The importer's last words. Sources: format strings of CDI cmd/cdi-importer/importer.go and pkg/importer (one file per source,
 * data-processor.go, checksum.go) with the inner errors of Go's net and crypto packages and of each source's own client library;
 * recorded for 404, DNS, size and checksum of http.
 */
export function importerError(fault: Fault | undefined, fetched: Fetched): string | undefined {
    const { size, checksum, type } = fetched;
    switch (fault) {
        case "too-small":
            return `Unable to process data: Unable to convert source data to target format: Virtual image size ${2 * size} is larger than the reported available storage ${size}. A larger PVC is required.`;
        case "checksum":
            return `Unable to process data: Unable to transfer source data to target file: checksum mismatch: expected ${checksum ?? `sha256:${"5e".repeat(32)}`}, calculated sha256:${"0b".repeat(32)}`;
        case "no-disk-image":
            return registry("Failed to find VM disk image file in the container image");
        default: {
            const trouble = fault === undefined ? undefined : troubles[fault];
            return trouble === undefined ? undefined : (words[type] ?? http)(trouble, fetched);
        }
    }
}

type Words = (trouble: Trouble, fetched: Fetched) => string;

const words: Readonly<Record<string, Words>> = {
    s3: (trouble, fetched) => {
        const [, bucket = "", object = ""] =
            /^\w+:\/\/[^/]+\/([^/]+)\/(.*)$/.exec(fetched.url) ?? [];
        // The AWS client's own format: aws-sdk-go aws/awserr/types.go and service/s3/unmarshal_error.go.
        const answer = (code: string, message: string, status: number) =>
            `${code}: ${message}\n\tstatus code: ${status}, request id: 17A8C3, host id: `;
        const why = {
            missing: answer("NoSuchKey", "The specified key does not exist.", 404),
            refused: answer(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                403,
            ),
        };
        return unable(
            "s3",
            `could not get s3 object: "${bucket}/${object}": ${
                trouble === "missing" || trouble === "refused"
                    ? why[trouble]
                    : `RequestError: send request failed\ncaused by: ${network("Get", trouble, fetched.url)}`
            }`,
        );
    },
    gcs: (trouble, { url }) => {
        const address = url.replace(/^gs:\/\//, "https://storage.googleapis.com/");
        return unable(
            "gcs",
            trouble === "missing"
                ? "storage: object doesn't exist"
                : trouble === "refused"
                  ? "googleapi: got HTTP response code 401 with body: Anonymous caller does not have storage.objects.get access to the Google Cloud Storage object."
                  : network("Get", trouble, address),
        );
    },
    imageio: (trouble, { url, item = "" }) => {
        const login = `${url.replace(/\/api\/?$/, "")}/sso/oauth/token`;
        const why = {
            missing: `Fault reason is "Operation Failed". Fault detail is "Entity not found: ${item}". HTTP response code is "404". HTTP response message is "404 Not Found".`,
            refused:
                "Error during SSO authentication access_denied : Cannot authenticate user: The username or password is incorrect.",
        };
        return unable(
            "imageio",
            `error fetching disk ${item}: ${
                trouble === "missing" || trouble === "refused"
                    ? why[trouble]
                    : network("Post", trouble, login)
            }`,
        );
    },
    vddk: (trouble, { url, item = "", thumbprint = "" }) => {
        const service = `${url.replace(/\/$/, "")}/sdk`;
        // Source: govmomi vim25/soap/client.go, dialTLS: a fingerprint takes the place of the certificate's issuer.
        const mismatch = `Post "${service}": host "${hostOf(url)}:443" thumbprint does not match "${thumbprint}"`;
        return unable(
            "vddk",
            trouble === "missing"
                ? `disk '${item}' is not present in VM hardware config or snapshot list`
                : trouble === "refused"
                  ? "ServerFaultCode: Cannot complete login due to an incorrect user name or password."
                  : trouble === "tls"
                    ? mismatch
                    : network("Post", trouble, service),
        );
    },
    registry: (trouble, { url }) => {
        const image = url.replace(/^[a-z-]+:\/\//, "");
        const server = image.split("/")[0] ?? image;
        // Source: containers/image docker/docker_client.go and docker_image_src.go.
        const why = {
            missing: `reading manifest ${tagOf(image)} in ${nameOf(image)}: manifest unknown: manifest unknown`,
            refused: `reading manifest ${tagOf(image)} in ${nameOf(image)}: unauthorized: access to the requested resource is not authorized`,
            dns: `pinging container registry ${server}: ${network("Get", "dns", `https://${server}/v2/`)}`,
            tls: `pinging container registry ${server}: ${network("Get", "tls", `https://${server}/v2/`)}`,
        };
        return registry(`failed to pull image: initializing source ${url}: ${why[trouble]}`);
    },
};

function http(trouble: Trouble, { url }: Fetched): string {
    const answered = { missing: "404 Not Found", refused: "401 Unauthorized" };
    if (trouble === "missing" || trouble === "refused") {
        const status = answered[trouble];
        return unable(
            "http",
            `expected status code 200, got ${status.slice(0, 3)}. Status: ${status}`,
        );
    }
    return unable("http", network("Get", trouble, url));
}

function registry(why: string): string {
    return `Unable to process data: Unable to transfer source data to scratch space: Failed to read registry image: ${why}`;
}

/** What a kubelet says of an image that it cannot pull, where the node does the pulling. Source: containerd, core/remotes/docker/resolver.go. */
export function nodePullError(fault: Fault | undefined, image: string): string | undefined {
    const server = image.split("/")[0] ?? image;
    const head = `https://${server}/v2/${nameOf(image).slice(server.length + 1)}/manifests/${tagOf(image)}`;
    const why: Readonly<Partial<Record<Fault, string>>> = {
        "http-404": "not found",
        unauthorised: "pull access denied, repository does not exist or may require authorization",
        dns: `failed to do request: Head "${head}": dial tcp: lookup ${server}: no such host`,
        tls: `failed to do request: Head "${head}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    };
    const said = fault === undefined ? undefined : why[fault];
    return said === undefined
        ? undefined
        : `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${said}`;
}

/** Source: cmd/cdi-importer/importer.go, errorCannotConnectDataSource. */
function unable(source: string, why: string): string {
    return `Unable to connect to ${source} data source: ${why}`;
}

function network(method: string, trouble: "dns" | "tls", url: string): string {
    return trouble === "dns"
        ? `${method} "${url}": dial tcp: lookup ${hostOf(url)} on 10.96.0.10:53: no such host`
        : `${method} "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`;
}

function hostOf(url: string): string {
    return /^\w+:\/\/([^/:]+)/.exec(url)?.[1] ?? url;
}

function nameOf(image: string): string {
    return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

function tagOf(image: string): string {
    return /@(.*)$/.exec(image)?.[1] ?? /:([^/:]*)$/.exec(image)?.[1] ?? "latest";
}
