import type * as pulumi from "@pulumi/pulumi";
import { ownerAnnotation } from "../../model/annotations";
import type { Fields } from "../../model/machine-difference";
import { gatesThatAreOff, neededGates } from "../../model/machine-gates";
import type { Problems } from "../../model/problems";
import { listKubeVirts } from "../../waits/platform-look";
import type { Cluster } from "../cluster";
import { ownerOf } from "../ownership";
import { refuseInUpdate } from "../refusal";

/**
 * Asks the cluster whether its KubeVirt has the features that a machine needs. A warning in a preview, a problem in an update. Nothing
 * where the cluster cannot be asked, and nothing of a KubeVirt of this stack: the same update may switch the feature on.
 */
export async function checkGates(
    component: pulumi.Resource,
    name: string,
    cluster: Cluster,
    machine: object,
    problems: Problems,
): Promise<void> {
    const needed = neededGates(machine as Fields);
    if (needed.length === 0) {
        return;
    }
    const ours = ownerOf("");
    for (const { annotations, version, gates } of await listKubeVirts(await cluster.connection)) {
        if (annotations[ownerAnnotation]?.startsWith(ours) === true) {
            continue;
        }
        for (const problem of gatesThatAreOff(needed, version, gates)) {
            refuseInUpdate(component, "VirtualMachine", name, problem, problems);
        }
    }
}
