import { randomBytes } from "node:crypto";
import { ApiError } from "../api";
import { type CloneRight, mayClone } from "./clone-right";
import type { Client } from "./client";
import { collectionPath } from "./kinds";
import type { Claim, DataSource, DataVolume, Kind } from "./objects";
import { annotationOf } from "./reading";
import { resolvedSource } from "./sources";
import { Store } from "./store";
import type { ReviewRequest, ReviewResponse } from "./uninstall-review";
import { same } from "./writes";

const prefix = "cdi.kubevirt.io/storage.";

/** Why a DataVolume is refused, as the API server passes it on. */
interface Refusal {
    readonly code: 400 | 422;
    readonly message: string;
    readonly field?: string;
}

/**
 * What CDI's webhooks say of a DataVolume, as far as the safety of data depends on it: no change of its spec, no claim of another taken
 * over, no copy of what somebody may not read. The messages are recorded ones. Source: CDI
 * pkg/apiserver/webhooks/datavolume-{mutate,validate}.go.
 */
export async function reviewDataVolume(
    request: ReviewRequest,
    client: Client,
    webhook: "mutate" | "validate",
): Promise<ReviewResponse> {
    const { uid, operation } = request;
    const dataVolume = request.object as DataVolume | null | undefined;
    if (dataVolume === null || dataVolume === undefined) {
        return { uid, allowed: true };
    }
    if (webhook === "validate") {
        const refusal = await validate(request, dataVolume, client);
        return refusal === undefined ? { uid, allowed: true } : refused(uid, refusal);
    }
    if (operation !== "CREATE" || dataVolume.metadata.deletionTimestamp !== undefined) {
        return { uid, allowed: true };
    }
    const { refusal, isClone } = await authorise(request, dataVolume, client);
    if (refusal !== undefined) {
        return refused(uid, refusal);
    }
    return isClone ? { uid, allowed: true, ...withToken(dataVolume) } : { uid, allowed: true };
}

async function validate(
    { operation, oldObject, namespace = "" }: ReviewRequest,
    dataVolume: DataVolume,
    client: Client,
): Promise<Refusal | undefined> {
    if (operation === "UPDATE") {
        return same(dataVolume.spec, oldObject?.spec)
            ? undefined
            : { code: 422, message: " Cannot update DataVolume Spec", field: "DataVolume.Spec" };
    }
    const { name } = dataVolume.metadata;
    const claim = await read<Claim>(client, "PersistentVolumeClaim", namespace, name);
    const [owner] = claim?.metadata.ownerReferences?.filter((each) => each.controller) ?? [];
    const taken =
        claim !== undefined &&
        owner?.kind !== "DataVolume" &&
        annotationOf(dataVolume, `${prefix}prePopulated`) === undefined &&
        annotationOf(dataVolume, `${prefix}checkStaticVolume`) === undefined;
    const message = ` Destination PVC ${namespace}/${name} already exists`;
    return taken ? { code: 422, message, field: "DataVolume.Name" } : undefined;
}

/** Whether who makes it may copy what it copies. Source: CDI core/v1beta1/authorize.go, AuthorizeUser. */
async function authorise(
    { namespace = "", userInfo }: ReviewRequest,
    dataVolume: DataVolume,
    client: Client,
): Promise<{ readonly refusal?: Refusal; readonly isClone: boolean }> {
    const from = await cloneSource(dataVolume, namespace, client);
    if (from === undefined || "message" in from) {
        return from === undefined ? { isClone: false } : { refusal: from, isClone: true };
    }
    if (from.namespace === namespace) {
        return { isClone: true };
    }
    const path = `/api/v1/namespaces/${from.namespace}`;
    if ((await readAt(client, path)) === undefined) {
        const message = `namespaces "${from.namespace}" not found`;
        return { refusal: { code: 400, message }, isClone: true };
    }
    const message = ` User ${userInfo?.username ?? ""} has insufficient permissions in clone source namespace ${from.namespace}`;
    return (await mayClone(client, userInfo ?? {}, from))
        ? { isClone: true }
        : { refusal: { code: 422, message, field: "spec.source.PVC.namespace" }, isClone: true };
}

async function cloneSource(
    { spec }: DataVolume,
    namespace: string,
    client: Client,
): Promise<CloneRight | Refusal | undefined> {
    const { sourceRef } = spec;
    if (sourceRef === undefined) {
        return cloneOf(spec.source, namespace);
    }
    const place = sourceRef.namespace ?? namespace;
    const found = await read<DataSource>(client, "DataSource", place, sourceRef.name);
    if (found === undefined) {
        return { code: 400, message: `datasources.cdi.kubevirt.io "${sourceRef.name}" not found` };
    }
    const next = found.spec.source?.["dataSource"]?.name;
    const other =
        next === undefined ? undefined : await read<DataSource>(client, "DataSource", place, next);
    const world = Store.of(...(other === undefined ? [] : [{ ...other, kind: found.kind }]));
    return cloneOf(resolvedSource(world, found).source, place);
}

function cloneOf(source: DataVolume["spec"]["source"], namespace: string): CloneRight | undefined {
    for (const kind of ["pvc", "snapshot"] as const) {
        const fields = source?.[kind];
        if (fields !== undefined) {
            return { of: kind, namespace: fields.namespace ?? namespace, name: fields.name ?? "" };
        }
    }
    return undefined;
}

async function read<T>(
    client: Client,
    kind: Kind,
    namespace: string,
    name: string,
): Promise<T | undefined> {
    return (await readAt(client, `${collectionPath(kind, namespace)}/${name}`)) as T | undefined;
}

async function readAt(client: Client, path: string): Promise<unknown> {
    try {
        return await client.send({ method: "GET", path });
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

function refused(uid: string, { code, message, field }: Refusal): ReviewResponse {
    const causes = [{ reason: "FieldValueInvalid", message: message.trim(), field }];
    return {
        uid,
        allowed: false,
        status: { code, message, ...(field === undefined ? {} : { details: { causes } }) },
    };
}

/** The right to copy, written down on the DataVolume. Nobody of the simulation reads it. */
function withToken(dataVolume: DataVolume): Pick<ReviewResponse, "patch" | "patchType"> {
    const token = randomBytes(32).toString("base64url");
    const { annotations } = dataVolume.metadata;
    const name = `${prefix}clone.token`;
    const operation =
        annotations === undefined
            ? { op: "add", path: "/metadata/annotations", value: { [name]: token } }
            : {
                  op: "add",
                  path: `/metadata/annotations/${name.replace("/", "~1")}`,
                  value: token,
              };
    return {
        patchType: "JSONPatch",
        patch: Buffer.from(JSON.stringify([operation])).toString("base64"),
    };
}
