import { grace } from "./grace";
import type { KubernetesObject } from "./objects";
import { objectName } from "./objects";
import type { Verdict } from "./verdict";
import { failed } from "./verdict";

const again =
    "Run `pulumi refresh` and read what it says before the next update, which would make the object again, empty";

/** An object that was registered and cannot be seen: its watch may be a moment late, then it is really not there. */
export function absent(
    kind: string,
    { namespace, name }: { readonly namespace: string | undefined; readonly name: string },
    cure = again,
): Verdict {
    return {
        kind: "waiting",
        phase: "",
        note: "not seen yet",
        suspicion: {
            graceMs: grace.notSeen,
            diagnosis: {
                cause: "not-there",
                what: `The ${kind} is not on the cluster: somebody deleted it, or this run left it out (--target)`,
                where: objectName(kind, {
                    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
                }),
                cure,
            },
        },
    };
}

/** An object that somebody is deleting never becomes ready. */
export function beingDeleted(kind: string, object: KubernetesObject): Verdict {
    return failed({
        cause: "being-deleted",
        what: `The ${kind} is being deleted`,
        where: `${objectName(kind, object)}, metadata.deletionTimestamp`,
        cure: "Wait until it is gone, or see which finalizer holds it; then run the update again",
    });
}
