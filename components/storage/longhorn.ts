import { NodePatch } from "@pulumi/kubernetes/core/v1/nodePatch";
import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import type { Problem } from "../../model/problems";
import { type GateArgs, whenOpen } from "../../waits/resource-gate";
import { answersGate, driverGate } from "../../waits/storage-gates";
import type { BackupSource } from "../../model/disk-source";
import { clusterOf } from "../platform/place";
import { ChartBackend } from "./chart-backend";
import { namespaceFor, secretWith } from "./chart-objects";
import type { ChartBackendSetup } from "./chart-setup";
import { keepsPassphrase } from "./keep-hook";
import type { LonghornArgs } from "./longhorn/args";
import { checkLonghorn } from "./longhorn/check";
import type { LonghornClassArgs } from "./longhorn/class-args";
import { longhornClasses, longhornReplicas } from "./longhorn/classes";
import { longhornFaults } from "./longhorn/faults";
import { metricsPolicy } from "./longhorn/metrics-policy";
import {
    longhornBackupSecretName,
    longhornDriver,
    longhornEncryptionSecretName,
    longhornNamespace,
    longhornWorkloads,
} from "./longhorn/names";
import { backupTargetVerdict, longhornNodes, nodeAnnotations } from "./longhorn/nodes";
import { backupSecret, backupTargetUrl, encryptionSecret } from "./longhorn/secrets";
import { checkTeardown, flagVerdict, volumesIn } from "./longhorn/teardown";
import { longhornDefaultTier, longhornNodesWanted } from "./longhorn/tiers";
import { longhornValues } from "./longhorn/values";

/** A Longhorn that disks can be made on. */
export interface ReadyLonghorn {
    /** Its StorageClasses. */
    readonly storageClasses: readonly string[];
    /** Where its backups go, as Longhorn writes it; empty without a backup target. */
    readonly backupTarget: string;
}

/** The objects of Longhorn's own, which its manager makes. */
const own = `/apis/longhorn.io/v1beta2/namespaces/${longhornNamespace}`;

/**
 * Disks on the nodes' own storage: Longhorn, with a StorageClass for each tier.
 *
 * Creates the namespace longhorn-system, the Secrets, the chart longhorn, the classes with their snapshot class and CDI profiles.
 * A destroy is refused while the release is protected. Removing it erases every volume, so it takes two steps: `teardown:
 * "armed"` in an update, which is refused while a volume exists that `eraseVolumes` does not name; then the destroy.
 *
 * @example
 * ```ts
 * const longhorn = new Longhorn("longhorn", {
 *     cluster: platform,
 *     tiers: { fast: { diskTags: ["nvme"] }, capacity: { diskTags: ["hdd"], replicas: 2 } },
 * });
 * new Disk("archive", { storage: longhorn.tiers.capacity, size: "2Ti" });
 * ```
 */
export class Longhorn<Tier extends string = "default"> extends ChartBackend<Tier> {
    static readonly type = "kubevirt:index:Longhorn";

    /** When disks can be made in every tier. */
    readonly ready: pulumi.Output<ReadyLonghorn>;

    constructor(
        name: string,
        args: LonghornArgs & { readonly tiers?: Readonly<Record<Tier, LonghornClassArgs>> },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super(Longhorn.type, name, setupOf(name, args), opts);
        this.ready = whenOpen(
            this.gate.then((classes) => ({
                storageClasses: classes.map(({ storageClass }) => storageClass),
                backupTarget:
                    args.backupTarget === undefined ? "" : backupTargetUrl(args.backupTarget),
            })),
        );
    }

    /**
     * A backup in Longhorn's backup target, as the source of a {@link Disk}: restored into a new volume. The backup stays.
     *
     * @param of name of the volume that was backed up and of its backup, as Longhorn lists them (`kubectl get backups.longhorn.io`)
     * @example
     * ```ts
     * new Disk("db-restored", {
     *     storage: longhorn,
     *     size: "200Gi",
     *     source: longhorn.backup({ volume: "pvc-1c2d…", backup: "backup-5e6f…" }),
     * });
     * ```
     */
    backup({ volume, backup }: { readonly volume: string; readonly backup: string }): BackupSource {
        return {
            backup: {
                text: `longhorn backup ${volume}/${backup}`,
                driver: longhornDriver,
                // Source: longhorn-manager csi/controller_server.go (decodeSnapshotID).
                snapshotHandle: `bak://${volume}/${backup}`,
                snapshotClass: this.snapshotClass ?? "",
            },
        };
    }
}

