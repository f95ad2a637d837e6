import type { FilesystemOverheadArgs, ImportProxyArgs } from "../model/cdi-parts";
import type { CdiSettingsArgs } from "../model/cdi-settings";
import type { PlacementArgs } from "../model/placement";
import { type Fields, given, merged } from "./fields";
import type { ObjectWithSpec } from "./plain-object";
import { certificate, nodePlacement, secretReferences, whenGiven } from "./platform-spec";

/** The name of the release's own object, which tools and documents take for granted. Source: cdi-cr.yaml.in. */
export const cdiName = "cdi";

/** Everything a CDI object is built from. */
export interface CdiPlan {
    readonly settings: CdiSettingsArgs;
}

/**
 * The object that tells the operator to install CDI. It has what the object of the release has, refuses to go while there are
 * disks, and otherwise only what was set.
 * Source: CDI v1beta1 types.go (CDISpec) and manifests/templates/release/cdi-cr.yaml.in.
 */
export function cdi({ settings }: CdiPlan): ObjectWithSpec {
    const { certificates, replicas } = settings;
    const spec: Fields = {
        uninstallStrategy: settings.uninstallStrategy ?? "BlockUninstallIfWorkloadsExist",
        imagePullPolicy: settings.imagePullPolicy ?? "IfNotPresent",
        infra: {
            ...onLinux(settings.infra),
            ...given({
                deploymentReplicas: replicas?.controller,
                apiServerReplicas: replicas?.apiServer,
                uploadProxyReplicas: replicas?.uploadProxy,
            }),
        },
        workload: onLinux(settings.workloads),
        config: config(settings),
        ...given({
            cloneStrategyOverride: settings.cloneStrategy,
            priorityClass: settings.priorityClass,
            certConfig: given({
                ca: certificate(certificates?.ca),
                server: certificate(certificates?.server),
                client: certificate(certificates?.client),
            }),
        }),
    };
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "CDI",
        metadata: { name: cdiName },
        spec: merged(spec, settings.overrides ?? {}),
    };
}

function config(settings: CdiSettingsArgs): Fields {
    const { workerResources } = settings;
    return {
        featureGates: [
            ...(settings.honorWaitForFirstConsumer === false ? [] : ["HonorWaitForFirstConsumer"]),
            ...(settings.claimAdoption === true ? ["DataVolumeClaimAdoption"] : []),
        ],
        ...given({
            scratchSpaceStorageClass: settings.scratchStorageClass,
            filesystemOverhead: whenGiven(settings.filesystemOverhead, overhead),
            uploadProxyURLOverride: settings.uploadProxyUrl,
            importProxy: whenGiven(settings.importProxy, importProxy),
            podResourceRequirements: given({
                requests: workerResources?.requests,
                limits: workerResources?.limits,
            }),
            preallocation: settings.preallocation,
            insecureRegistries: settings.insecureRegistries,
            imagePullSecrets: secretReferences(settings.imagePullSecrets),
        }),
    };
}

/** CDI's images are for Linux, so a selector adds to that and does not take its place. */
function onLinux(placement: PlacementArgs | undefined): Fields {
    return {
        ...nodePlacement(placement),
        nodeSelector: { "kubernetes.io/os": "linux", ...placement?.nodeSelector },
    };
}

/** CDI wants the fractions as text. */
function overhead(args: FilesystemOverheadArgs): Fields | undefined {
    return given({
        global: whenGiven(args.global, String),
        storageClass: whenGiven(args.byClass, (byClass) =>
            Object.fromEntries(
                Object.entries(byClass).map(([name, fraction]) => [name, String(fraction)]),
            ),
        ),
    });
}

/** The capital letters are CDI's. */
function importProxy(args: ImportProxyArgs): Fields | undefined {
    return given({
        HTTPProxy: args.http,
        HTTPSProxy: args.https,
        noProxy: whenGiven(args.noProxy, (hosts) => hosts.join(",")),
        trustedCAProxy: args.trustedCa,
    });
}
