const second = 1000;
const minute = 60 * second;

/**
 * How long a bad sign is given to go away by itself, in milliseconds. The values are judgement, not a rule of CDI or KubeVirt:
 * long enough for what a healthy cluster does by itself, short enough that nobody waits for a deadline.
 */
export const grace = {
    /** Between registering an object and seeing it in a watch. */
    notSeen: 2 * second,
    /** A controller that starts, or has fifty objects to look at first. */
    controller: minute,
    /** CRDs that the same deployment installs. */
    notInstalled: minute,
    /** An API server that was never reached. One that goes away later is waited for until the deadline. */
    neverReached: minute,
    /** A token that is being renewed. */
    login: 20 * second,
    /** A default class or a storage profile that the same deployment makes: CDI takes it up within seconds. */
    storageClass: 30 * second,
    /** A quota that the same deployment raises, or another disk's temporary claim that goes. */
    quota: 30 * second,
    /** A claim that CDI does not make and gives no reason for: it asks again with a growing pause. */
    claimNotMade: 2 * minute,
    /** A volume that waits for the claim that names it is bound within seconds. */
    staticVolume: 30 * second,
    /** A claim that vanished: CDI makes it again at once. */
    claimMissing: 10 * second,
    /** A driver that refuses to grow a volume, and is asked again with a growing pause. */
    expansion: 90 * second,
    /** A driver that grows a volume and says nothing, or a node that has to make the filesystem larger. */
    expansionSilent: 5 * minute,
    /** A clone source that the same deployment makes. */
    cloneSource: minute,
    /** A clone source that is not populated yet, or whose user is being stopped. */
    cloneSourceBusy: 2 * minute,
    /** Events that come in pairs with a healthy start: long enough to see the next one. */
    cloneSize: 15 * second,
    /** A machine that was just created, its pod, and the scheduler. */
    consumer: 3 * minute,
    /** KubeVirt deletes its own placeholder pod within seconds. */
    claimInUse: 2 * minute,
    /** A provisioner that answers with an error and tries again, with a growing pause. */
    provisioningFailed: 90 * second,
    /** A busy provisioner with many volumes to make. */
    provisionerSilent: 3 * minute,
    /** Scratch space is an ordinary volume that has to be provisioned. */
    scratch: 90 * second,
    /** A cluster autoscaler that adds a node. */
    unschedulable: 3 * minute,
    /** A worker pod that a quota or a race keeps from starting. */
    workerStart: minute,
    /** A registry that answers with an error once. */
    imagePull: minute,
    /** A Secret or ConfigMap that the same deployment makes after the disk. */
    missingReference: 20 * second,
    /** The worker's own image is pulled and the volume is attached. */
    containerStart: 3 * minute,
    /** CDI tries again with direct I/O, which may fit. */
    outOfMemory: 2 * minute,
    /** A source that answers 5xx or not at all may come back; an import was seen to go on after three restarts. */
    sourceUnavailable: 5 * minute,
    /** A kubelet lets a container that keeps failing wait five minutes before it starts it again. */
    nextAttempt: 6 * minute,
    /** The source pod of a copy: its restarts are all that can be seen of it. */
    cloneRestarts: minute,
    /** KubeVirt's own retries of a machine whose claim or pod is late. */
    machine: minute,
    /** Signs that a machine shows for a moment while it is created. */
    machineMoment: 10 * second,
    /** virt-controller makes the instance and its pod within seconds; so long it may be busy, or being started again. */
    machinePending: 2 * minute,
    /** A network or its plugin that the same deployment brings to the nodes. */
    network: 2 * minute,
    /** virt-handler defines and starts a guest within seconds after its pod runs. */
    guestStart: 3 * minute,
    /** How long a guest boots and installs what it is asked by: as long as readyWithin lets it. */
    guest: Infinity,
    /** A pod of an operator that ends because something it needs comes a moment later, and is started again. */
    podCrashing: 2 * minute,
    /** Pods that admission refuses because of something that the same deployment changes. */
    podsRefused: 30 * second,
    /** A rollout that has used up its own deadline, ten minutes by default: this update may have cured it. */
    rolloutStuck: minute,
    /** An operator that has just been started takes over from the one before it: a lease of 15 seconds, then its first round. */
    operatorSilent: 2 * minute,
    /** An operator tries again after an error, with a growing pause. */
    operatorFailed: 2 * minute,
    /** A part that is started again while its node is drained. */
    operatorDegraded: 3 * minute,
    /** The old operator still has the lease and the CR still carries its version. */
    operatorVersion: 2 * minute,
    /** All parts are ready: what is left is for the operator to see that, which takes it one round. */
    operatorStuck: 5 * minute,
    /** Another CR that is just being deleted. */
    secondInstall: 30 * second,
    /** CRDs are served within seconds after they were made. */
    notServed: minute,
    /** The CA bundle is injected in the operator's next round; addresses come with the first ready pod. */
    webhook: minute,
    /** A kubelet registers a driver within seconds after its pod runs, and asks again for a while where that fails. */
    driver: 2 * minute,
    /** A volume that is deleted: the driver is asked again with a growing pause. */
    removal: 3 * minute,
    /** An attempt is under way that may succeed: what is held against it stays, and counts when the attempt has failed. */
    attemptRunning: Infinity,
} as const;

/** A suspicion that was not seen for so long is forgotten. Longer than a failed attempt looks healthy. */
export const quietMs = 30 * second;

/** Restarts of a worker that are more than bad luck. Source: CDI's alert CDIDataVolumeUnusualRestartCount. */
export const manyRestarts = 3;
