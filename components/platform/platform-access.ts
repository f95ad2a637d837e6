import * as pulumi from "@pulumi/pulumi";
import { deployerRoles, installerRole, type Subject } from "../../manifests/deployer-access";
import type { PlainObject } from "../../manifests/plain-object";
import { nameFault } from "../../model/names";
import { type Problem, Problems } from "../../model/problems";
import { program } from "../../waits/program";
import type { Cluster } from "../cluster";
import { type After, atOnce } from "../depends-on";
import { refuse } from "../refusal";
import { type FoundObject, lookForAll, owned, registerObjects } from "./objects";

/** Who runs machines, and where. */
export interface DeployerArgs {
    /**
     * Users, groups and service accounts.
     *
     * @impact live
     * @example [{ kind: "ServiceAccount", namespace: "ci", name: "deployer" }]
     */
    readonly subjects: readonly Subject[];
    /**
     * Namespaces of their machines and disks. They have to exist.
     *
     * @impact live
     */
    readonly namespaces: readonly string[];
}

/** What a {@link PlatformAccess} needs. */
export interface PlatformAccessArgs {
    /**
     * The cluster. Its login has to be an administrator's: nobody can give away rights that he does not have.
     *
     * @impact live
     */
    readonly cluster: Cluster;
    /**
     * Who installs, upgrades and removes the platform: the login of a stack with a VirtualizationPlatform that installs.
     *
     * @defaultValue nobody
     * @impact live
     */
    readonly installer?: readonly Subject[];
    /**
     * Who runs machines: the login of a stack that adopts the platform.
     *
     * @defaultValue nobody
     * @impact live
     */
    readonly deployer?: DeployerArgs;
}

/** The raw resources of a {@link PlatformAccess}. */
export interface PlatformAccessNodes {
    readonly objects: readonly pulumi.CustomResource[];
}

/**
 * The rights of the two identities of a platform: one that installs it, and one that runs machines on it and can change nothing of it.
 *
 * Creates roles and bindings, and deletes them with the stack.
 *
 * @example
 * ```ts
 * new PlatformAccess("access", {
 *     cluster,
 *     deployer: { subjects: [{ kind: "Group", name: "vm-team" }], namespaces: ["vms"] },
 * });
 * ```
 */
export class PlatformAccess extends pulumi.ComponentResource<PlatformAccessNodes> {
    static readonly type = "kubevirt:index:PlatformAccess";

    readonly #name: string;
    readonly #args: PlatformAccessArgs;
    readonly #after: After;
    readonly #refused: boolean;

    constructor(name: string, args: PlatformAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super(PlatformAccess.type, name, {}, atOnce(opts));
        this.#name = name;
        this.#args = args;
        this.#after = opts?.dependsOn;
        this.#refused = refuse(this, "PlatformAccess", name, checkPlatformAccess(args));
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<PlatformAccessNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<PlatformAccessNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { cluster, installer = [], deployer } = this.#args;
        const problems = new Problems();
        let found: readonly FoundObject[] = [];
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                return;
            }
            const objects: readonly PlainObject[] = [
                ...(installer.length === 0 ? [] : installerRole(installer)),
                ...(deployer === undefined
                    ? []
                    : deployerRoles(deployer.namespaces, deployer.subjects)),
            ];
            found = await lookForAll(cluster, owned(objects, this.#name));
            for (const { object, found: standing } of found) {
                if (standing.state === "foreign") {
                    const { kind, metadata } = object;
                    problems.add(
                        "cluster",
                        `has a ${kind} ${metadata.name} that this stack did not make`,
                        "delete it if it is nobody's; rights are never taken over",
                    );
                }
            }
            refuse(this, "PlatformAccess", this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const registrar = { component: this, name: this.#name, cluster, after: this.#after };
        return { objects: registerObjects(registrar, found) };
    }
}

/** Everything that is wrong with the arguments. */
export function checkPlatformAccess(args: Omit<PlatformAccessArgs, "cluster">): readonly Problem[] {
    const problems = new Problems();
    const { deployer } = args;
    if (args.installer === undefined && deployer === undefined) {
        problems.add("installer", "and deployer are not given", "say who gets which rights");
    }
    for (const [index, namespace] of (deployer?.namespaces ?? []).entries()) {
        problems.addIf(`deployer.namespaces[${String(index)}]`, nameFault(namespace));
    }
    if (deployer !== undefined && deployer.namespaces.length === 0) {
        problems.add("deployer.namespaces", "is empty", "name the namespaces of the machines");
    }
    const subjects = [
        ...(args.installer ?? []).map((subject) => ({ subject, place: "installer" })),
        ...(deployer?.subjects ?? []).map((subject) => ({ subject, place: "deployer.subjects" })),
    ];
    for (const { subject, place } of subjects) {
        // Source: Kubernetes pkg/apis/rbac/validation (ValidateRoleBindingSubject).
        if (subject.name === "") {
            problems.add(place, `has a ${subject.kind} without a name`, "name it");
        }
    }
    if (deployer?.subjects.length === 0) {
        problems.add("deployer.subjects", "is empty", "name who gets the rights");
    }
    return problems.all;
}
