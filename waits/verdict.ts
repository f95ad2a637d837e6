/** Why a disk, machine or part of the platform does not become ready. The words are stable: a program may act on them. */
export const causes = [
    // The object itself.
    "not-there",
    "being-deleted",
    "refused",
    "not-installed",
    "controller-silent",
    "forbidden",
    "server-unreachable",
    "deadline",
    // Where the content comes from.
    "http-404",
    "http-401",
    "http-403",
    "image-not-found",
    "unauthorised",
    "untrusted-certificate",
    "host-not-found",
    "source-unavailable",
    "checksum",
    "disk-too-small",
    "unreadable-image",
    "import-failed",
    "upload-failed",
    "clone-source-missing",
    "clone-source-not-ready",
    "clone-source-in-use",
    "clone-not-allowed",
    "clone-too-small",
    "clone-failed",
    "data-source-missing",
    "data-source-not-ready",
    // What this program sends itself.
    "upload-file",
    "upload-proxy-unknown",
    // Where the content goes.
    "no-default-class",
    "no-such-class",
    "no-access-mode",
    "no-scratch-space",
    "quota",
    "limit-range",
    "no-consumer",
    "claim-missing",
    "claim-not-made",
    "claim-exists",
    "claim-in-use",
    "provisioning-failed",
    "provisioner-silent",
    "volume-lost",
    "volume-not-bindable",
    "expansion-stuck",
    // The pod that does the work.
    "image-pull",
    "missing-reference",
    "mount-failed",
    "unschedulable",
    "worker-not-started",
    "out-of-memory",
    "data-volume-failed",
    // The machine.
    "machine-refused",
    "missing-volume",
    "instancetype-missing",
    "preference-missing",
    "machine-pending",
    "machine-crashing",
    "machine-paused",
    "run-strategy-changed",
    "migration-failed",
    "migration-called-off",
    "no-network",
    "no-kvm",
    "device-missing",
    "guest-not-started",
    "agent-silent",
    "port-silent",
    "recovery-required",
    "restart-refused",
    // The pods of an operator and its parts.
    "pod-crashing",
    "pods-refused",
    "rollout-stuck",
    // The operator and what it brings.
    "operator-silent",
    "operator-failed",
    "operator-degraded",
    "operator-stuck",
    "operator-version",
    "second-install",
    "downgrade-refused",
    "not-served",
    "webhook-not-ready",
    // The storage system and its driver.
    "driver-not-registered",
    "storage-nodes-not-ready",
    "cluster-id-unknown",
    "monitors-unreachable",
    "credentials-refused",
    "credentials-missing",
    "pool-missing",
    "encryption-key-missing",
    "class-parameters",
    "storage-full",
    "backup-target-unavailable",
] as const;

/** Why a disk, machine or part of the platform does not become ready. */
export type Cause = (typeof causes)[number];

/** What is wrong, for a person who has to put it right. */
export interface Diagnosis {
    readonly cause: Cause;
    /** A plain sentence with the real message in it. */
    readonly what: string;
    /** The object it was seen on: "DataVolume vms/db-root, condition Running". */
    readonly where: string;
    /** What to do about it. */
    readonly cure: string;
}

/** A bad sign that may go away by itself, and how long it is given to do so. */
export interface Suspicion {
    readonly diagnosis: Diagnosis;
    /** Infinity: held against it (see gate.ts), but no reason to give up now. */
    readonly graceMs: number;
}

/** Not there yet. */
export interface Waiting {
    readonly kind: "waiting";
    /** The phase in the controller's own word. */
    readonly phase: string;
    readonly percent?: number;
    readonly note?: string;
    readonly suspicion?: Suspicion;
}

/** What one look at the cluster says about a disk, machine or part of the platform. */
export type Verdict =
    | { readonly kind: "ready"; readonly note?: string }
    /** Not ready, but whoever waits has to go on for it to become so. */
    | { readonly kind: "proceed"; readonly note: string }
    | Waiting
    | { readonly kind: "failed"; readonly diagnosis: Diagnosis };

/** Fails now: nothing will get better by itself. */
export function failed(diagnosis: Diagnosis): Verdict {
    return { kind: "failed", diagnosis };
}

/** A diagnosis as one line: what, where, cure. */
export function diagnosisText(diagnosis: Diagnosis): string {
    return `${diagnosis.what} (${diagnosis.where}). ${diagnosis.cure}.`;
}
