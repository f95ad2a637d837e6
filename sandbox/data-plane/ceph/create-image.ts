import { classSecret, secretContent } from "../class-secrets";
import { type MadeVolume, type Refusal, type VolumeRequest, rpcError } from "../driver";
import type { Deployment } from "../objects";
import { since } from "../reading";
import { clusterEntry } from "./configuration";
import { encryptionRefusal } from "./encryption";
import { type CephTruth, cephTruth } from "./truth";

/** How long the driver tries to reach the monitors before it gives up for the first time; the real one takes a minute. */
const connectMs = 2000;

/** How long the first answer stands before it is tried again. */
const retryMs = 2000;

/**
 * What Ceph CSI answers when an image is asked for: its checks in its order. Source: ceph-csi internal/rbd/controllerserver.go,
 * CreateVolume, validateVolumeReq and parseVolCreateRequest.
 */
export function createImage(request: VolumeRequest, deployment: Deployment): Refusal | MadeVolume {
    const { world } = request;
    const { parameters = {} } = request.of;
    const { clusterID = "", pool = "" } = parameters;
    const wrong =
        invalidParameters(request) ?? invalidCredentials(request) ?? invalidModes(request);
    if (wrong !== undefined) {
        return wrong;
    }
    const cluster = clusterEntry(world, deployment, clusterID);
    if (typeof cluster === "string") {
        return rpcError("InvalidArgument", cluster);
    }
    return (
        encryptionRefusal(request, deployment) ??
        refusedByCeph(request, cluster, cephTruth(world)) ?? {
            writes: [],
            handle: volumeHandle(clusterID, request.claim.metadata.uid ?? ""),
            attributes: {
                clusterID,
                pool,
                journalPool: pool,
                imageFeatures: parameters["imageFeatures"] ?? "",
                imageName: `${parameters["volumeNamePrefix"] ?? "csi-vol-"}${request.claim.metadata.uid ?? ""}`,
            },
        }
    );
}

/** Source: validateVolumeReq and parseVolCreateRequest. */
function invalidParameters({ of: { parameters = {} } }: VolumeRequest): Refusal | undefined {
    if ((parameters["clusterID"] ?? "") === "") {
        return rpcError("InvalidArgument", "empty cluster ID to provision volume from");
    }
    if ((parameters["pool"] ?? parameters["topologyConstrainedPools"] ?? "") === "") {
        return rpcError("InvalidArgument", "missing or empty pool name to provision volume from");
    }
    return undefined;
}

/** Source: ceph-csi internal/util/credentials.go, newCredentialsFromSecret. */
function invalidCredentials({ world, of }: VolumeRequest): Refusal | undefined {
    const secret = secretContent(world, classSecret(of, "provisioner"));
    if (Object.keys(secret).length === 0) {
        return rpcError("InvalidArgument", "provided secret is empty");
    }
    if (secret["userID"] === undefined) {
        return rpcError("InvalidArgument", "missing ID field 'userID' in secrets");
    }
    return (secret["userKey"] ?? "") === ""
        ? rpcError("InvalidArgument", "missing key field 'userKey' in secrets")
        : undefined;
}

/** Source: parseVolCreateRequest, the checks before the volume's options are read. */
function invalidModes({ claim, of }: VolumeRequest): Refusal | undefined {
    const { accessModes = [], volumeMode } = claim.spec;
    if (volumeMode !== "Block" && accessModes.includes("ReadWriteMany")) {
        return rpcError(
            "InvalidArgument",
            "multi node access modes are only supported on rbd `block` type volumes",
        );
    }
    return of.parameters?.["imageFeatures"] === ""
        ? rpcError("InvalidArgument", "empty imageFeatures parameter")
        : undefined;
}

/**
 * What only the Ceph cluster knows. Sources of the texts: facts of ceph/ceph-csi#4563 (key), #2104 (monitors), #2781 (RADOS
 * namespace and data pool), internal/util/cephcmds.go (pool).
 */
function refusedByCeph(
    { world, of, name, claim, now }: VolumeRequest,
    cluster: { readonly monitors: readonly string[]; readonly radosNamespace: string },
    truth: CephTruth | undefined,
): Refusal | undefined {
    if (truth === undefined) {
        return undefined;
    }
    if (!cluster.monitors.some((monitor) => truth.monitors.includes(monitor))) {
        const waited = since(claim.metadata.creationTimestamp, now);
        if (waited < connectMs) {
            return {};
        }
        return waited < connectMs + retryMs
            ? rpcError("DeadlineExceeded", "context deadline exceeded")
            : rpcError("Aborted", `an operation with the given Volume ID ${name} already exists`);
    }
    const { userID = "", userKey } = secretContent(world, classSecret(of, "provisioner"));
    if (truth.users[userID] !== userKey) {
        return rpcError(
            "Internal",
            "failed to get connection: connecting failed: rados: ret=-1, Operation not permitted",
        );
    }
    const { pool, dataPool } = of.parameters ?? {};
    if (pool !== undefined && !truth.pools.includes(pool)) {
        return rpcError("Internal", `pool not found: pool (${pool}) not found in Ceph cluster`);
    }
    const inTruth =
        (cluster.radosNamespace === "" || truth.namespaces.includes(cluster.radosNamespace)) &&
        (dataPool === undefined || truth.pools.includes(dataPool));
    return inTruth
        ? undefined
        : rpcError("Internal", "failed to create rbd image: RBD image not found");
}

/** Source: ceph-csi internal/util/volid.go, ComposeCSIID. */
function volumeHandle(clusterID: string, uuid: string): string {
    const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
    return ["0001", hex(clusterID.length, 4), clusterID, hex(2, 16), uuid].join("-");
}
