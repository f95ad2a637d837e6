import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { isFilled } from "../../manifests/disk";
import { userData } from "../../manifests/cloud-init";
import { type MachinePlan, startsByItself, virtualMachine } from "../../manifests/virtual-machine";
import { managedByLabel, ownerAnnotation } from "../../model/annotations";
import { millisecondsOf } from "../../model/duration";
import { Problems } from "../../model/problems";
import { machineDeadline } from "../../waits/machine-deadline";
import { machineGate, type ReadyMachine, type VolumeStatus, whenOpen } from "../../waits/gates";
import { program } from "../../waits/program";
import type { Cluster } from "../cluster";
import type { Disk } from "../disks/disk";
import { existing, ownerOf, refuseDisksInUse, takenBack } from "../ownership";
import { clusterOf, installedAt } from "../platform/place";
import { refuse, refuseShape } from "../refusal";
import { bootDisk, machineDisks, switches } from "./machine-disks";
import { refuseSwitches, switchHook } from "./switch";
import { checkVirtualMachine, machineShape, type VirtualMachineArgs } from "./virtual-machine-args";

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
 *     disks: [{ name: "root", storage, size: "20Gi", source: { registry: "quay.io/containerdisks/fedora:42" } }],
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

    readonly #cluster: Cluster;
    readonly #setup: {
        readonly name: string;
        readonly args: VirtualMachineArgs;
        readonly plan: MachinePlan;
        readonly refused: boolean;
    };

    constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("VirtualMachine", name, machineShape(args));
        super(VirtualMachine.type, name, {}, opts);
        this.machineName = args.machineName ?? name;
        this.#cluster = clusterOf(args.cluster);
        this.namespace = args.namespace ?? this.#cluster.namespace;
        const refused = refuse(this, "VirtualMachine", name, checkVirtualMachine(args, this));

        const bind = startsByItself(args.runStrategy ?? "Always") ? "first-machine" : "now";
        this.disks = refused ? new Map() : machineDisks(this, name, this, args.disks, bind);
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
        const { name, plan, refused } = this.#setup;
        const problems = new Problems();
        const machine = virtualMachine(plan);
        const secret = this.#secretManifest();
        const options = { parent: this, provider: this.#cluster.provider };
        let machineOptions: pulumi.CustomResourceOptions = options;
        let secretOptions: pulumi.CustomResourceOptions = options;
        const mayRegister = await program.checked(async () => {
            if (refused) {
                return;
            }
            const claims = new Map(plan.disks.map((disk) => [disk.name, disk.claim]));
            await refuseDisksInUse(this.#cluster, machine, claims, problems);
            const found = await existing(this.#cluster, machine, "machineName", problems);
            const foundSecret = await existing(this.#cluster, secret, "machineName", problems);
            if (found.state === "ours") {
                refuseSwitches(found.live, machine, switches(this.#setup.args.disks), problems);
            }
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
                // Under another name the new machine would run beside the old one, on the same disks.
                deleteBeforeReplace: true,
                hooks: { beforeUpdate: [switchHook(name, switches(this.#setup.args.disks))] },
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
        const platform = await installedAt(this.#setup.args.cluster);
        return [cloudInit, ...nodes.filter((node) => node !== undefined), ...platform];
    }

    #plan(name: string, args: VirtualMachineArgs): MachinePlan {
        const boot = bootDisk(args.disks);
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
                filled: isFilled(disk.plan),
                accessMode: disk.plan.accessMode,
                ...(boot === diskName ? { bootOrder: 1 } : {}),
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
        const disks = await Promise.all(
            [...this.disks.values()].map(async (disk) => ({
                bound: (await disk.gate).bound,
                deadlineMs: disk.deadlineMs,
            })),
        );
        const late =
            args.readyWithin === undefined
                ? machineDeadline(tenMinutes, disks)
                : millisecondsOf(args.readyWithin);
        return machineGate({
            connection: this.#cluster.connection,
            resource: nodes.virtualMachine,
            label: `VirtualMachine ${JSON.stringify(name)}`,
            namespace: this.namespace,
            name: this.machineName,
            runStrategy: plan.runStrategy,
            disks: plan.disks.map((disk) => ({
                ...disk,
                faults: this.disks.get(disk.name)?.faults ?? [],
            })),
            deadlineMs: late,
        });
    }
}

const tenMinutes = 600_000;
