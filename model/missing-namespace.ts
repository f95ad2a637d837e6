/** What a preview says of a namespace that is not there; a report about the preview says it again, unless the program makes it. */
export function missingNamespaceText(namespace: string): string {
    return `namespace "${namespace}" is not on the cluster. Make it before an update (kubectl create namespace ${namespace}), unless this program makes it.`;
}

/** Which namespace a text says that of. */
export function missingNamespaceIn(text: string): string | undefined {
    const name = /namespace "([^"]*)" is not on the cluster\./.exec(text)?.[1];
    return name !== undefined && text.trimEnd().endsWith(missingNamespaceText(name))
        ? name
        : undefined;
}
