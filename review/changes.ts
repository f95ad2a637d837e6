import { isSame } from "../model/machine-difference";
import { fieldsAt } from "../model/machine-object";
import { claimChange, dataVolumeChange, policyChange } from "./claim-change";
import type { Judgement } from "./judgement";
import { isKnownKind } from "./kinds";
import { machineChange, poolChange } from "./machine-change";
import type { Scene } from "./scene";
import { secretChange } from "./secret-fate";
import { kindKey, textOf, type Thing, valueOf, wantedOf } from "./thing";

/** An object that is changed where it is. */
export interface Changing {
    readonly before: Thing;
    readonly after: Thing;
    readonly scene: Scene;
}

type Rule = (changing: Changing) => Judgement;

const live = (why: string): Judgement => ({ impact: "live", why });

const rules: Readonly<Record<string, Rule>> = {
    "/PersistentVolumeClaim": ({ before, after }) => claimChange(before, after),
    "cdi.kubevirt.io/DataVolume": ({ before, after }) => dataVolumeChange(before, after),
    "kubevirt.io/VirtualMachine": ({ before, after, scene }) => machineChange(before, after, scene),
    "pool.kubevirt.io/VirtualMachinePool": ({ before, after }) => poolChange(before, after),
    "/PersistentVolume": ({ before, after }) =>
        policyChange(before, after, ["spec", "persistentVolumeReclaimPolicy"]),
    "snapshot.storage.k8s.io/VolumeSnapshotContent": snapshotContentChange,
    "groupsnapshot.storage.k8s.io/VolumeGroupSnapshotContent": snapshotContentChange,
    "snapshot.storage.k8s.io/VolumeSnapshotClass": snapshotClassChange,
    "groupsnapshot.storage.k8s.io/VolumeGroupSnapshotClass": snapshotClassChange,
    "snapshot.kubevirt.io/VirtualMachineSnapshot": ({ before, after }) =>
        guardChange(before, after, ["spec", "deletionPolicy"], /^retain$/i),
    "cdi.kubevirt.io/DataImportCron": importCronChange,
    "hco.kubevirt.io/HyperConverged": uninstallChange,
    "storage.k8s.io/StorageClass": classChange,
    "kubevirt.io/KubeVirt": kubevirtChange,
    "cdi.kubevirt.io/CDI": uninstallChange,
    "ceph.rook.io/CephCluster": cephClusterChange,
    "ceph.rook.io/CephFilesystem": cephPoolChange,
    "ceph.rook.io/CephObjectStore": cephPoolChange,
    "longhorn.io/Setting": longhornSettingChange,
    "apps/StatefulSet": statefulSetChange,
    "/Secret": ({ before, after, scene }) => {
        const fate = secretChange(before, after, scene);
        return fate === undefined
            ? live("what reads it takes it when it starts")
            : { impact: "data-loss", why: fate.why };
    },
};

/** Kinds whose object says from the beginning how the data of others is treated. */
const arming = /^(longhorn\.io\/Setting|ceph\.rook\.io\/CephCluster)$/;

/** What a new object has somebody say yes to: a setting that is on from the beginning. */
export function armedBy(thing: Thing, scene: Scene): Pick<Judgement, "approve"> {
    if (!arming.test(kindKey(thing))) {
        return {};
    }
    const before = { ...thing, state: { ...thing.state, inputs: {}, outputs: {} } };
    const { approve } = changeOf({ before, after: thing, scene });
    return approve === undefined ? {} : { approve };
}

/** What a change of an object comes to that stays where it is. */
export function changeOf(changing: Changing): Judgement {
    const { before } = changing;
    const rule = rules[kindKey(before)];
    if (rule !== undefined) {
        return rule(changing);
    }
    return isKnownKind(before)
        ? live("machines and disks go on as they are")
        : {
              impact: "live",
              isUnknown: true,
              why: `nobody here knows what a change of a ${before.kind} of ${before.group} does: look at it yourself`,
          };
}

/** Source: Kubernetes pkg/apis/storage/validation (ValidateStorageClassUpdate). */
function classChange({ before, after }: Changing): Judgement {
    const changed = ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"].filter(
        (field) =>
            wantedOf(after, [field]) !== undefined &&
            !isSame(wantedOf(before, [field]), wantedOf(after, [field])),
    );
    return changed.length > 0
        ? {
              impact: "refused",
              why: `of a StorageClass, ${changed.join(", ")} cannot change: add a class of another name beside it`,
          }
        : live("disks on it stay as they are");
}

/** Source: KubeVirt core/v1 types.go (workloadUpdateStrategy): without a method running machines keep their launcher. */
function kubevirtChange(changing: Changing): Judgement {
    const { before, after } = changing;
    const base = uninstallChange(changing);
    const tag = (thing: Thing) => textOf(thing, ["spec", "imageTag"]);
    const methods = wantedOf(after, ["spec", "workloadUpdateStrategy", "workloadUpdateMethods"]);
    return tag(before) !== tag(after) && Array.isArray(methods) && methods.includes("Evict")
        ? {
              ...base,
              impact: "restart",
              why: "KubeVirt is upgraded, and shuts down machines that cannot move (workloadUpdateMethods: Evict)",
          }
        : base;
}

