import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../../manifests/kubernetes-object";
import { networkData } from "../../manifests/machine-networks";
import { networksIn } from "../../manifests/network-change";
import { hasInlineData, inWordsOf, takenOver } from "../../manifests/machine/adopted";
import { type MachinePlan, startsByItself, virtualMachine } from "../../manifests/virtual-machine";
import { millisecondsOf } from "../../model/duration";
import { type MachineCommands, machineCommands } from "../../model/machine-commands";
import { type Migratability, migratabilityText, unmovable } from "../../model/migratability";
import { Problems } from "../../model/problems";
import { machineDeadline } from "../../waits/machine-deadline";
import { machineGate, type ReadyMachine, type VolumeStatus, whenOpen } from "../../waits/gates";
import { known } from "../../waits/known";
import { program } from "../../waits/program";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { atOnce, dependencies } from "../depends-on";
import type { Disk } from "../disks/disk";
import { networkDependencies, takeAddresses } from "../networks/machine-networks";
import { takeName } from "../names-taken";
import {
    adopted,
    type Existing,
    existing,
    formerOwners,
    refuseDisksInUse,
    takenBack,
} from "../ownership";
import { clusterOf, installedAt } from "../platform/place";
import { refuse, refuseShape, tellFindings } from "../refusal";
import { changeNotice } from "./change-notice";
import { conflictHook } from "./field-conflict";
import { checkGates } from "./gate-check";
import { checkTypesExist } from "./instancetype-check";
import { isShared, machineDisks, nameInMachine, switches } from "./machine-disks";
import { defaultWish, machinePlan } from "./machine-plan";
import { machineSecrets, registerSecret } from "./machine-secrets";
import { fleetSlots } from "./start-slots";
import { refuseSwitches, switchHook } from "./switch";
import type { VirtualMachineArgs } from "./virtual-machine-args";
import { checkVirtualMachine } from "./virtual-machine-check";
import { machineShape } from "./virtual-machine-shape";

/** The raw resources of a {@link VirtualMachine}. */
export interface VirtualMachineNodes {
    readonly virtualMachine: CustomResource;
    /** The Secret with the first-boot settings. */
    readonly cloudInit?: Secret;
    /** All of the machine's Secrets. */
    readonly secrets: readonly Secret[];
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
    /** When the machine is ready (or off, where it is meant to be), and where it runs. */
    readonly ready: pulumi.Output<ReadyMachine>;
    /** The machine itself, as soon as it is ready: `dependsOn: [db.whenReady]` starts another after it. */
    readonly whenReady: pulumi.Output<pulumi.Resource>;
    /** Per disk: name, claim, bound, size in bytes. */
    readonly volumes: pulumi.Output<readonly VolumeStatus[]>;
    /** The commands that open its console and its screen, log in, and forward ports. */
    readonly commands: MachineCommands;
    /** Whether the machine can move to another node while it runs, and what keeps it: known in the preview. */
    readonly migratability: Migratability;

