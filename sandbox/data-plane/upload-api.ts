import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { UploadTokens } from "./upload-token";

/** The group that CDI's API server adds to Kubernetes'. Source: CDI pkg/apiserver/apiserver.go, composeUploadTokenAPI. */
export const uploadGroup = "upload.cdi.kubevirt.io";

const version = "v1beta1";
const groupVersion = `${uploadGroup}/${version}`;

/** What Kubernetes' API server is told; undefined for what is not served. Who may ask has been decided there. */
export async function answerUploadApi(
    request: IncomingMessage,
    tokens: UploadTokens,
    now: number,
): Promise<object | undefined> {
    const { pathname } = new URL(request.url ?? "/", "https://api");
    const known = discovery[pathname.replace(/\/$/, "")];
    if (known !== undefined) {
        return known;
    }
    const namespace = /^\/apis\/[^/]+\/v1beta1\/namespaces\/([^/]+)\/uploadtokenrequests$/.exec(
        pathname,
    )?.[1];
    if (namespace === undefined || request.method !== "POST") {
        return undefined;
    }
    const asked = JSON.parse(await text(request)) as {
        readonly metadata?: object;
        readonly spec: { readonly pvcName: string };
    };
    const token = tokens.make({ namespace, name: asked.spec.pvcName }, now);
    return {
        ...asked,
        apiVersion: groupVersion,
        kind: "UploadTokenRequest",
        metadata: { ...asked.metadata, namespace },
        status: { token },
    };
}

const group = {
    name: uploadGroup,
    versions: [{ groupVersion, version }],
    preferredVersion: { groupVersion, version },
};

const discovery: Readonly<Record<string, object>> = {
    "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [group] },
    [`/apis/${uploadGroup}`]: { kind: "APIGroup", apiVersion: "v1", ...group },
    [`/apis/${groupVersion}`]: {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion,
        resources: [
            {
                name: "uploadtokenrequests",
                singularName: "uploadtokenrequest",
                namespaced: true,
                kind: "UploadTokenRequest",
                verbs: ["create"],
                shortNames: ["utr", "utrs"],
            },
        ],
    },
};
