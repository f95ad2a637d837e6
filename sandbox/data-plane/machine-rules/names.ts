/** Kubernetes' rules for names, with its words. Source: k8s.io/apimachinery/pkg/util/validation/validation.go. */

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Why a text is no label of a name. */
export function labelFaults(text: string): string[] {
    return [
        ...(text.length > 63 ? ["must be no more than 63 characters"] : []),
        ...(label.test(text)
            ? []
            : [
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
              ]),
    ];
}

/** Why a text is no name of a domain. */
export function subdomainFaults(text: string): string[] {
    return [
        ...(text.length > 253 ? ["must be no more than 253 characters"] : []),
        ...(subdomain.test(text)
            ? []
            : [
                  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
              ]),
    ];
}
