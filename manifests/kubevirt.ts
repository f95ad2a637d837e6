import type { KubeVirtSettingsArgs, SeccompProfile } from "../model/kubevirt-settings";
import type { LiveMigrationArgs } from "../model/live-migration";
import { defaultWorkloadUpdateMethods } from "../model/workload-update";
import { type Fields, given, merged } from "./fields";
import type { ObjectWithSpec } from "./plain-object";
import {
    certificate,
    goDuration,
    nodePlacement,
    secondsOf,
    secretReferences,
    whenGiven,
} from "./platform-spec";

/** The name of the release's own object, which tools and documents take for granted. Source: kubevirt-cr.yaml.in. */
export const kubeVirtName = "kubevirt";

/** Everything a KubeVirt object is built from. */
export interface KubeVirtPlan {
    /** That of the operator. */
    readonly namespace: string;
    readonly settings: KubeVirtSettingsArgs;
}

/**
 * The object that tells the operator to install KubeVirt. What is not set is not written, but for three defaults that protect
 * running machines: no removal under them, no upgrade and no drain that shuts down what could have moved.
 * Source: KubeVirt kubevirt.io/v1, staging/src/kubevirt.io/api/core/v1/types.go (KubeVirtSpec, KubeVirtConfiguration).
 */
export function kubeVirt({ namespace, settings }: KubeVirtPlan): ObjectWithSpec {
    const { certificates } = settings;
    const spec: Fields = {
        uninstallStrategy: settings.uninstallStrategy ?? "BlockUninstallIfWorkloadsExist",
        workloadUpdateStrategy: workloadUpdate(settings),
        configuration: configuration(settings),
        ...given({
            imagePullPolicy: settings.imagePullPolicy,
            imagePullSecrets: secretReferences(settings.imagePullSecrets),
            infra: given({
                nodePlacement: nodePlacement(settings.infra),
                replicas: settings.infraReplicas,
            }),
            workloads: given({ nodePlacement: nodePlacement(settings.workloads) }),
            certificateRotateStrategy: whenGiven(
                given({
                    ca: certificate(certificates?.ca),
                    server: certificate(certificates?.server),
                }),
                (selfSigned) => ({ selfSigned }),
            ),
        }),
    };
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "KubeVirt",
        metadata: { name: kubeVirtName, namespace },
        spec: merged(spec, settings.overrides ?? {}),
    };
}

function workloadUpdate({ workloadUpdate: args }: KubeVirtSettingsArgs): Fields {
    return {
        workloadUpdateMethods: args?.methods ?? defaultWorkloadUpdateMethods,
        ...given({
            batchEvictionSize: args?.batchSize,
            batchEvictionInterval: whenGiven(args?.batchInterval, goDuration),
        }),
    };
}

function configuration(settings: KubeVirtSettingsArgs): Fields {
    const { featureGates } = settings;
    return {
        evictionStrategy: settings.evictionStrategy ?? "LiveMigrateIfPossible",
        ...given({
            developerConfiguration: given({
                featureGates: featureGates?.enable,
                disabledFeatureGates: featureGates?.disable,
                useEmulation: settings.emulation,
            }),
            migrations: whenGiven(settings.liveMigration, migrations),
            cpuModel: settings.cpuModel,
            vmRolloutStrategy: settings.vmRolloutStrategy,
            vmStateStorageClass: settings.vmStateStorageClass,
            // The one beside `spec` is for the components, this one for the pods of machines.
            imagePullPolicy: settings.imagePullPolicy,
            seccompConfiguration: whenGiven(settings.seccompProfile, seccomp),
            selinuxLauncherType: settings.selinuxType,
        }),
    };
}

function migrations(args: LiveMigrationArgs): Fields | undefined {
    return given({
        parallelMigrationsPerCluster: args.parallelPerCluster,
        parallelOutboundMigrationsPerNode: args.parallelOutboundPerNode,
        bandwidthPerMigration: args.bandwidthPerMigration,
        completionTimeoutPerGiB: whenGiven(args.completionTimeoutPerGiB, secondsOf),
        progressTimeout: whenGiven(args.progressTimeout, secondsOf),
        maxDowntimeMs: whenGiven(args.maxDowntime, (duration) =>
            Math.max(1, Math.round(secondsOf(duration) * 1000)),
        ),
        allowAutoConverge: args.allowAutoConverge,
        allowPostCopy: args.allowPostCopy,
        allowWorkloadDisruption: args.allowWorkloadDisruption,
        network: args.network,
    });
}

/** KubeVirt's own profile lies below the kubelet's seccomp folder. Source: KubeVirt pkg/virt-handler/seccomp/seccomp.go. */
function seccomp(profile: SeccompProfile): Fields {
    const file = profile === "KubeVirt" ? { localhost: "kubevirt/kubevirt.json" } : profile;
    const customProfile =
        file === "RuntimeDefault"
            ? { runtimeDefaultProfile: true }
            : { localhostProfile: file.localhost };
    return { virtualMachineInstanceProfile: { customProfile } };
}
