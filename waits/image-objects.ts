import type { Condition, DataSource, KubernetesObject } from "./objects";

/** What a golden image is read from. */
export interface ImageSourceReference {
    readonly pvc?: { readonly namespace?: string; readonly name?: string };
    readonly snapshot?: { readonly namespace?: string; readonly name?: string };
    readonly dataSource?: { readonly namespace?: string; readonly name?: string };
}

/** Source: CDI types.go, v1beta1. */
export interface ImageDataSource extends DataSource {
    readonly spec?: { readonly source?: ImageSourceReference };
    readonly status?: {
        /** With a DataSource that points to another one, what that one points to. */
        readonly source?: ImageSourceReference;
        readonly conditions?: readonly Condition[];
    };
}

/** Source: CDI types.go, v1beta1. */
export interface DataImportCron extends KubernetesObject {
    readonly spec?: {
        readonly managedDataSource?: string;
        readonly template?: {
            readonly spec?: {
                readonly source?: { readonly registry?: { readonly url?: string } };
            };
        };
    };
    readonly status?: {
        readonly conditions?: readonly Condition[];
        /** Capital letters as they are. */
        readonly currentImports?: readonly {
            readonly DataVolumeName?: string;
            readonly Digest?: string;
        }[];
    };
}
