/** What objects of every kind are made of. */

/** Source: k8s.io/apimachinery ObjectMeta. */
export interface Metadata {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Texts;
    readonly annotations?: Texts;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly OwnerReference[];
}

/** Labels and annotations. */
export type Texts = Readonly<Record<string, string>>;

/** Who goes when it goes: the garbage collector follows these. */
export interface OwnerReference {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
    readonly blockOwnerDeletion?: boolean;
}

/** A condition of any kind of object. */
export interface Condition {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
    readonly lastTransitionTime?: string | null;
    readonly lastHeartbeatTime?: string;
    readonly lastProbeTime?: string | null;
}
