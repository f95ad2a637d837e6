import { type CertificateArgs, checkCertificates } from "./certificates";
import { checkFeatureGates, featureIsOn, type FeatureGatesArgs } from "./feature-gates";
import { Check, type Findings } from "./findings";
import { checkLiveMigration, type LiveMigrationArgs } from "./live-migration";
import { objectNameFault } from "./object-name";
import { checkOverrides, type Guarded, type SpecOverrides } from "./overrides";
import {
    checkPlacement,
    type PlacementArgs,
    type PullPolicy,
    pullPolicies,
    replicasFault,
} from "./placement";
import { checkWorkloadUpdate, type WorkloadUpdateArgs } from "./workload-update";

/** Whether an operator lets go of its custom resource while there are workloads. The same words in KubeVirt and CDI. */
export const uninstallStrategies = ["BlockUninstallIfWorkloadsExist", "RemoveWorkloads"] as const;
export type UninstallStrategy = (typeof uninstallStrategies)[number];

/** What happens to a machine when its node is drained. Source: KubeVirt core/v1 types.go (EvictionStrategy). */
export const evictionStrategies = [
    "None",
    "LiveMigrate",
    "LiveMigrateIfPossible",
    "External",
] as const;
export type EvictionStrategy = (typeof evictionStrategies)[number];

/** When a change of a machine takes effect. Source: KubeVirt core/v1 types.go (VMRolloutStrategy). */
export const rolloutStrategies = ["LiveUpdate", "Stage"] as const;
export type RolloutStrategy = (typeof rolloutStrategies)[number];

/**
 * The seccomp profile of machines' pods: the container runtime's, KubeVirt's own (which adds what post-copy migration needs), or
 * a file below the kubelet's seccomp folder.
 */
export type SeccompProfile = "RuntimeDefault" | "KubeVirt" | { readonly localhost: string };

/** Lifetimes of the certificates that KubeVirt signs itself. */
export interface KubeVirtCertificatesArgs {
    /**
     * The authority.
     *
     * @defaultValue 7 days, renewed a fifth before its end: KubeVirt's own
     * @impact live
     */
    readonly ca?: CertificateArgs;
    /**
     * The certificates that it signs.
     *
     * @defaultValue a day, renewed a fifth before its end: KubeVirt's own
     * @impact live
     */
    readonly server?: CertificateArgs;
}

/** What a platform team sets in KubeVirt. Machines that run are never restarted by a change of these. */
export interface KubeVirtSettingsArgs {
    /**
     * Features that are switched against the defaults of KubeVirt's version.
     *
     * @defaultValue none
     * @impact live
     */
    readonly featureGates?: FeatureGatesArgs;
    /**
     * The limits of live migration.
     *
     * @defaultValue KubeVirt's own
     * @impact live
     */
    readonly liveMigration?: LiveMigrationArgs;
    /**
     * What happens to running machines when KubeVirt is upgraded.
     *
     * @defaultValue those that can migrate are moved, the others are left alone
     * @impact live
     */
    readonly workloadUpdate?: WorkloadUpdateArgs;
    /**
     * What happens to a machine without a strategy of its own when its node is drained.
     *
     * @defaultValue `LiveMigrateIfPossible`: it moves where it can and is shut down where it cannot. KubeVirt's own `None` shuts
     * all of them down, and `LiveMigrate` holds a drain up for ever at the first machine that cannot move
     * @impact live: it counts from the next drain on
     */
    readonly evictionStrategy?: EvictionStrategy;
    /**
     * Run machines in software where a node has no /dev/kvm: for trying out, many times slower.
     *
     * @defaultValue false: a machine waits for a node with KVM
     * @impact restart
     */
    readonly emulation?: boolean;
    /**
     * Nodes of KubeVirt's own components (virt-api, virt-controller).
     *
     * @defaultValue every Linux node
     * @impact live: they are rolled out again
     */
    readonly infra?: PlacementArgs;
    /**
     * Replicas of virt-api and virt-controller.
     *
     * @unit count, 1 to 255
     * @defaultValue chosen by the operator from the number of nodes
     * @impact live
     */
    readonly infraReplicas?: number;
    /**
     * Nodes that machines may run on: virt-handler runs there.
     *
     * @defaultValue every Linux node
     * @impact live for new machines; a machine on a node that is left out cannot be managed any more
     */
    readonly workloads?: PlacementArgs;
    /**
     * CPU model of machines that name none: a model such as "Skylake-Server", `host-model` or `host-passthrough`.
     *
     * @defaultValue `host-model`, KubeVirt's own
     * @impact restart
     */
    readonly cpuModel?: string;
    /**
     * When a change of a machine takes effect: `LiveUpdate`, at once where KubeVirt can, or `Stage`, at the next start.
     *
     * @defaultValue `LiveUpdate`, KubeVirt's own
     * @impact live
     */
    readonly vmRolloutStrategy?: RolloutStrategy;
    /**
     * StorageClass of the small claims that keep a machine's TPM and EFI state.
     *
     * @defaultValue the cluster's default class
     * @impact live for new machines; a machine that exists keeps its claim
     */
    readonly vmStateStorageClass?: string;
    /**
     * When nodes pull the images of KubeVirt and of machines' pods.
     *
     * @defaultValue `IfNotPresent`, KubeVirt's own
     * @impact live
     */
    readonly imagePullPolicy?: PullPolicy;
    /**
     * Names of Secrets in KubeVirt's namespace to pull its images with.
     *
     * @defaultValue none
     * @impact live: the components are rolled out again
     */
    readonly imagePullSecrets?: readonly string[];
    /**
     * Seccomp profile of machines' pods. They never run as root unless the gate Root is on.
     *
     * @defaultValue none is set: the container runtime decides
     * @impact restart
     */
    readonly seccompProfile?: SeccompProfile;
    /**
     * SELinux type of machines' pods, on nodes that enforce SELinux.
     *
     * @defaultValue none is set: the container runtime decides
     * @impact restart
     * @example "virt_launcher.process"
     */
    readonly selinuxType?: string;
    /**
     * Lifetimes of the certificates that KubeVirt signs itself.
     *
     * @defaultValue KubeVirt's own
     * @impact live
     */
    readonly certificates?: KubeVirtCertificatesArgs;
    /**
     * What happens to machines when KubeVirt is removed: `BlockUninstallIfWorkloadsExist` refuses the removal while there are any,
     * `RemoveWorkloads` deletes them.
     *
     * @defaultValue `BlockUninstallIfWorkloadsExist`: nobody loses machines by a destroy
     * @impact live; data-loss when KubeVirt is removed with `RemoveWorkloads`
     */
    readonly uninstallStrategy?: UninstallStrategy;
    /**
     * Fields of the KubeVirt object's `spec`, merged last: objects field by field, lists as a whole.
     *
     * @defaultValue none
     * @impact live for most fields; see KubeVirt's API reference
     * @example { configuration: { network: { defaultNetworkInterface: "masquerade" } } }
     */
    readonly overrides?: SpecOverrides;
}

