import type { Client } from "./client";

/** What somebody wants to copy. */
export interface CloneRight {
    readonly of: "pvc" | "snapshot";
    readonly namespace: string;
    readonly name: string;
}

/** Who asks, as the API server tells a webhook. Source: k8s.io/api/authentication/v1 UserInfo. */
export interface UserInfo {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Whether somebody may copy something of another namespace: who may make pods there can read it anyway. Source: CDI
 * core/v1beta1/authorize_utils.go, authorizeUserForClone and its SubjectAccessReviews.
 */
export async function mayClone(
    client: Client,
    user: UserInfo,
    { of, namespace, name }: CloneRight,
): Promise<boolean> {
    const may = async (attributes: object): Promise<boolean> => {
        const answer = await client.send({
            method: "POST",
            path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            body: {
                apiVersion: "authorization.k8s.io/v1",
                kind: "SubjectAccessReview",
                spec: {
                    user: user.username,
                    uid: user.uid,
                    groups: user.groups,
                    extra: user.extra,
                    resourceAttributes: { namespace, verb: "create", ...attributes },
                },
            },
        });
        return (answer as { status?: { allowed?: boolean } }).status?.allowed === true;
    };
    const source = { resource: "datavolumes", subresource: "source", group: "cdi.kubevirt.io" };
    return (
        (await may({ ...source, name })) ||
        ((await may({ resource: "pods" })) &&
            (of === "pvc" || (await may({ resource: "persistentvolumeclaims" }))))
    );
}
