import { z } from "zod";
import { name, optional, required, text } from "./fields";
import { images } from "./images";
import { fleets, machines, onDestroy } from "./machines";
import { networks } from "./networks";
import { platform } from "./platform";
import { storage } from "./storage";

const cluster = z.strictObject({
    context: required(text, "Context of the kubeconfig that the stack lives on.", {
        example: "production-1",
    }),
    namespace: optional(name, "Namespace of disks and machines, which has to exist.", "default"),
    identifier: optional(
        text,
        "What tells this cluster from others for as long as it lives. Another one means another cluster: everything is made anew.",
        "the context",
    ),
});

/** What a stack consists of: the value `pulumi-kubevirt:environment` of its configuration. */
export const environment = z.strictObject({
    stage: optional(
        z.enum(["production", "staging"]),
        "What is at stake. production: disks are protected, images have to be in images.lock.json, too little room is an error.",
        "staging",
    ),
    cluster: required(cluster, "Where the stack lives."),
    platform: optional(
        platform,
        "What the stack does about KubeVirt, CDI, snapshots and cert-manager.",
        "adopts what the cluster has",
    ),
    storage: required(storage, "Where disks are kept: existing, ceph or longhorn."),
    disks: optional(
        z.strictObject({
            onDestroy: optional(
                onDestroy,
                "What happens to the data of disks that do not say so themselves: retain, delete, or forbid, which refuses to remove them.",
                "forbid in production, else retain",
            ),
        }),
        "What all disks have in common.",
        "see there",
    ),
    images: optional(images, "Images, by name, that disks are cloned from.", "none"),
    networks: optional(networks, "Networks beside the pod network, by name.", "none"),
    machines: optional(machines, "Machines, by name.", "none"),
    fleets: optional(fleets, "Machines that are alike, by the fleet's name.", "none"),
});

/** What a stack consists of. */
export type Environment = z.infer<typeof environment>;
export type Storage = Environment["storage"];
export type Machine = NonNullable<Environment["machines"]>[string];
export type Fleet = NonNullable<Environment["fleets"]>[string];
export type Networks = NonNullable<Environment["networks"]>;
export type Platform = NonNullable<Environment["platform"]>;
