import * as pulumi from "@pulumi/pulumi";
import { type Problem, problemsText } from "../../model/problems";
import { collectionPath } from "../../waits/collections";
import { takesPods } from "../../waits/nodes";
import type { ClusterNode } from "../../waits/platform-objects";
import { whenOpen } from "../../waits/resource-gate";
import { driverGate } from "../../waits/storage-gates";
import type { VolumeSource } from "../../model/disk-source";
import { clusterOf } from "../platform/place";
import type { CephRbdArgs } from "./ceph-rbd/args";
import { capsCommand } from "./ceph-rbd/caps";
import { checkCephRbd } from "./ceph-rbd/check";
import { cephKeyFault } from "./ceph-rbd/check-access";
import type { CephRbdClassArgs } from "./ceph-rbd/class-args";
import { cephRbdClasses, cephRbdSecretData, cephRbdSecretName } from "./ceph-rbd/classes";
import { cephRbdFaults } from "./ceph-rbd/faults";
import { defaultDriver, defaultNamespace, defaultTierOf } from "./ceph-rbd/tiers";
import { cephRbdValues, provisionerReplicasFor } from "./ceph-rbd/values";
import { staticImage } from "./ceph-rbd/static-image";
import { ChartBackend } from "./chart-backend";
import { namespaceFor, secretWith } from "./chart-objects";
import type { ChartBackendSetup } from "./chart-setup";
import { keepsPassphrase } from "./keep-hook";

/** A Ceph that disks can be made on. */
export interface ReadyCephRbd {
    /** Its StorageClasses. */
    readonly storageClasses: readonly string[];
    /** Name of the CSI driver. */
    readonly driver: string;
}

/** The chart's release, whose name the names of its objects begin with. */
const release = "ceph-csi-rbd";

/**
 * Disks on a Ceph cluster that is run elsewhere: ceph-csi's driver for RBD, with a StorageClass for each tier.
 *
 * Creates the driver's namespace, a Secret with the user's key, the chart ceph-csi-rbd, the classes with their snapshot class and CDI
 * profiles. Destroying it leaves every image on Ceph; it is refused while volumes are attached or being deleted.
 *
 * @example
 * ```ts
 * const ceph = new CephRbd("ceph", {
 *     cluster: platform,
 *     clusterId: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
 *     monitors: ["10.0.0.1:6789", "10.0.0.2:6789", "10.0.0.3:6789"],
 *     user: { id: "kubevirt", key: config.requireSecret("cephKey") },
 *     tiers: { fast: { pool: "vm-nvme" }, capacity: { pool: "vm-hdd" } },
 * });
 * new Disk("archive", { storage: ceph.tiers.capacity, size: "2Ti" });
 * ```
 */
export class CephRbd<Tier extends string = "default"> extends ChartBackend<Tier> {
    static readonly type = "kubevirt:index:CephRbd";

    /** The command that makes a Ceph user with just the rights that these pools take. Run it where Ceph is administrated. */
    readonly caps: string;
    /** When disks can be made in every tier. */
    readonly ready: pulumi.Output<ReadyCephRbd>;

    readonly #image: (image: string, pool?: string) => VolumeSource;

    constructor(
        name: string,
        args: CephRbdArgs & { readonly tiers?: Readonly<Record<Tier, CephRbdClassArgs>> },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(CephRbd.type, name, setupOf(name, args), opts);
        this.caps = capsCommand(args);
        this.#image = (image, pool) => staticImage(name, args, image, pool);
        const driver = args.driverName ?? defaultDriver;
        this.ready = whenOpen(
            this.gate.then((classes) => ({
                driver,
                storageClasses: classes.map(({ storageClass }) => storageClass),
            })),
        );
    }

    /**
     * An RBD image that exists already, as the source of a {@link Disk}: used as it is, never copied, never deleted. The driver
     * neither resizes nor snapshots it.
     *
     * @param pool the pool it is in; default: that of the default tier
     * @example
     * ```ts
     * new Disk("legacy-db", { storage: ceph, size: "500Gi", source: ceph.image("legacy-db") });
     * ```
     */
    image(image: string, pool?: string): VolumeSource {
        return this.#image(image, pool);
    }
}

