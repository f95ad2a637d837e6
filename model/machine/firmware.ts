import { Check, type Findings } from "../findings";

/** What a machine boots with. `secure-boot` is UEFI that starts signed systems only. */
export const bootloaders = ["bios", "efi", "secure-boot"] as const;
export type Bootloader = (typeof bootloaders)[number];

/** The firmware of a machine. */
export interface FirmwareArgs {
    /**
     * What the machine boots with: `bios`, `efi`, or `secure-boot` (UEFI that starts signed systems only).
     *
     * @defaultValue `bios`, KubeVirt's own; `secure-boot` with `os: "windows"`, as Windows asks for
     * @impact restart, and a guest that was installed with another one does not start
     */
    readonly bootloader?: Bootloader;
    /**
     * Keep the UEFI variables (boot entries, enrolled keys) on a volume that KubeVirt makes on the cluster's class for machine
     * state.
     *
     * @defaultValue false: they are new at each start; true with `os: "windows"`
     * @impact restart
     */
    readonly persistentVariables?: boolean;
    /**
     * A TPM: none, one that forgets everything at each start, or one that keeps its secrets on a volume that KubeVirt makes.
     * BitLocker needs `persistent`.
     *
     * @defaultValue `none`; `persistent` with `os: "windows"`
     * @impact restart; data-loss for what is sealed with a TPM that is taken away
     */
    readonly tpm?: "none" | "ephemeral" | "persistent";
    /**
     * The system's UUID as the guest sees it; licences and cloud-init go by it.
     *
     * @defaultValue made from namespace and machine name: it stays the same over restarts and restores
     * @impact restart
     */
    readonly uuid?: string;
    /**
     * The system's serial number as the guest sees it.
     *
     * @defaultValue made up by KubeVirt once and kept
     * @impact restart
     */
    readonly serial?: string;
    /**
     * Show the BIOS on the serial console.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly serialOutput?: boolean;
}

/** The clock of a machine. */
export interface ClockArgs {
    /**
     * Time zone the hardware clock shows, by its name in the tz database.
     *
     * @defaultValue UTC
     * @impact restart
     * @example "Europe/Berlin"
     */
    readonly timezone?: string;
    /**
     * How far the hardware clock is from UTC.
     *
     * @unit seconds
     * @defaultValue 0
     * @impact restart
     */
    readonly offsetSeconds?: number;
}

/** What KubeVirt would refuse. Source: vmi-create-admitter.go (validateBootloader, validateFirmware, validateDomainSpec). */
export function checkFirmware(firmware: FirmwareArgs, windows: boolean): Findings {
    const check = new Check();
    check.refuseUnknown("bootloader", firmware.bootloader, bootloaders, "KubeVirt");
    check.refuseUnknown("tpm", firmware.tpm, ["none", "ephemeral", "persistent"], "this package");
    const bootloader = firmware.bootloader ?? (windows ? "secure-boot" : "bios");
    if (firmware.persistentVariables === true && bootloader === "bios") {
        check.refuse(
            "persistentVariables",
            "is true, and a BIOS has no variables",
            `write bootloader: "efi" or "secure-boot", or leave it out`,
        );
    }
    if (firmware.serialOutput === true && bootloader !== "bios") {
        check.refuse(
            "serialOutput",
            `is true, and only the BIOS can, not ${bootloader}`,
            `leave it out, or write bootloader: "bios"`,
        );
    }
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
    if (firmware.uuid !== undefined && !uuid.test(firmware.uuid)) {
        check.refuse(
            "uuid",
            `is ${JSON.stringify(firmware.uuid)}, which is not a UUID`,
            `write one such as "5d307ca9-b3ef-428c-8861-06e72d69f223", or leave it out`,
        );
    }
    if (firmware.serial !== undefined && !/^[A-Za-z0-9_.+-]{1,256}$/.test(firmware.serial)) {
        check.refuse(
            "serial",
            `is ${JSON.stringify(firmware.serial.slice(0, 80))}, which is not a serial number`,
            `write up to 256 letters, digits, "_", ".", "+" and "-"`,
        );
    }
    return check;
}

/** A time zone that no guest would know, and two ways to say the time. Source: KubeVirt core/v1 schema.go (ClockOffset). */
export function checkClock(clock: ClockArgs): Findings {
    const check = new Check();
    const { timezone, offsetSeconds } = clock;
    if (timezone !== undefined && !/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/.test(timezone)) {
        check.refuse(
            "timezone",
            `is ${JSON.stringify(timezone)}, which is not the name of a time zone`,
            `write one such as "Europe/Berlin"`,
        );
    }
    if (timezone !== undefined && offsetSeconds !== undefined) {
        check.refuse("offsetSeconds", "is given beside timezone", "leave one of them out");
    }
    if (offsetSeconds !== undefined && !Number.isInteger(offsetSeconds)) {
        check.refuse(
            "offsetSeconds",
            `is ${String(offsetSeconds)}, which is not a number of seconds`,
            "write a whole number",
        );
    }
    return check;
}
