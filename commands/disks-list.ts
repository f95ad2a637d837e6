import { originAnnotation, ownerAnnotation, sizeAnnotation } from "../model/annotations";
import { formatBytes, quantityBytes } from "../model/size";

/** An object of the cluster as far as a list of disks reads it. */
export interface LiveObject {
    readonly metadata?: {
        readonly namespace?: string;
        readonly name?: string;
        readonly creationTimestamp?: string;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly labels?: Readonly<Record<string, string>>;
    };
    readonly spec?: {
        readonly storageClassName?: string;
        readonly volumeName?: string;
        readonly persistentVolumeReclaimPolicy?: string;
        readonly csi?: { readonly driver?: string; readonly volumeHandle?: string };
        readonly capacity?: { readonly storage?: string };
        readonly resources?: { readonly requests?: { readonly storage?: string } };
        readonly storage?: {
            readonly storageClassName?: string;
            readonly resources?: { readonly requests?: { readonly storage?: string } };
        };
        readonly claimRef?: { readonly namespace?: string; readonly name?: string };
    };
    readonly status?: {
        readonly phase?: string;
        readonly claimName?: string;
        readonly capacity?: { readonly storage?: string };
    };
}

/** What the state of a stack has: `PersistentVolumeClaim vms/db-data`, `PersistentVolume pvc-1`. */
export type StateIds = ReadonlySet<string>;

/** Everything that a list is made from. */
export interface DisksSeen {
    /** `<project>/<stack>`: whose disks are looked for. */
    readonly stack: string;
    /** Undefined where there is no state: the stack was never deployed, or nobody can read it. */
    readonly state: StateIds | undefined;
    readonly claims: readonly LiveObject[];
    readonly dataVolumes: readonly LiveObject[];
    readonly volumes: readonly LiveObject[];
}

/** A disk that the stack has let go of, and how it is taken back. */
export interface KeptDisk {
    readonly kind: "DataVolume" | "PersistentVolumeClaim" | "PersistentVolume";
    readonly namespace: string | undefined;
    readonly name: string;
    /**
     * `retained`: the stack's, and its state does not have it. `orphaned`: a volume whose claim is gone, of one of the stack's
     * disks. `unknown`: a volume without a claim in one of the stack's namespaces, or a disk of a stack whose state nobody can read.
     */
    readonly status: "retained" | "orphaned" | "unknown";
    /** Name of the Disk that made it; undefined where it does not say. */
    readonly resource: string | undefined;
    readonly phase: string;
    /** In words: "10Gi"; empty where it does not say. */
    readonly size: string;
    readonly storageClass: string;
    readonly created: string | undefined;
    /** What it was made from. */
    readonly origin: string | undefined;
    /** What becomes of the data when the claim is deleted: `Retain`, `Delete`; undefined without a volume. */
    readonly reclaimPolicy: string | undefined;
    /** The code that takes it back. */
    readonly takeBack: string;
}

/** The disks that a stack has let go of, by namespace and name, those of the stack before those that only may be. */
export function keptDisks(seen: DisksSeen): readonly KeptDisk[] {
    const disks = [...keptClaims(seen), ...keptVolumes(seen)];
    const place = ({ status, namespace, name }: KeptDisk) =>
        `${status === "unknown" ? "1" : "0"} ${namespace ?? ""}/${name}`;
    return disks.sort((one, other) => place(one).localeCompare(place(other)));
}

