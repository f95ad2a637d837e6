import {
    type CdiCertificatesArgs,
    cdiCertificateDefaults,
    type CdiReplicasArgs,
    checkCdiReplicas,
    checkFilesystemOverhead,
    checkImportProxy,
    checkWorkerResources,
    type FilesystemOverheadArgs,
    type ImportProxyArgs,
    type WorkerResourcesArgs,
} from "./cdi-parts";
import { checkCertificates } from "./certificates";
import { Check, type Findings } from "./findings";
import { type UninstallStrategy, uninstallStrategies } from "./kubevirt-settings";
import { objectNameFault } from "./object-name";
import { checkOverrides, type Guarded, type SpecOverrides } from "./overrides";
import { checkPlacement, type PlacementArgs, type PullPolicy, pullPolicies } from "./placement";

/** How CDI copies one disk to another. Source: CDI v1beta1 types.go (CDICloneStrategy). */
export const cloneStrategies = ["copy", "snapshot", "csi-clone"] as const;
export type CloneStrategy = (typeof cloneStrategies)[number];

/** What a platform team sets in CDI. Disks that exist are never touched by a change of these. */
export interface CdiSettingsArgs {
    /**
     * StorageClass of the scratch space that some imports unpack into. It has to offer Filesystem volumes that one node mounts.
     *
     * @defaultValue the class of the disk itself, CDI's own
     * @impact live for new imports
     */
    readonly scratchStorageClass?: string;
    /**
     * Space that a filesystem needs for itself.
     *
     * @defaultValue 0.06 of every volume, CDI's own
     * @impact live for new disks
     */
    readonly filesystemOverhead?: FilesystemOverheadArgs;
    /**
     * Address under which clients outside reach the upload proxy.
     *
     * @defaultValue that of an Ingress or Route which points to the upload proxy, else none
     * @impact live
     * @example "https://cdi-upload.example.org"
     */
    readonly uploadProxyUrl?: string;
    /**
     * The proxy that imports go through.
     *
     * @defaultValue none, or the one of the cluster on OpenShift
     * @impact live for new imports
     */
    readonly importProxy?: ImportProxyArgs;
    /**
     * Resources of the pods that import, upload and copy.
     *
     * @defaultValue CDI's own
     * @impact live for new imports
     */
    readonly workerResources?: WorkerResourcesArgs;
    /**
     * Leave a disk of a class with WaitForFirstConsumer unbound until a machine wants it, so that it lands where that machine
     * may run.
     *
     * @defaultValue true, as in the release's own object; without it, the importer's node decides where a disk lives
     * @impact live for new disks
     */
    readonly honorWaitForFirstConsumer?: boolean;
    /**
     * Let a DataVolume take over a claim of the same name that is there already, as a restore needs it.
     *
     * @defaultValue false, CDI's own
     * @impact live for new disks
     */
    readonly claimAdoption?: boolean;
    /**
     * Write every disk in full when it is made, instead of growing it as it fills.
     *
     * @defaultValue false, CDI's own
     * @impact live for new disks
     */
    readonly preallocation?: boolean;
    /**
     * Registries (`host` or `host:port`) that are read without TLS.
     *
     * @defaultValue none
     * @impact live for new imports
     */
    readonly insecureRegistries?: readonly string[];
    /**
     * Names of Secrets in CDI's namespace to pull its images with.
     *
     * @defaultValue none
     * @impact live
     */
    readonly imagePullSecrets?: readonly string[];
    /**
     * When nodes pull CDI's images.
     *
     * @defaultValue `IfNotPresent`, as in the release's own object
     * @impact live: the components are rolled out again
     */
    readonly imagePullPolicy?: PullPolicy;
    /**
     * Nodes of CDI's own components.
     *
     * @defaultValue every Linux node, as in the release's own object
     * @impact live: they are rolled out again
     */
    readonly infra?: PlacementArgs;
    /**
     * Nodes of the pods that import, upload and copy.
     *
     * @defaultValue every Linux node, as in the release's own object
     * @impact live for new imports
     */
    readonly workloads?: PlacementArgs;
    /**
     * Replicas of CDI's own components.
     *
     * @defaultValue 1 of each, CDI's own
     * @impact live
     */
    readonly replicas?: CdiReplicasArgs;
    /**
     * How disks are copied, whatever their StorageProfiles say.
     *
     * @defaultValue as the StorageProfile of the class says
     * @impact live for new disks
     */
    readonly cloneStrategy?: CloneStrategy;
    /**
     * PriorityClass of CDI's own components.
     *
     * @defaultValue `kubevirt-cluster-critical` where KubeVirt has brought it, else none: CDI's own
     * @impact live: they are rolled out again
     */
    readonly priorityClass?: string;
    /**
     * Lifetimes of the certificates that CDI signs itself.
     *
     * @defaultValue CDI's own
     * @impact live
     */
    readonly certificates?: CdiCertificatesArgs;
    /**
     * What happens to disks when CDI is removed: `BlockUninstallIfWorkloadsExist` refuses the removal while there are DataVolumes,
     * `RemoveWorkloads` deletes them with their claims.
     *
     * @defaultValue `BlockUninstallIfWorkloadsExist`: nobody loses disks by a destroy
     * @impact live; data-loss when CDI is removed with `RemoveWorkloads`
     */
    readonly uninstallStrategy?: UninstallStrategy;
    /**
     * Fields of the CDI object's `spec`, merged last: objects field by field, lists as a whole.
     *
     * @defaultValue none
     * @impact live for most fields; see CDI's API reference
     * @example { config: { logVerbosity: 3 } }
     */
    readonly overrides?: SpecOverrides;
}

