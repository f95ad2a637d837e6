import type * as pulumi from "@pulumi/pulumi";
import {
    passwordHashFault,
    publicKeyFault,
    userDataFault,
} from "../../model/machine/first-boot-texts";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";

/** A user that cloud-init makes beside the image's own. */
export interface CloudInitUserArgs {
    /**
     * Name of the user.
     *
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly name: string;
    /**
     * Public keys that may log in as the user.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly sshKeys?: readonly pulumi.Input<string>[];
    /**
     * Groups the user is in beside its own.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly groups?: readonly string[];
    /**
     * Whether the user may do everything, without a password (sudo).
     *
     * @defaultValue false
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly sudo?: boolean;
    /**
     * Login shell.
     *
     * @defaultValue the image's own
     * @impact restart, and only on a guest that has not run its first boot
     * @example "/bin/bash"
     */
    readonly shell?: string;
    /**
     * Hash of the user's password, as `mkpasswd` makes it. Kept as a secret.
     *
     * @defaultValue none: no login with a password
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly passwordHash?: pulumi.Input<string>;
}

/** A file that cloud-init writes on the first boot. */
export interface CloudInitFileArgs {
    /**
     * Path of the file in the guest.
     *
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly path: string;
    /**
     * What is written. Kept as a secret.
     *
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly content: pulumi.Input<string>;
    /**
     * Owner and group.
     *
     * @defaultValue `root:root`
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly owner?: string;
    /**
     * Permissions, in octal.
     *
     * @defaultValue `0644`
     * @impact restart, and only on a guest that has not run its first boot
     * @example "0600"
     */
    readonly permissions?: string;
    /**
     * Whether the content goes to the end of a file that is there.
     *
     * @defaultValue false: it takes its place
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly append?: boolean;
}

/** First-boot settings of a machine, carried out by cloud-init in the guest. All of it is kept in a Secret. */
export interface CloudInitArgs {
    /**
     * Users beside the image's own.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly users?: readonly CloudInitUserArgs[];
    /**
     * Packages to install, by the names of the guest's package manager.
     *
     * @defaultValue none but the guest agent's
     * @impact restart, and only on a guest that has not run its first boot: cloud-init installs packages once
     * @example ["postgresql"]
     */
    readonly packages?: readonly string[];
    /**
     * Bring all packages of the image up to date first.
     *
     * @defaultValue false: a first boot takes no longer than it has to
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly packageUpgrade?: boolean;
    /**
     * Files to write, of any content.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly files?: readonly CloudInitFileArgs[];
    /**
     * Shell commands to run early in every boot.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly bootCommands?: readonly pulumi.Input<string>[];
    /**
     * Shell commands to run at the end of the first boot.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly runCommands?: readonly pulumi.Input<string>[];
    /**
     * Full name of the guest in the DNS.
     *
     * @defaultValue none: its host name only
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly fqdn?: string;
    /**
     * Time zone of the guest.
     *
     * @defaultValue the image's own
     * @impact restart, and only on a guest that has not run its first boot
     * @example "Europe/Berlin"
     */
    readonly timezone?: string;
    /**
     * Locale of the guest.
     *
     * @defaultValue the image's own
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly locale?: string;
    /**
     * Install the QEMU guest agent and start it. With it the cluster knows the guest's addresses, snapshots are consistent, and keys
     * and passwords can be changed while it runs.
     *
     * @defaultValue true; false with a `userData` of your own
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly guestAgent?: boolean;
    /**
     * A whole user-data document instead, beginning with `#cloud-config` or `#!`. Host name, keys and agent are then yours to set.
     *
     * @defaultValue a document made from the other settings
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly userData?: pulumi.Input<string>;
    /**
     * A whole network configuration (version 2) instead of the one that is made from the machine's `networks`.
     *
     * @defaultValue made from `networks` where one of them has an address; otherwise the image's own, usually DHCP
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly networkData?: pulumi.Input<string>;
    /**
     * How the guest finds the settings: cloud-init's NoCloud, or OpenStack's ConfigDrive, which cloudbase-init on Windows and
     * Ignition read too.
     *
     * @defaultValue `NoCloud`; `ConfigDrive` with `os: "windows"`
     * @impact restart, and a guest may take itself for a new one
     */
    readonly dataSource?: "NoCloud" | "ConfigDrive";
}

const shapes: Shapes = {
    all: {
        users: "list",
        packages: "texts",
        packageUpgrade: "flag",
        files: "list",
        bootCommands: "list",
        runCommands: "list",
        userData: "secret",
        networkData: "secret",
        fqdn: "text",
        timezone: "text",
        locale: "text",
        guestAgent: "flag",
        dataSource: "text",
    },
    required: [],
};

const userShapes: Shapes = {
    all: {
        name: "text",
        sshKeys: "secrets",
        groups: "texts",
        sudo: "flag",
        shell: "text",
        passwordHash: "secret",
    },
    required: ["name"],
};

const fileShapes: Shapes = {
    all: {
        path: "text",
        content: "secret",
        owner: "text",
        permissions: "text",
        append: "flag",
    },
    required: ["path", "content"],
};

/** Values of a wrong type. */
export function cloudInitShape(args: CloudInitArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    if (problems.all.length === 0) {
        for (const [index, user] of (args.users ?? []).entries()) {
            problems.addFrom(`users[${String(index)}]`, closedShapeProblems(user, userShapes));
        }
        for (const [index, file] of (args.files ?? []).entries()) {
            problems.addFrom(`files[${String(index)}]`, closedShapeProblems(file, fileShapes));
        }
    }
    return problems.all;
}

/** What cloud-init would not carry out, or lose. */
export function checkCloudInit(
    args: CloudInitArgs,
    dataSource: "NoCloud" | "ConfigDrive",
): readonly Problem[] {
    const problems = new Problems();
    const { userData, networkData: _, dataSource: __, ...settings } = args;
    problems.addUnknown("dataSource", args.dataSource, ["NoCloud", "ConfigDrive"]);
    // Others than cloud-init read a ConfigDrive too.
    if (typeof userData === "string" && dataSource === "NoCloud") {
        problems.addIf("userData", userDataFault(userData));
    }
    if (userData !== undefined) {
        for (const field of Object.keys(settings)) {
            problems.add(
                field,
                "would be lost beside cloudInit.userData",
                "write it into userData, or leave userData out",
            );
        }
    }
    const names = new Set<string>();
    for (const [index, { name, sshKeys, passwordHash }] of (args.users ?? []).entries()) {
        const user = `users[${String(index)}]`;
        checkPublicKeys(`${user}.sshKeys`, sshKeys, problems);
        if (typeof passwordHash === "string") {
            problems.addIf(`${user}.passwordHash`, passwordHashFault(passwordHash));
        }
        const field = `${user}.name`;
        if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) {
            problems.add(
                field,
                `is ${JSON.stringify(name)}, which is not the name of a user`,
                `use up to 32 lower-case letters, digits, "-" and "_"`,
            );
        } else if (names.has(name)) {
            problems.add(field, `is ${JSON.stringify(name)} a second time`, "describe a user once");
        }
        names.add(name);
    }
    for (const [index, { path, permissions }] of (args.files ?? []).entries()) {
        if (!path.startsWith("/")) {
            problems.add(
                `files[${String(index)}].path`,
                `is ${JSON.stringify(path)}, which is not a path from the root`,
                "write the whole path",
            );
        }
        if (permissions !== undefined && !/^0?[0-7]{3,4}$/.test(permissions)) {
            problems.add(
                `files[${String(index)}].permissions`,
                `is ${JSON.stringify(permissions)}, which is not in octal`,
                `write such as "0600"`,
            );
        }
    }
    return problems.all;
}

/** Adds which texts are no public keys, of those that are known already. */
export function checkPublicKeys(
    field: string,
    keys: readonly pulumi.Input<string>[] | undefined,
    problems: Problems,
): void {
    for (const [index, key] of (keys ?? []).entries()) {
        if (typeof key === "string") {
            problems.addIf(`${field}[${String(index)}]`, publicKeyFault(key));
        }
    }
}
