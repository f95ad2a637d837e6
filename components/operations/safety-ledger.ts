import * as pulumi from "@pulumi/pulumi";
import { diskOrigin } from "../../manifests/disk";
import { partsOfOrigin } from "../../model/disk-origin";
import { erasedByDestroy, fateOf, type LedgerDisk } from "../../model/ledger";
import type { Disk } from "../disks/disk";
import type { VirtualMachine } from "../machines/virtual-machine";
import type { VirtualMachineFleet } from "../machines/virtual-machine-fleet";

/** Whose disks are in a ledger. */
export interface SafetyLedgerArgs {
    /**
     * Machines and fleets, with all of their disks.
     *
     * @defaultValue none
     * @impact live: an output, and nothing else
     */
    readonly machines?: readonly (VirtualMachine | VirtualMachineFleet)[];
    /**
     * Disks beside those.
     *
     * @defaultValue none
     * @impact live: an output, and nothing else
     */
    readonly disks?: readonly Disk[];
}

/**
 * Every disk with its owner, source, size, class and reclaim policy, and whether a destroy of the stack would erase it: an output for
 * a stack. Registers nothing and waits for nothing.
 *
 * What is on the cluster (volumes, snapshots, disks that the program has forgotten) `npm run ledger` says, which reads state and cluster.
 *
 * @example
 * ```ts
 * export const ledger = safetyLedger({ machines: [db, web], disks: [archive] });
 * ```
 */
export function safetyLedger(args: SafetyLedgerArgs): pulumi.Output<readonly LedgerDisk[]> {
    const machines = (args.machines ?? []).flatMap((one) =>
        "machines" in one ? [...one.machines.values()] : [one],
    );
    const owned = machines.flatMap((machine) =>
        [...machine.disks.values()].map((disk) => ({
            disk,
            owner: `VirtualMachine ${machine.namespace}/${machine.machineName}`,
        })),
    );
    const others = (args.disks ?? []).map((disk) => ({ disk, owner: "" }));
    const byDisk = new Map<Disk, string[]>();
    for (const { disk, owner } of [...owned, ...others]) {
        byDisk.set(disk, [...(byDisk.get(disk) ?? []), ...(owner === "" ? [] : [owner])]);
    }
    return pulumi.output(
        Promise.all([...byDisk].map(([disk, owners]) => entry(disk, owners.join(", ")))),
    );
}

async function entry(disk: Disk, owner: string): Promise<LedgerDisk> {
    const reclaimPolicy = await disk.storage.reclaimPolicy;
    const { plan } = disk;
    return {
        disk: plan.owner.split("/").at(-1) ?? disk.claimName,
        owner,
        namespace: disk.namespace,
        claim: disk.claimName,
        source: partsOfOrigin(diskOrigin(plan)).get("source") ?? "",
        size: plan.size,
        storageClass: plan.storageClass,
        reclaimPolicy: reclaimPolicy ?? "unknown",
        ...erasedByDestroy(fateOf(disk.onDestroy), reclaimPolicy),
        protection: "unknown",
    };
}
