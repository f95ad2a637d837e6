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
import { problemsText } from "../../model/problems";
import type { VirtualMachineArgs } from "./virtual-machine-args";

/** What a machine's Secrets are for. Each is a child of the machine, and a part of its name on the cluster. */
export type SecretRole = "cloud-init" | "sysprep" | "ssh-keys" | "passwords";

/** One of a machine's Secrets. */
export interface MachineSecret {
    readonly role: SecretRole;
    readonly manifest: ReturnType<typeof secretManifest>;
    /** What is in it. Never known to a preview's text, a state in plain text, or an error. */
    readonly data: pulumi.Output<Record<string, string>>;
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
    const add = (role: SecretRole, data: pulumi.Input<Record<string, pulumi.Input<string>>>) => {
        all.push({
            role,
            manifest: secretManifest(place, role),
            data: pulumi.secret(pulumi.output(data)),
        });
    };
    if (hasCloudInit(args)) {
        add("cloud-init", cloudInitData(args, place, networkData));
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

/** Registers one of them, when it fits into a Secret. */
export function registerSecret(
    component: pulumi.ComponentResource,
    name: string,
    { role, manifest, data }: MachineSecret,
    options: pulumi.CustomResourceOptions,
): Secret {
    const checked = data.apply((texts) => {
        refuseMissing(
            name,
            Object.keys(texts)
                .filter((key) => typeof texts[key] !== "string")
                .map((key) => `${fieldOf[role]}, ${key}`),
        );
        const fault = secretSizeFault(Object.values(texts));
        if (fault !== undefined) {
            const problem = { field: fieldOf[role], ...fault };
            throw new pulumi.ResourceError(
                problemsText("VirtualMachine", name, [problem]),
                component,
                true,
            );
        }
        return texts;
    });
    // Written out, because the provider replaces a Secret whose type changes from Kubernetes' default to none.
    return new Secret(
        `${name}-${role}`,
        { ...manifest, type: "Opaque", stringData: checked },
        options,
    );
}

/** Ends the update where a text is none that was not known before. What the other texts are is not said. */
function refuseMissing(name: string, fields: readonly string[]): void {
    if (fields.length > 0) {
        const problems = fields.map((field) => ({
            field,
            fault: "has become undefined",
            cure: "give it a text, such as config.requireSecret(…), which says so where there is none",
        }));
        throw new pulumi.RunError(problemsText("VirtualMachine", name, problems));
    }
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
    { name, machineName: hostname }: SecretPlace,
    networkData: string | undefined,
): pulumi.Input<Record<string, pulumi.Input<string>>> {
    const {
        userData: document,
        networkData: network = networkData,
        dataSource: _,
        ...settings
    } = args.cloudInit === false ? {} : (args.cloudInit ?? {});
    const plan = pulumi.output({ settings, sshKeys: [...(args.sshKeys ?? [])] });
    return {
        userdata:
            document ??
            plan.apply((known) => {
                const settings: CloudInitPlan = {
                    ...(known.settings as Partial<CloudInitPlan>),
                    hostname,
                    sshKeys: known.sshKeys,
                    packages: known.settings.packages ?? [],
                    runCommands: known.settings.runCommands ?? [],
                    guestAgent: known.settings.guestAgent ?? args.os !== "windows",
                };
                refuseMissing(name, missingTexts(settings));
                return userData(settings);
            }),
        ...(network === undefined ? {} : { networkdata: network }),
    };
}
