import { durationFault, millisecondsOf } from "../../../model/duration";
import { Check, type Findings } from "../../../model/findings";
import type { LonghornBackupTarget, LonghornNfsArgs, LonghornS3Args } from "./backup-args";

/** What is wrong with a backup target. Keys are never shown. */
export function checkBackupTarget(target: LonghornBackupTarget | undefined): Findings {
    const check = new Check();
    if (target === undefined) {
        return check;
    }
    if ("nfs" in target) {
        checkNfs(target.nfs, check);
    } else {
        checkS3(target.s3, check);
    }
    const { pollInterval } = target;
    if (pollInterval !== undefined) {
        const fault = durationFault(pollInterval);
        check.refuseIf("pollInterval", fault);
        if (fault === undefined && millisecondsOf(pollInterval) % 1000 !== 0) {
            check.refuse(
                "pollInterval",
                `is ${JSON.stringify(pollInterval)}, which is not a whole number of seconds`,
                `write it as "300 seconds"`,
            );
        }
    }
    return check;
}

function checkS3(s3: LonghornS3Args, check: Check): void {
    const { bucket, region, prefix, endpoint, ca } = s3;
    if (!/^[A-Za-z0-9][\w.-]+$/.test(bucket)) {
        check.refuse(
            "s3.bucket",
            `is ${JSON.stringify(bucket)}, which is not a bucket's name`,
            "write the name alone: a folder goes to prefix, the server to endpoint",
        );
    }
    // What comes after the bucket's @ is the region, whatever it looks like: an address there is silently never used.
    if (!/^[A-Za-z0-9_-]+$/.test(region)) {
        check.refuse(
            "s3.region",
            `${shown(region)}, which is not a region`,
            `write a word such as "us-east-1"; the server's address goes to endpoint`,
        );
    }
    if (prefix !== undefined && !/^[\w!.*'()-]+(\/[\w!.*'()-]+)*\/?$/.test(prefix)) {
        check.refuse(
            "s3.prefix",
            `is ${JSON.stringify(prefix)}, which is not a folder`,
            `write it like "clusters/prod-1"`,
        );
    }
    checkEndpoint(endpoint, check);
    if (ca !== undefined && !ca.trimStart().startsWith("-----BEGIN CERTIFICATE-----")) {
        check.refuse(
            "s3.ca",
            "is not a certificate in PEM",
            `give the text that begins with "-----BEGIN CERTIFICATE-----"`,
        );
    }
    for (const field of ["accessKeyId", "secretAccessKey"] as const) {
        const key = s3[field];
        if (typeof key === "string" && key.trim() !== key) {
            check.refuse(
                `s3.${field}`,
                "begins or ends with a blank or a line break",
                "give the key alone",
            );
        } else if (key === "") {
            check.refuse(`s3.${field}`, "is empty", "give the key, as a secret");
        }
    }
}

function checkEndpoint(endpoint: string | undefined, check: Check): void {
    if (endpoint === undefined) {
        return;
    }
    if (!/^https?:\/\/[^\s/@?#]+\/?$/.test(endpoint)) {
        check.refuse(
            "s3.endpoint",
            `${shown(endpoint)}, which is not the address of a server`,
            `write scheme and host, such as "https://rgw.example.org"`,
        );
    } else if (endpoint.startsWith("http:")) {
        check.warn(
            "s3.endpoint",
            `is ${JSON.stringify(endpoint)}, and everybody on the way can read the disks`,
            "use https, with ca where the certificate is your own",
        );
    }
}

/** Source: longhorn/backupstore nfs/nfs.go: `nfs://server:/path`, with options after a `?`. */
function checkNfs({ server, path }: LonghornNfsArgs, check: Check): void {
    if (!/^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])$/.test(server)) {
        check.refuse(
            "nfs.server",
            `${shown(server)}, which is not a host`,
            `write its name or address alone, such as "nas.example.org"`,
        );
    }
    if (!/^\/[^\s?]*$/.test(path)) {
        check.refuse(
            "nfs.path",
            `is ${JSON.stringify(path)}, which is not the path of an export`,
            `write it like "/backups/longhorn"`,
        );
    }
}

/** A login may have any character in it: an address that has one is not shown at all. */
function shown(text: string): string {
    return text.includes("@") ? "has a login in it" : `is ${JSON.stringify(text)}`;
}
