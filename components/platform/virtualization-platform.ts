import * as pulumi from "@pulumi/pulumi";
import type { Finding } from "../../waits/preflight";
import { readPreflight } from "../../waits/preflight-read";
import { lookAtOperator, type OperatorKind } from "../../waits/platform-gates";
import { program } from "../../waits/program";
import { whenOpen } from "../../waits/resource-gate";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { alsoAfter, atOnce, dependencies } from "../depends-on";
import { ownerOf } from "../ownership";
import { UninstallGuard } from "../uninstall-guard";
import { Cdi, type CdiArgs } from "./cdi";
import { CertManager, type CertManagerArgs } from "./cert-manager";
import { KubeVirt, type KubeVirtArgs } from "./kubevirt";
import { NetworkPlumbing } from "./network-plumbing";
import type { NetworkPlumbingArgs } from "./network-plumbing-args";
import type { Operator } from "./operator";
import type { PartMode, PartOf } from "./part-mode";
import { SnapshotSupport, type SnapshotSupportArgs } from "./snapshot-support";

/** What a {@link VirtualizationPlatform} needs. */
export interface VirtualizationPlatformArgs {
    /**
     * The cluster that becomes a platform for machines.
     *
     * @impact data-loss: see its parts; removing them from the old cluster is refused while machines or DataVolumes are there
     */
    readonly cluster: Cluster;
    /**
     * cert-manager. Neither KubeVirt nor CDI needs it: it is for what runs beside the machines.
     *
     * @defaultValue `install`
     * @impact live
     */
    readonly certManager?: PartOf<CertManagerArgs>;
    /**
     * The definitions and the controller of volume snapshots.
     *
     * @defaultValue `install`
     * @impact live
     */
    readonly snapshots?: PartOf<SnapshotSupportArgs>;
    /**
     * KubeVirt, which runs machines.
     *
     * @defaultValue `install`
     * @impact live; refused from `install` to `skip` while machines exist
     */
    readonly kubevirt?: PartOf<KubeVirtArgs>;
    /**
     * CDI, which fills disks.
     *
     * @defaultValue `install`
     * @impact live; refused from `install` to `skip` while DataVolumes exist
     */
    readonly cdi?: PartOf<CdiArgs>;
    /**
     * What networks beside the pod network are made with: Multus, and where it is asked for whereabouts and the SR-IOV plugins. Machines
     * and networks that are given the platform come after it. `install` and `adopt` are about Multus alone.
     *
     * @defaultValue `skip`: machines on the pod network do not need it
     * @impact live
     * @example { multus: "adopt", whereabouts: "install" }
     */
    readonly networks?: PartOf<NetworkPlumbingArgs>;
}

/** A platform that takes machines and disks. Versions are empty for what is skipped. */
export interface ReadyPlatform {
    readonly kubevirt: string;
    readonly cdi: string;
}

/** The parts of a {@link VirtualizationPlatform}, and what keeps them from a destroy while they are in use. */
export interface VirtualizationPlatformNodes {
    /** Undefined where nothing was installed by this stack. */
    readonly guard?: UninstallGuard;
}

/**
 * Everything a cluster needs to run machines: cert-manager, snapshots, KubeVirt, CDI and the plumbing of networks, at versions that go together.
 *
 * Ready when all of them really are. Destroying it is refused within seconds, before anything of it goes, while machines or
 * DataVolumes exist, with their names.
 *
 * @example
 * ```ts
 * const platform = new VirtualizationPlatform("virt", { cluster, snapshots: "adopt" });
 * new VirtualMachine("db", { platform, ... });
 * ```
 */
export class VirtualizationPlatform extends pulumi.ComponentResource<VirtualizationPlatformNodes> {
    static readonly type = "kubevirt:index:VirtualizationPlatform";

    /** The cluster the platform is on. */
    readonly cluster: Cluster;
    readonly certManager: CertManager | undefined;
    readonly snapshots: SnapshotSupport | undefined;
    readonly kubevirt: KubeVirt | undefined;
    readonly cdi: Cdi | undefined;
    readonly networks: NetworkPlumbing | undefined;
    /** When machines and disks can be made, and the versions that run. Depend on it to start after the platform. */
    readonly ready: pulumi.Output<ReadyPlatform>;
    /** What a person should know about the cluster before machines run on it, as `npm run doctor` prints it. */
    readonly preflight: pulumi.Output<readonly Finding[]>;
    /** @internal What disks and machines are registered after, and removed before. */
    readonly installed: Promise<pulumi.Resource[]>;

    readonly #name: string;

