import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import {
    type CloudInitPlan,
    missingTexts,
    secretSizeFault,
    userData,
} from "../../manifests/cloud-init";
import type { AccessPlan, CloudInitVolumePlan } from "../../manifests/virtual-machine";
import { managedByLabel, ownerAnnotation } from "../../model/annotations";
import { type Problem, problemsText } from "../../model/problems";
import { program } from "../../waits/program";
import type { VirtualMachineArgs } from "./virtual-machine-args";

/** What a machine's Secrets are for. Each is a child of the machine, and a part of its name on the cluster. */
export type SecretRole = "cloud-init" | "sysprep" | "ssh-keys" | "passwords";

/** One of a machine's Secrets. */
export interface MachineSecret {
    readonly role: SecretRole;
    readonly manifest: ReturnType<typeof secretManifest>;
    /** What is in it. Never known to a preview's text, a state in plain text, or an error. */
    readonly data: pulumi.Output<SecretData>;
}

interface SecretData {
    readonly texts: Record<string, string>;
    /** Where a text is none: an Output has become undefined. */
    readonly missing: readonly string[];
}

/** Where the machine is, and who made it. */
interface SecretPlace {
    readonly machineName: string;
    readonly namespace: string;
    readonly owner: string;
    /** What the program calls the machine. */
    readonly name: string;
}

/** Whether the machine has a volume with first-boot settings. */
export function hasCloudInit({ cloudInit, os }: VirtualMachineArgs): boolean {
    return cloudInit !== false && (cloudInit !== undefined || os !== "windows");
}

/** Whether the machine has a volume with the drivers that Windows needs. */
export function hasDrivers({ os, virtioDrivers = os === "windows" }: VirtualMachineArgs): boolean {
    return virtioDrivers !== false;
}

/** How the guest finds its first-boot settings. */
export function dataSourceOf({ cloudInit, os }: VirtualMachineArgs): "NoCloud" | "ConfigDrive" {
    return (
        (typeof cloudInit === "object" ? cloudInit.dataSource : undefined) ??
        (os === "windows" ? "ConfigDrive" : "NoCloud")
    );
}

/** How the machine's object refers to its first-boot settings. */
export function cloudInitVolume(
    args: VirtualMachineArgs,
    machineName: string,
    networkData: string | undefined,
): CloudInitVolumePlan | undefined {
    if (!hasCloudInit(args)) {
        return undefined;
    }
    const cloudInit = args.cloudInit === false ? undefined : args.cloudInit;
    return {
        secret: secretName(machineName, "cloud-init"),
        dataSource: dataSourceOf(args),
        networkData: networkData !== undefined || cloudInit?.networkData !== undefined,
    };
}

/** How the machine's object refers to the keys and passwords that the guest agent sets. */
export function accessPlan(
    { access }: VirtualMachineArgs,
    machineName: string,
): AccessPlan | undefined {
    return access === undefined
        ? undefined
        : {
              ...(access.sshKeys === undefined
                  ? {}
                  : {
                        sshKeys: {
                            secret: secretName(machineName, "ssh-keys"),
                            users: access.sshKeys.users,
                        },
                    }),
              ...(access.passwords === undefined
                  ? {}
                  : { passwords: { secret: secretName(machineName, "passwords") } }),
          };
}

export function secretName(machineName: string, role: SecretRole): string {
    return `${machineName}-${role}`;
}

