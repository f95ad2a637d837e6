import { cephDriver } from "./ceph/driver";
import { type Driver, rpcError } from "./driver";
import { longhornDriver } from "./longhorn/driver";
import type { Store } from "./store";

/** The simulated CSI driver. */
export const csiProvisioner = "sandbox.csi.pulumi-kubevirt.dev";

/** A provisioner without a CSIDriver object: CDI takes its older way with such a class. */
export const localProvisioner = "sandbox.local/hostpath";

/** The driver of this name, when it is one of the sandbox or its pods are there. */
export function driverOf(world: Store, name: string | undefined): Driver | undefined {
    if (name === csiProvisioner || name === localProvisioner) {
        return ownDriver(name);
    }
    return name === undefined
        ? undefined
        : (longhornDriver(world, name) ?? cephDriver(world, name));
}

/** It always runs and never has a reason to refuse; a fault can make it. */
function ownDriver(name: string): Driver {
    return {
        name,
        reporter: name,
        runs: { provisioner: true, resizer: true, snapshotter: name === csiProvisioner },
        guards: false,
        create: (request) => ({ writes: [], handle: request.name }),
        remove: () => [],
        grow: () => [],
        snapshot: () => undefined,
    };
}

/** The answer of a driver that is asked to fail. */
export const simulatedRefusal = rpcError(
    "InvalidArgument",
    "the storage system refuses the request (simulated)",
);
