import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { userData } from "../../manifests/cloud-init";
import {
    type MachinePlan,
    reservedDiskNames,
    type RunStrategy,
    runStrategies,
    startsByItself,
    virtualMachine,
} from "../../manifests/virtual-machine";
import { managedByLabel, ownerAnnotation } from "../../model/annotations";
import { type Duration, durationFault, millisecondsOf } from "../../model/duration";
import { nameFault } from "../../model/names";
import { Problems } from "../../model/problems";
import { type Size, sizeFault } from "../../model/size";
import { machineGate, type ReadyMachine, type VolumeStatus, whenOpen } from "../../waits/gates";
import { program } from "../../waits/program";
import type { Cluster } from "../cluster";
import { checkDisk, Disk, type DiskArgs } from "../disks/disk";
import { existing, ownerOf, takenBack } from "../ownership";
import { refuse } from "../refusal";
import type { CloudInitArgs } from "./cloud-init";

/** A disk that is written down inside its machine. It is a {@link Disk} of its own, named `<machine>-<name>`. */
export interface InlineDisk extends Omit<DiskArgs, "namespace" | "bind"> {
    /**
     * Name of the disk inside this machine. The disk is known by it, never by its place in the list.
     *
     * @impact restart: another name is another, new disk, and the old one goes the way of its `onDestroy`
     */
    readonly name: string;
    /**
     * Boot from this disk.
     *
     * @defaultValue the first disk of the list boots
     * @impact restart
     */
    readonly boot?: boolean;
}

/** What a {@link VirtualMachine} needs. */
export interface VirtualMachineArgs {
    /**
     * The cluster the machine runs on.
     *
     * @impact replace-vm
     */
    readonly cluster: Cluster;
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
     * Virtual CPUs. They are added as sockets, which KubeVirt can do while the machine runs.
     *
     * @unit count
     * @impact live up to four times the number at boot; restart when lowered
     */
    readonly cpu: number;
    /**
     * Memory the guest sees.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact live up to four times the size at boot on a machine that can migrate; otherwise restart
     * @example "4Gi"
     */
    readonly memory: Size;
    /**
     * Disks in boot order: written down here, or {@link Disk} objects made elsewhere.
     *
     * @impact restart
     */
    readonly disks: readonly (InlineDisk | Disk)[];
    /**
     * When the machine runs. `Always`: started, and started again whenever it stops; `RerunOnFailure`: started again only after a
     * failure; `Once`; `Manual`: by `virtctl start` only; `Halted`: off.
     *
     * @defaultValue `Always`
     * @impact live: the machine is started or stopped
     */
    readonly runStrategy?: RunStrategy;
    /**
     * First-boot settings. They are kept in a Secret that is updated in place.
     *
     * @defaultValue host name and `sshKeys` only
     * @impact restart
     */
    readonly cloudInit?: CloudInitArgs;
    /**
     * Public keys that may log in as the image's default user.
     *
     * @defaultValue none: log in on the console with what the image knows
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly sshKeys?: readonly pulumi.Input<string>[];
    /**
     * How long the machine may take to run once its disks may be used. A machine that is late is kept.
     *
     * @unit duration: `"90 seconds"`, `"10 minutes"`
     * @defaultValue `"10 minutes"`, and with disks that the machine binds itself as long as they may take in addition
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * Labels of the machine and its pods.
     *
     * @defaultValue none but the package's own
     * @impact live on the machine's object; restart on its pods
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/** The raw resources of a {@link VirtualMachine}. */
export interface VirtualMachineNodes {
    readonly virtualMachine: CustomResource;
    readonly cloudInit?: Secret;
}

/**
 * A virtual machine with its disks.
 *
 * Creates one VirtualMachine, one Secret for cloud-init, and a {@link Disk} for each inline disk. The machine is created when
 * its disks are ready or may proceed, never before. Destroying it keeps its disks unless they say otherwise.
 *
 * @example
 * ```ts
 * new VirtualMachine("web", {
 *     cluster,
 *     cpu: 2,
 *     memory: "4Gi",
 *     disks: [{ name: "root", storage, size: "20Gi", image: { registry: "quay.io/containerdisks/fedora:42" } }],
 *     sshKeys: [key],
 * });
 * ```
 */
export class VirtualMachine extends pulumi.ComponentResource<VirtualMachineNodes> {
    static readonly type = "kubevirt:index:VirtualMachine";

    /** Name of the machine on the cluster. */
    readonly machineName: string;
    /** Namespace of the machine. */
    readonly namespace: string;
    /** The machine's disks by their names inside it, inline ones too. */
    readonly disks: ReadonlyMap<string, Disk>;
    /** When the machine runs (or is off, where it is meant to be), and where. Depend on this to start after it. */
    readonly ready: pulumi.Output<ReadyMachine>;
    /** Per disk: name, claim, bound, size in bytes. */
    readonly volumes: pulumi.Output<readonly VolumeStatus[]>;
    /** The command that opens the machine's serial console. */
    readonly console: string;

