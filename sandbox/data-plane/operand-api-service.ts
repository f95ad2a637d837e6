import type { Metadata } from "./objects";
import type { Platform } from "./operators";
import type { NewObject } from "./writes";

/** A group of Kubernetes' API that a component serves itself. */
export interface ServedGroup {
    /** Where the real one is behind. */
    readonly service: string;
    readonly namespace: string;
    readonly group: string;
    readonly version: string;
    readonly made: Pick<Metadata, "labels" | "annotations" | "ownerReferences">;
}

/**
 * What makes the API server ask for a group. The real one is behind the component's Service; the simulation is on 127.0.0.1, which the API
 * server reaches by a Service that is only a name (k8s.io/apiserver pkg/util/proxy, ResolveCluster). The certificate does not have the
 * Service's name.
 */
export function apiService(
    { service, namespace, group, version, made }: ServedGroup,
    { apiPort: port }: Platform,
): NewObject[] {
    if (port === undefined) {
        return [];
    }
    const name = `${service}-sandbox`;
    return [
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { ...made, name, namespace },
            spec: { type: "ExternalName", externalName: "localhost" },
        },
        {
            apiVersion: "apiregistration.k8s.io/v1",
            kind: "APIService",
            metadata: {
                ...made,
                name: `${version}.${group}`,
                annotations: {
                    ...made.annotations,
                    "sandbox.pulumi-kubevirt.dev/port": String(port),
                },
            },
            spec: {
                group,
                version,
                groupPriorityMinimum: 1000,
                versionPriority: 15,
                service: { name, namespace, port },
                insecureSkipTLSVerify: true,
            },
        },
    ];
}