    constructor(
        name: string,
        args: VirtualizationPlatformArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(VirtualizationPlatform.type, name, {}, atOnce(opts));
        this.#name = name;
        this.cluster = args.cluster;
        const { cluster } = args;
        const parent = { parent: this, ...alsoAfter(opts) };

        const certManager = argsOf<CertManagerArgs>(cluster, args.certManager);
        this.certManager =
            certManager && new CertManager(`${name}-cert-manager`, certManager, parent);
        const snapshots = argsOf<SnapshotSupportArgs>(cluster, args.snapshots);
        this.snapshots = snapshots && new SnapshotSupport(`${name}-snapshots`, snapshots, parent);
        // CDI and KubeVirt look for the kinds of snapshots when they start.
        const after = { parent: this, dependsOn: this.#afterBasics(opts) };
        const kubevirt = argsOf<KubeVirtArgs>(cluster, args.kubevirt);
        this.kubevirt = kubevirt && new KubeVirt(`${name}-kubevirt`, kubevirt, after);
        const cdi = argsOf<CdiArgs>(cluster, args.cdi);
        this.cdi = cdi && new Cdi(`${name}-cdi`, cdi, after);
        const networks = plumbingArgs(cluster, args.networks ?? "skip");
        this.networks = networks && new NetworkPlumbing(`${name}-networks`, networks, parent);

        const gate = this.#gate();
        this.ready = whenOpen(gate);
        this.installed = this.#whenReady(gate);
        this.preflight = pulumi.output(this.#preflight(gate));
    }

    /** What is not a part of its own. */
    get nodes(): Promise<VirtualizationPlatformNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VirtualizationPlatformNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        // The parts' checks are over by then, too.
        if (!(await program.checked(() => this.#saySkipped()))) {
            return program.never();
        }
        const installing = this.#operators().filter(({ operator }) => operator.mode === "install");
        const installed = installing.map(({ kind }) => kind);
        const namespaces = installing.flatMap(({ operator }) => operator.namespace ?? []);
        // What this stack has let go of keeps its guard, which then holds nothing back.
        const letGo = this.#operators().some(({ operator }) => operator.wasInstalled);
        if (installed.length === 0 && !letGo) {
            return {};
        }
        const opts = { parent: this, dependsOn: this.#everything() };
        const name = `${this.#name}-guard`;
        const guarded = { what: "the platform", parts: installed, namespaces };
        const guard = new UninstallGuard(name, this.cluster, guarded, opts);
        return { guard };
    }

    /** What is skipped is nothing to this stack; what the cluster has in its place may still surprise whoever wrote it. */
    async #saySkipped(): Promise<void> {
        const connection = await this.cluster.connection;
        for (const [kind, component] of [
            ["KubeVirt", this.kubevirt],
            ["CDI", this.cdi],
        ] as const) {
            const found =
                component === undefined ? await lookAtOperator(connection, kind) : undefined;
            const [operator] = found ?? [];
            if (operator !== undefined) {
                const isOurs = operator.owner === ownerOf(`${this.#name}-${kind.toLowerCase()}`);
                say(
                    "warn",
                    isOurs
                        ? `${kind} is skip, and this stack has installed it: it is removed, which ${kind} refuses while it is in use`
                        : `${kind} is skip, and the cluster has ${operator.version}: write "adopt" to have it checked and waited for`,
                    this,
                );
            } else if (found !== undefined) {
                say(
                    "warn",
                    `${kind} is skip, and the cluster has none: ${kind === "CDI" ? "disks with an image" : "machines"} cannot be made`,
                    this,
                );
            }
        }
    }

    #operators(): { readonly kind: OperatorKind; readonly operator: Operator }[] {
        return [
            ...(this.kubevirt === undefined
                ? []
                : [{ kind: "KubeVirt" as const, operator: this.kubevirt.operator }]),
            ...(this.cdi === undefined
                ? []
                : [{ kind: "CDI" as const, operator: this.cdi.operator }]),
        ];
    }

    async #gate(): Promise<ReadyPlatform> {
        const [kubevirt, cdi] = await Promise.all([
            this.kubevirt?.operator.gate,
            this.cdi?.operator.gate,
            this.certManager?.gate,
            this.snapshots?.gate,
            this.networks?.gate,
        ]);
        return { kubevirt: kubevirt?.version ?? "", cdi: cdi?.version ?? "" };
    }

    async #whenReady(gate: Promise<unknown>): Promise<pulumi.Resource[]> {
        await gate;
        const { guard } = await this.nodes;
        return guard === undefined ? this.#everything() : [guard];
    }

    async #preflight(gate: Promise<unknown>): Promise<readonly Finding[]> {
        await gate;
        const connection = await this.cluster.connection;
        return connection === undefined ? [] : readPreflight({ ask: connection.afresh() });
    }

    /** cert-manager and snapshots, once they are ready. */
    async #basics(): Promise<pulumi.Resource[]> {
        await Promise.all([this.certManager?.gate, this.snapshots?.gate]);
        const snapshots = await this.snapshots?.nodes;
        const certManager = await this.certManager?.nodes;
        return [
            ...(snapshots?.objects ?? []),
            ...(certManager?.namespace === undefined ? [] : [certManager.namespace]),
            ...(certManager?.release === undefined ? [] : [certManager.release]),
        ];
    }

    async #afterBasics(
        opts: pulumi.ComponentResourceOptions | undefined,
    ): Promise<pulumi.Resource[]> {
        return [...(await dependencies(opts?.dependsOn)), ...(await this.#basics())];
    }

    /** Everything of the platform, once it is ready. */
    async #everything(): Promise<pulumi.Resource[]> {
        const basics = await this.#basics();
        const networks = (await this.networks?.installed) ?? [];
        await Promise.all([this.kubevirt?.operator.gate, this.cdi?.operator.gate]);
        const operators = await Promise.all([this.kubevirt?.nodes, this.cdi?.nodes]);
        const resources = operators.flatMap((nodes) => [
            ...(nodes?.objects ?? []),
            ...(nodes?.customResource === undefined ? [] : [nodes.customResource]),
        ]);
        return [...basics, ...networks, ...resources];
    }
}

function argsOf<Args extends { readonly cluster: Cluster }>(
    cluster: Cluster,
    part: PartOf<Args> | undefined,
): Args | undefined {
    if (part === "skip") {
        return undefined;
    }
    const own = typeof part === "string" ? { mode: part } : (part ?? {});
    return { ...own, cluster } as unknown as Args;
}

/** `install` and `adopt` mean Multus: the other parts are for those who ask for them. */
function plumbingArgs(
    cluster: Cluster,
    part: PartOf<NetworkPlumbingArgs>,
): NetworkPlumbingArgs | undefined {
    if (part === "skip") {
        return undefined;
    }
    const whole: unknown = part;
    return typeof whole === "object" && whole !== null
        ? { ...whole, cluster }
        : { cluster, multus: part as PartMode };
}