/** The Secrets that a machine needs, in a fixed order. */
export function machineSecrets(
    args: VirtualMachineArgs,
    place: SecretPlace,
    networkData: string | undefined,
): readonly MachineSecret[] {
    const { sysprep, access } = args;
    const all: MachineSecret[] = [];
    const add = (
        role: SecretRole,
        texts: Readonly<Record<string, pulumi.Input<string>>>,
        missing: pulumi.Input<readonly string[]> = [],
    ) => {
        all.push({
            role,
            manifest: secretManifest(place, role),
            data: pulumi.secret(
                pulumi
                    .all([pulumi.output(texts), pulumi.output(missing)])
                    .apply(([known, places]) => ({
                        texts: known,
                        missing: [
                            ...places,
                            ...Object.keys(texts)
                                .filter((key) => typeof known[key] !== "string")
                                .map((key) => `${fieldOf[role]}, ${key}`),
                        ],
                    })),
            ),
        });
    };
    if (hasCloudInit(args)) {
        const { texts, missing } = cloudInitData(args, place.machineName, networkData);
        add("cloud-init", texts, missing);
    }
    if (sysprep !== undefined) {
        const { autounattend, unattend } = sysprep;
        add("sysprep", {
            ...(autounattend === undefined ? {} : { "autounattend.xml": autounattend }),
            ...(unattend === undefined ? {} : { "unattend.xml": unattend }),
        });
    }
    if (access?.sshKeys !== undefined) {
        add(
            "ssh-keys",
            Object.fromEntries(
                access.sshKeys.keys.map((key, index) => [`key${String(index + 1)}`, key]),
            ),
        );
    }
    if (access?.passwords !== undefined) {
        add("passwords", access.passwords);
    }
    return all;
}

/** Registers one of them, when its texts are known: they are all there, and fit into a Secret. */
export function registerSecret(
    component: pulumi.ComponentResource,
    name: string,
    { role, manifest, data }: MachineSecret,
    options: pulumi.CustomResourceOptions,
): Secret {
    const checked = data.apply((known): Promise<Record<string, string>> => {
        const problems = dataProblems(role, known);
        if (problems.length === 0) {
            return Promise.resolve(known.texts);
        }
        program.fail(
            problemsText("VirtualMachine", name, problems),
            `VirtualMachine "${name}" has a Secret that cannot be made`,
            component,
        );
        return program.never();
    });
    // Written out, because the provider replaces a Secret whose type changes from Kubernetes' default to none.
    return new Secret(
        `${name}-${role}`,
        { ...manifest, type: "Opaque", stringData: checked },
        options,
    );
}

/** What is wrong with texts that were not known before. What they are is not said. */
function dataProblems(role: SecretRole, { texts, missing }: SecretData): readonly Problem[] {
    if (missing.length > 0) {
        return missing.map((field) => ({
            field,
            fault: "has become undefined",
            cure: "give it a text, such as config.requireSecret(…), which says so where there is none",
        }));
    }
    const fault = secretSizeFault(Object.values(texts));
    return fault === undefined ? [] : [{ field: fieldOf[role], ...fault }];
}

const fieldOf: Readonly<Record<SecretRole, string>> = {
    "cloud-init": "cloudInit",
    sysprep: "sysprep",
    "ssh-keys": "access.sshKeys",
    passwords: "access.passwords",
};

function secretManifest({ machineName, namespace, owner }: SecretPlace, role: SecretRole) {
    return {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
            name: secretName(machineName, role),
            namespace,
            labels: { ...managedByLabel },
            annotations: { [ownerAnnotation]: owner },
        },
    } as const;
}

function cloudInitData(
    args: VirtualMachineArgs,
    hostname: string,
    networkData: string | undefined,
): {
    readonly texts: Readonly<Record<string, pulumi.Input<string>>>;
    readonly missing: pulumi.Input<readonly string[]>;
} {
    const {
        userData: document,
        networkData: network = networkData,
        dataSource: _,
        ...settings
    } = args.cloudInit === false ? {} : (args.cloudInit ?? {});
    const plan = pulumi
        .output({ settings, sshKeys: [...(args.sshKeys ?? [])] })
        .apply((known): CloudInitPlan => ({
            ...(known.settings as Partial<CloudInitPlan>),
            hostname,
            sshKeys: known.sshKeys,
            packages: known.settings.packages ?? [],
            runCommands: known.settings.runCommands ?? [],
            guestAgent: known.settings.guestAgent ?? args.os !== "windows",
        }));
    const missing = plan.apply(missingTexts);
    return {
        texts: {
            userdata:
                document ??
                pulumi
                    .all([plan, missing])
                    .apply(([known, places]) => (places.length > 0 ? "" : userData(known))),
            ...(network === undefined ? {} : { networkdata: network }),
        },
        missing: document === undefined ? missing : [],
    };
}
