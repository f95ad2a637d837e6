import { few } from "./few";
import { type Impact, impacts } from "./impact";
import type { MachineChange } from "./machine-changes";

/** When a change of each impact arrives. */
const when: Readonly<Partial<Record<Impact, string>>> = {
    live: "while it runs",
    restart: "with its next restart",
};

/** What some changes come to, by the user's arguments: `cpu while it runs; firmware with its next restart`. Empty where there are none. */
export function machineChangeText(changes: readonly MachineChange[]): string {
    return impacts
        .flatMap((impact) => {
            const fields = changes.filter((one) => one.impact === impact).map(({ field }) => field);
            const words = when[impact];
            return fields.length === 0 || words === undefined
                ? []
                : [`${few([...new Set(fields)], 6)} ${words}`];
        })
        .join("; ");
}
