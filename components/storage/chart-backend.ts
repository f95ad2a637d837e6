import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import type { AccessMode, VolumeMode } from "../../model/access";
import { forecast } from "../../model/capacity";
import { millisecondsOf } from "../../model/duration";
import { Check, type Findings } from "../../model/findings";
import { Problems } from "../../model/problems";
import type {
    RequestedDisk,
    SnapshotClassPlan,
    StorageCapabilities,
    StorageClassPlan,
} from "../../model/storage";
import { pinned } from "../../model/versions";
import { collectionPath } from "../../waits/collections";
import { takesPods } from "../../waits/nodes";
import type { ClusterNode } from "../../waits/platform-objects";
import { program } from "../../waits/program";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import type { GateArgs } from "../../waits/resource-gate";
import { say } from "../../waits/say";
import { probeGate } from "../../waits/storage-gates";
import type { Cluster } from "../cluster";
import { Deferred } from "../deferred";
import { type After, afterAll, atOnce } from "../depends-on";
import { ownerOf } from "../ownership";
import { checkTogether, tellVersion } from "../platform/compatibility";
import {
    type FoundObject,
    lookForAll,
    owned,
    type Registrar,
    registerObjects,
} from "../platform/objects";
import { clusterOf } from "../platform/place";
import { refuse, tellFindings } from "../refusal";
import { UninstallGuard } from "../uninstall-guard";
import type { Cloning, StorageBackend } from "./backend";
import type { ChartBackendSetup } from "./chart-setup";
import { type HelmMark, releaseMark } from "./helm-mark";
import { type Keeps, keepHook } from "./keep-hook";
import { findSnapshotClasses, registerSnapshotClasses } from "./snapshot-classes";
import { chartStep, refuseStanding } from "./standing";
import { VmStorageClass } from "./vm-storage-class";

/** The raw resources of a backend that comes as a chart. */
export interface ChartBackendNodes {
    readonly release: Release;
    /** Namespace, Secrets and what else stands beside the chart. */
    readonly objects: readonly pulumi.CustomResource[];
    /** The snapshot classes that the tiers share. */
    readonly snapshotClasses: readonly pulumi.CustomResource[];
    /** What keeps a destroy from taking the driver away under volumes that still need it. */
    readonly guard: UninstallGuard;
}

/** Records of earlier versions that Helm keeps. */
const maxHistory = 5;

/**
 * A CSI driver that comes as a Helm chart, and the classes on it. In this order, each when the one before is ready: the
 * namespace, the chart, its driver on the nodes and the Secrets, the classes, the probes of them, the guard; a destroy goes the other way round.
 */
