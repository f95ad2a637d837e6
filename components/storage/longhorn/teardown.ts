import { few } from "../../../model/few";
import { type Problem, Problems } from "../../../model/problems";
import { diagnosis } from "../../../waits/disk-facts";
import type { KubernetesObject } from "../../../waits/objects";
import type { Verdict } from "../../../waits/verdict";
import { longhornNamespace } from "./names";
import type { LonghornSettings } from "./tiers";

/** A volume of Longhorn's, as far as its removal is concerned. */
export interface LonghornVolume {
    readonly name: string;
    /** The claim that it is or was bound to, `namespace/name`. */
    readonly claim?: string;
}

interface VolumeObject extends KubernetesObject {
    readonly status?: {
        readonly kubernetesStatus?: { readonly namespace?: string; readonly pvcName?: string };
    };
}

/** The volumes of a list as the API server answers it; none where there is no Longhorn. */
export function volumesIn(answer: unknown): readonly LonghornVolume[] {
    const { items = [] } = (answer ?? {}) as { items?: readonly VolumeObject[] };
    return items.map(({ metadata, status }) => {
        const { namespace = "", pvcName = "" } = status?.kubernetesStatus ?? {};
        const name = metadata?.name ?? "";
        return pvcName === "" ? { name } : { name, claim: `${namespace}/${pvcName}` };
    });
}

/**
 * What keeps Longhorn from being removed. The chart's job erases every volume, in use or not: each has to be named, and what is
 * named has to be there, so that a list of another cluster arms nothing.
 * Source: longhorn chart 1.12.1, templates/uninstall-job.yaml (`--force`); longhorn-manager controller/uninstall_controller.go.
 */
export function checkTeardown(
    args: Pick<LonghornSettings, "teardown" | "eraseVolumes">,
    volumes: readonly LonghornVolume[],
): readonly Problem[] {
    const problems = new Problems();
    if (args.teardown !== "armed") {
        return problems.all;
    }
    const erase = args.eraseVolumes ?? [];
    const kept = volumes.filter(({ name }) => !erase.includes(name));
    if (kept.length > 0) {
        const count = kept.length === 1 ? "1 volume" : `${String(kept.length)} volumes`;
        problems.add(
            "teardown",
            `is "armed", and the removal would erase ${count}: ${few(kept.map(volumeText), shown)}`,
            "move their data to another class and delete their claims and PersistentVolumes, or name in eraseVolumes what may go",
        );
    }
    for (const [index, name] of erase.entries()) {
        if (!volumes.some((volume) => volume.name === name)) {
            problems.add(
                `eraseVolumes[${String(index)}]`,
                `is ${JSON.stringify(name)}, which is no volume of this Longhorn`,
                "take it out, or look at what there is: kubectl -n longhorn-system get volumes.longhorn.io",
            );
        }
    }
    return problems.all;
}

function volumeText({ name, claim }: LonghornVolume): string {
    return claim === undefined ? name : `${name} (claim ${claim})`;
}

const shown = 20;

/** A manager takes over a changed ConfigMap within seconds; one that has just been started looks at much else before. */
const graceMs = 120_000;

/**
 * Whether Longhorn has taken over that it may be removed, or that it may not: the job of a removal goes by its own setting.
 *
 * @param answer the Setting deleting-confirmation-flag, whose value is at the top; undefined while there is none
 */
export function flagVerdict(answer: unknown, armed: boolean): Verdict {
    const { value = "" } = (answer ?? {}) as { value?: string };
    if (value === String(armed)) {
        return { kind: "ready" };
    }
    const what = `Longhorn has not taken over that it ${armed ? "may" : "must not"} be removed`;
    return {
        kind: "waiting",
        phase: armed ? "Arming" : "Disarming",
        note: what,
        suspicion: {
            graceMs,
            diagnosis: diagnosis(`Setting ${longhornNamespace}/deleting-confirmation-flag`, {
                cause: "operator-silent",
                what,
                cure: "Look at the log of the pods of DaemonSet longhorn-manager",
            }),
        },
    };
}
