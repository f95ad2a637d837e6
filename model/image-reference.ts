/** The reference of a container image, taken apart. */
export interface ImageReference {
    /** Registry and path before the name: `quay.io/kubevirt`, `registry.example.org:5000/mirror`. Absent on `busybox`. */
    readonly registry?: string;
    readonly name: string;
    readonly tag?: string;
    /** `sha256:…` */
    readonly digest?: string;
}

/**
 * Takes the reference of an image apart, or answers undefined when the text is none. A colon before the last slash belongs to a
 * port, not to a tag. Source: github.com/distribution/reference (reference.go, the grammar).
 */
export function parseImageReference(text: string): ImageReference | undefined {
    const match =
        /^(?:([A-Za-z0-9][-A-Za-z0-9._]*(?::[0-9]+)?(?:\/[a-z0-9][-a-z0-9._]*)*)\/)?([a-z0-9][-a-z0-9._]*)(?::([A-Za-z0-9_][-A-Za-z0-9._]{0,127}))?(?:@([a-z0-9]+:[0-9a-fA-F]{32,}))?$/.exec(
            text,
        );
    if (match === null) {
        return undefined;
    }
    const [, registry, name = "", tag, digest] = match;
    return {
        ...(registry === undefined ? {} : { registry }),
        name,
        ...(tag === undefined ? {} : { tag }),
        ...(digest === undefined ? {} : { digest }),
    };
}

/** The reference as text again. */
export function imageReferenceText({ registry, name, tag, digest }: ImageReference): string {
    return [
        registry === undefined ? "" : `${registry}/`,
        name,
        tag === undefined ? "" : `:${tag}`,
        digest === undefined ? "" : `@${digest}`,
    ].join("");
}
