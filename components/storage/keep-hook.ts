import * as pulumi from "@pulumi/pulumi";
import { type Problem, problemsText } from "../../model/problems";
import { known } from "../../waits/known";

/** What of a resource's inputs must not change, judged from the state alone. */
export type Keeps = (before: unknown, after: unknown) => readonly Problem[];

/**
 * A hook that refuses an update that would cut disks off from their data: in a preview, in an update, and with the cluster out of
 * reach.
 */
export function keepHook(
    name: string,
    className: string,
    component: string,
    keeps: Keeps,
): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${component}-${name}`,
        async ({ oldInputs, newInputs }) => {
            // Secrets come as Outputs; what a preview does not know yet is judged in the update.
            const before: unknown = await known(pulumi.output(oldInputs as unknown));
            const after: unknown = await known(pulumi.output(newInputs as unknown));
            const problems = keeps(before, after);
            if (problems.length > 0) {
                throw new Error(problemsText(className, component, problems));
            }
        },
        { onDryRun: true },
    );
}

/** Refuses another passphrase under encrypted disks, without a word of either. */
export function keepsPassphrase(key: string): Keeps {
    return (before, after) => {
        const [old, wanted] = [stringIn(before, key), stringIn(after, key)];
        return old === undefined || after === undefined || old === wanted
            ? []
            : [
                  {
                      field: "encryption.passphrase",
                      fault: "changes, and what the disks are encrypted with does not: none of them could be read any more",
                      cure: "put the old passphrase back; another one is for another backend, beside this one",
                  },
              ];
    };
}

/** The provider keeps a Secret's texts encoded, as the API server does (pulumi-kubernetes provider/pkg/clients/unstructured.go). */
function stringIn(inputs: unknown, key: string): string | undefined {
    const { stringData, data } = (inputs ?? {}) as {
        readonly stringData?: Readonly<Record<string, string>>;
        readonly data?: Readonly<Record<string, string>>;
    };
    const encoded = data?.[key];
    return (
        stringData?.[key] ??
        (encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString())
    );
}
