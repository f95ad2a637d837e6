import {
    claimFate,
    dataVolumeFate,
    importCronFate,
    machineSnapshotFate,
    snapshotContentFate,
    snapshotFate,
    volumeFate,
} from "./disk-fate";
import { type Fate, type Going, keeps, loses } from "./fate";
import { instanceFate, machineFate, poolFate } from "./machine-fate";
import {
    classGoingFate,
    definitionFate,
    driverFate,
    namespaceFate,
    operatorFate,
    podsFate,
    statefulSetFate,
    storageSystemFate,
} from "./platform-fate";
import { secretFate } from "./secret-fate";
import { kindKey, type Thing } from "./thing";

type FateOf = (going: Going) => Fate;

const harmless = keeps("no data is kept in it");
const backup = loses("it is a way back: what it stands for can no longer be restored from here");

/** What becomes of data when an object of a kind is deleted. What is not here, nobody here knows. */
const fates: Readonly<Record<string, FateOf>> = {
    "/PersistentVolumeClaim": claimFate,
    "/PersistentVolume": volumeFate,
    "/Namespace": namespaceFate,
    "/Secret": secretFate,
    "cdi.kubevirt.io/DataVolume": dataVolumeFate,
    "cdi.kubevirt.io/DataImportCron": importCronFate,
    "cdi.kubevirt.io/CDI": operatorFate,
    "kubevirt.io/KubeVirt": operatorFate,
    "hco.kubevirt.io/HyperConverged": operatorFate,
    "kubevirt.io/VirtualMachine": machineFate,
    "pool.kubevirt.io/VirtualMachinePool": poolFate,
    "kubevirt.io/VirtualMachineInstance": instanceFate,
    "kubevirt.io/VirtualMachineInstanceReplicaSet": () =>
        keeps("its machines are shut down, and have no disks of their own"),
    "snapshot.kubevirt.io/VirtualMachineSnapshot": machineSnapshotFate,
    "snapshot.kubevirt.io/VirtualMachineSnapshotContent": () => backup,
    "snapshot.storage.k8s.io/VolumeSnapshot": snapshotFate,
    "snapshot.storage.k8s.io/VolumeSnapshotContent": snapshotContentFate,
    "groupsnapshot.storage.k8s.io/VolumeGroupSnapshot": snapshotFate,
    "groupsnapshot.storage.k8s.io/VolumeGroupSnapshotContent": snapshotContentFate,
    "apiextensions.k8s.io/CustomResourceDefinition": definitionFate,
    "storage.k8s.io/StorageClass": classGoingFate,
    "storage.k8s.io/CSIDriver": driverFate,
    "apps/StatefulSet": statefulSetFate,
    "apps/Deployment": podsFate,
    "apps/DaemonSet": podsFate,
    "velero.io/Backup": () =>
        keeps("what it stands for stays in its bucket, and Velero finds it again"),
    "velero.io/BackupStorageLocation": () => keeps("what is in its bucket stays there"),
    "velero.io/VolumeSnapshotLocation": () => keeps("what is on the storage stays there"),
    "longhorn.io/RecurringJob": () =>
        keeps("what it has made stays; no more snapshots or backups are made"),
    "longhorn.io/BackupTarget": () => keeps("what is in the backup target stays there"),
    "longhorn.io/Backup": () => backup,
    "longhorn.io/BackupVolume": () => backup,
    "longhorn.io/Snapshot": () => backup,
};

/** Groups whose objects are parts of a storage system: what is not said above is its own to decide. */
const storageGroups =
    /^(longhorn\.io|ceph\.rook\.io|csi\.ceph\.io|objectbucket\.io|openebs\.io|cstor\.openebs\.io|zfs\.openebs\.io|local\.openebs\.io|diskpools?\.openebs\.io|piraeus\.(io|linbit\.com)|internal\.linstor\.linbit\.com|topolvm\.(io|cybozu\.com)|lvm\.topolvm\.io|ocs\.openshift\.io|noobaa\.io|core\.libopenstorage\.org|volsnap.*|hwameistor\.io|carina\.storage\.io|trident\.netapp\.io)$/;

