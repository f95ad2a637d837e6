/**
 * Why a text cannot be the name of a Secret, StorageClass or another object whose name may have dots, or undefined when it can.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
 */
export function objectNameFault(text: string): { fault: string; cure: string } | undefined {
    const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    return text.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(text)
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is not a name of a Kubernetes object`,
              cure: `use lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit`,
          };
}
