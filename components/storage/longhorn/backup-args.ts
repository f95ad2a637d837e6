import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../../../model/duration";

/** Where Longhorn keeps backups: an S3 bucket or an NFS export. */
export type LonghornBackupTarget =
    | (LonghornBackupTargetArgs & { readonly s3: LonghornS3Args })
    | (LonghornBackupTargetArgs & { readonly nfs: LonghornNfsArgs });

/** What every target has. */
export interface LonghornBackupTargetArgs {
    /**
     * How often Longhorn looks for backups that other clusters have made there.
     *
     * @unit duration: `"90 seconds"`, `"5 minutes"`
     * @defaultValue 5 minutes, Longhorn's own
     * @impact live
     */
    readonly pollInterval?: Duration;
}

/** An S3 bucket. No lifecycle rule may delete from it: Longhorn itself removes what a job does not retain. */
export interface LonghornS3Args {
    /**
     * Name of the bucket. It has to be there.
     *
     * @impact live for new backups: those in the old bucket stay there and are not seen any more
     */
    readonly bucket: string;
    /**
     * Region of the bucket. Servers other than AWS take any text.
     *
     * @impact live
     * @example "us-east-1"
     */
    readonly region: string;
    /**
     * Folder in the bucket.
     *
     * @defaultValue none: the bucket's top
     * @impact live for new backups: those in the old folder are not seen any more
     * @example "clusters/prod-1"
     */
    readonly prefix?: string;
    /**
     * Address of the server, with its scheme.
     *
     * @defaultValue AWS
     * @impact live
     * @example "https://rgw.example.org"
     */
    readonly endpoint?: string;
    /**
     * Id of the access key. It may write, read, list and delete in the bucket.
     *
     * @impact live
     */
    readonly accessKeyId: pulumi.Input<string>;
    /**
     * The secret key. It is kept in a Secret of Longhorn's namespace.
     *
     * @impact live
     */
    readonly secretAccessKey: pulumi.Input<string>;
    /**
     * Certificate of the authority that signed the server's, in PEM.
     *
     * @defaultValue those that everybody trusts
     * @impact live
     */
    readonly ca?: string;
    /**
     * The bucket is a part of the host's name (`bucket.host`), as some servers ask for, instead of the path.
     *
     * @defaultValue false: part of the path
     * @impact live
     */
    readonly virtualHostedStyle?: boolean;
}

/** An NFS export (version 4). */
export interface LonghornNfsArgs {
    /**
     * Host name or address of the server.
     *
     * @impact live for new backups: those on the old server are not seen any more
     * @example "nas.example.org"
     */
    readonly server: string;
    /**
     * Path of the export.
     *
     * @impact live for new backups: those in the old place are not seen any more
     * @example "/backups/longhorn"
     */
    readonly path: string;
}