function keptClaims({ stack, state, claims, dataVolumes, volumes }: DisksSeen): KeptDisk[] {
    const filled = new Map(dataVolumes.map((one) => [pathOf(one), one]));
    // CDI passes a DataVolume's annotations on to its claim: they are one disk.
    const bare = claims.filter((claim) => !filled.has(pathOf(claim)));
    const claimOf = new Map(claims.map((one) => [pathOf(one), one]));
    return [
        ...dataVolumes.map((one) => ({ kind: "DataVolume" as const, object: one })),
        ...bare.map((one) => ({ kind: "PersistentVolumeClaim" as const, object: one })),
    ]
        .map(({ kind, object }) => ({ kind, object, resource: resourceOf(object, stack) }))
        .filter(
            ({ object, resource }) =>
                resource !== undefined && state?.has(`claim ${pathOf(object)}`) !== true,
        )
        .map(({ kind, object, resource }) => {
            const claim = claimOf.get(pathOf(object));
            const volume = volumes.find(
                ({ metadata }) => metadata?.name === claim?.spec?.volumeName,
            );
            const { namespace, name = "", creationTimestamp, annotations } = object.metadata ?? {};
            const size = annotations?.[sizeAnnotation] ?? sizeOf(claim ?? object);
            return {
                kind,
                namespace,
                name,
                status: state === undefined ? ("unknown" as const) : ("retained" as const),
                resource,
                phase: object.status?.phase ?? "",
                size,
                storageClass:
                    claim?.spec?.storageClassName ?? object.spec?.storage?.storageClassName ?? "",
                created: creationTimestamp,
                origin: annotations?.[originAnnotation],
                reclaimPolicy: volume?.spec?.persistentVolumeReclaimPolicy,
                takeBack: diskCode(resource ?? name, namespace, size, { claim: name }),
            };
        });
}

/** A volume carries no owner, unless a Disk made it itself: it is known by the claim that it last was for. */
function keptVolumes(seen: DisksSeen): KeptDisk[] {
    const { stack, state, claims, dataVolumes, volumes } = seen;
    const owned = [...claims, ...dataVolumes].filter(
        (object) => resourceOf(object, stack) !== undefined,
    );
    const disks = new Set([
        ...owned.map((object) => `claim ${pathOf(object)}`),
        ...[...(state ?? [])].filter((id) => id.startsWith("claim ")),
    ]);
    const namespaces = new Set([...disks].map((id) => id.replace(/^claim ([^/]*)\/.*$/, "$1")));
    return volumes
        .filter(
            ({ status, metadata }) =>
                /^(Released|Available|Failed)$/.test(status?.phase ?? "") &&
                state?.has(`volume ${metadata?.name ?? ""}`) !== true,
        )
        .flatMap((volume) => {
            const { metadata, spec, status } = volume;
            const { namespace, name: claim } = spec?.claimRef ?? {};
            const resource = resourceOf(volume, stack);
            const isOurs =
                resource !== undefined || disks.has(`claim ${namespace ?? ""}/${claim ?? ""}`);
            if (!isOurs && !namespaces.has(namespace ?? "")) {
                return [];
            }
            const name = metadata?.name ?? "";
            const size = sizeOf(volume);
            return [
                {
                    kind: "PersistentVolume" as const,
                    namespace,
                    name,
                    status: isOurs ? ("orphaned" as const) : ("unknown" as const),
                    resource,
                    phase: status?.phase ?? "",
                    size,
                    storageClass: spec?.storageClassName ?? "",
                    created: metadata?.creationTimestamp,
                    origin: metadata?.annotations?.[originAnnotation],
                    reclaimPolicy: spec?.persistentVolumeReclaimPolicy,
                    takeBack: diskCode(resource ?? claim ?? name, namespace, size, {
                        volume: name,
                    }),
                },
            ];
        });
}

function diskCode(
    resource: string,
    namespace: string | undefined,
    size: string,
    adopt: { readonly claim: string } | { readonly volume: string },
): string {
    const [[way, name]] = Object.entries(adopt) as [[string, string]];
    const place = namespace === undefined ? "" : ` namespace: "${namespace}",`;
    return `new Disk("${resource}", { storage, size: "${size}",${place} adopt: { ${way}: "${name}" } });`;
}

function resourceOf({ metadata }: LiveObject, stack: string): string | undefined {
    const owner = metadata?.annotations?.[ownerAnnotation];
    return owner?.startsWith(`${stack}/`) === true ? owner.slice(stack.length + 1) : undefined;
}

function pathOf({ metadata }: LiveObject): string {
    return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

function sizeOf({ spec, status }: LiveObject): string {
    const quantity =
        spec?.capacity?.storage ??
        status?.capacity?.storage ??
        spec?.resources?.requests?.storage ??
        spec?.storage?.resources?.requests?.storage ??
        "";
    const bytes = quantityBytes(quantity);
    return bytes === undefined ? "" : formatBytes(bytes);
}
