import type { Problems } from "./problems";
import { bytesOf, formatBytes, sizeFault } from "./size";
import {
    type Fault,
    type FieldRule,
    form,
    namespaceName,
    objectName,
    record,
    secretName,
    shown,
    text,
} from "./source-fields";
import type { SourcePlace, SourceRules, Unchecked } from "./source-rules";

const copied = (name: string): Readonly<Record<string, FieldRule>> => ({
    [name]: { check: objectName, required: true },
    namespace: { check: namespaceName },
});

const noContentType = "leave it out: a copy has the content of what is copied";

const driver: FieldRule = {
    check: form(
        "the name of a CSI driver",
        "it as in rbd.csi.ceph.com",
        /^(?=.{1,63}$)[a-z0-9]+([-.][a-z0-9]+)*$/,
    ),
    required: true,
};
const description: FieldRule = { check: text("a description", "one line"), required: true };
const handle: FieldRule = {
    check: text("an id of the driver", "the driver shows it"),
    required: true,
};
const secret: FieldRule = {
    check: record({
        name: { check: secretName, required: true },
        namespace: { check: namespaceName, required: true },
    }),
};

/** Rules of what the cluster, or its storage, has already. Source: CDI datavolume-validate.go; Kubernetes CSIPersistentVolumeSource. */
export const clusterSourceRules: Readonly<Record<string, SourceRules>> = {
    claim: {
        what: "a copy of a claim",
        fields: copied("claim"),
        instead: { contentType: noContentType },
        together: notItself,
    },
    snapshot: {
        what: "a copy of a snapshot",
        fields: copied("snapshot"),
        instead: { contentType: noContentType },
    },
    dataSource: {
        what: "a copy of a DataSource",
        fields: copied("dataSource"),
        instead: { contentType: noContentType },
    },
    volume: {
        what: "a volume that is there",
        fields: {
            volume: {
                check: record({
                    text: description,
                    driver,
                    volumeHandle: handle,
                    volumeAttributes: { check: texts, required: true },
                    secrets: {
                        check: record({
                            nodeStageSecretRef: secret,
                            controllerExpandSecretRef: secret,
                            nodeExpandSecretRef: secret,
                        }),
                        required: true,
                    },
                }),
                required: true,
            },
        },
    },
    backup: {
        what: "a backup",
        fields: {
            backup: {
                check: record({
                    text: description,
                    driver,
                    snapshotHandle: handle,
                    snapshotClass: { check: objectName, required: true },
                    size: { check: size },
                }),
                required: true,
            },
        },
        together: largeEnough,
    },
};

/** CDI would wait for ever: what it copies is what it is about to make. */
function notItself(source: Unchecked, place: SourcePlace, problems: Problems): void {
    const { claim, namespace = place.namespace } = source;
    if (claim === place.name && namespace === place.namespace) {
        problems.add(
            "claim",
            `is ${shown(claim)}, which is this disk itself`,
            "name the claim to copy, or give this disk another name",
        );
    }
}

/** A volume is never restored into less room. Source: CSI CreateVolume, required_bytes of a snapshot's content. */
function largeEnough(source: Unchecked, place: SourcePlace, problems: Problems): void {
    const { size: wanted } = (source["backup"] ?? {}) as { size?: unknown };
    if (
        size(wanted) === undefined &&
        sizeFault(place.size) === undefined &&
        bytesOf(place.size) < bytesOf(wanted as SourcePlace["size"])
    ) {
        problems.add(
            "backup",
            `has ${formatBytes(bytesOf(wanted as SourcePlace["size"]))}, which do not fit into ${place.size}`,
            `write a size of at least ${String(wanted)}`,
        );
    }
}

function size(value: unknown): Fault | undefined {
    return typeof value === "string"
        ? sizeFault(value)
        : { fault: `is ${shown(value)}, which is not a size`, cure: `write it as "40Gi"` };
}

/** An object whose values are all texts. */
function texts(value: unknown): Fault | undefined {
    return typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((one) => typeof one === "string")
        ? undefined
        : {
              fault: `is ${shown(value)}, which is not an object of texts`,
              cure: "write { name: text }",
          };
}