const guarded: Guarded = {
    uninstallStrategy: "use the argument uninstallStrategy",
    imageTag: "choose the version by the release that is installed",
    imageRegistry: "use the image overrides of the release, which the operator follows",
    "configuration.developerConfiguration.featureGates": "use featureGates.enable",
    "configuration.developerConfiguration.disabledFeatureGates": "use featureGates.disable",
};

const hour = 3_600_000;
const fifth = (duration: number) => duration / 5;

/** Everything that is wrong with the settings for a version of KubeVirt, and what may surprise. */
export function checkKubeVirtSettings(settings: KubeVirtSettingsArgs, version: string): Findings {
    const check = new Check();
    const { enable = [], disable = [] } = settings.featureGates ?? {};
    check.addFrom("featureGates", checkFeatureGates(version, { enable, disable }));
    check.addFrom(
        "liveMigration",
        checkLiveMigration(settings.liveMigration ?? {}, version, { enable, disable }),
    );
    check.addFrom("workloadUpdate", checkWorkloadUpdate(settings.workloadUpdate ?? {}));
    check.addFrom("infra", checkPlacement(settings.infra ?? {}));
    check.addFrom("workloads", checkPlacement(settings.workloads ?? {}));
    check.addFrom(
        "certificates",
        // Source: KubeVirt pkg/virt-operator/resource/apply/certificates.go.
        checkCertificates(
            settings.certificates ?? {},
            {
                ca: { duration: 7 * 24 * hour, renewBefore: fifth },
                server: { duration: 24 * hour, renewBefore: fifth },
            },
            "ca",
        ),
    );
    check.addFrom("overrides", checkOverrides(settings.overrides ?? {}, guarded));
    checkWords(settings, check);
    checkMachines(settings, check);
    if (
        settings.seccompProfile === "KubeVirt" &&
        featureIsOn("KubevirtSeccompProfile", version, { enable, disable }) === false
    ) {
        check.refuse(
            "seccompProfile",
            `is "KubeVirt", which KubeVirt installs with the feature gate KubevirtSeccompProfile only, and that is off`,
            `enable "KubevirtSeccompProfile" in featureGates, or write "RuntimeDefault"`,
        );
    }
    return check;
}

function checkWords(settings: KubeVirtSettingsArgs, check: Check): void {
    const words: [string, string | undefined, readonly string[]][] = [
        ["evictionStrategy", settings.evictionStrategy, evictionStrategies],
        ["vmRolloutStrategy", settings.vmRolloutStrategy, rolloutStrategies],
        ["imagePullPolicy", settings.imagePullPolicy, pullPolicies],
        ["uninstallStrategy", settings.uninstallStrategy, uninstallStrategies],
    ];
    for (const [field, word, known] of words) {
        check.refuseUnknown(field, word, known, "KubeVirt");
    }
}

function checkMachines(settings: KubeVirtSettingsArgs, check: Check): void {
    if (settings.infraReplicas !== undefined) {
        check.refuseIf("infraReplicas", replicasFault(settings.infraReplicas));
    }
    if (settings.cpuModel === "host-passthrough") {
        check.warn(
            "cpuModel",
            `is "host-passthrough", and a machine then migrates only to a node with the very same CPU`,
            `write "host-model", or the oldest model that all nodes have`,
        );
    }
    if (settings.vmStateStorageClass !== undefined) {
        check.refuseIf("vmStateStorageClass", objectNameFault(settings.vmStateStorageClass));
    }
    for (const [index, secret] of (settings.imagePullSecrets ?? []).entries()) {
        check.refuseIf(`imagePullSecrets[${String(index)}]`, objectNameFault(secret));
    }
    if (settings.evictionStrategy === "None") {
        check.warn(
            "evictionStrategy",
            `is "None", and draining a node shuts every machine on it down`,
            `write "LiveMigrateIfPossible" to move those that can move`,
        );
    }
    if (settings.uninstallStrategy === "RemoveWorkloads") {
        check.warn(
            "uninstallStrategy",
            `is "RemoveWorkloads", and removing KubeVirt deletes every machine`,
            "leave it out to have the removal refused while there are machines",
        );
    }
}
