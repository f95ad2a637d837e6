import { moveHindrance } from "../model/migration-reasons";
import { nearest } from "../model/nearest";
import { UserError } from "../model/user-error";
import { conditionOf } from "../waits/objects";
import type { ClusterNode } from "../waits/platform-objects";
import type { MachineSeen, PlacedInstance } from "./migrate-read";

/** A migration that can be asked for. */
export interface MovePlan {
    /** Where the machine runs. */
    readonly from: string;
    /** The host name label of the node that it has to go to. */
    readonly hostName: string | undefined;
    /** What could not be looked at. */
    readonly notes: readonly string[];
}

/** What is asked for, or an error of the user's that says why it cannot be. */
export function planMove(seen: MachineSeen, to: string | undefined): MovePlan {
    const instance = runningInstance(seen);
    const from = instance.status?.nodeName ?? "";
    refuseUnmovable(seen, instance);
    if (seen.nodes === undefined) {
        return {
            from,
            hostName: to,
            notes: [
                "nodes cannot be read by this account: whether one can take the machine is seen when it is tried",
            ],
        };
    }
    if (to === undefined) {
        const others = seen.nodes.filter(
            (node) => nameOf(node) !== from && nodeFault(node, instance) === undefined,
        );
        if (others.length === 0) {
            throw new UserError(
                `${placeOf(seen)} runs on ${from}, and no other node can take it.${nodesText(seen.nodes, instance, from)}`,
            );
        }
        return { from, hostName: undefined, notes: [] };
    }
    return { from, hostName: hostNameOf(wantedNode(seen, seen.nodes, instance, to)), notes: [] };
}

/** The migration that is going on, or an error of the user's where there is none. */
export function planAbort(seen: MachineSeen) {
    const { current, instance } = seen;
    const { name, uid } = current?.metadata ?? {};
    if (name === undefined || uid === undefined) {
        const node = instance?.status?.nodeName;
        throw new UserError(
            `${placeOf(seen)} is not being moved${node === undefined ? "" : `; it runs on ${node}`}. There is nothing to call off.`,
        );
    }
    return { name, uid };
}

function runningInstance(seen: MachineSeen): PlacedInstance {
    const { virtualMachine, instance } = seen;
    const place = placeOf(seen);
    if (instance === undefined) {
        throw new UserError(
            virtualMachine === undefined
                ? `There is no VirtualMachine ${place}. See which there are: kubectl get vm -n ${seen.namespace}.`
                : `${place} is off (${virtualMachine.status?.printableStatus ?? "no status yet"}), and only a running machine is moved. It is placed on a node when it starts: virtctl start -n ${seen.namespace} ${seen.machine}.`,
        );
    }
    const { phase = "", nodeName } = instance.status ?? {};
    if (phase !== "Running" || nodeName === undefined) {
        throw new UserError(
            `${place} does not run yet (${phase === "" ? "no phase" : phase}). Move it when it does: kubectl get vmi -n ${seen.namespace} ${seen.machine}.`,
        );
    }
    return instance;
}

function refuseUnmovable(seen: MachineSeen, instance: PlacedInstance): void {
    const place = placeOf(seen);
    const movable = conditionOf(instance.status?.conditions, "LiveMigratable");
    if (movable?.status === "False") {
        const { why, cure } = moveHindrance(movable.reason, movable.message);
        const quoted =
            movable.message === undefined || movable.message === why ? "" : ` (${movable.message})`;
        throw new UserError(`${place} cannot be moved: ${why}${quoted}. ${cure}.`);
    }
    if (movable === undefined) {
        throw new UserError(
            `${place} has just started, and its node has not said yet whether it can be moved. Try again in a moment.`,
        );
    }
    const { current } = seen;
    if (current !== undefined) {
        throw new UserError(
            `${place} is being moved already, by ${current.metadata?.name ?? ""} (${current.status?.phase ?? "not seen yet"}). Wait for it, or call it off: npm run migrate -- ${place} --abort.`,
        );
    }
}

function wantedNode(
    seen: MachineSeen,
    nodes: readonly ClusterNode[],
    instance: PlacedInstance,
    to: string,
): ClusterNode {
    const place = placeOf(seen);
    const node = nodes.find((one) => nameOf(one) === to || hostNameOf(one) === to);
    if (node === undefined) {
        const near = nearest(to, nodes.map(nameOf));
        throw new UserError(
            `--to is ${to}, and there is no such node. ${near === undefined ? `There are: ${nodes.map(nameOf).join(", ")}` : `Is it ${near}?`}`,
        );
    }
    if (nameOf(node) === instance.status?.nodeName) {
        throw new UserError(`${place} runs on ${to} already. Name another node, or none.`);
    }
    const fault = nodeFault(node, instance);
    if (fault !== undefined) {
        throw new UserError(`--to is ${to}, which ${fault}. Name another node, or none.`);
    }
    return node;
}

/**
 * Why a node cannot take a machine, as far as it says so itself; room and taints are Kubernetes' business. Source of the label:
 * KubeVirt core/v1 types.go (NodeSchedulable).
 */
function nodeFault(node: ClusterNode, instance: PlacedInstance): string | undefined {
    if (node.spec?.unschedulable === true) {
        return "takes no pods now (it is cordoned)";
    }
    if (conditionOf(node.status?.conditions, "Ready")?.status !== "True") {
        return "is not ready";
    }
    if (node.metadata?.labels?.["kubevirt.io/schedulable"] !== "true") {
        return "takes no machines (KubeVirt has not labelled it kubevirt.io/schedulable=true)";
    }
    const missing = Object.entries(instance.spec?.nodeSelector ?? {}).find(
        ([key, value]) => node.metadata?.labels?.[key] !== value,
    );
    return missing === undefined
        ? undefined
        : `has not the label ${missing[0]}=${missing[1]} that the machine asks for`;
}

function nodesText(nodes: readonly ClusterNode[], instance: PlacedInstance, from: string): string {
    const others = nodes
        .filter((node) => nameOf(node) !== from)
        .map((node) => `${nameOf(node)} ${nodeFault(node, instance) ?? ""}`);
    return others.length === 0 ? " There is none." : ` ${others.join("; ")}.`;
}

function nameOf(node: ClusterNode): string {
    return node.metadata?.name ?? "";
}

function hostNameOf(node: ClusterNode): string {
    return node.metadata?.labels?.["kubernetes.io/hostname"] ?? nameOf(node);
}

function placeOf({ namespace, machine }: MachineSeen): string {
    return `${namespace}/${machine}`;
}