function setupOf(name: string, args: LonghornArgs): ChartBackendSetup {
    const { teardown, eraseVolumes = [] } = args;
    return {
        className: "Longhorn",
        args,
        part: "longhorn",
        release: {
            name: "longhorn",
            namespace: longhornNamespace,
            chart: "longhorn",
            repository: "https://charts.longhorn.io",
            marked: { kind: "DaemonSet", name: "longhorn-manager" },
            // Its job that removes everything gives itself 15 minutes (templates/uninstall-job.yaml).
            timeout: 960,
            protect: teardown !== "armed",
        },
        plans: longhornClasses(name, args),
        defaultTier: longhornDefaultTier(args),
        faults: longhornFaults,
        readyWithin: "15 minutes",
        replicas: longhornReplicas(name, args),
        check: (nodes) => checkLonghorn(name, args, nodes),
        checkStanding: () => checkArming(args),
        values: () => longhornValues(name, args),
        objects: objectsOf(name, args),
        secrets: secretsOf(name, args),
        prepare: (component, after) => patchNodes(name, args, component, after),
        driverReady: (common) => driverReady(args, common),
        guarded: {
            what: `Longhorn ${JSON.stringify(name)}`,
            ...(teardown === "armed"
                ? {}
                : {
                      locked: `Its removal erases every volume: write teardown: "armed" and eraseVolumes, run an update, then the destroy.`,
                  }),
            driver: longhornDriver,
            erased: { kind: "Volume", path: `${own}/volumes`, names: [...eraseVolumes] },
        },
        keeps: { secret: keepsPassphrase("CRYPTO_KEY_VALUE") },
    };
}

/** Longhorn looks for the login of its backup target as soon as it starts, and again only after minutes. */
function objectsOf(name: string, args: LonghornArgs): readonly PlainObject[] {
    const { backupTarget } = args;
    const login = backupTarget === undefined ? undefined : backupSecret(backupTarget);
    const policy = metricsPolicy(name, args);
    return [
        namespaceFor(longhornNamespace),
        ...(login === undefined
            ? []
            : [secretWith(longhornBackupSecretName(name), longhornNamespace, login)]),
        ...(policy === undefined ? [] : [policy]),
    ];
}

function secretsOf(name: string, { encryption }: LonghornArgs): readonly PlainObject[] {
    return encryption === undefined
        ? []
        : [
              secretWith(
                  longhornEncryptionSecretName(name),
                  longhornNamespace,
                  encryptionSecret(encryption),
              ),
          ];
}

/** Removing Longhorn erases what is on it, whatever Kubernetes still holds: nothing goes that nobody has named. */
async function checkArming(args: LonghornArgs): Promise<readonly Problem[]> {
    if (args.teardown !== "armed") {
        return [];
    }
    const connection = await clusterOf(args.cluster).connection;
    const list = await connection?.look(`${own}/volumes`);
    return list === undefined ? [] : checkTeardown(args, volumesIn(list));
}

/** Longhorn reads what a node keeps, and on which disks, from the node itself when it first sees it. */
function patchNodes(
    name: string,
    args: LonghornArgs,
    component: pulumi.ComponentResource,
    after: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
    return Object.entries(args.nodes ?? {}).map(
        ([node, wanted]) =>
            new NodePatch(
                `${name}-node-${node}`,
                { metadata: { name: node, ...nodeAnnotations(wanted) } },
                {
                    parent: component,
                    provider: clusterOf(args.cluster).provider,
                    dependsOn: [...after],
                },
            ),
    );
}

async function driverReady(args: LonghornArgs, common: GateArgs): Promise<void> {
    await driverGate({ ...common, driver: longhornDriver, workloads: longhornWorkloads });
    await answersGate({
        ...common,
        paths: [`${own}/nodes`],
        verdict: ([nodes]) => longhornNodes(nodes, { replicas: longhornNodesWanted(args) }),
    });
    const { backupTarget } = args;
    if (backupTarget !== undefined) {
        await answersGate({
            ...common,
            paths: [`${own}/backuptargets/default`],
            verdict: ([target]) => backupTargetVerdict(target, backupTargetUrl(backupTarget)),
        });
    }
    await answersGate({
        ...common,
        paths: [`${own}/settings/deleting-confirmation-flag`],
        verdict: ([setting]) => flagVerdict(setting, args.teardown === "armed"),
    });
}