    readonly #setup: {
        readonly name: string;
        readonly args: VirtualMachineArgs;
        readonly plan: MachinePlan;
        readonly refused: boolean;
    };

    constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.ComponentResourceOptions) {
        super(VirtualMachine.type, name, {}, opts);
        this.machineName = args.machineName ?? name;
        this.namespace = args.namespace ?? args.cluster.namespace;
        const refused = refuse(this, "VirtualMachine", name, checkVirtualMachine(args, this));

        this.disks = refused ? new Map() : this.#inlineAndGiven(name, args);
        this.#setup = { name, args, plan: this.#plan(name, args), refused };

        const gate = this.#wait();
        this.ready = whenOpen(gate);
        this.volumes = whenOpen(gate.then((machine) => machine.volumes));
        this.console = `virtctl console -n ${this.namespace} ${this.machineName}`;
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<VirtualMachineNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VirtualMachineNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { name, args, plan, refused } = this.#setup;
        const problems = new Problems();
        const machine = virtualMachine(plan);
        const secret = this.#secretManifest();
        const options = { parent: this, provider: args.cluster.provider };
        let machineOptions: pulumi.CustomResourceOptions = options;
        let secretOptions: pulumi.CustomResourceOptions = options;
        const mayRegister = await program.checked(async () => {
            if (refused) {
                return;
            }
            const found = await existing(args.cluster, machine, "machineName", problems);
            const foundSecret = await existing(args.cluster, secret, "machineName", problems);
            refuse(this, "VirtualMachine", name, problems.all);
            machineOptions = { ...options, ...takenBack(found) };
            secretOptions = { ...options, ...takenBack(foundSecret) };
        });
        if (refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const cloudInit = new Secret(
            `${name}-cloud-init`,
            // Written out, because the provider replaces a Secret whose type changes from Kubernetes' default to none.
            { ...secret, type: "Opaque", stringData: { userdata: this.#userData() } },
            secretOptions,
        );
        return {
            cloudInit,
            virtualMachine: new CustomResource(`${name}-virtual-machine`, machine, {
                ...machineOptions,
                dependsOn: this.#disksAndSecret(cloudInit),
            }),
        };
    }

    /** The machine's registration waits for this: every disk's gate, and the order of a destroy comes from it. */
    async #disksAndSecret(cloudInit: Secret): Promise<pulumi.Resource[]> {
        const disks = [...this.disks.values()];
        const nodes = await Promise.all(
            disks.map(async (disk) => {
                await disk.gate;
                const { dataVolume, claim } = await disk.nodes;
                return dataVolume ?? claim;
            }),
        );
        return [cloudInit, ...nodes.filter((node) => node !== undefined)];
    }

    #inlineAndGiven(name: string, args: VirtualMachineArgs): Map<string, Disk> {
        const bind = startsByItself(args.runStrategy ?? "Always") ? "first-machine" : "now";
        return new Map(
            args.disks.map((disk) => {
                if (disk instanceof Disk) {
                    return [disk.claimName, disk];
                }
                const { name: diskName, boot: _, ...rest } = disk;
                const diskArgs = {
                    ...rest,
                    namespace: this.namespace,
                    claimName: disk.claimName ?? `${this.machineName}-${diskName}`,
                    bind,
                } as const;
                return [diskName, new Disk(`${name}-${diskName}`, diskArgs, { parent: this })];
            }),
        );
    }

    #plan(name: string, args: VirtualMachineArgs): MachinePlan {
        const boot = args.disks.find((disk) => !(disk instanceof Disk) && disk.boot === true);
        return {
            name: this.machineName,
            namespace: this.namespace,
            owner: ownerOf(name),
            cpu: args.cpu,
            memory: args.memory,
            runStrategy: args.runStrategy ?? "Always",
            disks: [...this.disks].map(([diskName, disk]) => ({
                name: diskName,
                claim: disk.claimName,
                filled: disk.plan.image !== undefined,
                accessMode: disk.plan.accessMode,
                ...(boot !== undefined && nameInMachine(boot) === diskName ? { bootOrder: 1 } : {}),
            })),
            cloudInitSecret: `${this.machineName}-cloud-init`,
            ...(args.labels === undefined ? {} : { labels: args.labels }),
        };
    }

    #secretManifest() {
        return {
            apiVersion: "v1",
            kind: "Secret",
            metadata: {
                name: `${this.machineName}-cloud-init`,
                namespace: this.namespace,
                labels: { ...managedByLabel },
                annotations: { [ownerAnnotation]: this.#setup.plan.owner },
            },
        } as const;
    }

    #userData(): pulumi.Output<string> {
        const { args } = this.#setup;
        const document = args.cloudInit?.userData;
        return pulumi.secret(
            document ??
                pulumi.all([...(args.sshKeys ?? [])]).apply((sshKeys) =>
                    userData({
                        hostname: this.machineName,
                        sshKeys,
                        packages: args.cloudInit?.packages ?? [],
                        runCommands: args.cloudInit?.runCommands ?? [],
                    }),
                ),
        );
    }

    async #wait(): Promise<ReadyMachine> {
        const nodes = await this.getData();
        const { name, args, plan } = this.#setup;
        const late = args.readyWithin === undefined ? tenMinutes : millisecondsOf(args.readyWithin);
        return machineGate({
            connection: args.cluster.connection,
            resource: nodes.virtualMachine,
            label: `VirtualMachine ${JSON.stringify(name)}`,
            namespace: this.namespace,
            name: this.machineName,
            runStrategy: plan.runStrategy,
            disks: plan.disks,
            deadlineMs: late,
        });
    }
}

