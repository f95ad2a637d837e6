import { type Problem } from "../../model/problems";
import { type CollectionKind, collectionPath } from "../../waits/collections";
import type { Connection } from "../../waits/connection";
import type { LiveObject } from "../ownership";

/** What the cluster has of a chart. */
export type HelmMark =
    | { readonly state: "absent" }
    /** The release that this package makes; `pending` is Helm's own word for what it was about when it was stopped. */
    | {
          readonly state: "ours";
          readonly version: string | undefined;
          readonly pending: string | undefined;
      }
    /** Somebody's, by another release or without Helm. */
    | { readonly state: "foreign"; readonly what: string };

interface ReleaseName {
    readonly name: string;
    readonly namespace: string;
    readonly marked: { readonly kind: CollectionKind; readonly name: string };
}

interface Labelled extends LiveObject {
    readonly metadata?: LiveObject["metadata"] & {
        readonly labels?: Readonly<Record<string, string>>;
    };
}

/**
 * Looks for a release by the marks that Helm leaves on its objects, and for what Helm was stopped at by the status label of its
 * records. Source: Helm pkg/action/validate.go (setMetadataVisitor), pkg/storage/driver/secrets.go (newSecretsObject).
 */
export async function releaseMark(
    connection: Connection | undefined,
    { name, namespace, marked }: ReleaseName,
): Promise<HelmMark> {
    if (connection === undefined) {
        return { state: "absent" };
    }
    const path = `${collectionPath(marked.kind, isNamespaced(marked.kind) ? namespace : undefined)}/${marked.name}`;
    const [live, records] = await Promise.all([
        connection.look(path) as Promise<Labelled | undefined>,
        connection.look(
            `${collectionPath("Secret", namespace)}?labelSelector=${encodeURIComponent(`owner=helm,name=${name},status in (pending-install,pending-upgrade,pending-rollback,uninstalling)`)}`,
        ) as Promise<{ readonly items?: readonly Labelled[] } | undefined>,
    ]);
    const pending = records?.items?.[0]?.metadata?.labels?.["status"];
    if (live === undefined) {
        return pending === undefined
            ? { state: "absent" }
            : { state: "ours", version: undefined, pending };
    }
    const { annotations = {}, labels = {} } = live.metadata ?? {};
    const by = annotations["meta.helm.sh/release-name"];
    const where = annotations["meta.helm.sh/release-namespace"];
    if (by === name && where === namespace) {
        const version = /-v?([0-9][^-]*.*)$/.exec(labels["helm.sh/chart"] ?? labels["chart"] ?? "");
        return { state: "ours", version: version?.[1], pending };
    }
    const release = by === undefined ? "" : ` of Helm release ${where ?? ""}/${by}`;
    return { state: "foreign", what: `${marked.kind} ${marked.name}${release}` };
}

/** What a run that was killed while Helm was at work leaves behind: Helm does nothing more until somebody decides. */
export function pendingProblem(
    mark: HelmMark,
    { name, namespace }: Pick<ReleaseName, "name" | "namespace">,
): Problem | undefined {
    if (mark.state === "ours" && mark.pending === "uninstalling") {
        return {
            field: "cluster",
            fault: `has Helm release ${namespace}/${name} as uninstalling: a removal was stopped, or has failed`,
            cure: "run the destroy again, and this update when it is gone",
        };
    }
    return mark.state !== "ours" || mark.pending === undefined
        ? undefined
        : {
              field: "cluster",
              fault: `has Helm release ${namespace}/${name} as ${mark.pending}: a run was stopped while Helm was at work`,
              cure: `delete Helm's record of that step, and run again: kubectl delete secret -n ${namespace} -l owner=helm,name=${name},status=${mark.pending}`,
          };
}

function isNamespaced(kind: CollectionKind): boolean {
    return kind !== "CSIDriver";
}
