import * as pulumi from "@pulumi/pulumi";
import { Problems, problemsText } from "../../model/problems";

interface Volume {
    readonly name?: string;
    readonly dataVolume?: { readonly name?: string };
    readonly persistentVolumeClaim?: { readonly claimName?: string };
}

/** A VirtualMachine as far as its disks' claims go. */
interface WithVolumes {
    readonly spec?: {
        readonly template?: { readonly spec?: { readonly volumes?: readonly Volume[] } };
    };
}

/**
 * Adds each disk of a machine that would have other data under the same name.
 *
 * @param allowed the claims that the program switches over from, by the names of the disks.
 */
export function refuseSwitches(
    before: unknown,
    after: unknown,
    allowed: ReadonlyMap<string, string>,
    problems: Problems,
): void {
    const old = claimsOf(before);
    for (const [name, claim] of claimsOf(after)) {
        const was = old.get(name);
        if (was !== undefined && was !== claim && allowed.get(name) !== was) {
            problems.add(
                `disks, "${name}"`,
                `is claim "${claim}", and the machine has "${was}" there: it would go on with other data`,
                `put the old disk back; or, if that is meant, say so: { name: "${name}", disk, switchFrom: "${was}" }`,
            );
        }
    }
}

/** Refuses it from the state alone: in a preview, in an update, and with the cluster out of reach. */
export function switchHook(
    name: string,
    allowed: ReadonlyMap<string, string>,
): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${name}-disks`,
        ({ oldInputs, newInputs }) => {
            const problems = new Problems();
            refuseSwitches(oldInputs, newInputs, allowed, problems);
            if (problems.all.length > 0) {
                throw new Error(problemsText("VirtualMachine", name, problems.all));
            }
        },
        { onDryRun: true },
    );
}

function claimsOf(machine: unknown): ReadonlyMap<string, string> {
    const { spec } = (machine ?? {}) as WithVolumes;
    return new Map(
        (spec?.template?.spec?.volumes ?? []).flatMap((volume) => {
            const claim = volume.dataVolume?.name ?? volume.persistentVolumeClaim?.claimName;
            return volume.name === undefined || claim === undefined ? [] : [[volume.name, claim]];
        }),
    );
}
