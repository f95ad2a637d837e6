/** A Kubernetes object of any kind, with or without a namespace. */
export interface PlainObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        /** Absent on objects of the whole cluster. */
        readonly namespace?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
    };
}

/** An object with a spec of fields. */
export interface ObjectWithSpec extends PlainObject {
    readonly spec: Readonly<Record<string, unknown>>;
}
