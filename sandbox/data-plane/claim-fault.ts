import { dataVolumeFault } from "./data-volume-fault";
import { type Fault, faultOf } from "./faults";
import type { Claim } from "./objects";
import type { Store } from "./store";

/** What is to go wrong with a claim: its own fault, or that of the DataVolume it is filled for. */
export function claimFault(world: Store, claim: Claim): Fault | undefined {
    const own = faultOf(world, claim);
    if (own !== undefined) {
        return own;
    }
    const { namespace, ownerReferences } = claim.metadata;
    const owner = ownerReferences?.[0];
    if (owner?.kind === "DataVolume") {
        const dataVolume = world.get("DataVolume", namespace, owner.name);
        return dataVolume === undefined ? undefined : dataVolumeFault(world, dataVolume);
    }
    const above =
        owner?.kind === "PersistentVolumeClaim"
            ? world.get("PersistentVolumeClaim", namespace, owner.name)
            : claimOfPod(world, namespace, owner?.kind === "Pod" ? owner.name : undefined);
    return above === undefined ? undefined : claimFault(world, above);
}

function claimOfPod(
    world: Store,
    namespace: string | undefined,
    name: string | undefined,
): Claim | undefined {
    const pod = name === undefined ? undefined : world.get("Pod", namespace, name);
    const owner = pod?.metadata.ownerReferences?.[0];
    return owner?.kind === "PersistentVolumeClaim"
        ? world.get("PersistentVolumeClaim", namespace, owner.name)
        : undefined;
}
