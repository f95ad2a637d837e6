import type * as pulumi from "@pulumi/pulumi";
import type { MachineOrder, RunStrategy } from "../../manifests/virtual-machine";
import type { Duration } from "../../model/duration";
import type { InstancetypeReference, PreferenceReference } from "../../model/instancetypes";
import type { CpuArgs, MemoryArgs } from "../../model/machine/compute";
import type { DevicesArgs } from "../../model/machine/devices";
import type { ClockArgs, FirmwareArgs } from "../../model/machine/firmware";
import type { GuestSystem } from "../../model/machine/guest-os";
import type { MachinePlacementArgs } from "../../model/machine/placement";
import type { ProbesArgs, ReadyWhen } from "../../model/machine/probes";
import type { MachineVolumeArgs } from "../../model/machine/volumes";
import type { LiveMigrationWish } from "../../model/migratability";
import type { Size } from "../../model/size";
import type { MachineNetworkArgs } from "../networks/machine-network-args";
import type { Place } from "../platform/place";
import type { AccessArgs, SysprepArgs } from "./access-args";
import type { CloudInitArgs } from "./cloud-init";
import type { MachineDisk } from "./machine-disk-args";

/** What a {@link VirtualMachine} needs. */
export interface VirtualMachineArgs {
    /**
     * The cluster the machine runs on, or the platform on it: the machine is then made when the platform is ready.
     *
     * @impact replace-vm
     */
    readonly cluster: Place;
    /**
     * Namespace of the machine and its inline disks.
     *
     * @defaultValue the cluster's namespace
     * @impact replace-vm; refused for the disks
     */
    readonly namespace?: string;
    /**
     * Name of the machine on the cluster and host name of the guest.
     *
     * @defaultValue the component's name
     * @impact replace-vm
     */
    readonly machineName?: string;
    /**
     * What runs in the machine. `windows` brings what Windows wants: UEFI with secure boot and kept variables, a TPM, the Hyper-V
     * interfaces and its clock, a tablet, a CD-ROM with the virtio drivers, an hour to shut down, and no cloud-init unless it is
     * asked for.
     *
     * @defaultValue `linux`
     * @impact restart, and a guest that was installed with the other firmware does not start
     */
    readonly os?: GuestSystem;
    /**
     * Virtual CPUs: their number, which are sockets, as KubeVirt can add them while the machine runs; or how they are made up.
     *
     * @unit count
     * @defaultValue none: given by the `instancetype`
     * @impact live up to four times the number at boot; restart when lowered
     */
    readonly cpu?: number | CpuArgs;
    /**
     * Memory the guest sees: its size, or how it is made up.
     *
     * @unit binary size: Mi, Gi or Ti
     * @defaultValue none: given by the `instancetype`
     * @impact live up to four times the size at boot on a machine that can migrate; otherwise restart
     * @example "4Gi"
     */
    readonly memory?: Size | MemoryArgs;
    /**
     * What says CPU and memory instead: a common instancetype by its name, or one of the cluster's own. It is looked for before
     * the machine is made.
     *
     * @defaultValue none: `cpu` and `memory` are given
     * @impact restart
     * @example "u1.medium"
     */
    readonly instancetype?: InstancetypeReference;
    /**
     * What KubeVirt fills in for a guest system where this machine says nothing: a common preference by its name, or one of the
     * cluster's own. What it asks for at least is checked.
     *
     * @defaultValue none
     * @impact restart
     * @example "fedora"
     */
    readonly preference?: PreferenceReference;
    /**
     * What the machine boots with, its TPM and its identity.
     *
     * @defaultValue a BIOS and a UUID that stays the same; what Windows asks for with `os: "windows"`
     * @impact restart
     */
    readonly firmware?: FirmwareArgs;
    /**
     * The machine's clock.
     *
     * @defaultValue UTC
     * @impact restart
     */
    readonly clock?: ClockArgs;
    /**
     * Machine type of QEMU, such as `pc-q35-rhel9.6.0`, for a guest that must not see new hardware.
     *
     * @defaultValue KubeVirt's own, which it writes into the machine once
     * @impact restart
     */
    readonly machineType?: string;
    /**
     * Devices beside disks and networks: GPUs, devices of the node, watchdog, graphics and so on.
     *
     * @defaultValue a source of random numbers, graphics and a serial console
     * @impact restart
     */
    readonly devices?: DevicesArgs;
    /**
     * Disks in boot order: written down here, or `Disk` objects made elsewhere, as they are (known by their claim's name) or
     * with a name of their own: `{ name: "data", disk }`.
     *
     * @impact live for hotpluggable ones; otherwise restart
     */
    readonly disks: readonly MachineDisk[];
    /**
     * Volumes that hold nothing that has to be kept: images, empty disks, ConfigMaps, Secrets, drives.
     *
     * @defaultValue none but the package's own
     * @impact restart
     */
    readonly volumes?: readonly MachineVolumeArgs[];
    /**
     * Network interfaces, each known by its name: the pod network (`{ name: "default", pod: true }`), or another network
     * (`{ name: "lan", network: lan, addresses: ["10.0.0.10/24"] }`). A machine with none (`[]`) has no network.
     *
     * @defaultValue the pod network behind masquerade, which can move to another node
     * @impact live for one that comes or goes on a bridge, where the machine can move; otherwise restart
     */
    readonly networks?: readonly MachineNetworkArgs[];
    /**
     * When the machine runs. `Always`: started, and started again whenever it stops; `RerunOnFailure`: started again only after a
     * failure; `Once`; `Manual`: by `virtctl start` only; `Halted`: off.
     *
     * @defaultValue `Always`
     * @impact live: the machine is started or stopped
     */
    readonly runStrategy?: RunStrategy;
    /**
     * Whose business it is whether the machine is on. `managed`: this program's, and a machine that somebody stopped is a problem
     * of the next update. `left-alone`: `runStrategy` counts when the machine is made and not afterwards, and what `virtctl stop` or
     * `start` do later is neither undone nor held against the machine.
     *
     * @defaultValue `managed`
     * @impact live
     */
    readonly power?: "managed" | "left-alone";
    /**
     * What happens after a change that only counts after a restart. `never`: it is said, and the machine goes on as it was;
     * `if-needed`: the machine is restarted at once, where KubeVirt asks for it or applies a change at the next start without a word.
     *
     * @defaultValue `never`: a running machine is not interrupted by an edit
     * @impact live
     */
    readonly restartPolicy?: "never" | "if-needed";
    /**
     * First-boot settings. They are kept in a Secret that is updated in place. `false`: none, and no volume for them.
     *
     * @defaultValue host name, `sshKeys` and the guest agent; none with `os: "windows"`
     * @impact restart
     */
    readonly cloudInit?: CloudInitArgs | false;
    /**
     * Public keys that may log in as the image's default user.
     *
     * @defaultValue none: log in on the console with what the image knows
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly sshKeys?: readonly pulumi.Input<string>[];
    /**
     * Answers for Windows' setup, kept in a Secret.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly sysprep?: SysprepArgs;
    /**
     * A CD-ROM with the virtio drivers: whether there is one, or the image it is in.
     *
     * @defaultValue the image of KubeVirt's own version with `os: "windows"`; otherwise none
     * @impact restart
     */
    readonly virtioDrivers?: boolean | string;
    /**
     * Keys and passwords that can be changed while the machine runs, through the guest agent.
     *
     * @defaultValue none
     * @impact live
     */
    readonly access?: AccessArgs;
    /**
     * Whether the machine is alive, and whether it gets requests: asked again and again.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly probes?: ProbesArgs;
    /**
     * What has to be so for the machine to count as ready: it runs; its guest agent answers; a port takes connections
     * (`{ tcp: 22 }`); or a question over HTTP is answered well (`{ http: 80 }`, `{ http: { port: 8080, path: "/health" } }`). The
     * cluster asks the port, by a readiness probe, so that nothing has to be reached from here.
     *
     * @defaultValue `running`
     * @impact live between `running` and `agent`; restart where a port is asked
     */
    readonly ready?: ReadyWhen;
    /**
     * How long the machine may take to be ready once its disks may be used. A machine that is late is kept.
     *
     * @unit duration: `"90 seconds"`, `"10 minutes"`
     * @defaultValue `"10 minutes"`, and with disks that the machine binds itself as long as they may take in addition
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * How long the guest has to shut down before it is switched off.
     *
     * @unit duration in whole seconds
     * @defaultValue `"3 minutes"`, and an hour with `os: "windows"`, which may be updating: those of KubeVirt's own preferences
     * @impact restart
     */
    readonly stopWithin?: Duration;
    /**
     * Name of a group of machines: what `placement` keeps apart or near, and what network policies speak of.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly group?: string;
    /**
     * Which nodes the machine may run on.
     *
     * @defaultValue every node
     * @impact live: it counts from the next start or migration on
     */
    readonly placement?: MachinePlacementArgs;
    /**
     * Whether the machine moves to another node when its own is drained or changed. `required`: a machine that cannot is refused,
     * with the disk, interface or device that says no; `if-possible`: one that cannot is shut down, so that a drain never waits for
     * it; `none`: it is shut down in any case.
     *
     * @defaultValue `if-possible`
     * @impact restart
     */
    readonly liveMigration?: LiveMigrationWish;
    /**
     * Labels of the machine and its pods.
     *
     * @defaultValue none but the package's own
     * @impact live on the machine's object; restart on its pods
     */
    readonly labels?: Readonly<Record<string, string>>;
    /**
     * Annotations of the machine and its pods.
     *
     * @defaultValue none but the package's own
     * @impact live on the machine's object; restart on its pods
     */
    readonly annotations?: Readonly<Record<string, string>>;
    /**
     * Fields of the VirtualMachine's `spec`, as KubeVirt has them, for what the arguments do not cover. They are merged over it, lists
     * as a whole; a field that is null is taken away. Disks, volumes, networks and the run strategy have to be said by the arguments.
     *
     * @defaultValue none
     * @impact restart, unless KubeVirt can change the field while the machine runs
     * @example { template: { spec: { dnsPolicy: "ClusterFirst" } } }
     */
    readonly overrides?: Readonly<Record<string, unknown>>;
    /**
     * The order of disks and volumes, by their names inside the machine, where it is another one than that of the lists: all of a
     * machine that was made elsewhere is to stay where its guest has it.
     *
     * @defaultValue disks, then volumes, then the package's own
     * @impact restart
     * @example { disks: ["cloudinit", "data"] }
     */
    readonly order?: MachineOrder;
    /**
     * Take over the machine of this name that somebody else made. As long as it is what the program says it is left as it is: nothing is
     * written on it, and it is in the state. The first change marks it as this program's, and makes its fields the program's; `adopt` may
     * be left out from then on. Where there is no such machine, one is made. `npm run import` writes it.
     *
     * @defaultValue `false`: a machine of that name that somebody else made is refused
     * @impact live
     */
    readonly adopt?: boolean;
}
