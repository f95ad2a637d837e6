import { grace } from "./grace";
import { isReady, takesPods } from "./nodes";
import type { ClusterNode } from "./platform-objects";
import { someNames } from "./preflight-facts";
import type { Verdict, Waiting } from "./verdict";

/** A Deployment or DaemonSet of a driver, and how its rollout stands. */
export interface DriverWorkload {
    readonly kind: "Deployment" | "DaemonSet";
    readonly namespace: string;
    readonly name: string;
    /** Some are made by others of them, a while later. */
    readonly isThere: boolean;
    readonly verdict: Verdict;
}

/** One look at everything that decides whether a CSI driver can be used. */
export interface DriverObservation {
    /** Name of the driver: `rbd.csi.example.com`. */
    readonly driver: string;
    /** The CSIDriver object of that name. */
    readonly csiDriver: unknown;
    /** What each node's kubelet has registered. */
    readonly csiNodes: readonly { readonly name: string; readonly drivers: readonly string[] }[];
    /** Undefined when they cannot be read. */
    readonly nodes: readonly ClusterNode[] | undefined;
    /** In the order in which they come: what is not there yet counts only when all before it are ready. */
    readonly workloads: readonly DriverWorkload[];
    /** Names of the nodes with a pod of the node plugin; undefined when nobody knows. */
    readonly pluginNodes: readonly string[] | undefined;
    /**
     * Where it has to be registered: on every node that takes pods, or on so many nodes. Undefined: wherever its node plugin
     * runs, and where nobody knows that, on every node that takes pods.
     */
    readonly wanted: DriverCoverage | undefined;
}

/** On every node that takes pods, or on so many nodes. */
export type DriverCoverage = "every-node" | number;

/**
 * Whether a CSI driver can be used: its pods run, its CSIDriver object is there, and the kubelets have registered it. Nodes that
 * are not Ready are not waited for. Source: Kubernetes pkg/kubelet/pluginmanager and pkg/volume/csi/nodeinfomanager (a kubelet
 * writes what it has registered into its CSINode).
 */
export function driverVerdict(observed: DriverObservation): Verdict {
    const nodes = nodesOf(observed);
    return workloadsVerdict(observed, nodes) ?? objectVerdict(observed) ?? nodesVerdict(nodes);
}

interface DriverNodes {
    readonly observed: DriverObservation;
    readonly expected: readonly string[];
    readonly registered: readonly string[];
    readonly missing: readonly string[];
    readonly enough: boolean;
}

function nodesOf(observed: DriverObservation): DriverNodes {
    const { driver, csiNodes, wanted } = observed;
    const expected = expectedNodes(observed);
    const has = (name: string): boolean =>
        csiNodes.some((node) => node.name === name && node.drivers.includes(driver));
    const registered = expected.filter(has);
    const missing = expected.filter((name) => !has(name));
    const enough =
        typeof wanted === "number"
            ? registered.length >= wanted
            : missing.length === 0 && registered.length > 0;
    return { observed, expected, registered, missing, enough };
}

function expectedNodes(observed: DriverObservation): readonly string[] {
    const { driver, nodes, csiNodes, pluginNodes, wanted } = observed;
    const byPlugin = wanted === "every-node" ? undefined : pluginNodes;
    if (nodes !== undefined) {
        return nodes
            .filter((node) => (byPlugin === undefined ? takesPods(node) : isReady(node)))
            .map(({ metadata }) => metadata?.name ?? "")
            .filter((name) => byPlugin?.includes(name) ?? true);
    }
    return csiNodes
        .filter(({ name, drivers }) =>
            // Where neither is known, a node without it may well be one that is to have none.
            wanted === "every-node" ? true : (byPlugin?.includes(name) ?? drivers.includes(driver)),
        )
        .map(({ name }) => name);
}

/** What keeps the driver's own pods from running: a bad sign of any of them first, then the first that is not ready. */
function workloadsVerdict(
    { workloads, driver, wanted }: DriverObservation,
    { enough }: DriverNodes,
): Verdict | undefined {
    // A node plugin may be short of some node where only so many nodes are asked for.
    const open = workloads.filter(
        ({ kind, verdict }) =>
            verdict.kind !== "ready" &&
            !(kind === "DaemonSet" && typeof wanted === "number" && enough),
    );
    const bad = open.find(
        ({ isThere, verdict }) =>
            isThere &&
            (verdict.kind === "failed" ||
                (verdict.kind === "waiting" && verdict.suspicion !== undefined)),
    );
    const first = bad ?? open[0];
    if (first === undefined) {
        return undefined;
    }
    if (first.isThere) {
        return named(first);
    }
    const place = `${first.kind} ${first.namespace}/${first.name}`;
    return suspect(`${first.kind} ${first.name} is not there yet`, {
        what: `Driver ${driver} is not complete: its ${first.kind} ${first.name} is not there`,
        where: place,
        cure: `See what makes it (kubectl get pods -n ${first.namespace}) and that the chart is installed: helm status`,
    });
}

/** A workload's own verdict, with its name in front of what is shown. */
function named({ name, verdict }: DriverWorkload): Verdict {
    return verdict.kind === "waiting"
        ? { ...verdict, note: verdict.note === undefined ? name : `${name}: ${verdict.note}` }
        : verdict;
}

function objectVerdict({ csiDriver, driver }: DriverObservation): Verdict | undefined {
    return csiDriver === undefined
        ? suspect(`CSIDriver ${driver} is not there yet`, {
              what: `Kubernetes does not know driver ${driver}: its CSIDriver object is not there`,
              where: `CSIDriver ${driver}`,
              cure: "See that the driver's chart is installed, and with this driver name",
          })
        : undefined;
}

function nodesVerdict({ observed, expected, registered, missing, enough }: DriverNodes): Verdict {
    const { driver, wanted } = observed;
    const onNodes = `${String(registered.length)} of ${String(expected.length)} nodes`;
    if (enough) {
        return { kind: "ready", note: `driver ${driver} on ${onNodes}` };
    }
    if (expected.length === 0) {
        return suspect("no node is there for the driver", {
            what: `Driver ${driver} is registered on no node: none that is Ready runs its node plugin`,
            where: `CSIDriver ${driver}`,
            cure: "See the nodes (kubectl get nodes), and the node selector and tolerations of the node plugin",
        });
    }
    const names = someNames(missing.map((name) => ({ metadata: { name } })));
    const short = typeof wanted === "number" ? `, and ${String(wanted)} are wanted` : "";
    return missing.length === 0
        ? suspect(`on ${onNodes}${short}`, {
              what: `Driver ${driver} is registered on ${onNodes}${short}`,
              where: `CSIDriver ${driver}`,
              cure: "Add nodes, or have the node plugin run on more of them: its node selector and tolerations",
          })
        : suspect(`on ${onNodes}, not on ${names}`, {
              what: `Driver ${driver} is not registered on ${names} (it is on ${onNodes}${short})`,
              where: `CSINode ${missing[0] ?? ""}, spec.drivers`,
              cure: "See the node plugin's pods there (kubectl get pods -A -o wide) and that the chart's kubelet directory is that of these nodes: some distributions have another than /var/lib/kubelet",
          });
}

function suspect(
    note: string,
    parts: { readonly what: string; readonly where: string; readonly cure: string },
): Waiting {
    return {
        kind: "waiting",
        phase: "Registering",
        note,
        suspicion: {
            graceMs: grace.driver,
            diagnosis: { cause: "driver-not-registered", ...parts },
        },
    };
}
