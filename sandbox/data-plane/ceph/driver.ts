import { classSecret, deletionSecretOf, secretContent } from "../class-secrets";
import { type Driver, flagOf, hasLabels, reporterOf, rpcError, speaker } from "../driver";
import type { Deployment, Texts } from "../objects";
import { isDeleted } from "../reading";
import type { Store } from "../store";
import { createImage } from "./create-image";

/** Labels of the controller's pods and of their Deployment. Source: ceph/csi-charts ceph-csi-rbd, templates/provisioner-deployment.yaml. */
const provisionerLabels: Texts = { app: "ceph-csi-rbd", component: "provisioner" };

/** Ceph CSI's driver of this name, when a Deployment of the chart ceph-csi-rbd has a pod for it. */
export function cephDriver(world: Store, name: string): Driver | undefined {
    const deployment = world.list("Deployment").find((each) => answersFor(each, name));
    if (deployment === undefined) {
        return undefined;
    }
    const { namespace = "" } = deployment.metadata;
    return {
        name,
        reporter: reporterOf(name, speaker(world, namespace, provisionerLabels)),
        runs: { provisioner: true, resizer: true, snapshotter: true },
        guards: true,
        create: (request) => createImage(request, deployment),
        remove: (_, volume) =>
            authorised(world, deletionSecretOf(volume.metadata.annotations)) ?? [],
        grow: (_, volume) => authorised(world, volume.spec.csi?.controllerExpandSecretRef) ?? [],
        snapshot: (_, of) => authorised(world, snapshotterSecret(of.parameters)),
    };
}

function answersFor(deployment: Deployment, name: string): boolean {
    const { containers } = deployment.spec.template.spec;
    return (
        hasLabels(deployment, provisionerLabels) &&
        !isDeleted(deployment) &&
        (deployment.status?.availableReplicas ?? 0) > 0 &&
        flagOf(containers, "--drivername") === name
    );
}

/** Ceph CSI does nothing without credentials. Source: ceph-csi internal/util/credentials.go, newCredentialsFromSecret. */
function authorised(world: Store, reference: ReturnType<typeof classSecret>) {
    return Object.keys(secretContent(world, reference)).length === 0
        ? rpcError("InvalidArgument", "provided secret is empty")
        : undefined;
}

/** Source: kubernetes-csi/external-snapshotter pkg/utils/util.go, PrefixedSnapshotterSecretNameKey. */
function snapshotterSecret(parameters: Texts = {}) {
    const name = parameters["csi.storage.k8s.io/snapshotter-secret-name"];
    const namespace = parameters["csi.storage.k8s.io/snapshotter-secret-namespace"];
    return name === undefined || namespace === undefined ? undefined : { name, namespace };
}
