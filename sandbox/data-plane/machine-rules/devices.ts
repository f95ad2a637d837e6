import { labelFaults, subdomainFaults } from "./names";
import {
    type Cause,
    type ReviewedCredential,
    type ReviewedProbe,
    type ReviewedSpec,
    inTemplate,
} from "./spec";

const field = (name: string) => `${inTemplate}.${name}`;

/** Names, in the order in which KubeVirt asks for them first. Source: KubeVirt vmi-create-admitter.go. */
export function* nameCauses({ hostname = "", subdomain = "" }: ReviewedSpec): Generator<Cause> {
    const faults = hostname === "" ? [] : labelFaults(hostname);
    if (faults.length > 0) {
        const message = `${field("hostname")} does not conform to the kubernetes DNS_LABEL rules : ${faults.join(", ")}`;
        yield { message, field: field("hostname") };
    }
    const others = subdomain === "" ? [] : subdomainFaults(subdomain);
    if (others.length > 0) {
        const message = `${field("subdomain")} does not conform to the kubernetes DNS_SUBDOMAIN rules : ${others.join(", ")}`;
        yield { message, field: field("subdomain") };
    }
}

export function* startStrategyCauses({
    startStrategy,
    livenessProbe,
}: ReviewedSpec): Generator<Cause> {
    const at = field("startStrategy");
    if (startStrategy !== undefined && startStrategy !== "Paused") {
        yield { message: `${at} is set with an unrecognized option: ${startStrategy}`, field: at };
    } else if (startStrategy !== undefined && livenessProbe !== undefined) {
        const message = `either ${at} or ${field("livenessProbe")} should be provided.Pausing VMI with LivenessProbe is not supported`;
        yield { message, field: at };
    }
}

export function* inputCauses({ domain }: ReviewedSpec): Generator<Cause> {
    for (const [index, { bus = "", type }] of (domain?.devices?.inputs ?? []).entries()) {
        const at = field(`domain.devices.inputs[${index}]`);
        if (!["virtio", "usb", ""].includes(bus)) {
            const message = "Input device can have only virtio or usb bus.";
            yield { message, field: `${at}.bus` };
        }
        if (type !== "tablet") {
            yield { message: "Input device can have only tablet type.", field: `${at}.type` };
        }
    }
}

export function* ioThreadCauses({ domain }: ReviewedSpec): Generator<Cause> {
    const policy = domain?.ioThreadsPolicy;
    if (policy === undefined) {
        return;
    }
    if (!["shared", "auto", "supplementalPool"].includes(policy)) {
        yield {
            message: `Invalid IOThreadsPolicy (${policy})`,
            field: field("domain.ioThreadsPolicy"),
        };
    }
    if (
        policy === "supplementalPool" &&
        !((domain?.ioThreads?.supplementalPoolThreadCount ?? 0) >= 1)
    ) {
        const message =
            "the number of iothreads needs to be set and positive for the dedicated policy";
        yield { message, field: field("domain.ioThreads.count") };
    }
}

export function* probeCauses(spec: ReviewedSpec): Generator<Cause> {
    const probes = ["readinessProbe", "livenessProbe"] as const;
    for (const name of probes) {
        const probe = spec[name];
        if (probe !== undefined) {
            yield* handlers(probe, field(name));
        }
    }
    if ((spec.networks ?? []).some(({ pod }) => pod !== undefined)) {
        return;
    }
    for (const name of probes) {
        for (const handler of ["httpGet", "tcpSocket"] as const) {
            if (spec[name]?.[handler] !== undefined) {
                const at = field(`${name}.${handler}`);
                yield {
                    message: `${at} is only allowed if the Pod Network is attached`,
                    field: at,
                };
            }
        }
    }
}

function* handlers(probe: ReviewedProbe, at: string): Generator<Cause> {
    const given = [probe.httpGet, probe.tcpSocket, probe.exec, probe.guestAgentPing].filter(
        (each) => each !== undefined,
    );
    if (given.length > 1) {
        yield { message: `${at} must have exactly one probe type set`, field: at };
    }
    if (given.length < 1) {
        const message = `either ${at}.tcpSocket, ${at}.exec or ${at}.httpGet must be set if a ${at} is specified`;
        yield { message, field: at, reason: "FieldValueRequired" };
    }
}

/** Source: KubeVirt vmi-create-admitter.go, validateDomainSpec behind the disks. */
export function* firmwareCauses({ domain = {} }: ReviewedSpec): Generator<Cause> {
    const { bootloader } = domain.firmware ?? {};
    if (bootloader?.efi !== undefined && bootloader.bios !== undefined) {
        const at = field("domain.firmware.bootloader");
        const message = `${at} has both EFI and BIOS configured, but they are mutually exclusive.`;
        yield { message, field: at };
    }
    const secure = bootloader?.efi !== undefined && bootloader.efi.secureBoot !== false;
    const smm = domain.features?.smm !== undefined && domain.features.smm.enabled !== false;
    if (secure && !smm && domain.launchSecurity?.tdx === undefined) {
        const message = `${field("domain")} has EFI SecureBoot enabled. SecureBoot requires SMM, which is currently disabled.`;
        yield { message, field: field("domain") };
    }
}

export function* credentialCauses({
    accessCredentials = [],
    volumes = [],
}: ReviewedSpec): Generator<Cause> {
    const has = {
        noCloud: volumes.some(({ cloudInitNoCloud }) => cloudInitNoCloud !== undefined),
        configDrive: volumes.some(({ cloudInitConfigDrive }) => cloudInitConfigDrive !== undefined),
    };
    for (const [index, credential] of accessCredentials.entries()) {
        yield* credentialOf(credential, field(`accessCredentials[${index}]`), has);
    }
}

