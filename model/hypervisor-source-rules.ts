import { parseImageReference } from "./image-reference";
import type { Problems } from "./problems";
import { address } from "./source-address";
import {
    type Fault,
    type FieldRule,
    form,
    objectName,
    secretName,
    shown,
    text,
    yesOrNo,
} from "./source-fields";
import { refuseBothWays, type SourcePlace, type SourceRules, type Unchecked } from "./source-rules";

const certConfigMap: FieldRule = { check: objectName };
const secretRef: FieldRule = { check: secretName, required: true };

const noArchive =
    "leave it out: CDI unpacks archives only from a web server or an upload, and takes every other source for a disk image";
const noChecksum = "leave it out: CDI compares checksums only of what comes from a web server";

/** Rules of disks of other hypervisors. Source: CDI pkg/apiserver/webhooks/util.go, pkg/importer/vddk-datasource_amd64.go. */
export const hypervisorSourceRules: Readonly<Record<string, SourceRules>> = {
    imageio: {
        what: "an imageio source",
        fields: {
            imageio: {
                check: address({
                    schemes: ["http", "https"],
                    example: "https://engine.example.org/ovirt-engine/api",
                }),
                required: true,
            },
            diskId: {
                check: text("the id of a disk", "the engine shows it, a UUID"),
                required: true,
            },
            secretRef,
            certConfigMap,
            insecureSkipVerify: { check: yesOrNo },
        },
        instead: { contentType: noArchive, checksum: noChecksum },
        together: certificateOrNone,
    },
    vddk: {
        what: "a VDDK source",
        fields: {
            vddk: {
                check: address({
                    schemes: ["http", "https"],
                    example: "https://vcenter.example.org",
                }),
                required: true,
            },
            uuid: {
                check: form(
                    "the UUID of a virtual machine",
                    "it as in 52260566-b032-36cb-55b1-79bf29e30490",
                    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
                ),
                required: true,
            },
            backingFile: {
                check: form(
                    "a disk file on a datastore",
                    "it as vSphere shows it: [datastore1] web/web.vmdk",
                    /^\[[^\][]+\] [^\s].*\.vmdk$/i,
                ),
                required: true,
            },
            thumbprint: {
                check: form(
                    "a SHA-1 fingerprint",
                    "the 20 bytes of it as in 20:6C:8A:…, which `openssl x509 -fingerprint -sha1` prints",
                    /^[0-9a-f]{2}(:[0-9a-f]{2}){19}$/i,
                ),
                required: true,
            },
            secretRef,
            certConfigMap,
            initImageURL: { check: containerImage },
            extraArgs: { check: objectName },
        },
        instead: {
            contentType: noArchive,
            checksum: noChecksum,
            insecureSkipVerify: "leave it out: the server is known by thumbprint",
        },
    },
};

/** CDI's webhook wants one of both, and which of two holds would be a guess. */
function certificateOrNone(source: Unchecked, _: SourcePlace, problems: Problems): void {
    refuseBothWays(source, problems);
    if (source["certConfigMap"] === undefined && source["insecureSkipVerify"] !== true) {
        problems.add(
            "certConfigMap",
            "is missing, and CDI asks the engine for nothing without it",
            "put the engine's certificate authority into a ConfigMap and name it; or write insecureSkipVerify: true",
        );
    }
}

/** The image of an init container, as a pod names it. */
function containerImage(value: unknown): Fault | undefined {
    return typeof value === "string" && parseImageReference(value) !== undefined
        ? undefined
        : {
              fault: `is ${shown(value)}, which is not the reference of a container image`,
              cure: "write it without docker://, as registry.example.org/vddk:8.0",
          };
}
