import { type Fields, isFields, type Place } from "../model/machine-difference";

/** Who wrote a field of an object last, as the API server keeps it; undefined where it says nobody. */
export function ownerOf(live: Fields, place: Place): string | undefined {
    const metadata = live["metadata"];
    const entries = isFields(metadata) ? metadata["managedFields"] : undefined;
    const owners = (Array.isArray(entries) ? entries : [])
        .filter(isFields)
        .filter((entry) => entry["subresource"] !== "status" && owns(entry["fieldsV1"], place))
        .sort((one, other) => timeOf(other).localeCompare(timeOf(one)));
    const manager = owners[0]?.["manager"];
    return typeof manager === "string" && manager !== "" ? manager : undefined;
}

function timeOf(entry: Fields): string {
    return typeof entry["time"] === "string" ? entry["time"] : "";
}

/** Source: structured-merge-diff fieldpath/serialize-pe.go: `f:` a field, `k:` an item of a list by its keys. */
function owns(fields: unknown, [step, ...rest]: Place): boolean {
    if (!isFields(fields)) {
        return false;
    }
    if (step === undefined) {
        return true;
    }
    const below = Object.entries(fields).filter(([key]) => isStep(key, step));
    // A list without keys, or a map that is owned as one, belongs to its owner with all that is in it.
    return below.length > 0
        ? below.some(([, value]) => owns(value, rest))
        : Object.keys(fields).length === 0;
}

function isStep(key: string, step: string): boolean {
    const named = /^\[(.*)\]$/.exec(step)?.[1];
    return named === undefined
        ? key === `f:${step}`
        : key.startsWith("k:") && key.includes(`"name":${JSON.stringify(named)}`);
}

/**
 * What Kubernetes, KubeVirt, CDI and the storage write into objects by themselves. What is written through KubeVirt's API server for
 * somebody (`virtctl stop`) has its name, too: where the program says otherwise it counts.
 */
const controllers =
    /^(kube-controller-manager|kube-scheduler|kubelet|kube-apiserver|cloud-controller-manager|virt-(controller|handler|operator|api|launcher)|cdi-[a-z-]+|csi-[a-z-]+|external-[a-z-]+|snapshot-controller|longhorn-[a-z-]+|rook|rook-ceph-operator|ceph-csi.*|whereabouts.*|multus.*|cert-manager-.*|cainjector|pulumi-kubernetes.*|pulumi-resource-kubernetes.*|pulumi-kubevirt-sandbox)$/;

export function isController(manager: string | undefined): boolean {
    return manager !== undefined && controllers.test(manager);
}
