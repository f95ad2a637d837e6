import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";

/** The value of an Output, or undefined where a preview does not know it yet: `apply` would never be called then. */
export async function known<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    // Both are on every Output of the SDK (sdk/nodejs/output.ts); its public type leaves them out.
    const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
    if (!(await isKnown)) {
        return undefined;
    }
    return new Promise((resolve) => output.apply(resolve));
}

/** What a preview does not know yet: the provider asks the API server nothing about an object that has it. */
export function unknownYet<T>(): pulumi.Output<T> {
    return pulumi.output(unknown) as unknown as pulumi.Output<T>;
}
