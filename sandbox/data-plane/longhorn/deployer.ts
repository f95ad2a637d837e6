import { createHash } from "node:crypto";
import type { Deployment } from "../objects";
import { applyOperands } from "../operands";
import { isDeleted } from "../reading";
import type { Store } from "../store";
import { type NewObject, type Write, create } from "../writes";
import { type Longhorn, longhornDriverName, managedLabels, yamlIn } from "./system";

const sidecars = ["attacher", "provisioner", "resizer", "snapshotter"] as const;

/** Source: longhorn-manager types/types.go, labels of engine images. */
const engineImageLabels = { ...managedLabels, "longhorn.io/component": "engine-image" };

const socketFolder = `/var/lib/kubelet/plugins/${longhornDriverName}`;

/** What says how an object was wished, so that another wish is rolled out. */
const wish = "sandbox.pulumi-kubevirt.dev/wish";

/**
 * What Longhorn makes at run time, beside its own objects: the driver (by longhorn-driver-deployer), the engine image's DaemonSet and
 * the StorageClass (by the manager). Source: longhorn-manager app/driver.go and csi/deployment.go.
 */
export function reconcileRuntime(world: Store, { namespace, manager }: Longhorn): Write[] {
    const deployer = world.get("Deployment", namespace, "longhorn-driver-deployer");
    const deploys =
        deployer !== undefined &&
        !isDeleted(deployer) &&
        (deployer.status?.availableReplicas ?? 0) > 0;
    const [container] = manager.spec.template.spec.containers;
    const { command = [], image = "" } = container ?? {};
    const engine = command[command.indexOf("--engine-image") + 1] ?? image;
    return [
        ...applyOperands(world, [
            engineImage(namespace, engine),
            ...(deploys ? driver(namespace, deployer, image) : []),
        ]),
        ...storageClass(world, namespace),
    ];
}

/** Source: longhorn-manager csi/deployment.go. Of the pods' specs only that which others look at. */
function driver(namespace: string, deployer: Deployment, image: string): NewObject[] {
    const env = deployer.spec.template.spec.containers[0]?.env ?? [];
    const variable = (name: string) => env.find((each) => each.name === name)?.value ?? "";
    const hard = variable("CSI_POD_ANTI_AFFINITY_PRESET") === "hard";
    return [
        {
            apiVersion: "storage.k8s.io/v1",
            kind: "CSIDriver",
            metadata: { name: longhornDriverName },
            // Without capacity tracking the scheduler asks nobody how much room a node has; so it is by default.
            spec: { attachRequired: true, podInfoOnMount: true, storageCapacity: false },
        },
        ...sidecars.map((sidecar) => {
            const name = `csi-${sidecar}`;
            const upper = sidecar.toUpperCase();
            const replicas = Number(variable(`CSI_${upper}_REPLICA_COUNT`) || "3");
            const from = variable(`CSI_${upper}_IMAGE`) || `longhornio/${name}`;
            return workload("Deployment", namespace, name, from, {
                replicas,
                ...(hard ? { affinity: apart(name) } : {}),
            });
        }),
        workload("DaemonSet", namespace, "longhorn-csi-plugin", image, {}),
    ];
}

function engineImage(namespace: string, image: string): NewObject {
    // Source: longhorn-manager types/types.go, GetEngineImageChecksumName.
    const checksum = createHash("sha512").update(image.trim()).digest("hex").slice(0, 8);
    const made = workload("DaemonSet", namespace, `engine-image-ei-${checksum}`, image, {});
    return { ...made, metadata: { ...made.metadata, labels: engineImageLabels } };
}

function workload(
    kind: "Deployment" | "DaemonSet",
    namespace: string,
    name: string,
    image: string,
    { affinity, ...spec }: { readonly replicas?: number; readonly affinity?: object },
): NewObject {
    const labels = { app: name };
    const wished = JSON.stringify({ image, affinity, ...spec });
    return {
        apiVersion: "apps/v1",
        kind,
        metadata: {
            name,
            namespace,
            labels: { ...managedLabels, ...labels },
            annotations: { [wish]: wished },
        },
        spec: {
            ...spec,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    serviceAccountName: "longhorn-service-account",
                    ...(affinity === undefined ? {} : { affinity }),
                    containers: [
                        {
                            name,
                            image,
                            ...(kind === "DaemonSet"
                                ? { securityContext: { privileged: true } }
                                : {}),
                        },
                    ],
                    // As the real ones: Pod Security has to let privileged pods in.
                    volumes: [{ name: "socket-dir", hostPath: { path: socketFolder } }],
                },
            },
        },
    };
}

/** Source: csi/deployment_util.go, getAffinity. */
function apart(app: string): object {
    const labelSelector = { matchExpressions: [{ key: "app", operator: "In", values: [app] }] };
    return {
        podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector, topologyKey: "kubernetes.io/hostname" },
            ],
        },
    };
}

/** The stock class, where the chart wishes it. Source: controller/kubernetes_configmap_controller.go, reconcile. */
function storageClass(world: Store, namespace: string): Write[] {
    const map = world.get("ConfigMap", namespace, "longhorn-storageclass");
    return map === undefined || world.get("StorageClass", undefined, "longhorn") !== undefined
        ? []
        : [create(yamlIn(map, "storageclass.yaml") as unknown as NewObject)];
}
