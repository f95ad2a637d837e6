import type * as pulumi from "@pulumi/pulumi";
import { passwordFault } from "../../model/machine/first-boot-texts";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, shapeProblems, type Shapes } from "../../model/shape";
import { checkPublicKeys } from "./cloud-init";

/** Public keys that the guest agent keeps in step while the machine runs. */
export interface AccessKeysArgs {
    /**
     * Public keys that may log in.
     *
     * @impact live: the guest agent writes them
     */
    readonly keys: readonly pulumi.Input<string>[];
    /**
     * Users of the guest whose keys these are. The keys that they have beside them are taken away.
     *
     * @impact restart
     */
    readonly users: readonly string[];
}

/** Who may log in to a machine, changeable while it runs. The guest agent has to run in it. All of it is kept in Secrets. */
export interface AccessArgs {
    /**
     * Public keys of users.
     *
     * @defaultValue none
     * @impact live for the keys; restart for the users, and where there were none before
     */
    readonly sshKeys?: AccessKeysArgs;
    /**
     * Passwords by the users' names.
     *
     * @defaultValue none
     * @impact live: the guest agent sets them; restart where there were none before
     */
    readonly passwords?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Answers for Windows' setup. At least one of the two; they are kept in a Secret. */
export interface SysprepArgs {
    /**
     * Content of `autounattend.xml`: for an installation from a medium.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that is not set up yet
     */
    readonly autounattend?: pulumi.Input<string>;
    /**
     * Content of `unattend.xml`: for the first start of an image that was generalised with sysprep.
     *
     * @defaultValue none
     * @impact restart, and only on a guest that is not set up yet
     */
    readonly unattend?: pulumi.Input<string>;
}

const accessShapes: Shapes = { all: { sshKeys: "object", passwords: "object" }, required: [] };
const keyShapes: Shapes = { all: { keys: "secrets", users: "texts" }, required: ["keys", "users"] };

/** Values of a wrong type. */
export function accessShape(args: AccessArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, accessShapes));
    if (problems.all.length === 0 && args.sshKeys !== undefined) {
        problems.addFrom("sshKeys", closedShapeProblems(args.sshKeys, keyShapes));
    }
    if (problems.all.length === 0 && args.passwords !== undefined) {
        const users = Object.keys(args.passwords);
        const all = Object.fromEntries(users.map((user) => [user, "secret"] as const));
        problems.addFrom("passwords", shapeProblems(args.passwords, { all, required: users }));
    }
    return problems.all;
}

/** What KubeVirt would refuse. Source: vmi-create-admitter.go (validateAccessCredentials). */
export function checkAccess({ sshKeys, passwords }: AccessArgs): readonly Problem[] {
    const problems = new Problems();
    if (sshKeys?.users.length === 0) {
        problems.add("sshKeys.users", "is empty", "name a user of the guest whose keys these are");
    }
    checkPublicKeys("sshKeys.keys", sshKeys?.keys, problems);
    for (const [user, password] of Object.entries(passwords ?? {})) {
        if (typeof password === "string") {
            problems.addIf(`passwords.${user}`, passwordFault(password));
        }
    }
    for (const [field, users] of [
        ["sshKeys.users", sshKeys?.users ?? []],
        ["passwords", Object.keys(passwords ?? {})],
    ] as const) {
        for (const user of users) {
            if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(user)) {
                problems.add(
                    field,
                    `has ${JSON.stringify(user)}, which is not the name of a user`,
                    `use letters, digits, "-", "_" and "."`,
                );
            }
        }
    }
    if (passwords !== undefined && Object.keys(passwords).length === 0) {
        problems.add("passwords", "is empty", "name a user: { root: config.requireSecret(…) }");
    }
    return problems.all;
}

/** Adds what would leave Windows' setup without an answer. */
export function checkSysprep(sysprep: SysprepArgs, windows: boolean, problems: Problems): void {
    if (!windows) {
        problems.add(
            "sysprep",
            "is given, and only Windows reads it",
            `write os: "windows", or use cloudInit`,
        );
    }
    if (sysprep.autounattend === undefined && sysprep.unattend === undefined) {
        problems.add("sysprep", "has neither autounattend nor unattend", "give one of them");
    }
}
