import type { ImageioSource, VddkSource } from "./hypervisor-source";

/** A disk image on a web server. */
export interface HttpSource {
    /**
     * Address of the image: qcow2, raw, vmdk, vdi, vhd, vhdx, or one of them as .gz or .xz. CDI always stores it raw.
     *
     * @impact refused on an existing disk: make a new disk beside it
     * @example "https://example.org/fedora-42.qcow2"
     */
    readonly http: string;
    /**
     * Digest the download has to have, `sha256:<hex>` (also md5, sha1, sha512). A mismatch fails at once and for good.
     *
     * @defaultValue none: whatever the address answers is written to the disk
     * @impact refused on an existing disk: it only matters while the disk is filled
     */
    readonly checksum?: string;
    /**
     * Headers sent with the request, each as `Name: value`. Everybody who may read the disk sees them: what is secret belongs into
     * `secretExtraHeaders`, and a header that looks like a login is refused.
     *
     * @defaultValue none
     * @impact refused on an existing disk
     */
    readonly extraHeaders?: readonly string[];
    /**
     * Names of Secrets in the disk's namespace; every value in them is sent as a header, `Name: value`.
     *
     * @defaultValue none
     * @impact refused on an existing disk
     */
    readonly secretExtraHeaders?: readonly string[];
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for this address.
     *
     * @defaultValue the certificates of CDI's importer image
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Do not check the server's certificate. Needs CDI 1.66.
     *
     * @defaultValue `false`: a server nobody vouches for may hand out anything
     * @impact refused on an existing disk
     */
    readonly insecureSkipVerify?: boolean;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, sent as user and password.
     *
     * @defaultValue no login
     * @impact refused on an existing disk
     */
    readonly secretRef?: string;
    /**
     * What the download is: a disk image (`kubevirt`), or a tar archive whose files are unpacked onto the disk (`archive`), which
     * needs volume mode Filesystem.
     *
     * @defaultValue `kubevirt`
     * @impact refused on an existing disk
     */
    readonly contentType?: "kubevirt" | "archive";
}

/** A disk image inside a container image, under `/disk/` (a "container disk"). */
export interface RegistrySource {
    /**
     * Reference of the container image, with or without `docker://`: `quay.io/containerdisks/fedora:42`. A tag moves; a digest
     * (`@sha256:…`, or `digest`) does not. `oci-archive:///…` is a file inside the importer's own container, so it needs an
     * importer image of your own. Source: CDI pkg/importer/transport.go.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly registry: string;
    /**
     * Digest of the image, `sha256:<hex>`: the same content for ever, whatever happens to the tag, which is then left out: CDI
     * pulls by one of the two.
     *
     * @defaultValue none: the tag decides at the moment of the import
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly digest?: string;
    /**
     * Who pulls the image: CDI's importer (`pod`), or the node with its own cache and credentials (`node`), which then knows
     * nothing of `secretRef` and `certConfigMap`.
     *
     * @defaultValue `pod`: works without node access to the registry, but needs scratch space
     * @impact refused on an existing disk
     */
    readonly pullMethod?: "pod" | "node";
    /**
     * Which of an image's architectures: `amd64`, `arm64`, `s390x`.
     *
     * @defaultValue that of the node the importer runs on
     * @impact refused on an existing disk
     */
    readonly architecture?: string;
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for this registry.
     *
     * @defaultValue the certificates of CDI's importer image
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, used to log in.
     *
     * @defaultValue no login
     * @impact refused on an existing disk
     */
    readonly secretRef?: string;
}

/** A disk image in an S3 bucket (AWS, Ceph RGW, MinIO). */
export interface S3Source {
    /**
     * Address of the object over http or https, with the bucket in the path: `https://rgw.example.org/images/fedora.qcow2`. CDI
     * refuses `s3://`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly s3: string;
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for this endpoint.
     *
     * @defaultValue the certificates of CDI's importer image
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, the S3 keys.
     *
     * @defaultValue no login
     * @impact refused on an existing disk
     */
    readonly secretRef?: string;
}

/** A disk image in Google Cloud Storage. */
export interface GcsSource {
    /**
     * Address of the object: `gs://<bucket>/<object>`, or `https://storage.googleapis.com/<bucket>/<object>`. Source: CDI
     * pkg/importer/gcs-datasource.go.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly gcs: string;
    /**
     * Name of a Secret in the disk's namespace with `credentials.json`, the key of a service account. Source: CDI
     * pkg/common/common.go (ImporterGoogleCredentialFile).
     *
     * @defaultValue no login: the object is public
     * @impact refused on an existing disk
     */
    readonly secretRef?: string;
}

/** A disk image on the machine that runs Pulumi: it is sent during `up`, through CDI's upload proxy. */
export interface UploadSource {
    /**
     * Path of the file, from the folder of the project: qcow2, raw, vmdk, vdi, vhd, vhdx, .gz, .xz. Needed until the disk is filled.
     *
     * @impact refused on an existing disk: make a new disk beside it; the path may change
     */
    readonly upload: string;
    /**
     * Digest that the file has to have, `sha256:<hex>` (also md5, sha1, sha512): checked before anything is sent.
     *
     * @defaultValue none
     * @impact refused on an existing disk: it only matters while the disk is filled
     */
    readonly checksum?: string;
    /**
     * How CDI's upload proxy is reached from the machine that runs Pulumi.
     *
     * @defaultValue what CDI says of itself (CDIConfig, status.uploadProxyURL)
     * @impact live: it only matters while the disk is filled
     */
    readonly uploadProxy?: UploadProxy;
    /**
     * What the download is: a disk image (`kubevirt`), or a tar archive whose files are unpacked onto the disk (`archive`), which
     * needs volume mode Filesystem.
     *
     * @defaultValue `kubevirt`
     * @impact refused on an existing disk
     */
    readonly contentType?: "kubevirt" | "archive";
}

/** Where CDI's upload proxy is, seen from the machine that runs Pulumi. */
export interface UploadProxy {
    /**
     * Address of the proxy: `https://cdi-uploadproxy.example.org`.
     *
     * @impact live
     */
    readonly url: string;
    /**
     * PEM certificates to trust for it.
     *
     * @defaultValue those of the machine, and the one that CDI publishes for its proxy
     * @impact live
     */
    readonly ca?: string;
}

/** An empty disk that CDI makes: a raw image file on a filesystem, where an empty claim would have none. */
export interface BlankSource {
    /**
     * Always `true`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly blank: true;
}

/** Where the content of a new disk comes from, from outside the cluster. */
export type ImageSource =
    | HttpSource
    | RegistrySource
    | S3Source
    | GcsSource
    | UploadSource
    | BlankSource
    | ImageioSource
    | VddkSource;
