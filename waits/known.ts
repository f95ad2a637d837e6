import type * as pulumi from "@pulumi/pulumi";

/** The value of an Output, or undefined where a preview does not know it yet: `apply` would never be called then. */
export async function known<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    // Both are on every Output of the SDK (sdk/nodejs/output.ts); its public type leaves them out.
    const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
    if (!(await isKnown)) {
        return undefined;
    }
    return new Promise((resolve) => output.apply(resolve));
}
