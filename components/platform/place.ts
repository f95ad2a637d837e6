import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../cluster";
import { dependencies } from "../depends-on";
import type { NetworkPlumbing } from "./network-plumbing";
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

/** What networks beside the pod network are made with there, where this program says so. */
export function plumbingAt(place: Place): NetworkPlumbing | undefined {
    return place instanceof Cluster ? undefined : place.networks;
}

/** What a component that creates nothing itself hands on: what its user and its place have it come after. */
export async function cameBefore(
    opts: pulumi.ComponentResourceOptions | undefined,
    place: Place,
): Promise<pulumi.Resource[]> {
    return [...(await dependencies(opts?.dependsOn)), ...(await installedAt(place))];
}
