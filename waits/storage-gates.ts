import type { AccessMode, VolumeMode } from "../model/access";
import type { DriverArgs } from "./driver-watch";
import { waitForProbe } from "./probe";
import type { ProvisioningFault } from "./provisioning-fault";
import type { GateArgs } from "./resource-gate";
import { gate } from "./resource-gate";
import type { Questions } from "./storage-wait";
import { waitForAnswers, waitForDriver } from "./storage-wait";

export type { DriverCoverage } from "./driver";
export type { WorkloadName } from "./driver-watch";

/**
 * Opens when a CSI driver can be used: its Deployments and DaemonSets in the namespace have rolled out, and the nodes have
 * registered it. In a preview at once.
 */
export async function driverGate(args: GateArgs & DriverArgs): Promise<void> {
    const { driver, workloads, wanted } = args;
    await gate(args, (options) => waitForDriver({ ...options, driver, workloads, wanted }));
}

/**
 * Opens when what the API server answers to some paths is judged to be ready: for what only a backend itself understands. In a
 * preview at once.
 */
export async function answersGate(args: GateArgs & Questions): Promise<void> {
    const { paths, verdict } = args;
    await gate(args, (options) => waitForAnswers({ ...options, paths, verdict }));
}

/** What a probe of a class is told. Its claim has the gate's namespace and name. */
export interface ProbeGateArgs extends GateArgs {
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    /** Whose probe it is: `<project>/<stack>/<resource name>`. What an earlier run has left behind is known by it. */
    readonly owner: string;
    /** What the class's driver says when it cannot make a volume. */
    readonly faults: readonly ProvisioningFault[];
}

/** Opens when the class has made a small volume, and nothing of it is left. In a preview at once, and nothing is made. */
export async function probeGate(args: ProbeGateArgs): Promise<void> {
    const { storageClass, accessMode, volumeMode, owner, faults } = args;
    await gate(args, (options, { writer }) =>
        waitForProbe({ ...options, writer, storageClass, accessMode, volumeMode, owner, faults }),
    );
}
