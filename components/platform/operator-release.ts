import { podSecurityLabels } from "../../manifests/network-policy";
import type { PlainObject } from "../../manifests/plain-object";
import { releaseVersion, withImages, withPullSecrets } from "../../manifests/release";
import { checkImages } from "../../manifests/release-images";
import type { Problems } from "../../model/problems";
import type { OperatorKind } from "../../waits/platform-gates";
import type { OperatorArgs } from "./operator-args";
import { placeOf, readObjects } from "./release-manifest";

/** What a release manifest installs. */
export interface Release {
    readonly objects: readonly PlainObject[];
    readonly version: string;
    readonly namespace: string;
}

/** Which release is read, and what becomes of it. */
export interface ReleaseRequest {
    readonly className: string;
    readonly kind: OperatorKind;
    readonly args: OperatorArgs;
    /** The version where neither `version` nor `manifest` is given. */
    readonly pinned: string;
    readonly published: (version: string) => string;
    readonly pullSecrets: readonly string[];
    /** Further objects for the operator's namespace. */
    readonly beside: (namespace: string) => readonly PlainObject[];
}

/** Reads an operator's release and makes of it what the arguments ask for. Undefined when there is a problem with it. */
export async function readRelease(
    request: ReleaseRequest,
    problems: Problems,
): Promise<Release | undefined> {
    const { args, pinned, published, className } = request;
    const source = args.manifest ?? { url: published(args.version ?? pinned) };
    const read = await readObjects(
        source,
        args.manifest === undefined,
        "give the release's own operator manifest",
    );
    if ("fault" in read) {
        problems.add("manifest", read.fault, read.cure);
        return undefined;
    }
    const namespace = read.find(({ kind }) => kind === "Namespace")?.metadata.name;
    const version = releaseVersion(read);
    if (namespace === undefined || version === undefined) {
        problems.add(
            "manifest",
            `at ${placeOf(source)} has no ${namespace === undefined ? "Namespace" : "operator with a version"}`,
            `give the operator manifest of a ${className} release`,
        );
        return undefined;
    }
    if (args.version !== undefined && !sameVersion(version, args.version)) {
        problems.add(
            "manifest",
            `at ${placeOf(source)} installs ${version}, and version is "${args.version}"`,
            "give the manifest of that version, or leave version out",
        );
        return undefined;
    }
    const images = {
        ...(args.imageRegistry === undefined ? {} : { registry: args.imageRegistry }),
        ...(args.images === undefined ? {} : { images: args.images }),
    };
    for (const problem of checkImages(read, images)) {
        const field = problem.field === "registry" ? "imageRegistry" : problem.field;
        problems.add(field, problem.fault, problem.cure);
    }
    const objects = withPullSecrets(withImages(read, images), request.pullSecrets);
    return {
        objects: [
            ...objects.map((object) => withPodSecurity(object, request.kind)),
            ...request.beside(namespace),
        ],
        version: withV(version),
        namespace,
    };
}

/** The Pod Security level that the operator's pods keep to, for a cluster that enforces one. */
function withPodSecurity(object: PlainObject, kind: OperatorKind): PlainObject {
    const { metadata } = object;
    const labels = { ...podSecurityLabels(kind), ...metadata.labels };
    return object.kind === "Namespace" ? { ...object, metadata: { ...metadata, labels } } : object;
}

function sameVersion(one: string, other: string): boolean {
    return withV(one) === withV(other);
}

function withV(version: string): string {
    return version.startsWith("v") ? version : `v${version}`;
}
