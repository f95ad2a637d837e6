import { flagOf, isReady } from "./driver";
import { csiProvisioner } from "./drivers";
import { faultOf } from "./faults";
import { longhornDriverName } from "./longhorn/system";
import type { Node, Pod } from "./objects";
import { isDeleted } from "./reading";
import type { Store } from "./store";
import { type Write, create, patch } from "./writes";

/**
 * What the kubelet says about the drivers of its node: those of which a node plugin's pod serves there. Source:
 * k8s.io/kubernetes pkg/volume/csi/nodeinfomanager/nodeinfomanager.go, CreateCSINode and installDriverToCSINode.
 */
export function reconcileDrivers(world: Store, node: Node): Write[] {
    if (isDeleted(node)) {
        return [];
    }
    const { name, uid = "" } = node.metadata;
    const drivers = [csiProvisioner, ...registered(world, name)].map((driver) => ({
        name: driver,
        nodeID: name,
        topologyKeys: null,
    }));
    const there = world.get("CSINode", undefined, name);
    if (there === undefined) {
        const ownerReferences = [{ apiVersion: "v1", kind: "Node", name, uid }];
        return [
            create({
                apiVersion: "storage.k8s.io/v1",
                kind: "CSINode",
                metadata: { name, ownerReferences },
                spec: { drivers },
            }),
        ];
    }
    const known = there.spec.drivers ?? [];
    return known.map((driver) => driver.name).join() === drivers.map((each) => each.name).join()
        ? []
        : patch(there, { spec: { drivers } });
}

/** The drivers of the node plugins that serve on a node, by name. */
function registered(world: Store, node: string): string[] {
    const names = world
        .list("Pod")
        .filter((pod) => pod.spec.nodeName === node && isReady(pod))
        .filter((pod) => !isHeldBack(world, pod))
        .flatMap((pod) => driverOfPlugin(pod) ?? []);
    return [...new Set(names)].sort();
}

/** The driver that a node plugin's pod brings. Both charts' pods are known by their labels. */
function driverOfPlugin({ metadata, spec }: Pod): string | undefined {
    const { app, component } = metadata.labels ?? {};
    if (app === "longhorn-csi-plugin") {
        return longhornDriverName;
    }
    return app === "ceph-csi-rbd" && component === "nodeplugin"
        ? flagOf(spec.containers, "--drivername")
        : undefined;
}

function isHeldBack(world: Store, { metadata }: Pod): boolean {
    const owner = metadata.ownerReferences?.find(({ kind }) => kind === "DaemonSet");
    const plugin =
        owner === undefined ? undefined : world.get("DaemonSet", metadata.namespace, owner.name);
    return plugin !== undefined && faultOf(world, plugin) === "driver-unregistered";
}
