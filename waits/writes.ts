/** The few changes that a wait makes by itself: to objects that it has made and takes away again. */
export interface Writer {
    /** One object, or undefined when it is not there. */
    get(path: string, signal?: AbortSignal): Promise<unknown>;
    /** Makes an object in a collection, and answers with it. */
    create(collection: string, object: object): Promise<unknown>;
    /** Changes some fields of an object. */
    merge(path: string, fields: object): Promise<unknown>;
    /**
     * Asks for the deletion of an object, of this very one; what is gone already is fine.
     *
     * @param orphan leave what it owns where it is: the claim of a DataVolume, with its data. Otherwise that goes too.
     */
    remove(path: string, uid: string, orphan?: boolean): Promise<void>;
}

/** Asks the server to do something with an object that no field of it stands for. */
export interface Caller {
    /** Calls a subresource: `…/virtualmachines/db/restart`. */
    call(path: string, content: object): Promise<void>;
}

/** A request that changes something. */
export interface Change {
    readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}

/** A change with its content. Source of the types: Kubernetes API concepts, "Patch mechanisms" (JSON merge patch). */
export function change(method: Change["method"], content: object): Change {
    const body = JSON.stringify(content);
    return {
        method,
        body,
        headers: {
            "content-type":
                method === "PATCH" ? "application/merge-patch+json" : "application/json",
            // Node sends the body of a DELETE without its length otherwise, and servers then do not read it.
            "content-length": String(Buffer.byteLength(body)),
        },
    };
}
