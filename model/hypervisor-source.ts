/** A disk of oVirt or Red Hat Virtualization, read through its imageio service. */
export interface ImageioSource {
    /**
     * Address of the engine's API: `https://engine.example.org/ovirt-engine/api`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly imageio: string;
    /**
     * Id of the disk there.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly diskId: string;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, user and password of the engine.
     *
     * @impact refused on an existing disk
     */
    readonly secretRef: string;
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for the engine.
     *
     * @defaultValue none: then `insecureSkipVerify` has to say that nobody vouches for the engine
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Do not check the engine's certificate. One of this and `certConfigMap` has to be given.
     *
     * @defaultValue `false`
     * @impact refused on an existing disk
     */
    readonly insecureSkipVerify?: boolean;
}

/** A disk of a VMware vSphere virtual machine, read through VMware's VDDK. The machine has to be off: a cold import. */
export interface VddkSource {
    /**
     * Address of vCenter or of the ESXi host: `https://vcenter.example.org`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly vddk: string;
    /**
     * UUID of the virtual machine that has the disk.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly uuid: string;
    /**
     * File of the disk on its datastore: `[datastore1] web/web.vmdk`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly backingFile: string;
    /**
     * SHA-1 fingerprint of the server's certificate: `AA:BB:…`, 20 bytes.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly thumbprint: string;
    /**
     * Name of a Secret in the disk's namespace with `accessKeyId` and `secretKey`, user and password of vCenter.
     *
     * @impact refused on an existing disk
     */
    readonly secretRef: string;
    /**
     * Name of a ConfigMap in the disk's namespace with the PEM certificates to trust for the server.
     *
     * @defaultValue none: the server is known by `thumbprint` alone
     * @impact refused on an existing disk
     */
    readonly certConfigMap?: string;
    /**
     * Container image with VMware's VDDK library, which nobody may hand out: you build it.
     *
     * @defaultValue the ConfigMap `v2v-vmware` in CDI's namespace (key `vddk-init-image`)
     * @impact refused on an existing disk
     */
    readonly initImageURL?: string;
    /**
     * Name of a ConfigMap in the disk's namespace with further arguments of the VDDK plugin.
     *
     * @defaultValue none
     * @impact refused on an existing disk
     */
    readonly extraArgs?: string;
}