const guarded: Guarded = {
    uninstallStrategy: "use the argument uninstallStrategy",
    "config.featureGates": "use honorWaitForFirstConsumer and claimAdoption",
};

/** Everything that is wrong with the settings, and what may surprise. */
export function checkCdiSettings(settings: CdiSettingsArgs): Findings {
    const check = new Check();
    check.addFrom("filesystemOverhead", checkFilesystemOverhead(settings.filesystemOverhead ?? {}));
    check.addFrom("importProxy", checkImportProxy(settings.importProxy ?? {}));
    check.addFrom("workerResources", checkWorkerResources(settings.workerResources ?? {}));
    check.addFrom("replicas", checkCdiReplicas(settings.replicas ?? {}));
    check.addFrom("infra", checkPlacement(settings.infra ?? {}));
    check.addFrom("workloads", checkPlacement(settings.workloads ?? {}));
    check.addFrom(
        "certificates",
        checkCertificates(settings.certificates ?? {}, cdiCertificateDefaults, "ca"),
    );
    check.addFrom("overrides", checkOverrides(settings.overrides ?? {}, guarded));
    checkNames(settings, check);
    checkChoices(settings, check);
    return check;
}

function checkNames(settings: CdiSettingsArgs, check: Check): void {
    for (const field of ["scratchStorageClass", "priorityClass"] as const) {
        const name = settings[field];
        if (name !== undefined) {
            check.refuseIf(field, objectNameFault(name));
        }
    }
    for (const [index, secret] of (settings.imagePullSecrets ?? []).entries()) {
        check.refuseIf(`imagePullSecrets[${String(index)}]`, objectNameFault(secret));
    }
    for (const [index, registry] of (settings.insecureRegistries ?? []).entries()) {
        if (!/^[a-z0-9][-a-z0-9.]*(:[0-9]+)?$/i.test(registry)) {
            check.refuse(
                `insecureRegistries[${String(index)}]`,
                `is ${JSON.stringify(registry)}, which is not a registry's host`,
                `write "registry.example.org:5000", without a scheme and a path`,
            );
        }
    }
    const { uploadProxyUrl } = settings;
    if (
        uploadProxyUrl !== undefined &&
        !/^(https:\/\/)?[A-Za-z0-9][-A-Za-z0-9.]*(:[0-9]+)?(\/[^\s@]*)?$/.test(uploadProxyUrl)
    ) {
        check.refuse(
            "uploadProxyUrl",
            uploadProxyUrl.includes("@")
                ? "has a login in the address, which everybody would see"
                : `is ${JSON.stringify(uploadProxyUrl)}, which is not an https address`,
            `write it like "https://cdi-upload.example.org"`,
        );
    }
}

function checkChoices(settings: CdiSettingsArgs, check: Check): void {
    const words: [string, string | undefined, readonly string[]][] = [
        ["cloneStrategy", settings.cloneStrategy, cloneStrategies],
        ["imagePullPolicy", settings.imagePullPolicy, pullPolicies],
        ["uninstallStrategy", settings.uninstallStrategy, uninstallStrategies],
    ];
    for (const [field, word, known] of words) {
        check.refuseUnknown(field, word, known, "CDI");
    }
    if (settings.honorWaitForFirstConsumer === false) {
        check.warn(
            "honorWaitForFirstConsumer",
            "is false, and a disk of a class with WaitForFirstConsumer lands where its importer runs",
            "leave it out to have disks land where their machines may run",
        );
    }
    if (settings.uninstallStrategy === "RemoveWorkloads") {
        check.warn(
            "uninstallStrategy",
            `is "RemoveWorkloads", and removing CDI deletes every DataVolume with its claim`,
            "leave it out to have the removal refused while there are DataVolumes",
        );
    }
}
