import { type Refusal, type VolumeRequest, rpcError } from "../driver";
import type { LonghornBackup } from "../objects";

/** The backup that a volume is made from, or why it cannot be. */
export interface Restored {
    readonly found?: LonghornBackup;
    readonly refusal?: Refusal;
}

/**
 * The backup behind the snapshot that a claim is made from: `bak://<volume>/<backup>`. Source: longhorn-manager
 * csi/controller_server.go, CreateVolume and decodeSnapshotID.
 */
export function backupFor({ world, claim }: VolumeRequest, namespace: string): Restored {
    const from = claim.spec.dataSourceRef ?? claim.spec.dataSource;
    const snapshot =
        from?.kind === "VolumeSnapshot"
            ? world.get("VolumeSnapshot", claim.metadata.namespace, from.name)
            : undefined;
    const content = world.get(
        "VolumeSnapshotContent",
        undefined,
        snapshot?.status?.boundVolumeSnapshotContentName ?? "",
    );
    const handle = content?.spec.source?.snapshotHandle;
    if (handle === undefined) {
        return {};
    }
    const [, type = "", volume = "", name = ""] = /^(.*?):\/\/([^/]*)\/([^/]*)/.exec(handle) ?? [];
    if (!["bak", "bs", "snap"].includes(type)) {
        return refused(
            "InvalidArgument",
            `invalid CSI snapshot type: ${type}. Must be snap, bak or bi`,
        );
    }
    if (type === "snap") {
        return {};
    }
    if (name === "") {
        return refused("NotFound", `volume source snapshot ${handle} is not found`);
    }
    const ofVolume = world
        .list("LonghornBackup", namespace)
        .filter((each) => each.status?.volumeName === volume);
    if (ofVolume.length === 0) {
        return refused(
            "NotFound",
            `failed to restore CSI snapshot ${handle} of volume ${volume}: there is no backup volume`,
        );
    }
    const found = ofVolume.find(({ metadata }) => metadata.name === name);
    return found === undefined
        ? refused(
              "NotFound",
              `failed to restore CSI snapshot ${handle} : failed to get backup ${name}: cannot find backup ${name} of volume ${volume}`,
          )
        : { found };
}

function refused(code: string, description: string): Restored {
    return { refusal: rpcError(code, description) };
}
