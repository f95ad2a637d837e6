import { Check, type Findings } from "../findings";
import { nameFault } from "../names";

/** A device of the node that is handed to the machine. */
export interface PassedDeviceArgs {
    /**
     * Name of the device inside the machine. It is known by it, never by its place in the list.
     *
     * @impact restart
     */
    readonly name: string;
    /**
     * Resource that the node's device plugin offers, as KubeVirt's `permittedHostDevices` names it.
     *
     * @impact restart
     * @example "nvidia.com/GA102GL_A10"
     */
    readonly device: string;
}

/** What happens when the guest does not answer its watchdog any more. Source: KubeVirt core/v1 types.go (WatchdogAction). */
export const watchdogActions = ["reset", "poweroff", "shutdown"] as const;
export type WatchdogAction = (typeof watchdogActions)[number];

/** The devices of a machine beside its disks and networks. */
export interface DevicesArgs {
    /**
     * GPUs, whole or shared (vGPU). A machine with one cannot move to another node while it runs.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly gpus?: readonly PassedDeviceArgs[];
    /**
     * PCI or USB devices of the node. KubeVirt needs the feature gate HostDevices. A machine with one cannot move to another node
     * while it runs.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly hostDevices?: readonly PassedDeviceArgs[];
    /**
     * A source of random numbers from the node.
     *
     * @defaultValue true: without one a guest may wait for randomness when it starts
     * @impact restart
     */
    readonly rng?: boolean;
    /**
     * A watchdog (i6300ESB), and what happens when the guest stops answering it.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly watchdog?: WatchdogAction;
    /**
     * A graphics card and VNC.
     *
     * @defaultValue true, KubeVirt's own; false saves memory on a server that nobody looks at
     * @impact restart
     */
    readonly graphics?: boolean;
    /**
     * The graphics card's kind, such as `virtio`, `vga`, `bochs`.
     *
     * @defaultValue KubeVirt's own for the firmware
     * @impact restart
     */
    readonly video?: string;
    /**
     * A serial console, which `virtctl console` opens.
     *
     * @defaultValue true: it works when the network does not
     * @impact restart
     */
    readonly serialConsole?: boolean;
    /**
     * Write what the guest says on its serial console to the log of its pod.
     *
     * @defaultValue as KubeVirt is configured
     * @impact restart
     */
    readonly logSerialConsole?: boolean;
    /**
     * A pointer that is where the mouse is (tablet), on this bus.
     *
     * @defaultValue none; `usb` with `os: "windows"`
     * @impact restart
     */
    readonly tablet?: "usb" | "virtio";
    /**
     * A sound card.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly sound?: "ich9" | "ac97";
    /**
     * Let a person hand USB devices of theirs to the machine (`virtctl usbredir`).
     *
     * @defaultValue false
     * @impact restart
     */
    readonly usbRedirection?: boolean;
    /**
     * Give the guest some metrics of its node (vhostmd). KubeVirt needs the feature gate DownwardMetrics.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly downwardMetrics?: boolean;
    /**
     * Let KubeVirt see how much memory the guest really uses, and take some back (balloon).
     *
     * @defaultValue true, KubeVirt's own; left out by itself with huge pages or dedicated CPUs in real time
     * @impact restart
     */
    readonly memoryBalloon?: boolean;
    /**
     * One queue for each virtual CPU on the disks.
     *
     * @defaultValue false, KubeVirt's own
     * @impact restart
     */
    readonly blockMultiQueue?: boolean;
    /**
     * One queue for each virtual CPU on the network interfaces.
     *
     * @defaultValue false, KubeVirt's own
     * @impact restart
     */
    readonly networkMultiQueue?: boolean;
    /**
     * Threads for the disks' reads and writes: `shared`, one for all; `auto`, as many as there are CPUs for.
     *
     * @defaultValue KubeVirt's own: none but of disks that ask for one of their own
     * @impact restart
     */
    readonly ioThreads?: "shared" | "auto";
}

/** What KubeVirt would refuse. Source: vmi-create-admitter.go (validateVideoConfig, validateSoundDevices, validateInputDevices). */
export function checkDevices(devices: DevicesArgs): Findings {
    const check = new Check();
    const names = new Set<string>();
    for (const kind of ["gpus", "hostDevices"] as const) {
        for (const [index, { name, device }] of (devices[kind] ?? []).entries()) {
            const field = `${kind}[${String(index)}]`;
            check.refuseIf(`${field}.name`, nameFault(name));
            if (names.has(name)) {
                check.refuse(
                    `${field}.name`,
                    `is ${JSON.stringify(name)} a second time`,
                    "give each device a name of its own",
                );
            }
            names.add(name);
            if (!/^[a-z0-9.-]+\/[A-Za-z0-9_.-]+$/.test(device)) {
                check.refuse(
                    `${field}.device`,
                    `is ${JSON.stringify(device)}, which is not the resource of a device plugin`,
                    `write one such as "nvidia.com/GA102GL_A10"`,
                );
            }
        }
    }
    check.refuseUnknown("watchdog", devices.watchdog, watchdogActions, "KubeVirt");
    check.refuseUnknown("tablet", devices.tablet, ["usb", "virtio"], "KubeVirt");
    check.refuseUnknown("sound", devices.sound, ["ich9", "ac97"], "KubeVirt");
    check.refuseUnknown("ioThreads", devices.ioThreads, ["shared", "auto"], "this package");
    if (devices.graphics === false && devices.video !== undefined) {
        check.refuse("video", "is given beside graphics: false", "leave one of them out");
    }
    if (devices.serialConsole === false && devices.logSerialConsole === true) {
        check.refuse(
            "logSerialConsole",
            "is true beside serialConsole: false",
            "leave one of them out",
        );
    }
    return check;
}
