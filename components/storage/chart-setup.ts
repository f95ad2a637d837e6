import type * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import type { CapacityArgs, ReplicasOf } from "../../model/capacity";
import type { Duration } from "../../model/duration";
import type { Findings } from "../../model/findings";
import type { Problem } from "../../model/problems";
import type { StorageClassPlan } from "../../model/storage";
import type { Part } from "../../model/versions";
import type { CollectionKind } from "../../waits/collections";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import type { GateArgs } from "../../waits/resource-gate";
import type { Place } from "../platform/place";
import type { Guarded } from "../uninstall-guard";
import type { Keeps } from "./keep-hook";

/** What both backends that come as a chart are told in the same way. */
export interface ChartSettings {
    readonly cluster: Place;
    readonly version?: string;
    readonly chart?: string;
    readonly capacity?: CapacityArgs;
    readonly probe?: boolean;
    readonly readyWithin?: Duration;
}

/** What tells one backend from the other. */
export interface ChartBackendSetup {
    /** Name of the component's class, as messages begin with it. */
    readonly className: string;
    readonly args: ChartSettings;
    readonly part: Part & ("cephCsiRbd" | "longhorn");
    readonly release: {
        readonly name: string;
        readonly namespace: string;
        readonly chart: string;
        readonly repository: string;
        /** An object of the chart that Helm marks as its release's. */
        readonly marked: { readonly kind: CollectionKind; readonly name: string };
        /** Seconds that its hooks may take. */
        readonly timeout: number;
        readonly protect: boolean;
    };
    /** By tier. */
    readonly plans: Readonly<Record<string, StorageClassPlan>>;
    /** The tier that the backend itself stands for. */
    readonly defaultTier: string;
    readonly faults: readonly ProvisioningFault[];
    /** How long it may take where the arguments do not say. */
    readonly readyWithin: Duration;
    readonly replicas: ReplicasOf;
    /** What is wrong with the arguments, where the number of nodes that take pods is known also with regard to it. */
    readonly check: (nodes: number | undefined) => Findings;
    /** What is wrong with them as the cluster stands. */
    readonly checkStanding?: () => Promise<readonly Problem[]>;
    readonly values: (nodes: number | undefined) => Readonly<Record<string, unknown>>;
    /** What the chart needs before it: its namespace, and what its pods look for when they start. */
    readonly objects: readonly PlainObject[];
    /** What the classes need: Secrets that volumes are made, mapped and deleted with. They go before the driver does. */
    readonly secrets: readonly PlainObject[];
    /** What it changes of objects that are somebody else's, before the chart is installed. */
    readonly prepare?: (
        component: pulumi.ComponentResource,
        after: readonly pulumi.Resource[],
    ) => readonly pulumi.Resource[];
    /** Opens when the driver can make volumes. */
    readonly driverReady: (common: GateArgs) => Promise<void>;
    readonly guarded: Guarded;
    /** What an update must not change, of the release and of the Secrets. */
    readonly keeps: { readonly release?: Keeps; readonly secret?: Keeps };
}