    readonly #cluster: Cluster;
    readonly #setup: {
        readonly name: string;
        readonly args: VirtualMachineArgs;
        readonly plan: MachinePlan;
        readonly refused: boolean;
        readonly opts: pulumi.ComponentResourceOptions | undefined;
        /** Owners of what it was called before. */
        readonly former: readonly string[];
    };

    constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("VirtualMachine", name, machineShape(args));
        super(VirtualMachine.type, name, {}, atOnce(opts));
        this.machineName = args.machineName ?? name;
        this.#cluster = clusterOf(args.cluster);
        this.namespace = args.namespace ?? this.#cluster.namespace;
        const problems = new Problems();
        tellFindings(this, "VirtualMachine", name, checkVirtualMachine(args, this), problems);
        const isDouble = takeName(
            this.#cluster,
            { kind: "VirtualMachine", field: "machineName", component: name },
            { namespace: this.namespace, name: this.machineName },
        );
        // Its addresses are made of its name.
        const addresses =
            isDouble.length > 0 ? [] : takeAddresses(this.#cluster, args.networks, this);
        problems.all.push(...isDouble, ...addresses);
        const isWrong = refuse(this, "VirtualMachine", name, problems.all);

        const former = formerOwners(this, name, opts);
        const bind = startsByItself(args.runStrategy ?? "Always") ? "first-machine" : "now";
        this.disks = isWrong ? new Map() : machineDisks(this, name, this, args.disks, bind);
        // Nothing can be made of what is refused.
        const sound = isWrong ? { cluster: args.cluster, disks: [] } : args;
        const { plan, mobility } = machinePlan(name, sound, this, this.disks);
        this.migratability = mobility;
        const refused = isWrong || this.#refuseUnmovable(name, args, mobility);
        this.#setup = { name, args, plan, refused, opts, former };

        const gate = this.#wait();
        this.ready = whenOpen(gate);
        this.volumes = whenOpen(gate.then((machine) => machine.volumes));
        this.whenReady = pulumi.output<pulumi.Resource>(gate.then(() => this));
        this.commands = machineCommands({ namespace: this.namespace, name: this.machineName });
    }

    /** Refuses a machine that has to be able to move and cannot; says of any other in a preview what keeps it. */
    #refuseUnmovable(name: string, args: VirtualMachineArgs, mobility: Migratability): boolean {
        const wish = args.liveMigration ?? defaultWish;
        if (pulumi.runtime.isDryRun() && wish === "if-possible" && !mobility.migratable) {
            say("info", `VirtualMachine "${name}" ${migratabilityText(mobility)}.`, this);
        }
        return refuse(this, "VirtualMachine", name, unmovable(mobility, wish));
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<VirtualMachineNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VirtualMachineNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { name, args, plan, refused, former } = this.#setup;
        if (refused) {
            await program.checked(() => Promise.resolve());
            return program.never();
        }
        const problems = new Problems();
        let machine = virtualMachine(plan);
        const { namespace } = plan;
        const { power = "managed", adopt = false } = args;
        const place = { machineName: plan.name, namespace, owner: plan.owner, name };
        const secrets = machineSecrets(args, place, networkData(plan.networks));
        const options = { parent: this, provider: this.#cluster.provider };
        let found: Existing = { state: "absent" };
        let taken: pulumi.CustomResourceOptions = {};
        const foundSecrets: Existing[] = [];
        const mayRegister = await program.checked(async () => {
            const claims = this.#ownClaims();
            await refuseDisksInUse(this.#cluster, machine, claims, problems);
            await checkTypesExist(this, name, this.#cluster, { ...args, namespace }, problems);
            await checkGates(this, name, this.#cluster, machine, problems);
            const look = (object: KubernetesObject, mayAdopt: boolean) =>
                existing(this.#cluster, object, "machineName", problems, mayAdopt, former);
            found = await look(machine, adopt);
            for (const { manifest } of secrets) {
                foundSecrets.push(await look(manifest, false));
            }
            if ("live" in found) {
                const liveNetworks = networksIn(found.live);
                machine = inWordsOf(found.live, virtualMachine({ ...plan, liveNetworks }));
                refuseSwitches(found.live, machine, switches(args.disks), problems);
            }
            const written = await known(pulumi.output(machine as object));
            taken = adopted(found, written ?? machine, adopt);
            refuse(this, "VirtualMachine", name, problems.all);
        });
        if (problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const registered = secrets.map((secret, index) =>
            registerSecret(this, name, secret, {
                ...options,
                ...takenBack(foundSecrets[index] ?? { state: "absent" }),
            }),
        );
        const cloudInit = registered[secrets.findIndex(({ role }) => role === "cloud-init")];
        return {
            ...(cloudInit === undefined ? {} : { cloudInit }),
            secrets: registered,
            virtualMachine: new CustomResource(
                `${name}-virtual-machine`,
                adopt ? takenOver(machine) : machine,
                {
                    ...options,
                    ...taken,
                    // Under another name the new machine would run beside the old one, on the same disks.
                    deleteBeforeReplace: true,
                    hooks: {
                        beforeUpdate: [
                            switchHook(name, switches(args.disks)),
                            changeNotice(name, this, this.migratability.migratable),
                            conflictHook(name, this.#cluster.connection, {
                                namespace,
                                machineName: plan.name,
                                power,
                                adopt,
                            }),
                        ],
                    },
                    ignoreChanges:
                        taken.ignoreChanges ??
                        (power === "left-alone" ? ["spec.runStrategy", "spec.running"] : []),
                    // Where the machine itself has data that may be secret, the state does not have it in plain text.
                    additionalSecretOutputs: hasInlineData(machine) ? ["spec", "metadata"] : [],
                    dependsOn: this.#disksAndSecrets(registered),
                },
            ),
        };
    }

    /** The claims that no other machine may have, by the names of the disks. */
    #ownClaims(): ReadonlyMap<string, string> {
        const { args, plan } = this.#setup;
        const shared = new Set(args.disks.filter(isShared).map(nameInMachine));
        return new Map(
            plan.disks
                .filter((disk) => !shared.has(disk.name))
                .map((disk) => [disk.name, disk.claim]),
        );
    }

    /** The machine's registration waits for this: every disk's gate, and the order of a destroy comes from it. */
    async #disksAndSecrets(secrets: readonly Secret[]): Promise<pulumi.Resource[]> {
        const disks = [...this.disks.values()];
        const nodes = await Promise.all(
            disks.map(async (disk) => {
                await disk.gate;
                const { dataVolume, claim } = await disk.nodes;
                return dataVolume ?? claim;
            }),
        );
        const { args, opts } = this.#setup;
        const before = await dependencies(opts?.dependsOn);
        const platform = await installedAt(args.cluster);
        await fleetSlots.get(args)?.enter();
        const networks = await networkDependencies(args.networks);
        return [
            ...before,
            ...secrets,
            ...nodes.filter((node) => node !== undefined),
            ...networks,
            ...platform,
        ];
    }

    async #wait(): Promise<ReadyMachine> {
        const ready = await this.#settled();
        fleetSlots.get(this.#setup.args)?.leave();
        return ready;
    }

    async #settled(): Promise<ReadyMachine> {
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
            until: until(plan, args),
            power: args.power,
            restartPolicy: args.restartPolicy,
            disks: plan.disks.map((disk) => ({
                ...disk,
                faults: this.disks.get(disk.name)?.faults ?? [],
            })),
            deadlineMs: late,
        });
    }
}

const tenMinutes = 600_000;

/** What the machine has to do to count as ready. */
function until(plan: MachinePlan, { ready }: VirtualMachineArgs): "running" | "agent" | "probe" {
    if (ready === "agent") {
        return "agent";
    }
    return typeof ready === "object" || plan.readinessProbe !== undefined ? "probe" : "running";
}
