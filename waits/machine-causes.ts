import type { DiagnosisParts } from "./disk-facts";
import { quoted } from "./disk-facts";
import { noNetworkParts } from "./pod-network";
import type { Cause } from "./verdict";

/** Why an object was not let in, where it is one of the namespace's own limits or the machine's network. */
export function notMade(message: string, otherwise: DiagnosisParts): DiagnosisParts {
    // Sources: Kubernetes resourcequota/controller.go, limitranger/admission.go; KubeVirt pkg/network/multus.
    if (/exceeded quota|failed quota/.test(message)) {
        return {
            cause: "quota",
            what: `The namespace's quota is used up: ${message}`,
            cure: "Raise the ResourceQuota, or make the machine smaller; its pod needs more memory than the guest sees",
        };
    }
    if (/(maximum|minimum) \S+ usage per|limit to request ratio/.test(message)) {
        return {
            cause: "limit-range",
            what: `A LimitRange of the namespace does not let the machine's pod in: ${message}`,
            cure: "Change the LimitRange (kubectl get limitrange), or the size of the machine",
        };
    }
    if (/network-attachment-definition/i.test(message)) {
        return noNetworkParts(message);
    }
    if (/violates PodSecurity/.test(message)) {
        return {
            ...otherwise,
            cure: "Let the namespace run such pods: label it pod-security.kubernetes.io/enforce=privileged, or take away what the message names",
        };
    }
    return otherwise;
}

/** Why the node does not run the guest. */
export function notStarted(message: string): DiagnosisParts {
    return isWithoutKvm(message)
        ? {
              cause: "no-kvm" satisfies Cause,
              what: `The node cannot run the guest with hardware virtualization: ${message}`,
              cure: "Use nodes with /dev/kvm (nested virtualization on cloud machines); for a trial, set useEmulation of the KubeVirt object",
          }
        : {
              cause: "guest-not-started",
              what: `The guest cannot be started or changed on its node: ${message}`,
              cure: "Put right what the message names; the log of the virt-launcher pod has more",
          };
}

/** Whether a message is about hardware virtualization. Source: libvirt's and QEMU's messages where /dev/kvm is missing or refused. */
export function isWithoutKvm(message: string | undefined): boolean {
    return /\/dev\/kvm|(?:could not access|no) KVM|KVM (?:kernel module|is not available)|domain type kvm/i.test(
        message ?? "",
    );
}

/** A sentence with the real message in it, where there is one. */
export function withMessage(what: string, message: string | undefined): string {
    return message === undefined ? what : `${what}: ${quoted(message)}`;
}
