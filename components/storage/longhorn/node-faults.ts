import { quoted } from "../../../waits/disk-facts";
import type { Condition, KubernetesObject } from "../../../waits/objects";
import { conditionOf } from "../../../waits/objects";

/** A nodes.longhorn.io. Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/node.go. */
export interface LonghornNode extends KubernetesObject {
    readonly spec?: {
        readonly allowScheduling?: boolean;
        readonly disks?: Readonly<Record<string, { readonly allowScheduling?: boolean }>>;
    };
    readonly status?: {
        readonly conditions?: readonly Condition[] | null;
        readonly diskStatus?: Readonly<
            Record<string, { readonly conditions?: readonly Condition[] | null }>
        > | null;
    };
}

/** Something that is wrong with a node. */
export interface NodeFault {
    readonly node: string;
    /** The part of the node that says so: "condition RequiredPackages". */
    readonly place: string;
    readonly what: string;
    readonly cure: string;
    /** Whether the node keeps no data because of it. */
    readonly stops: boolean;
}

/** What Longhorn looks for on a node, and what to do where it is missing. The order is that of the diagnosis. */
const environment: Readonly<Record<string, string>> = {
    RequiredPackages:
        "Install on the node what the message names, such as open-iscsi (iscsi-initiator-utils on Red Hat), and start iscsid",
    KernelModulesLoaded:
        "Load on the node the modules that the message names, now and at every boot",
    MountPropagation: "Run the node's kubelet where mounts are shared with the host",
    Multipathd:
        "Tell the node's multipathd to leave Longhorn's devices alone: blacklist them in /etc/multipath.conf",
    NFSClientInstalled: "Install the NFS client on the node",
    HugePagesAvailable: "Reserve huge pages on the node: the engine v2 needs 1024 of 2 MiB",
};

/** What Longhorn says of a node itself, and what to do about it. */
const conditions: Readonly<Record<string, string>> = {
    Ready: "Look at the node, and at its pod of DaemonSet longhorn-manager and that pod's log",
    Schedulable: "Uncordon the node: kubectl uncordon",
};

/** What is wrong with a node: what is missing on it first, since the rest may come of that. */
export function faultsOf(object: LonghornNode): readonly NodeFault[] {
    const node = object.metadata?.name ?? "";
    const known = object.status?.conditions ?? [];
    const missing = Object.entries(environment).flatMap(([type, cure]) => {
        const condition = conditionOf(known, type);
        return condition?.status === "False"
            ? [
                  {
                      node,
                      place: `condition ${type}`,
                      what: said(type, condition),
                      cure,
                      stops: false,
                  },
              ]
            : [];
    });
    const own = Object.entries(conditions).flatMap(([type, cure]) => {
        const condition = conditionOf(known, type);
        return condition?.status === "True"
            ? []
            : [
                  {
                      node,
                      place: `condition ${type}`,
                      what: said(type, condition),
                      cure,
                      stops: true,
                  },
              ];
    });
    return [...missing, ...own, ...closed(node, object), ...disksOf(node, object)];
}

function closed(node: string, { spec }: LonghornNode): readonly NodeFault[] {
    return spec?.allowScheduling === false
        ? [
              {
                  node,
                  place: "spec.allowScheduling",
                  what: "closed to new copies by hand",
                  cure: "Set allowScheduling of Longhorn's node to true",
                  stops: true,
              },
          ]
        : [];
}

/** One disk that takes copies is enough. */
function disksOf(node: string, { spec, status }: LonghornNode): readonly NodeFault[] {
    const disks = Object.entries(spec?.disks ?? {});
    if (disks.length === 0) {
        return [
            {
                node,
                place: "spec.disks",
                what: "it has no disk",
                cure: "See that the paths given for the node are there and each on a filesystem of its own, or add a disk to Longhorn's node",
                stops: true,
            },
        ];
    }
    const faults = disks.map(([name, disk]): NodeFault | undefined => {
        const known = status?.diskStatus?.[name]?.conditions ?? [];
        const type = ["Ready", "Schedulable"].find(
            (one) => conditionOf(known, one)?.status !== "True",
        );
        const place = `disk ${name}`;
        if (disk.allowScheduling === false) {
            const cure = "Set allowScheduling of the disk to true";
            return {
                node,
                place,
                what: `${place}, closed to new copies by hand`,
                cure,
                stops: true,
            };
        }
        return type === undefined
            ? undefined
            : {
                  node,
                  place: `${place}, condition ${type}`,
                  what: `${place}, ${said(type, conditionOf(known, type))}`,
                  cure: "Free room on the disk, or mount it where Longhorn expects it",
                  stops: true,
              };
    });
    return faults.some((fault) => fault === undefined)
        ? []
        : faults.filter((fault) => fault !== undefined);
}

/** "RequiredPackages, PackagesNotInstalled: Missing packages: [open-iscsi]". */
function said(type: string, condition: Condition | undefined): string {
    if (condition === undefined) {
        return `${type}: not looked at yet`;
    }
    const { reason = "", message = "" } = condition;
    const place = reason === "" ? type : `${type}, ${reason}`;
    return message === "" ? place : `${place}: ${quoted(message)}`;
}
