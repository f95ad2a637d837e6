import { collectionPath } from "./collections";
import type { Connection } from "./connection";

/** Something that an account may make, or not. Source: Kubernetes authorization/v1 ResourceAttributes. */
interface Creation {
    readonly group: string;
    readonly resource: string;
    readonly subresource?: string;
}

const copies: Creation = {
    group: "cdi.kubevirt.io",
    resource: "datavolumes",
    subresource: "source",
};
/** Who may make both could read the data anyway, so CDI lets the copy through. The second word is CDI's own: only a wildcard has it. */
const instead: readonly Creation[] = [
    { group: "", resource: "pods" },
    { group: "", resource: "pvcs" },
];

/**
 * Whether this account may copy disks, snapshots and images out of a namespace; undefined where nobody can say. The question is a
 * POST that changes nothing, so that a preview may ask it too. Source: CDI staging containerized-data-importer-api
 * core/v1beta1/authorize_utils.go.
 */
export async function mayClone(
    connection: Pick<Connection, "writer"> | undefined,
    namespace: string,
): Promise<boolean | undefined> {
    if (connection === undefined) {
        return undefined;
    }
    // Many disks are copied from the same namespace: it is asked about once.
    const known = answers.get(connection) ?? new Map<string, Promise<boolean | undefined>>();
    answers.set(connection, known);
    const answer = known.get(namespace) ?? askMayClone(connection, namespace);
    known.set(namespace, answer);
    return answer;
}

const answers = new WeakMap<object, Map<string, Promise<boolean | undefined>>>();

async function askMayClone(
    connection: Pick<Connection, "writer">,
    namespace: string,
): Promise<boolean | undefined> {
    const copy = await mayCreate(connection, namespace, copies);
    if (copy !== false) {
        return copy;
    }
    const others = await Promise.all(
        instead.map((creation) => mayCreate(connection, namespace, creation)),
    );
    if (others.every((other) => other === true)) {
        return true;
    }
    // Of a claim, pods alone are enough; of a snapshot they are not.
    return others[0] === false ? false : undefined;
}

async function mayCreate(
    connection: Pick<Connection, "writer">,
    namespace: string,
    creation: Creation,
): Promise<boolean | undefined> {
    try {
        const review = (await connection.writer.create(collectionPath("SelfSubjectAccessReview"), {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectAccessReview",
            spec: { resourceAttributes: { namespace, verb: "create", ...creation } },
        })) as { readonly status?: { readonly allowed?: boolean } };
        return review.status?.allowed;
    } catch {
        // A preview goes on without the answer; CDI gives its own when the copy is made.
        return undefined;
    }
}
