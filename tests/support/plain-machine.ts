import { networkInterfacePlans } from "../../components/networks/machine-networks";
import type { MachinePlan } from "../../manifests/virtual-machine";

/** A machine of which nothing is said but what has to be; it has no disk. */
export function plainMachine(namespace: string, change: Partial<MachinePlan> = {}): MachinePlan {
    const name = change.name ?? "db";
    return {
        name,
        namespace,
        owner: `shop/test/${name}`,
        os: "linux",
        cpu: 1,
        memory: "1Gi",
        runStrategy: "Halted",
        evictionStrategy: "LiveMigrateIfPossible",
        disks: [],
        networks: networkInterfacePlans(undefined, { machineName: name, namespace }),
        ...change,
    };
}