const tenMinutes = 600_000;

function nameInMachine(disk: InlineDisk | Disk): string {
    return disk instanceof Disk ? disk.claimName : disk.name;
}

/** Everything that is wrong with a machine's arguments, its inline disks' included. */
export function checkVirtualMachine(
    args: VirtualMachineArgs,
    resolved: { readonly machineName: string; readonly namespace: string },
) {
    const problems = new Problems();
    const check = (field: string, fault: { fault: string; cure: string } | undefined) => {
        if (fault !== undefined) {
            problems.add(field, fault.fault, fault.cure);
        }
    };
    check("machineName", nameFault(resolved.machineName));
    check("namespace", nameFault(resolved.namespace));
    check("memory", sizeFault(args.memory));
    if (!Number.isInteger(args.cpu) || args.cpu < 1) {
        problems.add(
            "cpu",
            `is ${String(args.cpu)}, which is not a number of virtual CPUs`,
            "write a whole number from 1",
        );
    }
    if (args.readyWithin !== undefined) {
        check("readyWithin", durationFault(args.readyWithin));
    }
    if (args.runStrategy !== undefined && !runStrategies.includes(args.runStrategy)) {
        problems.add(
            "runStrategy",
            `is ${JSON.stringify(args.runStrategy)}, which KubeVirt does not know`,
            `write one of ${runStrategies.join(", ")}`,
        );
    }
    if (args.cloudInit?.userData !== undefined) {
        const beside = [
            ...((args.sshKeys ?? []).length > 0 ? ["sshKeys"] : []),
            ...(args.cloudInit.packages === undefined ? [] : ["cloudInit.packages"]),
            ...(args.cloudInit.runCommands === undefined ? [] : ["cloudInit.runCommands"]),
        ];
        for (const field of beside) {
            problems.add(
                field,
                "would be lost beside cloudInit.userData",
                "write it into userData, or leave userData out",
            );
        }
    }
    checkDisks(args, resolved, problems);
    return problems.all;
}

function checkDisks(
    args: VirtualMachineArgs,
    resolved: { readonly machineName: string; readonly namespace: string },
    problems: Problems,
): void {
    const names = new Set<string>();
    const claims = new Set<string>();
    for (const [index, disk] of args.disks.entries()) {
        const place = `disks[${String(index)}]`;
        const name = nameInMachine(disk);
        const fault = nameFault(name);
        if (fault !== undefined) {
            problems.add(`${place}.name`, fault.fault, fault.cure);
        } else if (reservedDiskNames.includes(name)) {
            problems.add(
                `${place}.name`,
                `is "${name}", which the machine's own disk is called`,
                "choose another name",
            );
        }
        if (names.has(name)) {
            problems.add(
                `${place}.name`,
                `is "${name}" a second time`,
                "give each disk a name of its own",
            );
        }
        names.add(name);
        const claim = disk.claimName ?? `${resolved.machineName}-${name}`;
        if (claims.has(claim)) {
            problems.add(`${place}.claimName`, `is "${claim}" a second time`, "attach a disk once");
        }
        claims.add(claim);
        if (!(disk instanceof Disk)) {
            const plan = { name: claim, namespace: resolved.namespace };
            problems.addFrom(place, fault === undefined ? checkDisk(disk, plan) : []);
        } else if (disk.namespace !== resolved.namespace) {
            problems.add(
                place,
                `is Disk "${disk.claimName}" in namespace ${disk.namespace}, and a machine in ${resolved.namespace} cannot mount it`,
                "put both into one namespace",
            );
        }
    }
    const boots = args.disks
        .filter((disk) => !(disk instanceof Disk) && disk.boot === true)
        .map(nameInMachine);
    if (boots.length > 1) {
        problems.add(
            "disks",
            `has ${String(boots.length)} boot disks: ${boots.join(", ")}`,
            "set boot on one of them",
        );
    }
    if (args.disks.length === 0) {
        problems.add(
            "disks",
            "is empty, and a machine without a disk has nothing to boot from",
            "add one",
        );
    }
}
