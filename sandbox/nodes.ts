import { setTimeout as pause } from "node:timers/promises";
import type { Api, ApiObject } from "./api";
import { UserError } from "../model/user-error";

const names = ["node-1", "node-2", "node-3"];
const nodes = "/api/v1/nodes";

/** The simulated nodes: large enough for a few dozen machines, each in a zone of its own. KWOK keeps them alive. */
export async function createNodes(api: Api): Promise<void> {
    await Promise.all(names.map((name, at) => api.create(nodes, node(name, `zone-${at + 1}`))));
}

/** Comes back when every node is Ready. */
export async function waitForNodes(api: Api, limit = 300_000): Promise<void> {
    const deadline = Date.now() + limit;
    while (!(await allReady(api))) {
        if (Date.now() > deadline) {
            throw new UserError(
                `The simulated nodes are not Ready after ${limit / 1000} s. Look into kwok-controller.log.`,
            );
        }
        await pause(100);
    }
}

async function allReady(api: Api): Promise<boolean> {
    const list = (await api.get(nodes)) as { items: NodeStatus[] };
    const ready = list.items.filter((item) =>
        item.status.conditions?.some(
            (condition) => condition.type === "Ready" && condition.status === "True",
        ),
    );
    return names.every((name) => ready.some((item) => item.metadata.name === name));
}

interface NodeStatus {
    metadata: { name: string };
    status: { conditions?: { type: string; status: string }[] };
}

function node(name: string, zone: string): ApiObject & Record<string, unknown> {
    const resources = { cpu: "64", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "250" };
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name,
            labels: {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "topology.kubernetes.io/region": "sandbox",
                "topology.kubernetes.io/zone": zone,
                "node-role.kubernetes.io/worker": "",
                type: "kwok",
            },
            annotations: { "kwok.x-k8s.io/node": "fake" },
        },
        spec: {},
        status: { capacity: resources, allocatable: resources },
    } as ApiObject & Record<string, unknown>;
}
