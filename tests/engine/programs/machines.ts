import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    Cluster,
    Disk,
    ExistingStorage,
    GoldenImage,
    type InlineDisk,
    VirtualMachine,
    type VirtualMachineArgs,
} from "../../../components";

/** A machine of any arguments, as the configuration has it, so that a test can edit the program. */
const config = new pulumi.Config();

const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace: config.require("namespace"),
});
const storage = new ExistingStorage("storage", { cluster, storageClass: "sandbox-block" });

type Settings = Omit<VirtualMachineArgs, "cluster" | "disks"> & {
    readonly disks: readonly Omit<InlineDisk, "storage">[];
};

function args({ disks, ...rest }: Settings): VirtualMachineArgs {
    return { cluster, disks: disks.map((disk) => ({ ...disk, storage })), ...rest };
}

const settings = config.requireObject<Settings>("machine");
const secrets = config.getSecretObject<Record<string, string>>("secrets");
/** One that the configuration does not have becomes undefined, whatever the types say. */
const secret = (name: string) => pulumi.secret(secrets?.apply((all) => all[name] as string) ?? "");
const fileBytes = config.getNumber("fileBytes") ?? 0;

/** A machine with a secret in every place that takes one. */
function withSecrets(): VirtualMachineArgs {
    return args({
        ...settings,
        sshKeys: [secret("ssh-key")],
        cloudInit: {
            users: [{ name: "ops", sshKeys: [secret("user-key")], passwordHash: secret("hash") }],
            files: [
                {
                    path: "/etc/token",
                    content: secret("file").apply((text) => text.padEnd(fileBytes, "x")),
                },
            ],
            bootCommands: [secret("boot-command")],
            runCommands: [secret("command")],
            networkData: secret("network"),
        },
        access: {
            sshKeys: { keys: [secret("agent-key")], users: ["ops"] },
            passwords: { ops: secret("password"), root: secret("root-password") },
        },
    });
}

export = ((): Record<string, unknown> => {
    if (secrets !== undefined) {
        const windows = new VirtualMachine("win", {
            ...args(settings),
            os: "windows",
            sysprep: { autounattend: secret("answers"), unattend: secret("first-start") },
        });
        const { ready } = new VirtualMachine("db", withSecrets());
        return { ready, windows: windows.ready };
    }
    const was = config.getObject<string>("was");
    const db = new VirtualMachine(
        config.getObject<string>("called") ?? "db",
        args(settings),
        was === undefined ? {} : { aliases: [{ name: was }] },
    );
    const { ready, volumes, migratability, commands } = db;
    if (config.getBoolean("imageAfter") === true) {
        // The disk's check waits for its parent, which comes after the machine, which waits for every check.
        const source = { registry: "quay.io/containerdisks/fedora:42" } as const;
        const opts = { dependsOn: [db.whenReady] };
        const image = new GoldenImage("late", { storage, size: "1Gi", source }, opts);
        new Disk("late-copy", { storage, size: "1Gi", source: image }, { parent: image });
    }
    return { ready, volumes, migratability, commands };
})();
