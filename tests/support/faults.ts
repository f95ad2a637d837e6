import type { SharedSandbox } from "./sandbox";

/** Asks the simulated data plane for a fault of one object; an empty word takes it away. */
export async function setFault(
    { api }: SharedSandbox,
    namespace: string,
    name: string,
    word: string,
): Promise<void> {
    await api.create("/api/v1/namespaces/default/configmaps", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "sandbox-faults" },
    });
    await api.request("PATCH", "/api/v1/namespaces/default/configmaps/sandbox-faults", {
        type: "application/merge-patch+json",
        text: JSON.stringify({ data: { [`${namespace}.${name}`]: word === "" ? null : word } }),
    });
}
