import assert from "node:assert/strict";
import { importerError, withoutSecrets } from "../../waits/importer-error";

describe("importerError", () => {
    const texts: readonly [string, string, "may recover" | "stays"][] = [
        [
            "Unable to connect to http data source: expected status code 200, got 404. Status: 404 Not Found",
            "http-404",
            "stays",
        ],
        ["expected status code 200, got 401. Status: 401 Unauthorized", "http-401", "stays"],
        ["expected status code 200, got 403. Status: 403 Forbidden", "http-403", "stays"],
        ["expected status code 200, got 410. Status: 410 Gone", "http-404", "stays"],
        [
            "expected status code 200, got 407. Status: 407 Proxy Authentication Required",
            "http-401",
            "stays",
        ],
        // nbdkit's curl plugin, which reads the image where no scratch space is needed.
        [
            "problem doing HEAD request to fetch size of URL: The requested URL returned error: 404",
            "http-404",
            "stays",
        ],
        // The AWS SDK and Google's client, each with and without a status.
        [
            `could not get s3 object: "images/a.img": AccessDenied: Access Denied status code: 403`,
            "http-403",
            "stays",
        ],
        ["AccessDenied: Access Denied", "unauthorised", "stays"],
        ["googleapi: Error 401: Anonymous caller does not have access", "http-401", "stays"],
        ["storage: object doesn't exist", "image-not-found", "stays"],
        [
            "googleapi: got HTTP response code 401 with body: Anonymous caller does not have access",
            "http-401",
            "stays",
        ],
        // oVirt's imageio and VMware.
        [
            `Fault detail is "Entity not found: 1". HTTP response code is "404". HTTP response message is "404 Not Found".`,
            "http-404",
            "stays",
        ],
        [
            "Error during SSO authentication access_denied : Cannot authenticate user: The username or password is incorrect.",
            "unauthorised",
            "stays",
        ],
        [`host "vcenter:443" thumbprint does not match "AA:BB"`, "untrusted-certificate", "stays"],
        ["bad status: 401 Unauthorized", "http-401", "stays"],
        ["disk 5b5d0a9c not found", "image-not-found", "stays"],
        ["unable to locate VM in any datacenter", "image-not-found", "stays"],
        [
            "ServerFaultCode: Cannot complete login due to an incorrect user name or password.",
            "unauthorised",
            "stays",
        ],
        // Numbers that are no status.
        ["read 404 bytes of 503, then nothing more", "import-failed", "may recover"],
        ["NoSuchKey: The specified key does not exist", "image-not-found", "stays"],
        ["reading manifest 42 in quay.io/x: manifest unknown", "image-not-found", "stays"],
        [
            "expected status code 200, got 503. Status: 503 Service Unavailable",
            "source-unavailable",
            "may recover",
        ],
        [
            `Get "https://h/404/a.img": dial tcp 10.0.0.1:443: i/o timeout`,
            "source-unavailable",
            "may recover",
        ],
        [
            `Get "https://h/a.img": dial tcp 10.0.0.1:443: connect: connection refused`,
            "source-unavailable",
            "may recover",
        ],
        [
            "toomanyrequests: You have reached your pull rate limit",
            "source-unavailable",
            "may recover",
        ],
        [`dial tcp: lookup no.invalid on 10.96.0.10:53: no such host`, "host-not-found", "stays"],
        [
            "dial tcp: lookup a.example on 10.96.0.10:53: server misbehaving",
            "host-not-found",
            "may recover",
        ],
        [
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "untrusted-certificate",
            "stays",
        ],
        ["http: server gave HTTP response to HTTPS client", "untrusted-certificate", "stays"],
        ["DataVolume too small to contain image", "disk-too-small", "stays"],
        [
            "Virtual image size 2 is larger than the reported available storage 1. A larger PVC is required",
            "disk-too-small",
            "stays",
        ],
        ["write /data/disk.img: no space left on device", "disk-too-small", "stays"],
        ["checksum mismatch: expected sha256:40403, calculated sha256:1", "checksum", "stays"],
        ["failed to pull image: quay.io/x", "image-pull", "stays"],
        ["Failed to find VM disk image file in the container image", "unreadable-image", "stays"],
        ["something else entirely", "import-failed", "may recover"],
    ];
    for (const [text, cause, future] of texts) {
        it(`${text.slice(0, 60)}: ${cause}, ${future}`, () => {
            const error = importerError(text);
            assert.deepEqual(
                [error.cause, error.transient ? "may recover" : "stays"],
                [cause, future],
            );
        });
    }
});

describe("withoutSecrets", () => {
    it("takes user, password and query out of addresses, and tokens out of headers", () => {
        assert.equal(
            withoutSecrets(`Get "https://me:p@ss@host/a?sig=1": Authorization: Bearer abc.def`),
            `Get "https://host/a?…": Authorization: Bearer …`,
        );
    });

    it("takes out what is named a password or a token", () => {
        assert.equal(
            withoutSecrets("nbdkit vddk password=hunter2 server=host token=abc&x=1"),
            "nbdkit vddk password=… server=host token=…&x=1",
        );
    });

    it("leaves a message without secrets as it is", () => {
        const text = `dial tcp: lookup host on 10.96.0.10:53: no such host (docker://quay.io/a@sha256:12)`;
        assert.equal(withoutSecrets(text), text);
    });
});
