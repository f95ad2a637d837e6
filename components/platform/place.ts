import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../cluster";
import type { VirtualizationPlatform } from "./virtualization-platform";

/** Where machines and disks live: a cluster whose platform is somebody else's business, or a platform of this program. */
export type Place = Cluster | VirtualizationPlatform;

/** The cluster of a place. */
export function clusterOf(place: Place): Cluster {
    return place instanceof Cluster ? place : place.cluster;
}

/** What is registered after, and removed before, what lives there. */
export function installedAt(place: Place): Promise<pulumi.Resource[]> {
    return place instanceof Cluster ? Promise.resolve([]) : place.installed;
}
