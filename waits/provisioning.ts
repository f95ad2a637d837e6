import type { DiskObservation } from "./disk-facts";
import { diagnosis, eventsOn, isRace, newest, quoted } from "./disk-facts";
import { sourceFaults } from "./disk-source-faults";
import { grace } from "./grace";
import type { Claim, KubernetesEvent } from "./objects";
import { annotationOf, objectName } from "./objects";
import type { ProvisioningFault } from "./provisioning-fault";
import type { Suspicion } from "./verdict";

/**
 * Why a pending claim gets no volume, from its events: the provisioner's error, no class, or silence.
 *
 * @param alias another claim that repeats the events of this one; CDI copies those of its temporary claims to the target.
 */
export function pendingSuspicion(
    claim: Claim,
    { events, faults = [] }: Pick<DiskObservation, "events" | "faults">,
    alias?: Claim,
): Suspicion {
    const all = eventsOn(events, claim, alias);
    const seen = all.filter(({ message }) => !isRace(message));
    return (
        staticVolume(claim, seen) ??
        withoutClass(claim, seen) ??
        knownFault(claim, all, [...sourceFaults, ...faults]) ??
        provisioningFailed(claim, seen) ?? {
            graceMs: grace.provisionerSilent,
            diagnosis: diagnosis(objectName("PersistentVolumeClaim", claim), {
                cause: "provisioner-silent",
                what: `The claim has no volume yet: ${provisionerOf(claim)} does not answer`,
                cure: "Check that the storage driver's controller runs, and its log",
            }),
        }
    );
}

/**
 * A claim that names its volume gets that one or none. Source: Kubernetes pkg/controller/volume/persistentvolume/pv_controller.go
 * (syncUnboundClaim: says nothing of a volume that is not there; checkVolumeSatisfyClaim).
 */
function staticVolume(claim: Claim, events: readonly KubernetesEvent[]): Suspicion | undefined {
    const name = claim.spec?.volumeName;
    if (name === undefined || !namesVolume(claim)) {
        return undefined;
    }
    const event = newest(events, /^(VolumeMismatch|FailedBinding)$/);
    const where = objectName("PersistentVolumeClaim", claim);
    return {
        graceMs: grace.staticVolume,
        diagnosis: diagnosis(
            event === undefined ? `${where}, phase` : `${where}, event ${event.reason ?? ""}`,
            {
                cause: "volume-not-bindable",
                what:
                    event === undefined
                        ? `The volume ${name} that the claim names is not there, or still belongs to another claim`
                        : `The claim cannot have the volume ${name}: ${quoted(event.message)}`,
                cure: `See that the volume is there and free (kubectl get persistentvolume ${name}), and that size, class, access and volume mode are those of the disk`,
            },
        ),
    };
}

/**
 * Whether somebody has said which volume the claim is to have, such as one that was there before: nothing is made for it. Kubernetes
 * writes the name of a volume that it has chosen itself there as well, and says so.
 */
export function namesVolume(claim: Claim): boolean {
    return (
        (claim.spec?.volumeName ?? "") !== "" &&
        annotationOf(claim, "pv.kubernetes.io/bound-by-controller") === undefined
    );
}

/** Kubernetes fills in a default class as soon as there is one, so a pending claim without class means that there is none. */
function withoutClass(claim: Claim, events: readonly KubernetesEvent[]): Suspicion | undefined {
    const asked = claim.spec?.storageClassName;
    if (asked !== undefined && asked !== "") {
        return undefined;
    }
    const event = newest(events, "FailedBinding");
    if (asked === "" && event === undefined) {
        return undefined;
    }
    return {
        graceMs: grace.storageClass,
        diagnosis: diagnosis(objectName("PersistentVolumeClaim", claim), {
            cause: "no-default-class",
            what: `The claim names no storage class and no class is the default: ${quoted(event?.message)}`,
            cure: "Name a storage class, or mark one as the default (storageclass.kubernetes.io/is-default-class)",
        }),
    };
}

/**
 * The newest event that says something the driver is known to say. The others do not count against it: a driver may tell the
 * cause once, and on every retry only that the first attempt is not over (external-provisioner's "already exists").
 */
function knownFault(
    claim: Claim,
    events: readonly KubernetesEvent[],
    faults: readonly ProvisioningFault[],
): Suspicion | undefined {
    for (const { reason, message = "" } of [...events].reverse()) {
        const fault =
            reason === "ProvisioningFailed"
                ? faults.find((known) => known.message.test(message))
                : undefined;
        if (fault !== undefined) {
            return {
                graceMs: fault.graceMs,
                diagnosis: diagnosis(eventPlace(claim), {
                    cause: fault.cause,
                    what: `${filledIn(fault.what, fault, message)}: ${quoted(message)}`,
                    cure: filledIn(fault.cure, fault, message),
                }),
            };
        }
    }
    return undefined;
}

/** A fault's sentence with what its expression caught in the place of `$1` and the like. */
function filledIn(sentence: string, fault: ProvisioningFault, message: string): string {
    const caught = fault.message.exec(message) ?? [];
    return sentence.replace(/\$(\d)/g, (_, number) => caught[Number(number)] ?? "");
}

function provisioningFailed(
    claim: Claim,
    events: readonly KubernetesEvent[],
): Suspicion | undefined {
    const message = newest(events, "ProvisioningFailed")?.message;
    if (message === undefined) {
        return undefined;
    }
    const where = eventPlace(claim);
    return /storageclass\S* "[^"]*" not found/i.test(message)
        ? {
              graceMs: grace.storageClass,
              diagnosis: diagnosis(where, {
                  cause: "no-such-class",
                  what: `The storage class does not exist: ${quoted(message)}`,
                  cure: "Make the class, or make the disk anew with one that exists (kubectl get storageclass)",
              }),
          }
        : {
              graceMs: grace.provisioningFailed,
              diagnosis: diagnosis(where, {
                  cause: "provisioning-failed",
                  what: `The volume cannot be made, says ${provisionerOf(claim)}: ${quoted(message)}`,
                  cure: "Check the class's parameters (pool, cluster, Secrets) and the storage system's free space",
              }),
          };
}

function eventPlace(claim: Claim): string {
    return `${objectName("PersistentVolumeClaim", claim)}, event ProvisioningFailed`;
}

function provisionerOf(claim: Claim): string {
    const name = annotationOf(claim, "volume.kubernetes.io/storage-provisioner");
    return name === undefined ? "the provisioner" : `provisioner ${name}`;
}
