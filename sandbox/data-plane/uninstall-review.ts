import type { UserInfo } from "./clone-right";

/** A question of the API server. Source: k8s.io/api/admission/v1, AdmissionRequest. */
export interface ReviewRequest {
    readonly uid: string;
    readonly operation: string;
    readonly resource: { readonly group: string; readonly resource: string };
    readonly namespace?: string;
    readonly userInfo?: UserInfo;
    readonly object?: unknown;
    readonly oldObject?: Reviewed | null;
}

interface Reviewed {
    readonly spec?: { readonly uninstallStrategy?: string };
    readonly status?: { readonly phase?: string };
}

/** The answer. */
export interface ReviewResponse {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: {
        readonly code: number;
        readonly message: string;
        readonly reason?: string;
        readonly details?: { readonly causes: readonly object[] };
    };
    readonly warnings?: readonly string[];
    /** JSON patch, base64. */
    readonly patch?: string;
    readonly patchType?: "JSONPatch";
}

/** Counts the objects of a collection, at most two: the real webhooks ask no more. */
export type Count = (path: string) => Promise<number>;

/** What KubeVirt calls its workloads, in the order in which it looks for them. */
const workloads = [
    ["virtualmachineinstances", "Virtual Machine Instances"],
    ["virtualmachines", "Virtual Machines"],
    ["virtualmachineinstancereplicasets", "Virtual Machine Instance Replica Sets"],
] as const;

/** Refuses to delete an installation that is told to stay while it is used. The messages are the real ones, word for word. */
export async function reviewUninstall(
    request: ReviewRequest,
    count: Count,
): Promise<ReviewResponse> {
    const { uid, operation, resource, oldObject } = request;
    const blocks = oldObject?.spec?.uninstallStrategy === "BlockUninstallIfWorkloadsExist";
    const phase = oldObject?.status?.phase ?? "";
    const refusal =
        operation !== "DELETE" || !blocks
            ? undefined
            : resource.resource === "cdis"
              ? await cdiRefusal(phase, count)
              : await kubevirtRefusal(phase, count);
    return refusal === undefined
        ? { uid, allowed: true }
        : { uid, allowed: false, status: { code: 400, message: refusal } };
}

/** Source: CDI pkg/apiserver/webhooks/cdi-validate.go. */
async function cdiRefusal(phase: string, count: Count): Promise<string | undefined> {
    if (phase === "" || phase === "Error") {
        return undefined;
    }
    const left = await count(
        "/apis/cdi.kubevirt.io/v1beta1/datavolumes?labelSelector=!cdi.kubevirt.io/dataImportCron",
    );
    return left === 0
        ? undefined
        : `rejecting the uninstall request, since there are still ${left} DataVolumes present. Either delete all DataVolumes or change the uninstall strategy before uninstalling CDI`;
}

/** Source: KubeVirt pkg/virt-operator/webhooks/webhook.go. */
async function kubevirtRefusal(phase: string, count: Count): Promise<string | undefined> {
    if (phase !== "Deployed") {
        return undefined;
    }
    for (const [plural, words] of workloads) {
        if ((await count(`/apis/kubevirt.io/v1/${plural}`)) > 0) {
            return `Rejecting the uninstall request, since there are still ${words} present. Either delete all KubeVirt related workloads or change the uninstall strategy before uninstalling KubeVirt.`;
        }
    }
    return undefined;
}
