import { Check, type Findings } from "../../../model/findings";
import { nameFault } from "../../../model/names";
import { objectNameFault } from "../../../model/object-name";
import type { LonghornArgs } from "./args";
import type { LonghornEncryptionArgs, LonghornMetricsArgs } from "./part-args";

/** What is wrong with the encryption. The passphrase is never shown. */
export function checkEncryption(encryption: LonghornEncryptionArgs | undefined): Findings {
    const check = new Check();
    if (encryption === undefined) {
        return check;
    }
    const { passphrase, keySize, pbkdf } = encryption;
    if (passphrase === "") {
        check.refuse("passphrase", "is empty", "give one, as a secret, and keep a copy elsewhere");
    }
    if (keySize !== undefined && !(Number.isInteger(keySize) && keySize > 0 && keySize % 8 === 0)) {
        check.refuse(
            "keySize",
            `is ${String(keySize)}, which is not a size in bits`,
            "write a multiple of 8, such as 256 or 512",
        );
    }
    check.refuseUnknown("pbkdf", pbkdf, ["argon2i", "argon2id", "pbkdf2"], "cryptsetup");
    return check;
}

/** What is wrong with the metrics. */
export function checkMetrics(metrics: LonghornMetricsArgs | undefined): Findings {
    const check = new Check();
    const { from, labels, serviceMonitor } = metrics ?? {};
    if (labels !== undefined && serviceMonitor !== true) {
        check.refuse(
            "labels",
            "is given, and there is no ServiceMonitor that could have them",
            "add serviceMonitor: true, or leave it out",
        );
    }
    if (from !== undefined) {
        check.refuseIf("from.namespace", nameFault(from.namespace));
        if (Object.keys(from.podLabels).length === 0) {
            check.refuse(
                "from.podLabels",
                "is empty, and every pod of the namespace could tell Longhorn to delete volumes",
                `name the pods, such as { "app.kubernetes.io/name": "prometheus" }`,
            );
        }
    }
    return check;
}

/** Annotations that make a controller ask for a login. Source: Longhorn documentation 1.12.1, deploy/accessing-the-ui. */
const authenticates =
    /^(nginx\.ingress\.kubernetes\.io\/auth-|traefik\.ingress\.kubernetes\.io\/router\.middlewares$|haproxy\.org\/auth-|.*(auth|oidc|oauth))/i;

/** What is wrong with the way to the user interface, which has no login of its own. */
export function checkUi(ui: LonghornArgs["ui"]): Findings {
    const check = new Check();
    if (ui === undefined || ui === "off") {
        return check;
    }
    check.refuseIf("host", objectNameFault(ui.host));
    const keys = Object.keys(ui.annotations);
    if (keys.length === 0) {
        check.refuse(
            "annotations",
            "is empty, and the user interface has no login: whoever reaches it can delete every volume",
            `add what makes the ingress controller ask for one, such as the annotation "traefik.ingress.kubernetes.io/router.middlewares"`,
        );
    } else if (!keys.some((key) => authenticates.test(key))) {
        check.warn(
            "annotations",
            `has ${keys.join(", ")}, none of which is known to ask for a login`,
            "see that the ingress controller asks for one before it lets anybody through",
        );
    }
    if (ui.tlsSecret === undefined) {
        check.warn(
            "tlsSecret",
            "is not given, and the login goes over plain http",
            "name a Secret with a certificate, unless something before the ingress speaks https",
        );
    } else {
        check.refuseIf("tlsSecret", objectNameFault(ui.tlsSecret));
    }
    return check;
}
