import type { DiagnosisParts } from "./disk-facts";
import { quoted } from "./disk-facts";
import type { Cause } from "./verdict";

/**
 * Which of a namespace's limits refuses a claim or a pod, by what admission says. Sources: Kubernetes
 * apiserver pkg/admission/plugin/resourcequota ("exceeded quota:"), plugin/pkg/admission/limitranger/admission.go.
 */
export function refusedBy(text: string | undefined): "quota" | "limit-range" | undefined {
    if (/exceeded quota/.test(text ?? "")) {
        return "quota";
    }
    return /(minimum|maximum) \S+ usage per \S+ is|limit to request ratio per/.test(text ?? "")
        ? "limit-range"
        : undefined;
}

interface Refusal {
    readonly pattern: RegExp;
    readonly cause: Cause;
    readonly what: string;
    readonly cure: string;
}

/**
 * What the API server and CDI's webhooks answer to a disk that they do not let in. The first that matches decides. Sources: CDI
 * pkg/apiserver/webhooks/datavolume-{mutate,validate}.go, authorize_utils.go; recorded in webhook-answers-cdi.json.
 */
const refusals: readonly Refusal[] = [
    {
        pattern: /datasources\.cdi\.kubevirt\.io "[^"]*" not found/,
        cause: "data-source-missing",
        what: "The DataSource that the disk is copied from is not there",
        cure: "Make the DataSource (the golden image) before the disk, or correct its name and namespace",
    },
    {
        pattern: /namespaces "[^"]*" not found/,
        cause: "clone-source-missing",
        what: "The namespace of the copy's source is not there",
        cure: "Correct the namespace of the source",
    },
    {
        pattern: /insufficient permissions in clone source namespace|not authorized to clone/i,
        cause: "clone-not-allowed",
        what: "This account may not copy disks from the source's namespace",
        cure: "Bind the ClusterRole cdi.kubevirt.io:clone-sourcer to the account in the source's namespace",
    },
    {
        pattern: /Destination PVC \S+ already exists/,
        cause: "claim-exists",
        what: "A claim of the disk's name is there already",
        cure: "Take it over (adopt), or give the disk another name: CDI does not write to a claim that it did not make",
    },
    {
        pattern: /Cannot update DataVolume Spec/,
        cause: "refused",
        what: "CDI changes nothing of a DataVolume that is there",
        cure: "Make a new disk beside it; to grow it, raise the size of its claim",
    },
    {
        pattern: /size is smaller than the source/,
        cause: "clone-too-small",
        what: "The disk is smaller than its source",
        cure: "Make the disk at least as large as its source",
    },
];

/** What a refusal means, whatever it was that was refused. */
export function refusal(message: string): DiagnosisParts {
    const known = refusals.find(({ pattern }) => pattern.test(message));
    if (known !== undefined) {
        return {
            cause: known.cause,
            what: `${known.what}: ${quoted(message)}`,
            cure: known.cure,
        };
    }
    return (
        limitRefusal(message) ?? {
            cause: "refused",
            what: `The disk is not let in: ${quoted(message)}`,
            cure: "Put right what the message names",
        }
    );
}

/** What it means that a namespace's limits refuse a claim or a pod; undefined where they are not what refuses it. */
export function limitRefusal(
    message: string | undefined,
    refused = "The claim",
): DiagnosisParts | undefined {
    switch (refusedBy(message)) {
        case "quota":
            return {
                cause: "quota",
                what: `${refused} does not fit the namespace's quota: ${quoted(message)}`,
                cure: "Raise the ResourceQuota or ask for less: while a disk is filled it needs twice its size, and scratch space beside it",
            };
        case "limit-range":
            return {
                cause: "limit-range",
                what: `${refused} is outside what the namespace's LimitRange allows: ${quoted(message)}`,
                cure: limitRangeCure,
            };
        case undefined:
            return undefined;
    }
}

/** How to get past a LimitRange. */
export const limitRangeCure =
    "Change the LimitRange (kubectl get limitrange), or the size of the disk; for CDI's pods podResourceRequirements in CDI's configuration";
