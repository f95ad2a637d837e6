import type { Clock } from "./clock";
import type { DriverCoverage, DriverObservation, DriverWorkload } from "./driver";
import { isReady } from "./nodes";
import { readingVerdict } from "./reading";
import { rolloutVerdict } from "./rollout";
import type { Verdict } from "./verdict";
import type { Kinds, Observed, View } from "./view";

/** A Deployment or DaemonSet that a driver consists of. */
export interface WorkloadName {
    readonly kind: "Deployment" | "DaemonSet";
    readonly name: string;
}

/** What is known of a driver before anything is read. */
export interface DriverArgs {
    /** Name of the driver. */
    readonly driver: string;
    /** In the order in which they come. The last DaemonSet is the node plugin. */
    readonly workloads: readonly WorkloadName[];
    /** Default: wherever the node plugin runs. */
    readonly wanted?: DriverCoverage | undefined;
}

/** Everything that is read to judge a CSI driver, through the shared watches. */
export class DriverWatch {
    readonly #args: DriverArgs;
    readonly #clock: Clock;
    readonly #namespace: string;
    readonly #drivers: Observed<Kinds["CSIDriver"]>;
    readonly #csiNodes: Observed<Kinds["CSINode"]>;
    readonly #nodes: Observed<Kinds["Node"]>;
    readonly #deployments: Observed<Kinds["Deployment"]>;
    readonly #daemonSets: Observed<Kinds["DaemonSet"]>;
    readonly #pods: Observed<Kinds["Pod"]>;

    constructor(view: View, clock: Clock, namespace: string, args: DriverArgs) {
        this.#args = args;
        this.#clock = clock;
        this.#namespace = namespace;
        this.#drivers = view.observe("CSIDriver");
        this.#csiNodes = view.observe("CSINode");
        this.#nodes = view.observe("Node");
        this.#deployments = view.observe("Deployment", namespace);
        this.#daemonSets = view.observe("DaemonSet", namespace);
        this.#pods = view.observe("Pod", namespace);
    }

    onChange(run: () => void): void {
        for (const part of this.#all()) {
            part.onChange(run);
        }
    }

    release(): void {
        for (const part of this.#all()) {
            part.release();
        }
    }

    /** What the reading itself means for who waits, or undefined when what was read can be judged. */
    reading(): Verdict | undefined {
        const now = this.#clock.now();
        const helpful = this.#helpful();
        return this.#all()
            .filter((part) => !(helpful.includes(part) && isDenied(part)))
            .map((part) => readingVerdict(part, now))
            .find((verdict) => verdict !== undefined);
    }

    /** What cannot be read although it would make the verdict better. */
    unreadable(): readonly string[] {
        return this.#helpful()
            .filter(isDenied)
            .map(({ label }) => label);
    }

    observe(): DriverObservation {
        const { driver, workloads, wanted } = this.#args;
        const plugin = workloads.findLast(({ kind }) => kind === "DaemonSet");
        return {
            driver,
            csiDriver: this.#drivers.get(driver),
            csiNodes: this.#csiNodes.all().map(({ metadata, spec }) => ({
                name: metadata?.name ?? "",
                drivers: (spec?.drivers ?? []).map(({ name = "" }) => name),
            })),
            nodes: isDenied(this.#nodes) ? undefined : this.#nodes.all(),
            workloads: workloads.map((workload) => this.#judge(workload)),
            pluginNodes:
                plugin === undefined || isDenied(this.#pods)
                    ? undefined
                    : this.#nodesWith(plugin.name),
            wanted,
        };
    }

    #judge({ kind, name }: WorkloadName): DriverWorkload {
        const namespace = this.#namespace;
        const all = kind === "Deployment" ? this.#deployments : this.#daemonSets;
        const workload = all.get(name);
        const pods = this.#pods.all();
        return {
            kind,
            namespace,
            name,
            isThere: workload !== undefined,
            verdict: rolloutVerdict({
                kind,
                namespace,
                name,
                workload,
                pods,
                away: kind === "DaemonSet" ? this.#away(name) : undefined,
            }),
        };
    }

    #away(daemonSet: string): number {
        const silent = this.#nodes.all().filter((node) => !isReady(node));
        const names = silent.map(({ metadata }) => metadata?.name);
        return this.#nodesWith(daemonSet).filter((name) => names.includes(name)).length;
    }

    /** Names of the nodes with a pod of a DaemonSet. */
    #nodesWith(daemonSet: string): readonly string[] {
        return this.#pods
            .all()
            .filter(({ metadata }) =>
                (metadata?.ownerReferences ?? []).some(
                    ({ kind, name }) => kind === "DaemonSet" && name === daemonSet,
                ),
            )
            .flatMap(({ spec }) => spec?.nodeName ?? []);
    }

    #helpful(): readonly Observed<unknown>[] {
        return [this.#nodes, this.#pods];
    }

    #all(): readonly Observed<unknown>[] {
        return [
            this.#drivers,
            this.#csiNodes,
            this.#nodes,
            this.#deployments,
            this.#daemonSets,
            this.#pods,
        ];
    }
}

function isDenied({ trouble }: Observed<unknown>): boolean {
    return trouble?.kind === "denied";
}
