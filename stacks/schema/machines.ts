import { z } from "zod";
import { runStrategies } from "../../manifests/virtual-machine";
import { type InstancetypeName, instancetypeNames } from "../../model/instancetypes";
import { liveMigrationWishes } from "../../model/migratability";
import { type PreferenceName, preferences } from "../../model/preferences";
import {
    count,
    duration,
    durationUnit,
    flag,
    free,
    labels,
    name,
    optional,
    required,
    size,
    sizeUnit,
    text,
    texts,
} from "./fields";

/** What happens to a disk's data when the disk leaves the program. */
export const onDestroy = z.enum(["retain", "delete", "forbid"]);

const port = count(1, 65535);

const disk = z.strictObject({
    name: required(name, "Name of the disk inside its machine, by which it is known."),
    size: required(size, "Capacity the guest sees. It can be raised.", {
        unit: sizeUnit,
        example: "40Gi",
    }),
    image: optional(name, "Image of images that the disk is made from.", "none: an empty disk"),
    copyOf: optional(text, "Disk or claim that the disk is a copy of.", "none"),
    tier: optional(name, "Tier of the storage.", "its default tier"),
    boot: optional(flag, "The machine boots from it.", "false; a machine needs one"),
    onDestroy: optional(
        onDestroy,
        "What happens to the data when the disk goes.",
        "disks.onDestroy",
    ),
    readyWithin: optional(
        duration,
        "How long it may take to be filled.",
        "30 minutes and by size",
        {
            unit: durationUnit,
        },
    ),
    labels: optional(labels, "Labels of the disk's objects.", "none"),
});

const nic = {
    name: required(name, "Name of the interface inside its machine, by which it is known."),
    macAddress: optional(text, "MAC address.", "one that stays, made of the names"),
    bootOrder: optional(count(1), "Place in what the machine tries to boot from.", "none"),
    state: optional(z.enum(["up", "down"]), "down pulls the cable.", "up"),
    dhcp: optional(
        z.enum(["ipv4", "ipv6", "both", "none"]),
        "Whether the guest asks for addresses.",
        "ipv4; none with addresses",
    ),
    mtu: optional(count(1), "Largest packet that the guest sends.", "the guest's", {
        unit: "bytes",
    }),
    nameservers: optional(texts, "Name servers of the guest.", "those that DHCP tells"),
    searchDomains: optional(texts, "Domains tried for short names.", "those that DHCP tells"),
};

const podInterface = z.strictObject({
    pod: required(z.literal(true), "true: the pod network, behind masquerade."),
    ...nic,
    ports: optional(
        z.array(
            z.strictObject({
                name: optional(name, "Name, by which a service finds it.", "none"),
                port: required(port, "Number.", { unit: "1 to 65535" }),
                protocol: optional(z.enum(["TCP", "UDP"]), "Protocol.", "TCP"),
            }),
        ),
        "Ports that are let through.",
        "all of them",
    ),
});

const networkInterface = z.strictObject({
    network: required(text, "Network of networks, or namespace/name of one that is there."),
    ...nic,
    addresses: optional(texts, "Addresses that the guest always has.", "none: see dhcp", {
        example: ["192.168.10.20/24"],
    }),
    gateways: optional(texts, "Routers to everything, one for each family.", "none"),
});

const cloudInit = z.strictObject({
    packages: optional(texts, "Packages to install at the first start.", "the guest agent"),
    packageUpgrade: optional(flag, "Upgrade all packages then.", "false"),
    timezone: optional(text, "Time zone.", "the image's", { example: "Europe/Berlin" }),
    locale: optional(text, "Locale.", "the image's"),
    fqdn: optional(text, "Full host name.", "the machine's name"),
    guestAgent: optional(flag, "Install the guest agent.", "true"),
});

