import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";

/** A namespace for a driver: its pods on the nodes need more than Pod Security allows by default. */
export function namespaceFor(name: string): PlainObject {
    const labels = Object.fromEntries(
        ["enforce", "audit", "warn"].map((mode) => [
            `pod-security.kubernetes.io/${mode}`,
            "privileged",
        ]),
    );
    return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A Secret. What is in it becomes a secret of Pulumi's, whatever it was before. */
export function secretWith(
    name: string,
    namespace: string,
    data: Readonly<Record<string, pulumi.Input<string>>>,
): PlainObject {
    const secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace },
        type: "Opaque",
        stringData: pulumi.secret(data),
    };
    return secret;
}