function* credentialOf(
    { sshPublicKey, userPassword }: ReviewedCredential,
    at: string,
    has: { readonly noCloud: boolean; readonly configDrive: boolean },
): Generator<Cause> {
    if (sshPublicKey !== undefined) {
        const { propagationMethod = {}, source } = sshPublicKey;
        const how = `${at}.sshPublicKey.propagationMethod`;
        for (const method of ["noCloud", "configDrive"] as const) {
            if (propagationMethod[method] !== undefined && !has[method]) {
                const message = `${at} requires a ${method} volume to exist when the ${method} propagationMethod is in use.`;
                yield { message, field: how };
            }
        }
        const { qemuGuestAgent } = propagationMethod;
        if (qemuGuestAgent !== undefined && (qemuGuestAgent.users ?? []).length === 0) {
            const message = `${at} requires at least one user to be present in the users list`;
            yield { message, field: `${how}.qemuGuestAgent.users` };
        }
        if (source?.secret === undefined) {
            const message = `${at} must have exactly one source set`;
            yield { message, field: `${at}.sshPublicKey.source` };
        }
        const count = Object.keys(propagationMethod).length;
        if (count !== 1) {
            yield { message: `${at} must have exactly one propagationMethod set`, field: how };
        }
    }
    if (userPassword !== undefined) {
        if (userPassword.source?.secret === undefined) {
            const message = `${at} must have exactly one source set`;
            yield { message, field: `${at}.userPassword.source` };
        }
        if (userPassword.propagationMethod?.qemuGuestAgent === undefined) {
            const message = `${at} must have exactly one propagationMethod set`;
            yield { message, field: `${at}.userPassword.propagationMethod` };
        }
    }
    if ((sshPublicKey === undefined) === (userPassword === undefined)) {
        yield { message: `${at} must have exactly one access credential type set`, field: at };
    }
}

export function* dnsCauses({ dnsPolicy = "", dnsConfig }: ReviewedSpec): Generator<Cause> {
    const known = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None", ""];
    if (!known.includes(dnsPolicy)) {
        const message = `DNSPolicy: ${dnsPolicy} is not supported, valid values: [${known.join(" ")}]`;
        yield { message, field: field("dnsPolicy") };
    }
    if (dnsPolicy === "None" && dnsConfig === undefined) {
        const message = "must provide `dnsConfig` when `dnsPolicy` is None";
        yield { message, field: field("dnsConfig"), reason: "FieldValueRequired" };
    } else if (dnsPolicy === "None" && (dnsConfig?.nameservers ?? []).length === 0) {
        const message = "must provide at least one DNS nameserver when `dnsPolicy` is None";
        yield { message, field: "nameservers", reason: "FieldValueRequired" };
    }
    const count = (dnsConfig?.nameservers ?? []).length;
    if (count > 3) {
        const message = `must not have more than 3 nameservers: [${(dnsConfig?.nameservers ?? []).join(" ")}]`;
        yield { message, field: "nameservers" };
    }
}

/** What only some clusters allow. Source: the same file, with the feature gates of a release without configuration. */
export function* gatedCauses(
    { evictionStrategy, domain, volumes = [] }: ReviewedSpec,
    gates: readonly string[],
): Generator<Cause> {
    const at = field("evictionStrategy");
    const strategies = ["LiveMigrate", "LiveMigrateIfPossible", "None", "External"];
    if (evictionStrategy !== undefined && !strategies.includes(evictionStrategy)) {
        yield {
            message: `${at} is set with an unrecognized option: ${evictionStrategy}`,
            field: at,
        };
    }
    const {
        hostDevices,
        autoattachVSOCK,
        downwardMetrics,
        filesystems = [],
        sound,
    } = domain?.devices ?? {};
    if (hostDevices !== undefined && !gates.includes("HostDevices")) {
        const message = "Host Devices feature gate is not enabled in kubevirt-config";
        yield { message, field: field("HostDevices") };
    }
    if (sound !== undefined && !["", "ich9", "ac97"].includes(sound.model ?? "")) {
        const message = "Sound device type is not supported. Options: 'ich9' or 'ac97'";
        yield { message, field: field("Sound") };
    }
    if (sound !== undefined && !sound.name) {
        yield { message: "Sound device requires a name field.", field: field("Sound") };
    }
    if (autoattachVSOCK === true && !gates.includes("VSOCK")) {
        const message = "VSOCK feature gate is not enabled in kubevirt-config";
        yield { message, field: field("domain.devices.autoattachVSOCK") };
    }
    if (downwardMetrics !== undefined && !gates.includes("DownwardMetrics")) {
        const message =
            "downwardMetrics virtio serial is not allowed: DownwardMetrics feature gate is not enabled";
        yield { message, field: field("domain.devices.downwardMetrics") };
    }
    for (const { name } of filesystems) {
        const volume = volumes.find((each) => each.name === name);
        const stored =
            volume?.dataVolume !== undefined || volume?.persistentVolumeClaim !== undefined;
        if (stored && !gates.includes("EnableVirtioFsStorageVolumes")) {
            const message = "virtiofs is not allowed: virtiofs feature gate is not enabled for PVC";
            yield { message, field: field("domain.devices.filesystems") };
        }
    }
    if (domain?.devices?.video !== undefined && domain.devices.autoattachGraphicsDevice === false) {
        const message =
            "Video configuration is not allowed when autoattachGraphicsDevice is set to false";
        yield { message, field: field("video") };
    }
}
