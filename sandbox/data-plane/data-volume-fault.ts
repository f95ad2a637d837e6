import { type Fault, faultOf } from "./faults";
import type { DataVolume } from "./objects";
import { sourceOf } from "./sources";
import type { Store } from "./store";

/** What is to go wrong with a DataVolume: as asked, or as the address of its image says. */
export function dataVolumeFault(world: Store, dataVolume: DataVolume): Fault | undefined {
    const source = sourceOf(world, dataVolume);
    return faultOf(world, dataVolume, source.kind === "image" ? source.url : undefined);
}