const placement = z.strictObject({
    nodeSelector: optional(labels, "Labels that a node has to have.", "every node"),
    apart: optional(
        z.enum(["node", "zone"]),
        "Keep the machines of the same group on different nodes or zones.",
        "they may share one",
    ),
    near: optional(text, "Group whose machines this one is to be with.", "none"),
    priorityClass: optional(text, "PriorityClass of the pod.", "the cluster's"),
});

/** An object of the cluster's own. */
function ofCluster<K extends string>(kinds: readonly [K, ...K[]]) {
    return z.strictObject({
        name: required(text, "Its name."),
        kind: required(z.enum(kinds), "Its kind."),
    });
}

/** What a machine is made of. A field that is not here is said in the program, or by `overrides`. */
const machineFields = {
    os: optional(z.enum(["linux", "windows"]), "What runs in it.", "linux"),
    cpu: optional(count(1), "Virtual CPUs.", "those of the instancetype", { unit: "count" }),
    memory: optional(size, "Memory the guest sees.", "that of the instancetype", {
        unit: sizeUnit,
        example: "4Gi",
    }),
    instancetype: optional(
        z.union([
            z.enum(instancetypeNames as readonly InstancetypeName[]),
            ofCluster(["VirtualMachineInstancetype", "VirtualMachineClusterInstancetype"]),
        ]),
        "An instancetype, common or the cluster's own, instead of cpu and memory.",
        "none",
        { example: "u1.medium" },
    ),
    preference: optional(
        z.union([
            z.enum(Object.keys(preferences) as PreferenceName[]),
            ofCluster(["VirtualMachinePreference", "VirtualMachineClusterPreference"]),
        ]),
        "A preference, common or the cluster's own.",
        "none",
        { example: "fedora" },
    ),
    disks: required(z.array(disk), "Disks in boot order."),
    networks: optional(
        z.array(z.union([podInterface, networkInterface])),
        "Network interfaces.",
        "the pod network",
    ),
    sshKeys: optional(texts, "Public keys that may log in.", "none", {
        example: ["ssh-ed25519 AAAA… ops@example.org"],
    }),
    cloudInit: optional(cloudInit, "First-boot settings.", "host name, keys and guest agent"),
    runStrategy: optional(z.enum(runStrategies), "When the machine runs.", "Always"),
    power: optional(
        z.enum(["managed", "left-alone"]),
        "Whose business it is whether it is on: this stack's, or somebody else's.",
        "managed",
    ),
    restartPolicy: optional(
        z.enum(["never", "if-needed"]),
        "What happens after a change that counts after a restart only.",
        "never: it is said",
    ),
    liveMigration: optional(
        z.enum(liveMigrationWishes),
        "Whether it moves when its node is drained.",
        "if-possible",
    ),
    ready: optional(
        z.union([
            z.enum(["running", "agent"]),
            z.strictObject({ tcp: required(port, "Port that takes connections.") }),
            z.strictObject({ http: required(port, "Port that answers over HTTP.") }),
        ]),
        "What has to be so for the machine to count as ready.",
        "running",
    ),
    readyWithin: optional(duration, "How long that may take.", "10 minutes", {
        unit: durationUnit,
    }),
    group: optional(name, "Name of a group of machines, for placement and policies.", "none"),
    placement: optional(placement, "Which nodes it may run on.", "every node"),
    labels: optional(labels, "Labels of the machine and its pods.", "none"),
    annotations: optional(labels, "Annotations of the machine and its pods.", "none"),
    overrides: optional(free, "Fields of the VirtualMachine's spec for what is not here.", "none"),
};

/** Machines, by name. */
export const machines = z.record(name, z.strictObject(machineFields));

/** Fleets: machines that are alike, by the fleet's name. */
export const fleets = z.record(
    name,
    z.strictObject({
        machines: required(
            z.union([count(0, 1000), z.array(name)]),
            "How many there are, or their own names.",
        ),
        without: optional(texts, "Names of machines that are left out of a number.", "none"),
        startAtOnce: optional(count(1), "How many start at the same time.", "10"),
        machine: required(z.strictObject(machineFields), "What each of them is made of."),
    }),
);
