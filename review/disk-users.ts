import { few } from "../model/few";
import { leavesOrphans } from "./fate";
import type { Judgement } from "./judgement";
import { claimKey, dataVolumeKey, machinesByClaim, ofKind, type Scene, volumeOf } from "./scene";
import { shownText } from "./secrets";
import { kindKey, placeText, type Thing, valueOf } from "./thing";

/** What has to be said yes to where a disk goes and a machine that has it stays: its data may be kept, but not where the machine looks. */
export function takenFromMachines(thing: Thing, scene: Scene): Pick<Judgement, "approve"> {
    const machines = new Set(
        claimsThatGo(thing, scene).flatMap((claim) => machinesByClaim(scene).get(claim) ?? []),
    );
    const names = few([...machines].map(placeText), 6);
    return machines.size === 0
        ? {}
        : {
              approve: `machine ${names} has it as a disk and stays: without it, it does not start again, or starts on an empty disk of that name`,
          };
}

/** Claims that go with an object, or lose their volume with it: `vms/data`. */
function claimsThatGo(thing: Thing, scene: Scene): readonly string[] {
    switch (kindKey(thing)) {
        case claimKey:
            return [placeText(thing)];
        case dataVolumeKey:
            return leavesOrphans(thing) ? [] : [placeText(thing)];
        case "/PersistentVolume":
            return claimsOn(thing, scene);
        default:
            return [];
    }
}

/** The claim that a volume says it is bound to, also one that is not in this stack, and those that are bound to it. */
function claimsOn(volume: Thing, scene: Scene): readonly string[] {
    const [name, namespace] = ["name", "namespace"].map((key) =>
        shownText(valueOf(volume, ["spec", "claimRef", key])),
    );
    const bound = ofKind(scene.before, claimKey).filter(
        (claim) => volumeOf(scene, claim)?.urn === volume.urn,
    );
    return [...(name === undefined ? [] : [`${namespace ?? ""}/${name}`]), ...bound.map(placeText)];
}
