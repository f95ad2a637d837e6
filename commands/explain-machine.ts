import { few } from "../model/few";
import type { MachineExplanation } from "../waits/machine-explain";

/** The explanation of a machine as a person reads it. */
export function machineText(
    explanation: MachineExplanation,
    { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
    const { verdict, cause, message, cure, progress, machine } = explanation;
    const lines: readonly (readonly [string, string | undefined | null])[] = [
        ["cause", cause],
        [cause === null ? "state" : "seen", message],
        ["cure", cure],
        ["phase", progress?.phase],
        ...(machine === null ? [] : machineLines(machine)),
    ];
    return [
        `vm ${namespace}/${name}: ${verdict}`,
        ...lines.flatMap(([label, text]) =>
            text === undefined || text === null || text === ""
                ? []
                : [`  ${label.padEnd(10)}${text}`],
        ),
    ].join("\n");
}

type Machine = NonNullable<MachineExplanation["machine"]>;

function machineLines(machine: Machine): readonly (readonly [string, string | undefined])[] {
    const { migratable, notMigratableBecause, commands } = machine;
    const isOn = machine.node !== undefined;
    return [
        ["node", machine.node],
        ...machine.interfaces.map(
            ({ name, mac, addresses }) =>
                [
                    "network",
                    [name, mac, few(addresses, 4)]
                        .filter((part) => part !== undefined && part !== "")
                        .join(" "),
                ] as const,
        ),
        [
            "agent",
            machine.agent === undefined
                ? undefined
                : machine.agent
                  ? `connected${machine.os === undefined ? "" : ` (${machine.os})`}`
                  : "not connected",
        ],
        [
            "migration",
            migratable === undefined
                ? undefined
                : migratable
                  ? "can move to another node while it runs"
                  : `cannot move to another node: ${notMigratableBecause ?? "KubeVirt does not say why"}`,
        ],
        [
            "restart",
            machine.restartRequired === undefined
                ? undefined
                : `needed: ${machine.restartRequired}`,
        ],
        ...machine.disks.map(
            (disk) =>
                [
                    "disk",
                    `${disk.name} (claim ${disk.claim}): ${disk.verdict}${disk.cause === null ? "" : `, ${disk.cause}: ${disk.message}`}`,
                ] as const,
        ),
        ...machine.conditions.map((condition) => ["condition", condition] as const),
        ...(isOn
            ? Object.values(commands).map((command: string) => ["go there", command] as const)
            : []),
    ];
}
