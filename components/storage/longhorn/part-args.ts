import type * as pulumi from "@pulumi/pulumi";
import type { Size } from "../../../model/size";

/** What Longhorn gets of a node. */
export interface LonghornNodeArgs {
    /**
     * Longhorn's tags of the node, which classes ask for with `nodeTags`.
     *
     * @defaultValue none
     * @impact live while Longhorn's node has no tags, nothing afterwards: then change them on Longhorn's node object
     */
    readonly tags?: readonly string[];
    /**
     * Disks of the node. Longhorn reads them once: while it has no disk on the node. One disk that is wrong (a path that is not
     * there, two paths on one filesystem) and it takes none of them.
     *
     * @defaultValue one folder, at `dataPath`
     * @impact live while Longhorn has no disk on the node, nothing afterwards: then change them on Longhorn's node object
     */
    readonly disks?: readonly LonghornDiskArgs[];
}

/** A disk of a node. */
export interface LonghornDiskArgs {
    /**
     * Longhorn's name for it.
     *
     * @defaultValue made from the disk's id
     * @impact live, as `disks`
     */
    readonly name?: string;
    /**
     * Where it is mounted, or the device itself (`type: "block"`).
     *
     * @impact live, as `disks`
     * @example "/mnt/nvme0"
     */
    readonly path: string;
    /**
     * Longhorn's tags of the disk, which classes ask for with `diskTags`.
     *
     * @defaultValue none
     * @impact live, as `disks`
     */
    readonly tags?: readonly string[];
    /**
     * Room that Longhorn leaves alone.
     *
     * @unit binary size: `Mi`, `Gi` or `Ti`
     * @defaultValue 30 percent of the disk, Longhorn's own
     * @impact live, as `disks`
     */
    readonly reserved?: Size;
    /**
     * `filesystem` for the engine v1, `block` (the raw device) for the engine v2.
     *
     * @defaultValue `filesystem`
     * @impact live, as `disks`
     */
    readonly type?: "filesystem" | "block";
}

/** How disks of encrypted classes are encrypted. Longhorn stores none of it: it is read whenever a disk is opened. */
export interface LonghornEncryptionArgs {
    /**
     * The passphrase. It is kept in a Secret of Longhorn's namespace; keep a copy elsewhere.
     *
     * @impact data-loss: a disk opens with the passphrase it was made with and no other; so do its backups
     */
    readonly passphrase: pulumi.Input<string>;
    /**
     * The cipher, as `cryptsetup --cipher` has it.
     *
     * @defaultValue `aes-xts-plain64`, Longhorn's own
     * @impact live for new disks
     */
    readonly cipher?: string;
    /**
     * The hash of the passphrase, as `cryptsetup --hash` has it.
     *
     * @defaultValue `sha256`, Longhorn's own
     * @impact live for new disks
     */
    readonly hash?: string;
    /**
     * Size of the key.
     *
     * @unit bits, a multiple of 8
     * @defaultValue 256, Longhorn's own
     * @impact live for new disks
     */
    readonly keySize?: number;
    /**
     * How the key is derived from the passphrase. Nodes in FIPS mode know `pbkdf2` only.
     *
     * @defaultValue `argon2i`, Longhorn's own
     * @impact live for new disks
     */
    readonly pbkdf?: "argon2i" | "argon2id" | "pbkdf2";
}

/** How Longhorn is measured. */
export interface LonghornMetricsArgs {
    /**
     * Make a ServiceMonitor, where the cluster has Prometheus' operator.
     *
     * @defaultValue false: the kind may not be there
     * @impact live
     */
    readonly serviceMonitor?: boolean;
    /**
     * Labels of the ServiceMonitor, which Prometheus looks for.
     *
     * @defaultValue none
     * @impact live
     * @example { release: "prometheus" }
     */
    readonly labels?: Readonly<Record<string, string>>;
    /**
     * The pods that read the metrics (port 9500): a network policy lets them in. Without it Longhorn's own policies keep
     * everybody of another namespace out.
     *
     * @defaultValue nobody is let in
     * @impact live
     * @example { namespace: "monitoring", podLabels: { "app.kubernetes.io/name": "prometheus" } }
     */
    readonly from?: LonghornMetricsFromArgs;
}

/** Pods of another namespace. */
export interface LonghornMetricsFromArgs {
    /**
     * Their namespace.
     *
     * @impact live
     */
    readonly namespace: string;
    /**
     * Their labels, all of them.
     *
     * @impact live
     */
    readonly podLabels: Readonly<Record<string, string>>;
}

/** How Longhorn's user interface is reached. It has no login of its own, and can delete every volume. */
export interface LonghornUiArgs {
    /**
     * Host name under which it is reached.
     *
     * @impact live
     * @example "longhorn.example.org"
     */
    readonly host: string;
    /**
     * The ingress controller that serves it.
     *
     * @defaultValue the cluster's default
     * @impact live
     * @example "traefik"
     */
    readonly ingressClassName?: string;
    /**
     * Secret in Longhorn's namespace that has the certificate.
     *
     * @defaultValue none: plain http, with the login in the clear
     * @impact live
     */
    readonly tlsSecret?: string;
    /**
     * What makes the ingress controller ask for a login. The Secret or Middleware it names has to be in Longhorn's namespace.
     *
     * @impact live
     * @example { "traefik.ingress.kubernetes.io/router.middlewares": "longhorn-system-longhorn-auth\@kubernetescrd" }
     * @example { "nginx.ingress.kubernetes.io/auth-type": "basic", "nginx.ingress.kubernetes.io/auth-secret": "basic-auth" }
     */
    readonly annotations: Readonly<Record<string, string>>;
}
