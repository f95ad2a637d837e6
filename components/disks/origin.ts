import * as pulumi from "@pulumi/pulumi";
import { originAnnotation, sizeAnnotation } from "../../model/annotations";
import { Problems, problemsText } from "../../model/problems";

type Annotations = Readonly<Record<string, string>> | undefined;

/** Adds what an existing disk cannot become: made from something else, or another size where CDI holds it fast. */
export function refuseChanges(before: Annotations, after: Annotations, problems: Problems): void {
    const changed = (key: string): readonly [string, string] | undefined => {
        const [old, wanted] = [before?.[key], after?.[key]];
        return old === undefined || wanted === undefined || old === wanted
            ? undefined
            : [old, wanted];
    };
    const origin = changed(originAnnotation);
    if (origin !== undefined) {
        problems.add(
            "origin",
            `changes from "${origin[0]}" to "${origin[1]}", and a disk that holds data is never made anew`,
            "put the old values back, or add a disk of another name beside it and switch the machine over",
        );
    }
    const size = changed(sizeAnnotation);
    if (size !== undefined) {
        problems.add(
            "size",
            `changes from "${size[0]}" to "${size[1]}", and CDI never changes a disk that it has filled`,
            "put the old size back; an empty disk beside it can be as large as you need, and grows",
        );
    }
}

/**
 * Refuses such a change from the state alone: in a preview, in an update, and with the cluster out of reach. The disk's
 * spec is under `ignoreChanges`, so without this an edit would be swallowed in silence.
 */
export function originHook(): pulumi.ResourceHook {
    hook ??= new pulumi.ResourceHook("disk-origin", refuseInHook, { onDryRun: true });
    return hook;
}

let hook: pulumi.ResourceHook | undefined;

function refuseInHook(args: pulumi.ResourceHookArgs): void {
    const problems = new Problems();
    refuseChanges(annotationsIn(args.oldInputs), annotationsIn(args.newInputs), problems);
    if (problems.all.length > 0) {
        const name = args.name.replace(/-(data-volume|claim)$/, "");
        throw new Error(problemsText("Disk", name, problems.all));
    }
}

function annotationsIn(inputs: unknown): Annotations {
    const { metadata } = (inputs ?? {}) as { metadata?: { annotations?: Annotations } };
    return metadata?.annotations;
}
