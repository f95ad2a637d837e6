import { classSecret, secretContent } from "../class-secrets";
import { type Refusal, type VolumeRequest, rpcError } from "../driver";
import type { Deployment } from "../objects";
import { kmsIds } from "./configuration";

/**
 * Why an encrypted image cannot be made. Sources: ceph-csi internal/rbd/encryption.go, initKMS; internal/kms/secretskms.go
 * (without a key management the passphrase is in the class's Secret); internal/kms/kms.go, GetKMS.
 */
export function encryptionRefusal(
    { world, of }: VolumeRequest,
    deployment: Deployment,
): Refusal | undefined {
    const { encrypted, encryptionKMSID: id = "" } = of.parameters ?? {};
    if (encrypted !== "true") {
        return undefined;
    }
    const wrong = (text: string) =>
        rpcError("InvalidArgument", `invalid encryption kms configuration: ${text}`);
    if (id === "" || id === "default") {
        const secret = secretContent(world, classSecret(of, "provisioner"));
        return secret["encryptionPassphrase"] === undefined
            ? wrong('missing "encryptionPassphrase" in storageclass secret')
            : undefined;
    }
    const known = kmsIds(world, deployment);
    return known.includes(id)
        ? undefined
        : wrong(`could not get KMS configuration for "${id}" (have [${known.join(" ")}])`);
}
