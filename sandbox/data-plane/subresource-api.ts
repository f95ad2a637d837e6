import { ApiError } from "../api";
import type { Client } from "./client";
import { collectionPath } from "./kinds";
import type { StateChangeRequest } from "./machine-objects";
import type { Kind, VirtualMachine, VirtualMachineInstance } from "./objects";
import { runStrategyOf } from "./run-strategy";

/** The group that KubeVirt's API server adds to Kubernetes'. Source: KubeVirt pkg/virt-api/api.go. */
export const subresourcesGroup = "subresources.kubevirt.io";

const groupVersion = `${subresourcesGroup}/v1`;

/** An answer over HTTP. */
export interface Answer {
    readonly status: number;
    readonly body?: object;
}

/** What virt-api writes for a request. */
export type PowerChange =
    | { readonly runStrategy: "Always" | "Halted" }
    | { readonly requests: readonly StateChangeRequest[] }
    | { readonly refusal: string };

export type PowerAction = "start" | "stop" | "restart";

const over = ["Succeeded", "Failed"];

/**
 * What starting, stopping or restarting a machine comes to: a machine that always runs is told to halt, others are asked. Source:
 * KubeVirt pkg/virt-api/rest/lifecycle.go.
 */
export function powerChange(
    action: PowerAction,
    machine: VirtualMachine,
    instance: VirtualMachineInstance | undefined,
): PowerChange {
    const strategy = runStrategyOf(machine);
    const { phase = "" } = instance?.status ?? {};
    const runs = instance !== undefined && !over.includes(phase);
    const stop: StateChangeRequest = { action: "Stop", uid: instance?.metadata.uid ?? "" };
    const start: StateChangeRequest = { action: "Start" };
    const requests = (...wanted: readonly StateChangeRequest[]): PowerChange => {
        const underway = (machine.status?.stateChangeRequests ?? []).length > 0;
        const replaces = wanted.length === 1 && wanted[0]?.action === "Stop";
        return underway && !replaces
            ? { refusal: "unable to complete request: stop/start already underway" }
            : { requests: wanted };
    };
    switch (action) {
        case "start":
            if (runs && phase !== "" && phase !== "Unknown") {
                return { refusal: "VM is already running" };
            }
            if (strategy === "Always" || strategy === "Once") {
                return { refusal: `${strategy} does not support manual start requests` };
            }
            if (strategy === "Halted") {
                return { runStrategy: "Always" };
            }
            if (strategy === "RerunOnFailure" && phase === "Failed") {
                return { refusal: `${strategy} does not support starting VM from failed state` };
            }
            return instance === undefined || runs ? requests(start) : requests(stop, start);
        case "stop":
            if (strategy === "Always" || strategy === "Once") {
                return { runStrategy: "Halted" };
            }
            if (!runs) {
                return { refusal: "VM is not running" };
            }
            return strategy === "Halted"
                ? {
                      refusal: `${strategy} only supports manual stop requests with a shorter graceperiod`,
                  }
                : requests(stop);
        case "restart":
            if (strategy === "Halted" || strategy === "Once") {
                return {
                    refusal: `RunStategy ${strategy} does not support manual restart requests`,
                };
            }
            return instance === undefined
                ? { refusal: "VM is not running: Halted" }
                : requests(stop, start);
    }
}

/** What Kubernetes' API server is told; undefined for what is not served. Who may ask has been decided there. */
export async function answerSubresourceApi(
    method: string,
    url: string,
    client: Client,
): Promise<Answer | undefined> {
    const { pathname } = new URL(url, "https://api");
    const known = discovery[pathname.replace(/\/$/, "")];
    if (known !== undefined) {
        return { status: 200, body: known };
    }
    const [, namespace, name, action] =
        /^\/apis\/[^/]+\/v1\/namespaces\/([^/]+)\/virtualmachines\/([^/]+)\/(start|stop|restart)$/.exec(
            pathname,
        ) ?? [];
    if (namespace === undefined || name === undefined || method !== "PUT") {
        return undefined;
    }
    const machine = (await read(client, "VirtualMachine", namespace, name)) as
        VirtualMachine | undefined;
    if (machine === undefined) {
        return failed(404, "NotFound", `virtualmachine.kubevirt.io "${name}" not found`);
    }
    const instance = (await read(client, "VirtualMachineInstance", namespace, name)) as
        VirtualMachineInstance | undefined;
    const change = powerChange(action as PowerAction, machine, instance);
    if ("refusal" in change) {
        const message = `Operation cannot be fulfilled on virtualmachine.kubevirt.io "${name}": ${change.refusal}`;
        return failed(409, "Conflict", message);
    }
    await write(client, machine, change);
    return { status: 202 };
}

async function write(
    client: Client,
    { metadata, spec }: VirtualMachine,
    change: Exclude<PowerChange, { refusal: string }>,
): Promise<void> {
    const path = `${collectionPath("VirtualMachine", metadata.namespace)}/${metadata.name}`;
    const [where, body] =
        "requests" in change
            ? ["/status", { status: { stateChangeRequests: change.requests, startFailure: null } }]
            : [
                  "",
                  {
                      spec:
                          spec.runStrategy === undefined
                              ? { running: change.runStrategy === "Always" }
                              : { runStrategy: change.runStrategy },
                  },
              ];
    await client.send({
        method: "PATCH",
        // Who writes is told by the name of virt-api's program.
        path: `${path}${where}?fieldManager=virt-api`,
        contentType: "application/merge-patch+json",
        body,
    });
}

async function read(client: Client, kind: Kind, namespace: string, name: string): Promise<unknown> {
    try {
        return await client.send({
            method: "GET",
            path: `${collectionPath(kind, namespace)}/${name}`,
        });
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

function failed(code: number, reason: string, message: string): Answer {
    const body = {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message,
        reason,
        code,
    };
    return { status: code, body };
}

const group = {
    name: subresourcesGroup,
    versions: [{ groupVersion, version: "v1" }],
    preferredVersion: { groupVersion, version: "v1" },
};

const discovery: Readonly<Record<string, object>> = {
    [`/apis/${subresourcesGroup}`]: { kind: "APIGroup", apiVersion: "v1", ...group },
    [`/apis/${groupVersion}`]: {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion,
        resources: ["start", "stop", "restart"].map((name) => ({
            name: `virtualmachines/${name}`,
            singularName: "",
            namespaced: true,
            kind: "",
            verbs: [],
        })),
    },
};
