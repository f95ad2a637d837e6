import { formatElapsed } from "../model/duration";
import { collectionPath } from "./collections";
import type { Settled } from "./gate";
import { grace } from "./grace";
import { waitForAnswers } from "./storage-wait";
import type { ObjectWait } from "./watched-wait";
import type { Writer } from "./writes";

/** A DataVolume that is taken away before it is made anew. */
export interface DiscardOptions extends Omit<ObjectWait, "deadlineMs"> {
    readonly writer: Writer;
    /** Of the DataVolume: another one of its name is not touched. */
    readonly uid: string;
}

/** Deletes a DataVolume that never had its content, and waits until it and its claim are gone. */
export async function discardDataVolume(options: DiscardOptions): Promise<Settled> {
    const { writer, namespace, name, uid } = options;
    const path = `${collectionPath("DataVolume", namespace)}/${name}`;
    await writer.remove(path, uid);
    return waitForAnswers({
        ...options,
        deadlineMs: 2 * grace.removal,
        paths: [path, `${collectionPath("PersistentVolumeClaim", namespace)}/${name}`],
        verdict: (answers) =>
            answers.every((answer) => answer === undefined)
                ? { kind: "ready" }
                : {
                      kind: "waiting",
                      phase: "Removing",
                      suspicion: {
                          graceMs: grace.removal,
                          diagnosis: {
                              cause: "being-deleted",
                              what: `The disk that never had its content is not gone after ${formatElapsed(grace.removal)}`,
                              where: `DataVolume ${namespace}/${name}`,
                              cure: "See what holds it: its finalizers, and the pods that use its claim",
                          },
                      },
                  },
    });
}
