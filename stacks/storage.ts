import { CephRbd, ExistingStorage, Longhorn, type Place, type StorageBackend } from "../components";
import type { StorageChoice } from "./environment";

/** The storage that a stack's configuration asks for. Disks that exist refuse another one, each by name. */
export function storageOf(choice: StorageChoice, cluster: Place): StorageBackend {
    switch (choice.kind) {
        case "existing":
            return new ExistingStorage("storage", { cluster, storageClass: choice.storageClass });
        case "ceph":
            return new CephRbd("ceph", { ...choice.args, cluster });
        case "longhorn":
            return new Longhorn("longhorn", { ...choice.args, cluster });
    }
}
