import type { ObjectWithSpec } from "../../../manifests/plain-object";
import { compareVersions, parseVersion, pinned } from "../../../model/versions";
import { longhornNamespace } from "./names";
import type { LonghornSettings } from "./tiers";

/** Before it, the chart had no network policies unless it was asked for them. Source: longhorn chart, values.yaml at both tags. */
const firstWithPolicies = "1.12.1";

/**
 * Lets the pods that read metrics reach the managers, beside what Longhorn's own policies let in. Undefined where nobody is to
 * be let in, and where Longhorn has no policies of its own: the first one there would keep everybody else out.
 * Source: longhorn examples/network-policy/allow-prometheus-to-longhorn-manager.yaml.
 */
export function metricsPolicy(name: string, args: LonghornSettings): ObjectWithSpec | undefined {
    const from = args.metrics?.from;
    return from === undefined || !hasOwnPolicies(args)
        ? undefined
        : {
              apiVersion: "networking.k8s.io/v1",
              kind: "NetworkPolicy",
              metadata: { name: `${name}-metrics`, namespace: longhornNamespace },
              spec: {
                  podSelector: { matchLabels: { app: "longhorn-manager" } },
                  policyTypes: ["Ingress"],
                  ingress: [
                      {
                          from: [
                              {
                                  namespaceSelector: {
                                      matchLabels: {
                                          "kubernetes.io/metadata.name": from.namespace,
                                      },
                                  },
                                  podSelector: { matchLabels: from.podLabels },
                              },
                          ],
                          ports: [{ protocol: "TCP", port: 9500 }],
                      },
                  ],
              },
          };
}

/** Whether the managers are closed to other namespaces. A chart from a file is taken for what its version says. */
export function hasOwnPolicies({ networkPolicies, version }: LonghornSettings): boolean {
    const given = parseVersion(version ?? pinned.longhorn);
    const first = parseVersion(firstWithPolicies);
    return (
        networkPolicies !== false &&
        given !== undefined &&
        first !== undefined &&
        compareVersions(given, first) >= 0
    );
}