export abstract class ChartBackend<Tier extends string>
    extends pulumi.ComponentResource<ChartBackendNodes>
    implements StorageBackend
{
    /** A class for each tier. The backend itself stands for the default one. */
    readonly tiers: Readonly<Record<Tier, VmStorageClass>>;
    /** What the program's disks need against what `capacity` says there is; empty without. */
    readonly forecast: pulumi.Output<string>;
    readonly cluster: Cluster;
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    readonly snapshotClass: string | undefined;
    readonly clonesSnapshots: boolean;
    readonly cloning: Promise<Cloning>;
    readonly reclaimPolicy: Promise<"Retain" | "Delete" | undefined>;
    readonly capabilities: Promise<StorageCapabilities>;
    readonly faults: readonly ProvisioningFault[];
    readonly requested: (disk: RequestedDisk) => void;
    readonly dependsOn: Promise<pulumi.Resource[]>;
    /** @internal Opens when disks can be made in every tier. */
    protected readonly gate: Promise<readonly VmStorageClass[]>;

    readonly #name: string;
    readonly #setup: ChartBackendSetup;
    readonly #after: After;
    readonly #refused: boolean;
    readonly #disks: RequestedDisk[] = [];
    readonly #classes: readonly VmStorageClass[];
    readonly #installed = new Deferred<pulumi.Resource[]>();
    readonly #snapshots = new Deferred<pulumi.CustomResource[]>();
    readonly #guarded = new Deferred<pulumi.Resource[]>();
    readonly #forecast = new Deferred<string>();

    protected constructor(
        type: string,
        name: string,
        setup: ChartBackendSetup,
        opts: pulumi.ComponentResourceOptions | undefined,
    ) {
        super(type, name, {}, atOnce(opts));
        this.#name = name;
        this.#setup = setup;
        this.#after = opts?.dependsOn;
        this.cluster = clusterOf(setup.args.cluster);
        tellVersion(this.cluster, setup.part, Promise.resolve(this.#version));
        const { problems } = setup.check(undefined);
        this.#refused = refuse(this, setup.className, name, problems);
        const tiers = Object.entries(setup.plans).map(
            ([tier, plan]) => [tier, this.#class(tier, plan)] as const,
        );
        this.tiers = Object.fromEntries(tiers) as Record<Tier, VmStorageClass>;
        this.#classes = tiers.map(([, one]) => one);
        const first = this.tiers[setup.defaultTier as Tier] as VmStorageClass | undefined;
        const standing = first ?? this.#classes[0];
        if (standing === undefined) {
            throw new pulumi.RunError(
                `${setup.className} "${name}": tiers is empty. Name one, or leave it out.`,
            );
        }
        this.storageClass = standing.storageClass;
        this.accessMode = standing.accessMode;
        this.volumeMode = standing.volumeMode;
        this.snapshotClass = standing.snapshotClass;
        this.clonesSnapshots = standing.clonesSnapshots;
        this.cloning = standing.cloning;
        this.reclaimPolicy = standing.reclaimPolicy;
        this.capabilities = standing.capabilities;
        this.faults = setup.faults;
        this.requested = standing.requested;
        this.dependsOn = standing.dependsOn;
        this.forecast = pulumi.output(this.#forecast.promise);
        this.gate = Promise.all(this.#classes.map((one) => one.dependsOn)).then(
            () => this.#classes,
        );
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<ChartBackendNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<ChartBackendNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const problems = new Problems();
        let found: readonly FoundObject[] = [];
        let snapshots: readonly FoundObject[] = [];
        let mark: HelmMark = { state: "absent" };
        let nodes: number | undefined;
        const { checkStanding } = this.#setup;
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                return;
            }
            nodes = await this.#countNodes();
            this.#add(this.#setup.check(nodes), problems);
            const { objects, secrets } = this.#setup;
            found = await lookForAll(this.cluster, owned([...objects, ...secrets], this.#name));
            const plans = uniquePlans(this.#setup.plans);
            snapshots = await findSnapshotClasses(this.cluster, this.#name, plans, problems);
            mark = await releaseMark(await this.cluster.connection, this.#setup.release);
            refuseStanding(this.#setup, this.#version, found, mark, problems);
            this.#add({ problems: (await checkStanding?.()) ?? [], warnings: [] }, problems);
            this.#add(await checkTogether(this.cluster), problems);
            await program.constructed();
            this.#checkCapacity(problems);
            refuse(this, this.#setup.className, this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        return this.#register(found, snapshots, mark, nodes);
    }

    async #register(
        found: readonly FoundObject[],
        snapshots: readonly FoundObject[],
        mark: HelmMark,
        nodes: number | undefined,
    ): Promise<ChartBackendNodes> {
        const { keeps, prepare, objects } = this.#setup;
        const hook = this.#hook("secret", keeps.secret);
        const options = ({ kind }: PlainObject) => (kind === "Secret" ? hook : {});
        const before = registerObjects(
            { ...this.#registrar(this.#after), options },
            found.slice(0, objects.length),
        );
        const prepared = prepare?.(this, before) ?? [];
        const release = this.#release([...before, ...prepared], nodes, mark);
        const secrets = registerObjects(
            { ...this.#registrar([release]), options },
            found.slice(objects.length),
        );
        this.#installed.settle(
            this.#driverReady(release).then((driver) => [...driver, ...secrets]),
        );
        const snapshotClasses = registerSnapshotClasses(
            this.#registrar([release]),
            this.#setup.args.cluster,
            this.#wait(this),
            snapshots,
        );
        this.#snapshots.settle(snapshotClasses);
        const guard = this.#guard(release);
        this.#guarded.settle(guard.then((one) => [one]));
        return {
            release,
            objects: [...before, ...secrets],
            snapshotClasses: await snapshotClasses,
            guard: await guard,
        };
    }

    #class(tier: string, plan: StorageClassPlan): VmStorageClass {
        const { args, faults } = this.#setup;
        return new VmStorageClass(
            `${this.#name}-${tier}`,
            { cluster: args.cluster, plan, faults },
            { parent: this },
            {
                after: this.#installed.promise,
                snapshotClasses: this.#snapshots.promise,
                guard: this.#guarded.promise,
                requested: (disk: RequestedDisk) => void this.#disks.push(disk),
            },
        );
    }

    get #version(): string {
        return this.#setup.args.version ?? pinned[this.#setup.part];
    }

    async #countNodes(): Promise<number | undefined> {
        const connection = await this.cluster.connection;
        const list = (await connection?.look(collectionPath("Node"))) as
            { readonly items: readonly ClusterNode[] } | undefined;
        return list?.items.filter(takesPods).length;
    }

    #add(findings: Findings, problems: Problems): void {
        tellFindings(this, this.#setup.className, this.#name, findings, problems);
    }

    #checkCapacity(problems: Problems): void {
        const { capacity } = this.#setup.args;
        if (capacity === undefined) {
            this.#forecast.settle("");
            return;
        }
        const { text, findings } = forecast(this.#disks, capacity, this.#setup.replicas);
        this.#forecast.settle(text);
        say("info", text, this);
        const check = new Check();
        check.addFrom("capacity", findings);
        this.#add(check, problems);
    }

    #release(
        after: readonly pulumi.Resource[],
        nodes: number | undefined,
        mark: HelmMark,
    ): Release {
        const { args, release } = this.#setup;
        const { chart } = args;
        return new Release(
            `${this.#name}-release`,
            {
                name: release.name,
                namespace: release.namespace,
                values: this.#setup.values(nodes),
                timeout: release.timeout,
                maxHistory,
                // The gates wait, and say why.
                skipAwait: true,
                ...(chart === undefined
                    ? {
                          chart: release.chart,
                          version: this.#version,
                          repositoryOpts: { repo: release.repository },
                      }
                    : { chart }),
            },
            {
                parent: this,
                provider: this.cluster.provider,
                dependsOn: afterAll(this.#after, after),
                protect: release.protect,
                ...this.#hook("release", (before, after) => [
                    ...chartStep(this.#setup.part, before, after),
                    ...(this.#setup.keeps.release?.(before, after) ?? []),
                ]),
                // One of ours that the state does not know: its run was killed.
                ...(mark.state === "ours"
                    ? { import: `${release.namespace}/${release.name}` }
                    : {}),
            },
        );
    }

    #hook(role: string, keeps: Keeps | undefined): pulumi.CustomResourceOptions {
        const { className } = this.#setup;
        return keeps === undefined
            ? {}
            : { hooks: { beforeUpdate: [keepHook(role, className, this.#name, keeps)] } };
    }

    async #driverReady(release: Release): Promise<pulumi.Resource[]> {
        await this.#setup.driverReady(this.#wait(release));
        return [release];
    }

    async #guard(release: Release): Promise<UninstallGuard> {
        const {
            args,
            guarded,
            release: { protect },
        } = this.#setup;
        const nodes = await Promise.all(this.#classes.map((one) => one.nodes));
        if (args.probe === true) {
            await Promise.all(this.#classes.map((one) => this.#probe(one)));
        }
        return new UninstallGuard(`${this.#name}-guard`, this.cluster, guarded, {
            parent: this,
            // A destroy without a preview comes here first: the classes stay as well.
            protect,
            dependsOn: [
                release,
                ...(await this.#snapshots.promise),
                ...nodes.flatMap(({ storageClass, profile }) => [storageClass, profile]),
            ],
        });
    }

    async #probe(one: VmStorageClass): Promise<void> {
        const { storageClass } = await one.nodes;
        const wait = this.#wait(storageClass);
        await probeGate({
            ...wait,
            label: `${wait.label}: StorageClass ${one.storageClass}, which was probed,`,
            namespace: this.cluster.namespace,
            name: `${one.storageClass}-probe`,
            storageClass: one.storageClass,
            accessMode: one.accessMode,
            volumeMode: one.volumeMode,
            owner: ownerOf(`${this.#name}-probe`),
            faults: this.faults,
        });
    }

    #registrar(after: After): Registrar {
        return { component: this, name: this.#name, cluster: this.cluster, after };
    }

    #wait(resource: pulumi.Resource): GateArgs {
        const { className, args, release, readyWithin } = this.#setup;
        return {
            connection: this.cluster.connection,
            resource,
            label: `${className} ${JSON.stringify(this.#name)}`,
            namespace: release.namespace,
            name: release.name,
            deadlineMs: millisecondsOf(args.readyWithin ?? readyWithin),
        };
    }
}

/** Tiers share snapshot classes: one of a name is made once. */
function uniquePlans(plans: Readonly<Record<string, StorageClassPlan>>): SnapshotClassPlan[] {
    const all = Object.values(plans).flatMap((plan) => plan.snapshotClasses);
    return [...new Map(all.map((plan) => [plan.name, plan])).values()];
}
