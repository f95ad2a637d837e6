import { quantityBytes } from "../../../model/size";
import type { VolumeRequest } from "../driver";
import type { LonghornBackup, Texts } from "../objects";
import type { NewObject } from "../writes";
import { longhornApi, longhornFinalizer } from "./system";

/** Source: longhorn-manager util/volume.go, RoundUpSize: sizes are whole multiples of 2 MiB. */
const step = 2 * 2 ** 20;

/** The bytes of a quantity as Longhorn rounds them. */
export function roundedBytes(quantity = "0"): number {
    return Math.ceil((quantityBytes(quantity) ?? 0) / step) * step;
}

/** The volume that Longhorn makes for a claim. Source: longhorn-manager csi/util.go, getVolumeOptions, and manager/volume.go, Create. */
export function volumeFor(
    { claim, of, name }: VolumeRequest,
    namespace: string,
    backup: LonghornBackup | undefined,
): NewObject {
    const { parameters = {} } = of;
    const shared = claim.spec.accessModes?.includes("ReadWriteMany") === true;
    return {
        apiVersion: longhornApi,
        kind: "LonghornVolume",
        metadata: {
            name,
            namespace,
            labels: jobLabels(parameters["recurringJobSelector"]),
            finalizers: [longhornFinalizer],
        },
        spec: {
            // Of a restored one it is the backup's, whatever was asked for. Source: webhook/resources/volume/mutator.go.
            size: String(
                roundedBytes(backup?.status?.volumeSize ?? claim.spec.resources?.requests?.storage),
            ),
            numberOfReplicas: Number(parameters["numberOfReplicas"] ?? "3"),
            staleReplicaTimeout: Number(parameters["staleReplicaTimeout"] ?? "2880"),
            accessMode: shared ? "rwx" : "rwo",
            // With other access modes the word is passed over in silence.
            migratable: shared && parameters["migratable"] === "true",
            encrypted: parameters["encrypted"] === "true",
            dataEngine: parameters["dataEngine"] ?? "v1",
            dataLocality: parameters["dataLocality"] ?? "disabled",
            frontend: "blockdev",
            fromBackup: backup?.status?.url ?? parameters["fromBackup"] ?? "",
            backupTargetName: parameters["backupTargetName"] ?? "default",
            diskSelector: tags(parameters["diskSelector"]),
            nodeSelector: tags(parameters["nodeSelector"]),
        },
    };
}

function tags(text = ""): string[] {
    return text.split(",").filter((tag) => tag !== "");
}

/** Source: longhorn-manager datastore/longhorn.go, labels of a volume; one without a job of its own is in the group `default`. */
function jobLabels(selector: string | undefined): Texts {
    const jobs = JSON.parse(selector ?? "[]") as readonly {
        readonly name: string;
        readonly isGroup?: boolean;
    }[];
    const chosen = jobs.map(({ name, isGroup }) =>
        isGroup === true
            ? `recurring-job-group.longhorn.io/${name}`
            : `recurring-job.longhorn.io/${name}`,
    );
    const labels = chosen.length === 0 ? ["recurring-job-group.longhorn.io/default"] : chosen;
    return Object.fromEntries(labels.map((label) => [label, "enabled"]));
}
