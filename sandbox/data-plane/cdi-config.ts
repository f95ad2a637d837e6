import type { Cdi, CdiConfig } from "./objects";
import { isDeleted, ownedBy } from "./reading";
import type { Store } from "./store";
import { runningCdi } from "./storage-profiles";
import { type Write, create, patch, patchStatus } from "./writes";

/** Source: CDI pkg/common/common.go, DefaultGlobalOverhead. */
const defaultOverhead = "0.06";

/** Where machines outside the cluster reach the upload proxy. */
export interface UploadProxyAddress {
    readonly url: string;
    /** PEM. */
    readonly ca: string;
}

/** The configuration that CDI's controller works with. There is one, called `config`. */
export function cdiConfig(world: Store): CdiConfig | undefined {
    return world.get("CDIConfig", undefined, "config");
}

/**
 * What CDI's controllers do for the configuration: it is made with the installation, its spec is the installation's, and its status
 * says what counts. Source: CDI pkg/controller/config-controller.go, and pkg/operator/controller/callbacks.go for the spec.
 */
export function reconcileCdiConfig(
    world: Store,
    cdi: Cdi,
    proxy: UploadProxyAddress | undefined,
): Write[] {
    if (runningCdi(world) !== cdi) {
        return [];
    }
    const config = cdiConfig(world);
    const spec = cdi.spec.config ?? {};
    if (config === undefined) {
        return [
            create({
                apiVersion: "cdi.kubevirt.io/v1beta1",
                kind: "CDIConfig",
                metadata: {
                    name: "config",
                    labels: {
                        "app.kubernetes.io/managed-by": "cdi-controller",
                        "cdi.kubevirt.io": "",
                    },
                    ownerReferences: ownedBy(cdi),
                },
                spec,
            }),
        ];
    }
    if (isDeleted(config)) {
        return [];
    }
    const { filesystemOverhead = {}, scratchSpaceStorageClass } = spec;
    const global = filesystemOverhead.global ?? defaultOverhead;
    const classes = world.list("StorageClass").map(({ metadata }) => metadata.name);
    const gone = Object.keys(config.status?.filesystemOverhead?.storageClass ?? {}).filter(
        (name) => !classes.includes(name),
    );
    return [
        ...patch(config, { spec }),
        ...patchStatus(config, {
            defaultPodResourceRequirements: {
                limits: { cpu: "750m", memory: "600M" },
                requests: { cpu: "100m", memory: "60M" },
            },
            filesystemOverhead: {
                global,
                storageClass: {
                    ...Object.fromEntries(gone.map((name) => [name, null])),
                    ...Object.fromEntries(
                        classes.map((name) => [
                            name,
                            filesystemOverhead.storageClass?.[name] ?? global,
                        ]),
                    ),
                },
            },
            // A class that is not there counts as none.
            scratchSpaceStorageClass: classes.includes(scratchSpaceStorageClass ?? "")
                ? scratchSpaceStorageClass
                : null,
            uploadProxyURL: spec.uploadProxyURLOverride ?? proxy?.url ?? null,
            uploadProxyCA: proxy?.ca ?? null,
        }),
    ];
}

/** How much larger than asked for a claim of a class is, where it holds a filesystem. */
export function overheadOf(world: Store, className: string | undefined): number {
    const { global, storageClass } = cdiConfig(world)?.status?.filesystemOverhead ?? {};
    return 1 + Number(storageClass?.[className ?? ""] ?? global ?? defaultOverhead);
}
