import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    type AttachedDiskArgs,
    Cluster,
    Disk,
    type DiskArgs,
    type DiskSource,
    ExistingStorage,
    GoldenImage,
    type GoldenImageArgs,
    safetyLedger,
    VirtualMachine,
} from "../../../components";

/** Disks, images and a machine, as the configuration lists them by name, so that a test can edit the program. */
const config = new pulumi.Config();

if (config.getBoolean("unguarded") === true) {
    // What the engine would do by itself.
    pulumi.runtime.registerResourceTransform(({ props, opts }) => ({
        props,
        opts: { ...opts, hooks: {} },
    }));
}

const { name = "sandbox", identifier = "sandbox" } =
    config.getObject<{ readonly name?: string; readonly identifier?: string }>("cluster") ?? {};
const cluster = new Cluster(name, {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier,
    namespace: config.require("namespace"),
    failFast: config.getBoolean("failFast") ?? false,
});

interface StorageSettings {
    readonly storageClass?: string;
    readonly snapshotClass?: string;
}

function storageFor(
    owner: string,
    { storageClass = "sandbox-block", snapshotClass }: StorageSettings,
): ExistingStorage {
    return new ExistingStorage(`${owner}-storage`, {
        cluster,
        storageClass,
        ...(snapshotClass === undefined ? {} : { snapshotClass }),
    });
}

type ImageSettings = Omit<GoldenImageArgs, "storage"> & StorageSettings;

const images = new Map<string, GoldenImage>();
for (const [image, settings] of Object.entries(
    config.getObject<Readonly<Record<string, ImageSettings>>>("images") ?? {},
)) {
    const { storageClass, snapshotClass, ...args } = settings;
    images.set(
        image,
        new GoldenImage(image, {
            ...args,
            storage: storageFor(image, {
                ...(storageClass === undefined ? {} : { storageClass }),
                ...(snapshotClass === undefined ? {} : { snapshotClass }),
            }),
        }),
    );
}

interface DiskSettings extends Omit<DiskArgs, "storage" | "source" | "copyOf">, StorageSettings {
    readonly source?: DiskSource;
    /** Name of a golden image of the program. */
    readonly golden?: string;
    /** Name of a disk of the program, or of a claim. */
    readonly copyOf?: string;
    /** What the disk was called before. */
    readonly was?: string;
}

const disks = new Map<string, Disk>();
for (const [disk, settings] of Object.entries(
    config.requireObject<Readonly<Record<string, DiskSettings>>>("disks"),
)) {
    const { storageClass, snapshotClass, golden, copyOf, was, ...args } = settings;
    const source = golden === undefined ? args.source : images.get(golden);
    disks.set(
        disk,
        new Disk(
            disk,
            {
                ...args,
                storage: storageFor(disk, {
                    ...(storageClass === undefined ? {} : { storageClass }),
                    ...(snapshotClass === undefined ? {} : { snapshotClass }),
                }),
                ...(source === undefined ? {} : { source }),
                ...(copyOf === undefined ? {} : { copyOf: disks.get(copyOf) ?? copyOf }),
            },
            was === undefined ? {} : { aliases: [{ name: was }] },
        ),
    );
}

interface MachineSettings {
    readonly name: string;
    readonly disks: readonly (Omit<AttachedDiskArgs, "disk"> & { readonly disk: string })[];
}

const machine = config.getObject<MachineSettings>("machine");
const machines =
    machine === undefined
        ? []
        : [
              new VirtualMachine(machine.name, {
                  cluster,
                  cpu: 1,
                  memory: "1Gi",
                  disks: machine.disks.map(({ disk, ...rest }) => ({
                      ...rest,
                      disk: disks.get(disk) as Disk,
                  })),
              }),
          ];

export const ready = Object.fromEntries([...disks].map(([disk, one]) => [disk, one.ready]));

export const ledger = config.getBoolean("ledger")
    ? safetyLedger({ machines, disks: [...disks.values()] })
    : undefined;
