/** Paths of the collections in the namespace that the tests of waits use. */
export const collections = {
    dataVolumes: "/apis/cdi.kubevirt.io/v1beta1/namespaces/vms/datavolumes",
    claims: "/api/v1/namespaces/vms/persistentvolumeclaims",
    pods: "/api/v1/namespaces/vms/pods",
    events: "/api/v1/namespaces/vms/events",
    classes: "/apis/storage.k8s.io/v1/storageclasses",
    machines: "/apis/kubevirt.io/v1/namespaces/vms/virtualmachines",
    instances: "/apis/kubevirt.io/v1/namespaces/vms/virtualmachineinstances",
} as const;

/** Conditions of a DataVolume as CDI writes them. */
export function dataVolume(
    phase: string,
    running: { readonly reason?: string; readonly message?: string; readonly status?: string } = {},
    rest: object = {},
): object {
    return {
        status: {
            phase,
            claimName: "root",
            progress: "N/A",
            conditions: [
                { type: "Bound", status: "False", reason: "Pending" },
                { type: "Ready", status: "False" },
                { type: "Running", status: "False", ...running },
            ],
            ...rest,
        },
    };
}

/** A claim with a volume. */
export const boundClaim = { status: { phase: "Bound", capacity: { storage: "10Gi" } } };
