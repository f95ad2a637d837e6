import type { Node } from "./objects";
import { handlerExists, handlerRuns } from "./operands-kubevirt";
import type { Store } from "./store";
import { type Write, patch, patchStatus } from "./writes";

/** Source: KubeVirt core/v1/types.go, NodeSchedulable. */
const schedulable = "kubevirt.io/schedulable";

/**
 * What all nodes of the sandbox can do, so that machines migrate between them. Source of the labels: KubeVirt
 * pkg/virt-handler/node-labeller/node_labeller.go, prepareLabels.
 */
const models = ["Penryn", "Haswell-noTSX", "Broadwell-noTSX", "Skylake-Server-noTSX-IBRS"];
const hostModel = "Skylake-Server-noTSX-IBRS";
const capabilities = Object.fromEntries([
    ...models.map((model) => [`cpu-model.node.kubevirt.io/${model}`, "true"]),
    ...models.map((model) => [`cpu-model-migration.node.kubevirt.io/${model}`, "true"]),
    [`host-model-cpu.node.kubevirt.io/${hostModel}`, "true"],
    ["cpu-vendor.node.kubevirt.io/Intel", "true"],
]) as Readonly<Record<string, string>>;

/** Source: KubeVirt pkg/virt-handler/device-manager/device_controller.go; a thousand of each (cmd/virt-handler, maxDevices). */
const devices = ["kvm", "tun", "vhost-net"].map((name) => `devices.kubevirt.io/${name}`);

/**
 * What virt-handler writes on its node, and what is left when it goes: unschedulable while it is away (heartbeat.go,
 * labelNodeUnschedulable), and no label of `kubevirt.io/` after an uninstall (delete.go, deleteKubeVirtLabelsFromNodes).
 */
export function reconcileNode(world: Store, node: Node): Write[] {
    if (handlerRuns(world, node.metadata.name)) {
        return [
            ...patch(node, { metadata: { labels: { ...capabilities, [schedulable]: "true" } } }),
            ...haveDevices(node, "1k"),
        ];
    }
    const labels = Object.keys(node.metadata.labels ?? {});
    if (!labels.includes(schedulable)) {
        return [];
    }
    return handlerExists(world)
        ? patch(node, { metadata: { labels: { [schedulable]: "false" } } })
        : [
              ...haveDevices(node, "0"),
              ...patch(node, { metadata: { labels: withoutOurs(labels) } }),
          ];
}

function haveDevices(node: Node, count: string): Write[] {
    const all = Object.fromEntries(devices.map((device) => [device, count]));
    return patchStatus(node, { capacity: all, allocatable: all });
}

function withoutOurs(labels: readonly string[]): Record<string, null> {
    return Object.fromEntries(
        labels.filter((label) => label.startsWith("kubevirt.io/")).map((label) => [label, null]),
    );
}
