import type { Check } from "../../../model/findings";
import { checkOverrides, type Guarded, type SpecOverrides } from "../../../model/overrides";

const guarded: Guarded = {
    csiConfig:
        "use clusterId, monitors, radosNamespace and readAffinity; a second Ceph cluster is a CephRbd of its own",
    driverName: "use driverName",
    kubeletDir: "use kubeletDir",
    readAffinity: "use readAffinity",
    topology: "use topology",
    "provisioner.replicaCount": "use provisionerReplicas",
    externallyManagedConfigmap:
        "leave it out: the chart writes the configuration from the arguments",
};

/** What the chart would make beside this package's own objects. */
const made: Readonly<Record<string, string>> = {
    storageClass: "use tiers",
    volumeSnapshotClass: "leave it out: the tiers have one",
};

/** Sections whose values are not repeated: they may have keys in them. */
const neverSaid: Readonly<Record<string, { readonly fault: string; readonly cure: string }>> = {
    // Source: the chart's templates/secret.yaml and values.yaml (test_passphrase).
    secret: {
        fault: "is set, and the chart would leave the key in Helm's release, beside a passphrase for testing",
        cure: "use user and encryption",
    },
    encryptionKMSConfig: {
        fault: "is set, which this package sets and checks itself",
        cure: "use encryption",
    },
};

/** What the chart's values may not say, because an argument says it, or because it would be there twice. */
export function checkCephRbdValues(values: SpecOverrides, check: Check): void {
    check.addFrom("values", checkOverrides(values, guarded));
    for (const [section, cure] of Object.entries(made)) {
        const { create } = (values[section] ?? {}) as { create?: unknown };
        if (create !== undefined && create !== false) {
            check.refuse(
                `values.${section}.create`,
                `is ${JSON.stringify(create)}, and the chart's own cannot have what machines need`,
                cure,
            );
        }
    }
    for (const [section, { fault, cure }] of Object.entries(neverSaid)) {
        if (values[section] !== undefined) {
            check.refuse(`values.${section}`, fault, cure);
        }
    }
}
