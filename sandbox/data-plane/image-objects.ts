import type { Condition, Texts } from "./metadata";

/** What the simulated CDI reads of disks and golden images, beside what every object has. */

/** A reference to where a claim's content comes from. */
export interface DataSourceReference {
    readonly apiGroup?: string;
    readonly kind: string;
    readonly name: string;
}

/** Source: k8s.io/api/core/v1 PersistentVolumeClaimSpec. */
export interface ClaimSpec {
    readonly accessModes?: readonly string[];
    readonly volumeMode?: string;
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
    readonly dataSource?: DataSourceReference;
    readonly dataSourceRef?: DataSourceReference;
}

/** Source: CDI types.go, DataVolumeSpec. */
export interface DataVolumeSpec {
    readonly source?: Readonly<Record<string, SourceFields | undefined>>;
    readonly sourceRef?: {
        readonly kind: string;
        readonly name: string;
        readonly namespace?: string;
    };
    readonly pvc?: ClaimSpec;
    readonly storage?: ClaimSpec;
    readonly contentType?: string;
    readonly priorityClassName?: string;
    readonly preallocation?: boolean;
}

/** The fields of all sources together. */
export interface SourceFields {
    readonly url?: string;
    readonly secretRef?: string;
    readonly checksum?: string;
    readonly certConfigMap?: string;
    readonly secretExtraHeaders?: readonly string[];
    readonly pullMethod?: string;
    readonly diskId?: string;
    readonly backingFile?: string;
    readonly thumbprint?: string;
    readonly initImageURL?: string;
    readonly extraArgs?: string;
    readonly namespace?: string;
    readonly name?: string;
}

/** Source: CDI types.go, DataImportCronSpec and DataImportCronStatus. */
export interface DataImportCronFields {
    readonly spec: {
        readonly template: {
            readonly metadata?: { readonly labels?: Texts; readonly annotations?: Texts };
            readonly spec: DataVolumeSpec;
        };
        readonly schedule: string;
        readonly managedDataSource: string;
        readonly garbageCollect?: string;
        readonly importsToKeep?: number;
        readonly retentionPolicy?: string;
    };
    readonly status?: DataImportCronStatus;
}

/** Where a golden image stands. */
export interface DataImportCronStatus {
    readonly currentImports?: readonly ImportStatus[] | null;
    readonly lastImportedPVC?: { readonly namespace: string; readonly name: string };
    readonly lastImportTimestamp?: string;
    readonly lastExecutionTimestamp?: string;
    readonly sourceFormat?: string;
    readonly conditions?: readonly Condition[];
}

/** An import under way, or the last one. */
export interface ImportStatus {
    readonly DataVolumeName: string;
    readonly Digest: string;
}
