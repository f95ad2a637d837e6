/** A claim as far as a check reads it. */
export interface LiveClaim {
    readonly metadata?: {
        readonly annotations?: Readonly<Record<string, string>>;
        readonly deletionTimestamp?: string;
        readonly ownerReferences?: readonly { readonly kind?: string; readonly name?: string }[];
    };
    readonly spec?: {
        readonly storageClassName?: string;
        readonly accessModes?: readonly string[];
        readonly volumeMode?: string;
        readonly volumeName?: string;
        readonly resources?: { readonly requests?: { readonly storage?: string } };
    };
    readonly status?: { readonly phase?: string };
}