function snapshotContentChange({ before, after }: Changing): Judgement {
    return policyChange(before, after, ["spec", "deletionPolicy"]);
}

/** Snapshots that are there have a policy of their own; those that are made from now on take that of the class. */
function snapshotClassChange({ before, after }: Changing): Judgement {
    return guardChange(before, after, ["deletionPolicy"], /^Retain$/);
}

function guardChange(
    before: Thing,
    after: Thing,
    place: readonly string[],
    keeps: RegExp,
): Judgement {
    const isKept = (thing: Thing) => keeps.test(textOf(thing, place) ?? "");
    return {
        ...live("what is on the storage stays"),
        ...(isKept(before) && !isKept(after)
            ? {
                  approve: `its ${place.at(-1) ?? "policy"} is not ${textOf(before, place) ?? ""} any more: from now on snapshots are erased with their objects`,
              }
            : {}),
    };
}

/** Source: CDI pkg/apiserver/webhooks/dataimportcron-validate.go: the spec of a DataImportCron does not change. */
function importCronChange({ before, after }: Changing): Judgement {
    return before.isPatch || isSame(before.state.inputs["spec"], after.state.inputs["spec"])
        ? live("the images that it has imported stay")
        : {
              impact: "refused",
              why: "CDI refuses any change of a DataImportCron's spec: add one of another name beside it",
          };
}

function uninstallChange({ before, after }: Changing): Judgement {
    const place = ["spec", "uninstallStrategy"];
    const blocks = "BlockUninstallIfWorkloadsExist";
    return {
        ...live("machines and disks go on as they are"),
        ...(textOf(before, place) === blocks && textOf(after, place) !== blocks
            ? {
                  approve: `from now on it is uninstalled although there are machines and disks (uninstallStrategy)`,
              }
            : {}),
    };
}

/** Source: https://rook.io/docs/rook/latest/Storage-Configuration/ceph-teardown/ */
function cephClusterChange({ before, after }: Changing): Judgement {
    const place = ["spec", "cleanupPolicy"];
    const isOn = (thing: Thing, key: string) => {
        const value = wantedOf(thing, [...place, key]);
        return value === true || (typeof value === "string" && !/^(false)?$/.test(value));
    };
    const arms = (key: string) => isOn(after, key) && !isOn(before, key);
    const approve = [
        ...(arms("confirmation")
            ? ["from now on its data is erased on all nodes when it is deleted (cleanupPolicy)"]
            : []),
        ...(arms("allowUninstallWithVolumes")
            ? ["from now on it is deleted although there are volumes (allowUninstallWithVolumes)"]
            : []),
        ...(arms("wipeDevicesFromOtherClusters")
            ? [
                  "it erases devices that another Ceph cluster has used (wipeDevicesFromOtherClusters)",
              ]
            : []),
    ];
    return {
        ...live("the cluster goes on as it is"),
        ...(approve.length === 0 ? {} : { approve: approve.join("; ") }),
    };
}

/** A pool, a filesystem or an object store that keeps its data when its object goes, and does so no longer. */
function cephPoolChange({ before, after }: Changing): Judgement {
    const key = ["preservePoolsOnDelete", "preserveFilesystemOnDelete"].find(
        (one) =>
            wantedOf(before, ["spec", one]) === true && wantedOf(after, ["spec", one]) !== true,
    );
    return {
        ...live("what is in it stays"),
        ...(key === undefined
            ? {}
            : { approve: `from now on its data goes when it is deleted (${key})` }),
    };
}

function longhornSettingChange({ before, after }: Changing): Judgement {
    const arms =
        before.name === "deleting-confirmation-flag" &&
        String(wantedOf(after, ["value"])) === "true" &&
        String(wantedOf(before, ["value"])) !== "true";
    return {
        ...live("Longhorn takes it over while it runs"),
        ...(arms ? { approve: "from now on, uninstalling Longhorn erases its volumes" } : {}),
    };
}

function statefulSetChange({ before, after }: Changing): Judgement {
    const replicas = (thing: Thing) => Number(valueOf(thing, ["spec", "replicas"]) ?? 1);
    const policy = (thing: Thing) =>
        fieldsAt({ spec: wantedOf(thing, ["spec"]) }, [
            "spec",
            "persistentVolumeClaimRetentionPolicy",
        ]);
    const fewer = Number(wantedOf(after, ["spec", "replicas"]) ?? 1) < replicas(before);
    if (fewer && [policy(before), policy(after)].some((one) => one["whenScaled"] === "Delete")) {
        return {
            impact: "data-loss",
            why: "claims of the pods that go are deleted (persistentVolumeClaimRetentionPolicy)",
        };
    }
    const deletes = policy(after)["whenDeleted"] === "Delete";
    return {
        ...live("its pods are started anew, and keep their claims"),
        ...(deletes && policy(before)["whenDeleted"] !== "Delete"
            ? { approve: "from now on its claims are deleted with it" }
            : {}),
    };
}