function setupOf(name: string, args: CephRbdArgs): ChartBackendSetup {
    const { driverName: driver = defaultDriver, namespace = defaultNamespace } = args;
    return {
        className: "CephRbd",
        args,
        part: "cephCsiRbd",
        release: {
            name: release,
            namespace,
            chart: "ceph-csi-rbd",
            repository: "https://ceph.github.io/csi-charts",
            marked: { kind: "CSIDriver", name: driver },
            timeout: 600,
            protect: false,
        },
        plans: cephRbdClasses(name, args),
        defaultTier: defaultTierOf(args),
        faults: cephRbdFaults,
        readyWithin: "10 minutes",
        // A pool keeps its copies by itself, and Kubernetes does not know how many.
        replicas: 3,
        check: (nodes) => checkCephRbd(args, nodes, name),
        checkStanding: () => checkLabels(args),
        values: (nodes) =>
            cephRbdValues(args, provisionerReplicasFor(nodes, args.provisionerReplicas)),
        objects: [namespaceFor(namespace)],
        secrets: [
            secretWith(
                cephRbdSecretName(name),
                namespace,
                cephRbdSecretData({
                    ...args,
                    user: { ...args.user, key: checkedKey(name, args.user.key) },
                }),
            ),
        ],
        driverReady: (common) =>
            driverGate({
                ...common,
                driver,
                workloads: [
                    { kind: "Deployment", name: `${release}-provisioner` },
                    { kind: "DaemonSet", name: `${release}-nodeplugin` },
                ],
            }),
        guarded: { what: `the driver of CephRbd ${JSON.stringify(name)}`, driver },
        keeps: { release: keepsNamespace, secret: keepsPassphrase("encryptionPassphrase") },
    };
}

/** The driver does not start on a node that lacks a label of its topology. Source: ceph-csi internal/util/topology.go. */
async function checkLabels({ topology, cluster }: CephRbdArgs): Promise<readonly Problem[]> {
    const connection = await clusterOf(cluster).connection;
    const list = topology && (await connection?.look(collectionPath("Node")));
    const { items = [] } = (list ?? {}) as { readonly items?: readonly ClusterNode[] };
    return (topology?.domainLabels ?? []).flatMap((label) => {
        const without = items.filter(
            (node) => takesPods(node) && node.metadata?.labels?.[label] === undefined,
        );
        return without.length === 0
            ? []
            : [
                  {
                      field: "topology.domainLabels",
                      fault: `has ${JSON.stringify(label)}, and these nodes lack it: ${without.map(({ metadata }) => metadata?.name).join(", ")}`,
                      cure: "label them first: the driver does not start on a node without it",
                  },
              ];
    });
}

/** A key that is known only now is checked now, and never shown. */
function checkedKey(name: string, key: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(key).apply((text) => {
        const fault = cephKeyFault(text);
        if (fault !== undefined) {
            throw new pulumi.RunError(
                problemsText("CephRbd", name, [{ field: "user.key", ...fault }]),
            );
        }
        return text;
    });
}

/** Images are found by the RADOS namespace that the driver's configuration has, not by their volume. Source: ceph-csi internal/util/csiconfig.go. */
function keepsNamespace(before: unknown, after: unknown): readonly Problem[] {
    const old = clustersIn(before);
    return [...clustersIn(after)].flatMap(([clusterId, wanted]) => {
        const was = old.get(clusterId);
        return was === undefined || was === wanted
            ? []
            : [
                  {
                      field: "radosNamespace",
                      fault: `changes from ${JSON.stringify(was)} to ${JSON.stringify(wanted)}, and the volumes that exist would be looked for in the new one and not be found`,
                      cure: "put the old one back; another namespace is for another backend, beside this one",
                  },
              ];
    });
}

/** The RADOS namespace of each Ceph cluster in a release's inputs. */
function clustersIn(inputs: unknown): ReadonlyMap<string, string> {
    const { values } = (inputs ?? {}) as {
        readonly values?: {
            readonly csiConfig?: readonly {
                readonly clusterID?: string;
                readonly rbd?: { readonly radosNamespace?: string };
            }[];
        };
    };
    return new Map(
        (values?.csiConfig ?? []).map(({ clusterID, rbd }) => [
            clusterID ?? "",
            rbd?.radosNamespace ?? "",
        ]),
    );
}
