import { UserError } from "../model/user-error";
import { collectionLabel, collectionPath } from "../waits/collections";
import { asker } from "../waits/connection";
import type { InstanceMigration, MovingInstance } from "../waits/migration-objects";
import { isOver } from "../waits/migration-objects";
import type { VirtualMachine } from "../waits/objects";
import type { ClusterNode } from "../waits/platform-objects";
import { type Transport, unreadText } from "../waits/transport";

/** What of the cluster decides whether a machine can be moved. */
export interface MachineSeen {
    readonly namespace: string;
    readonly machine: string;
    readonly virtualMachine: VirtualMachine | undefined;
    /** Only there while the machine is on, or starts. */
    readonly instance: PlacedInstance | undefined;
    /** The migration of it that is going on. */
    readonly current: InstanceMigration | undefined;
    /** Undefined where this account may not see them. */
    readonly nodes: readonly ClusterNode[] | undefined;
}

/** A machine that is on, with the nodes that it accepts. */
export interface PlacedInstance extends MovingInstance {
    readonly spec?: MovingInstance["spec"] & {
        readonly nodeSelector?: Readonly<Record<string, string>>;
    };
}

/** Reads all of it. Only the nodes may stay unknown. */
export async function readMachine(
    transport: Pick<Transport, "get">,
    namespace: string,
    machine: string,
): Promise<MachineSeen> {
    const ask = asker(transport);
    const read = async (path: string, label: string): Promise<unknown> => {
        const answer = await ask(path);
        if (answer.state === "unreadable") {
            throw new UserError(`${unreadText(answer.error, label)}.`);
        }
        return answer.state === "found" ? answer.object : undefined;
    };
    const one = (kind: "VirtualMachine" | "VirtualMachineInstance") =>
        read(`${collectionPath(kind, namespace)}/${machine}`, collectionLabel(kind, namespace));
    const kind = "VirtualMachineInstanceMigration";
    const [virtualMachine, instance, migrations, nodes] = await Promise.all([
        one("VirtualMachine"),
        one("VirtualMachineInstance"),
        read(collectionPath(kind, namespace), collectionLabel(kind, namespace)),
        ask(collectionPath("Node")),
    ]);
    const { items = [] } = (migrations ?? {}) as { readonly items?: readonly InstanceMigration[] };
    return {
        namespace,
        machine,
        virtualMachine: virtualMachine as VirtualMachine | undefined,
        instance: instance as PlacedInstance | undefined,
        current: items.find((item) => item.spec?.vmiName === machine && !isOver(item)),
        nodes:
            nodes.state === "found"
                ? ((nodes.object as { readonly items?: readonly ClusterNode[] }).items ?? [])
                : undefined,
    };
}
