import { quantityBytes } from "../model/size";
import { collectionPath } from "./collections";
import { growthVerdict } from "./disk-growth";
import type { Settled } from "./gate";
import type { StorageClass, Volume } from "./objects";
import { readingVerdict } from "./reading";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** What a wait for a claim that grows needs. The name is that of the claim. */
export interface GrowthWaitOptions extends ObjectWait {
    readonly wantedBytes: number;
}

/** How large a claim has become. */
export interface GrownClaim {
    /** Undefined where the claim is not there, or not bound. */
    readonly capacityBytes: number | undefined;
}

/** Waits until a claim is as large as it was asked to be, or as large as it gets before a machine uses it; or cannot become so. */
export async function waitForGrowth(options: GrowthWaitOptions): Promise<Settled & GrownClaim> {
    const { view, clock, namespace, name, wantedBytes } = options;
    const claims = view.observe("PersistentVolumeClaim", namespace);
    const pods = view.observe("Pod", namespace);
    const events = view.observe("Event", namespace);
    const classes = view.observe("StorageClass");
    const watched = [claims, pods, events, classes];
    let volume: ReturnType<typeof view.ask> | undefined;
    let changed = (): void => undefined;

    /** The claim's volume, which is larger before the claim is. Looked at by its name: an account may not see all of them. */
    const volumeOf = (volumeName: string | undefined): Volume | undefined => {
        if (volume === undefined && volumeName !== undefined) {
            volume = view.ask(`${collectionPath("PersistentVolume")}/${volumeName}`);
            volume.onChange(changed);
        }
        return volume?.answer as Volume | undefined;
    };
    const classOf = (className: string | undefined): StorageClass | "missing" | undefined =>
        className === undefined || !classes.listed
            ? undefined
            : (classes.get(className) ?? "missing");
    const capacity = (): number | undefined =>
        quantityBytes(claims.get(name)?.status?.capacity?.storage ?? "");

    try {
        const settled = await watchedWait({
            ...options,
            subjects: [{ kind: "PersistentVolumeClaim", namespace, name }],
            subject: `PersistentVolumeClaim ${namespace}/${name}`,
            subscribe: (run) => {
                changed = run;
                watched.forEach((one) => one.onChange(run));
            },
            evaluate: () => {
                const reading = readingVerdict(claims, clock.now());
                if (reading !== undefined) {
                    return reading;
                }
                const claim = claims.get(name);
                const isGrown = (capacity() ?? 0) >= wantedBytes;
                return growthVerdict(
                    {
                        namespace,
                        name,
                        claim,
                        pods: pods.all(),
                        events: events.all(),
                        storageClass: classOf(claim?.spec?.storageClassName),
                        volume: isGrown ? undefined : volumeOf(claim?.spec?.volumeName),
                    },
                    wantedBytes,
                );
            },
            isComplete: () => true,
            unreadable: () =>
                [pods, events, classes]
                    .filter(({ trouble }) => trouble?.kind === "denied")
                    .map(({ label }) => label),
        });
        return { ...settled, capacityBytes: capacity() };
    } finally {
        volume?.release();
        watched.forEach((one) => one.release());
    }
}