/** Kinds without data of their own, by group. */
const harmlessKinds: Readonly<Record<string, RegExp>> = {
    "": /^(ConfigMap|Service|ServiceAccount|Pod|Endpoints|Event|LimitRange|ResourceQuota|PodTemplate|ReplicationController)$/,
    apps: /^(ReplicaSet|ControllerRevision)$/,
    batch: /./,
    autoscaling: /./,
    policy: /./,
    "networking.k8s.io": /./,
    "discovery.k8s.io": /./,
    "coordination.k8s.io": /./,
    "events.k8s.io": /./,
    "rbac.authorization.k8s.io": /./,
    "scheduling.k8s.io": /./,
    "node.k8s.io": /./,
    "admissionregistration.k8s.io": /./,
    "apiregistration.k8s.io": /./,
    "flowcontrol.apiserver.k8s.io": /./,
    "storage.k8s.io": /^(VolumeAttributesClass|CSIStorageCapacity)$/,
    "snapshot.storage.k8s.io": /^VolumeSnapshotClass$/,
    "groupsnapshot.storage.k8s.io": /^VolumeGroupSnapshotClass$/,
    "cdi.kubevirt.io":
        /^(DataSource|StorageProfile|ObjectTransfer|VolumeImportSource|VolumeUploadSource|VolumeCloneSource|OpenstackVolumePopulator|OvirtVolumePopulator)$/,
    "forklift.cdi.kubevirt.io": /./,
    "kubevirt.io": /^(VirtualMachineInstanceMigration|VirtualMachineInstancePreset)$/,
    "migrations.kubevirt.io": /./,
    "instancetype.kubevirt.io": /./,
    "clone.kubevirt.io": /./,
    "export.kubevirt.io": /./,
    "snapshot.kubevirt.io": /^VirtualMachineRestore$/,
    "k8s.cni.cncf.io": /./,
    "whereabouts.cni.cncf.io": /./,
    "sriovnetwork.openshift.io": /./,
    "cert-manager.io": /./,
    "acme.cert-manager.io": /./,
    "monitoring.coreos.com":
        /^(ServiceMonitor|PodMonitor|PrometheusRule|Probe|AlertmanagerConfig|ScrapeConfig)$/,
    "velero.io":
        /^(Schedule|Restore|DownloadRequest|ServerStatusRequest|PodVolumeBackup|PodVolumeRestore)$/,
    "gateway.networking.k8s.io": /./,
};

/** What becomes of data when an object is deleted from the cluster. */
export function fateOf(going: Going): Fate {
    const { thing } = going;
    const rule = fates[kindKey(thing)];
    if (rule !== undefined) {
        return rule(going);
    }
    if (storageGroups.test(thing.group)) {
        return storageSystemFate(going);
    }
    return isHarmless(thing)
        ? harmless
        : {
              loses: true,
              isUnknown: true,
              why: `nobody here knows what a ${thing.kind} of ${thing.group === "" ? "Kubernetes" : thing.group} holds: look at it yourself`,
          };
}

/** Whether a kind is known here, so that a change of it can be judged. */
export function isKnownKind(thing: Thing): boolean {
    return (
        Object.hasOwn(fates, kindKey(thing)) || storageGroups.test(thing.group) || isHarmless(thing)
    );
}

/** Whether a guard of an object is worth a question: it may have data, or carry it away when it goes. */
export function isGuarded(thing: Thing): boolean {
    return (
        !/^apps\/(Deployment|DaemonSet)$/.test(kindKey(thing)) &&
        (/^(cdi|snapshot|groupsnapshot)\./.test(thing.group) ||
            thing.group === "kubevirt.io" ||
            !isHarmless(thing))
    );
}

/** Whether nothing is lost with an object of a kind, whatever it is. */
export function isHarmless({ group, kind }: Pick<Thing, "group" | "kind">): boolean {
    return harmlessKinds[group]?.test(kind) ?? false;
}
