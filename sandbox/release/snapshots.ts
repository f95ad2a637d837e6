import { type ReleaseObject, granted, manages, reads } from "./parts";

const name = "snapshot-controller";
const namespace = "kube-system";

/**
 * The controller of a release of external-snapshotter, with the objects and names of the real one. Source:
 * kubernetes-csi/external-snapshotter deploy/kubernetes/snapshot-controller. The real Deployment waits 35 s for its definitions
 * (`minReadySeconds`); nothing in the sandbox has to.
 */
export function snapshotControllerRelease(version: string): ReleaseObject[] {
    const labels = { "app.kubernetes.io/name": name };
    const group = "snapshot.storage.k8s.io";
    const objects = [
        ...granted({
            account: name,
            namespace,
            labels: {},
            names: {
                role: `${name}-leaderelection`,
                binding: `${name}-leaderelection`,
                clusterRole: `${name}-runner`,
                clusterBinding: `${name}-role`,
            },
            rules: [manages("coordination.k8s.io", "leases")],
            clusterRules: [
                reads("", "persistentvolumes"),
                {
                    apiGroups: [""],
                    resources: ["persistentvolumeclaims"],
                    verbs: ["get", "list", "watch", "update"],
                },
                {
                    apiGroups: [""],
                    resources: ["events"],
                    verbs: ["list", "watch", "create", "update", "patch"],
                },
                reads(group, "volumesnapshotclasses"),
                manages(group, "volumesnapshotcontents", "volumesnapshots"),
                {
                    apiGroups: [group],
                    resources: ["volumesnapshotcontents/status", "volumesnapshots/status"],
                    verbs: ["update", "patch"],
                },
            ],
        }),
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name, namespace },
            spec: {
                replicas: 2,
                selector: { matchLabels: labels },
                strategy: {
                    type: "RollingUpdate",
                    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
                },
                template: {
                    metadata: { labels },
                    spec: {
                        serviceAccountName: name,
                        containers: [
                            {
                                name,
                                image: `registry.k8s.io/sig-storage/${name}:${version}`,
                                imagePullPolicy: "IfNotPresent",
                                args: ["--v=5", "--leader-election=true"],
                            },
                        ],
                    },
                },
            },
        },
    ];
    return objects;
}
