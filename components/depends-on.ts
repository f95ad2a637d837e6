import * as pulumi from "@pulumi/pulumi";

/** What a component is told to come after. */
export type After = pulumi.ResourceOptions["dependsOn"];

/**
 * The options of a component without `dependsOn`, which its own objects wait for instead. A component that waits itself has no URN
 * until then: its checks, which everything else of the program waits for, would never end, and what they find would not be said on
 * its line.
 */
export function atOnce(
    opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
    const { dependsOn: _, ...others } = opts;
    return others;
}

/** The options of a child that waits for what its component depends on. */
export function alsoAfter(opts: pulumi.ComponentResourceOptions | undefined): {
    readonly dependsOn?: NonNullable<After>;
} {
    return opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn };
}

/** What the user has it depend on, once it is known. */
export function dependencies(after: After): Promise<readonly pulumi.Resource[]> {
    return new Promise((resolve) => {
        pulumi.output(after ?? []).apply((known) => {
            resolve(Array.isArray(known) ? known : [known]);
        });
    });
}

/** Comes back when all of it is registered: for a wait that has no object of its own to come after it. */
export async function afterDependencies(after: After): Promise<void> {
    const known = await dependencies(after);
    await Promise.all(known.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
}

/** What a component depends on, and something more. */
export function afterAll(
    after: After,
    more: readonly pulumi.Resource[],
): pulumi.Output<pulumi.Resource[]> {
    return pulumi
        .output(after ?? [])
        .apply((resources) => [...(Array.isArray(resources) ? resources : [resources]), ...more]);
}
