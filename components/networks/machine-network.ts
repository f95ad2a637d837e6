import type * as pulumi from "@pulumi/pulumi";
import type { Ipam } from "../../model/ipam";
import type { IpRange } from "../../model/ip-range";
import type { NetworkKind } from "../../model/network-type";
import type { Cluster } from "../cluster";

/** A network that machines can have an interface on: a {@link VmNetwork}, or one that is there ({@link ExistingNetwork}). */
export interface MachineNetwork {
    readonly cluster: Cluster;
    /** `namespace/name`, as a machine refers to it. */
    readonly networkName: string;
    /** Undefined where it is not known. */
    readonly kind: NetworkKind | undefined;
    /** The networks that addresses on it are of; empty where that was not said. */
    readonly subnets: readonly IpRange[];
    /** What pods are given on it. */
    readonly ipam: Ipam;
    /** Which wire it is on; undefined where that was not said. */
    readonly broadcastDomain: string | undefined;
    /** What a machine is registered after, and removed before. */
    readonly dependsOn: Promise<pulumi.Resource[]>;
}
