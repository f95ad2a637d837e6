import {
    type Cause,
    type CloudInit,
    type ReviewedSpec,
    type ReviewedVolume,
    inTemplate,
} from "./spec";

const volumesField = `${inTemplate}.volumes`;

/** What a volume can be made of. Source: KubeVirt core/v1/schema.go, VolumeSource. */
const sources = [
    "persistentVolumeClaim",
    "sysprep",
    "cloudInitNoCloud",
    "cloudInitConfigDrive",
    "containerDisk",
    "ephemeral",
    "emptyDisk",
    "hostDisk",
    "dataVolume",
    "configMap",
    "secret",
    "downwardAPI",
    "serviceAccount",
    "downwardMetrics",
    "memoryDump",
    "containerPath",
] as const;

/** Source: KubeVirt vmi-create-admitter.go, validateVolumes, and pkg/storage/admitters/disks.go, ValidateContainerDisks. */
export function* volumeCauses({ volumes = [] }: ReviewedSpec): Generator<Cause> {
    for (const [index, volume] of volumes.entries()) {
        const field = `${volumesField}[${index}]`;
        const first = volumes.findIndex(({ name }) => name === volume.name);
        if (first < index) {
            const message = `${field} and ${volumesField}[${first}] must not have the same Name.`;
            yield { message, field: `${field}.name` };
        }
        if (volume.dataVolume !== undefined && !volume.dataVolume.name) {
            const message = "DataVolume 'name' must be set";
            yield { message, field: `${field}.name`, reason: "FieldValueRequired" };
        }
        const given = sources.filter((source) => source in volume);
        if (given.length !== 1) {
            yield { message: `${field} must have exactly one source type set`, field };
        }
        for (const source of ["cloudInitNoCloud", "cloudInitConfigDrive"] as const) {
            const data = volume[source];
            if (data !== undefined) {
                yield* cloudInit(data, `${field}.${source}`, source);
            }
        }
        yield* gated(volume, field);
        yield* named(volume, field);
    }
    for (const [source, what] of [
        ["serviceAccount", "serviceAccount volume"],
        ["downwardMetrics", "downwardMetric volume"],
    ] as const) {
        if (volumes.filter((volume) => source in volume).length > 1) {
            yield { message: `${volumesField} must have max one ${what} set`, field: volumesField };
        }
    }
    for (const [index, { containerDisk }] of volumes.entries()) {
        yield* containerPath(containerDisk?.path ?? "", `${volumesField}[${index}].containerDisk`);
    }
}

/** The feature gates that are off without further configuration. */
function* gated({ downwardMetrics, hostDisk }: ReviewedVolume, field: string): Generator<Cause> {
    if (downwardMetrics !== undefined) {
        const message =
            "downwardMetrics disks are not allowed: DownwardMetrics feature gate is not enabled.";
        yield { message, field };
    }
    if (hostDisk !== undefined) {
        yield { message: "HostDisk feature gate is not enabled", field };
    }
}

function* named(volume: ReviewedVolume, field: string): Generator<Cause> {
    for (const [at, present, name] of [
        ["configMap.name", volume.configMap !== undefined, volume.configMap?.name],
        ["secret.secretName", volume.secret !== undefined, volume.secret?.secretName],
        [
            "serviceAccount.serviceAccountName",
            volume.serviceAccount !== undefined,
            volume.serviceAccount?.serviceAccountName,
        ],
    ] as const) {
        if (present && !name) {
            yield { message: `${field}.${at} is a required field`, field: `${field}.${at}` };
        }
    }
}

/** Inline data is read by every node that looks at the object. */
const mostBytes = 2048;

function* cloudInit(data: CloudInit, field: string, source: string): Generator<Cause> {
    const user = {
        secret: data.secretRef?.name,
        base64: data.userDataBase64,
        inline: data.userData,
        word: "userdata",
        several: "must have only one userdatasource set.",
        better: "UserDataSecretRef",
        base64Field: "userDataBase64",
    };
    const network = {
        secret: data.networkDataSecretRef?.name,
        base64: data.networkDataBase64,
        inline: data.networkData,
        word: "networkdata",
        several: "must have only one networkdata source set.",
        better: "NetworkDataSecretRef",
        base64Field: "networkDataBase64",
    };
    let count = 0;
    for (const { secret, base64, inline, word, several, better, base64Field } of [user, network]) {
        const given = [secret, base64, inline].filter(Boolean);
        count += given.length;
        let size = Buffer.byteLength(inline ?? "");
        if (base64) {
            const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.length % 4 === 0;
            if (!isBase64) {
                const at = `${field}.${base64Field}`;
                const message = `${at}.${source}.${base64Field} is not a valid base64 value.`;
                yield { message, field: at };
            }
            size = Math.max(size, isBase64 ? Buffer.from(base64, "base64").length : 0);
        }
        if (given.length > 1) {
            yield { message: `${field} ${several}`, field };
        }
        if (size > mostBytes) {
            const message = `${field} ${word} exceeds ${mostBytes} byte limit. Should use ${better} for larger data.`;
            yield { message, field };
        }
    }
    if (count === 0) {
        const message = `${field} must have at least one userdatasource or one networkdatasource set.`;
        yield { message, field };
    }
}

function* containerPath(path: string, field: string): Generator<Cause> {
    if (path === "/") {
        yield { message: `${field} must not point to root`, field };
    } else if (
        path !== "" &&
        (!path.startsWith("/") || /(^|\/)(\.{1,2})?(\/|$)/.test(path.slice(1).replace(/\/$/, "")))
    ) {
        const message = `${field} must be an absolute path to a file without relative components`;
        yield { message, field };
    }
}
