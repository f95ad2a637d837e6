import { type Fate, type Going, keeps, leavesOrphans, loses } from "./fate";
import { classNamed, classOf, claimKey, ofKind, type Scene, volumeOf } from "./scene";
import { isHidden, kindKey, textOf, type Thing, valueOf } from "./thing";

const policyPlace = ["spec", "persistentVolumeReclaimPolicy"];

/** A claim goes: its volume's reclaim policy decides, which is the class's where nobody has changed it. */
export function claimFate({ thing, scene }: Going): Fate {
    const volume = volumeOf(scene, thing);
    const policy = volume === undefined ? undefined : volumePolicy(scene, volume);
    if (volume !== undefined && policy !== undefined) {
        return policy === "Retain"
            ? keeps(
                  `volume ${volume.name} has the reclaim policy Retain and stays, without a claim`,
              )
            : loses(
                  `volume ${volume.name} has the reclaim policy ${policy} and goes with its claim`,
              );
    }
    const patched = patchedPolicy(scene, String(valueOf(thing, ["spec", "volumeName"])));
    return patched === "Retain"
        ? keeps("its volume has the reclaim policy Retain and stays, without a claim")
        : classFate(scene, classOf(thing), "the claim", thing);
}

/** CDI's claim belongs to its DataVolume, and goes with it. Source: CDI pkg/controller/common/util.go (owner references). */
export function dataVolumeFate(going: Going): Fate {
    const { thing, scene } = going;
    if (leavesOrphans(thing)) {
        return keeps("it is deleted without its claim, which stays with the data");
    }
    const claim = ofKind(scene.before, claimKey).find(
        (one) => one.name === thing.name && one.namespace === thing.namespace,
    );
    const fate = claim === undefined ? undefined : claimFate({ thing: claim, scene });
    return fate ?? classFate(scene, classOf(thing), "its claim, which goes with it", thing);
}

/** What a class does with the volume of a claim that is deleted. */
export function classFate(
    scene: Scene,
    className: string | undefined,
    what: string,
    claim?: Thing,
): Fate {
    const named = classNamed(scene, className);
    const policy = named === undefined ? undefined : (textOf(named, ["reclaimPolicy"]) ?? "Delete");
    if (className === undefined) {
        return loses(
            `${what} is on the cluster's default class, and nothing here says that it keeps volumes`,
        );
    }
    if (policy === undefined) {
        return loses(
            `${what} is on class ${className}, and nothing here says that it keeps volumes (reclaimPolicy Retain)`,
        );
    }
    if (named !== undefined && claim !== undefined && isYounger(named, claim)) {
        return loses(
            `class ${className} was made after ${what}, so its reclaim policy says nothing of that volume`,
        );
    }
    return policy === "Retain"
        ? keeps(
              `class ${className} has the reclaim policy Retain: the volume stays, without a claim`,
          )
        : loses(
              `class ${className} has the reclaim policy ${policy}: the volume goes with ${what}`,
          );
}

/** A volume has the policy that its class had when it was made; a class that was made anew since says nothing of it. */
function isYounger(named: Thing, claim: Thing): boolean {
    const [ofClass, ofClaim] = [named, claim].map((one) =>
        Date.parse(textOf(one, ["metadata", "creationTimestamp"]) ?? ""),
    );
    return ofClass !== undefined && ofClaim !== undefined && ofClass > ofClaim;
}

/**
 * The reclaim policy of a volume, with what a patch of this stack says of it, and what this change makes of it: the engine deletes last.
 * Kubernetes' default for one made by hand is Retain.
 */
function volumePolicy(scene: Scene, volume: Thing): string | undefined {
    const said = patchedPolicy(scene, volume.name) ?? valueOf(volume, policyPlace);
    const after = scene.after.find(({ urn }) => urn === volume.urn);
    const becomes = after === undefined ? undefined : textOf(after, policyPlace);
    return said === "Retain" && becomes !== undefined && becomes !== said
        ? becomes
        : typeof said === "string"
          ? said
          : undefined;
}

/** A patch that stays: one that goes with the change takes what it has set along. */
function patchedPolicy(scene: Scene, name: string): string | undefined {
    const patch = scene.after.find(
        (thing) => thing.isPatch && kindKey(thing) === "/PersistentVolume" && thing.name === name,
    );
    return patch === undefined ? undefined : textOf(patch, policyPlace);
}

/** Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming */
export function volumeFate({ thing, scene }: Going): Fate {
    const policy = volumePolicy(scene, thing);
    return policy === "Retain"
        ? keeps(
              "its reclaim policy is Retain: what is on the storage stays there, and nothing on the cluster refers to it any more",
          )
        : loses(
              `its reclaim policy is ${policy ?? "not known here"}: what is on the storage goes with it`,
          );
}

/** Source: https://kubernetes.io/docs/concepts/storage/volume-snapshots/#deletion-policy */
export function snapshotFate({ thing, scene }: Going): Fate {
    const bound =
        textOf(thing, ["status", "boundVolumeSnapshotContentName"]) ??
        textOf(thing, ["spec", "source", "volumeSnapshotContentName"]);
    const content = scene.before.find(
        ({ kind, name }) => kind === `${thing.kind}Content` && name === bound && name !== "",
    );
    const className =
        textOf(thing, ["spec", "volumeSnapshotClassName"]) ??
        textOf(thing, ["spec", "volumeGroupSnapshotClassName"]);
    const named = scene.before.find(
        ({ kind, name }) => kind === `${thing.kind}Class` && name === className,
    );
    const policy =
        (content === undefined ? undefined : textOf(content, ["spec", "deletionPolicy"])) ??
        (named === undefined ? undefined : textOf(named, ["deletionPolicy"]));
    return policy === "Retain"
        ? keeps("its deletion policy is Retain: the snapshot stays on the storage")
        : loses(
              `it is a way back, and its deletion policy is ${policy ?? "not known here"}: the snapshot goes from the storage`,
          );
}

export function snapshotContentFate({ thing }: Going): Fate {
    const policy = textOf(thing, ["spec", "deletionPolicy"]);
    return policy === "Retain"
        ? keeps("its deletion policy is Retain: the snapshot stays on the storage")
        : loses(
              `its deletion policy is ${policy ?? "not known here"}: the snapshot goes from the storage`,
          );
}

/** Source: KubeVirt snapshot/v1beta1 types.go (DeletionPolicy). */
export function machineSnapshotFate({ thing }: Going): Fate {
    return textOf(thing, ["spec", "deletionPolicy"]) === "retain"
        ? keeps("its deletion policy is retain: its content stays")
        : loses("it is a way back: the snapshots of the machine's disks go with it");
}

/** Source: CDI core/v1beta1 types.go (DataImportCronSpec.retentionPolicy, by default RetainAll). */
export function importCronFate({ thing }: Going): Fate {
    const place = ["spec", "retentionPolicy"];
    if ([["spec"], place].some((one) => isHidden(thing, one))) {
        return loses("its retention policy is hidden in the preview: its images may go with it");
    }
    return textOf(thing, place) === "None"
        ? loses("its retention policy is None: the images that it has imported go with it")
        : keeps("the images that it has imported stay");
}
