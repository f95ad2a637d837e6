import { type Duration, durationFault, formatElapsed, millisecondsOf } from "./duration";
import { Check, type Findings } from "./findings";

/** How long certificates of one kind live. */
export interface CertificateArgs {
    /**
     * How long a certificate is valid.
     *
     * @unit duration: `"24 hours"`
     * @defaultValue the operator's own: a day or more
     * @impact live: it counts from the next renewal on
     */
    readonly duration?: Duration;
    /**
     * How long before its end a certificate is renewed.
     *
     * @unit duration: `"6 hours"`
     * @defaultValue the operator's own: a fifth to a half of the certificate's life
     * @impact live
     */
    readonly renewBefore?: Duration;
}

/** The lifetimes that an operator uses where none is given, in milliseconds. */
export interface CertificateDefaults {
    readonly duration: number;
    /** From the duration that is really used. */
    readonly renewBefore: (duration: number) => number;
}

/**
 * What is wrong with the lifetimes of certificates, the defaults of what is left out included: nothing is renewed after its
 * end, and no certificate outlives the authority that signed it.
 * Source: validateCertificates in KubeVirt pkg/virt-operator/webhooks/kubevirt-update-admitter.go; CDI checks nothing
 * (pkg/operator/resources/cert/factory.go).
 */
export function checkCertificates<K extends string>(
    certificates: { readonly [P in K]?: CertificateArgs },
    defaults: Readonly<Record<K, CertificateDefaults>>,
    authority: NoInfer<K>,
): Findings {
    const check = new Check();
    const durations = new Map<K, number>();
    for (const kind of Object.keys(defaults) as K[]) {
        const { duration, renewBefore } = certificates[kind] ?? {};
        const fault = duration === undefined ? undefined : durationFault(duration);
        const renewalFault = renewBefore === undefined ? undefined : durationFault(renewBefore);
        check.refuseIf(`${kind}.duration`, fault);
        check.refuseIf(`${kind}.renewBefore`, renewalFault);
        if (fault !== undefined || renewalFault !== undefined) {
            continue;
        }
        const life = duration === undefined ? defaults[kind].duration : millisecondsOf(duration);
        const renewal =
            renewBefore === undefined
                ? defaults[kind].renewBefore(life)
                : millisecondsOf(renewBefore);
        durations.set(kind, life);
        if (renewal >= life) {
            check.refuse(
                `${kind}.renewBefore`,
                `is ${formatElapsed(renewal)}, which is not shorter than the certificate's life of ${formatElapsed(life)}`,
                "write a shorter time, or a longer duration",
            );
        }
    }
    const longest = durations.get(authority);
    for (const [kind, life] of durations) {
        if (longest !== undefined && life > longest) {
            check.refuse(
                `${kind}.duration`,
                `is ${formatElapsed(life)}, which is longer than the ${formatElapsed(longest)} of the authority that signs it`,
                `write a shorter time, or a longer ${authority}.duration`,
            );
        }
    }
    return check;
}
