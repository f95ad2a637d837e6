import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { migrationPolicy } from "../../manifests/migration-policy";
import type { ObjectWithSpec } from "../../manifests/plain-object";
import {
    checkMigrationPolicy,
    type MigrationPolicyPlan,
    rivalPolicies,
} from "../../model/migration-policy";
import { Problems, problemsText } from "../../model/problems";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { type After, atOnce } from "../depends-on";
import { lookForOne } from "../one-object";
import { ownedBy } from "../platform/objects";
import { clusterOf } from "../platform/place";
import { refuse, refuseShape, tellFindings } from "../refusal";
import {
    type MigrationPolicyArgs,
    migrationPolicyPlan,
    migrationPolicyShape,
} from "./migration-policy-args";

/** The raw resources of a {@link MigrationPolicy}. */
export interface MigrationPolicyNodes {
    readonly policy: CustomResource;
}

/**
 * Limits of live migration for a group of machines: those whose labels, or whose namespace's labels, it names. Where several
 * policies are for a machine, KubeVirt takes the one that names the most labels; what it does not set is KubeVirt's own.
 *
 * Creates one MigrationPolicy. Destroying it gives its machines back to KubeVirt's own limits, and touches none of them.
 *
 * @example
 * ```ts
 * new MigrationPolicy("databases", {
 *     cluster,
 *     machines: { tier: "database" },
 *     bandwidthPerMigration: "256Mi",
 *     allowAutoConverge: true,
 * });
 * ```
 */
export class MigrationPolicy extends pulumi.ComponentResource<MigrationPolicyNodes> {
    static readonly type = "kubevirt:index:MigrationPolicy";

    /** Name of the policy on the cluster. */
    readonly policyName: string;

    readonly #cluster: Cluster;
    readonly #setup: {
        readonly name: string;
        readonly args: MigrationPolicyArgs;
        readonly dependsOn: After;
        readonly plan: MigrationPolicyPlan;
        readonly refused: boolean;
    };

    constructor(name: string, args: MigrationPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("MigrationPolicy", name, migrationPolicyShape(args));
        super(MigrationPolicy.type, name, {}, atOnce(opts));
        const plan = migrationPolicyPlan(name, args);
        this.policyName = plan.name;
        this.#cluster = clusterOf(args.cluster);
        const problems = new Problems();
        tellFindings(this, "MigrationPolicy", name, checkMigrationPolicy(plan), problems);
        const refused = refuse(this, "MigrationPolicy", name, problems.all);
        this.#setup = { name, args, plan, refused, dependsOn: opts?.dependsOn };
        if (!refused) {
            this.#tellRivals();
        }
        this.registerOutputs({ policyName: this.policyName });
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<MigrationPolicyNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<MigrationPolicyNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { name, args, plan, refused, dependsOn } = this.#setup;
        const { object, options } = await lookForOne<ObjectWithSpec>({
            component: this,
            className: "MigrationPolicy",
            name,
            place: args.cluster,
            after: dependsOn,
            object: refused ? undefined : ownedBy(migrationPolicy(plan), name),
            field: "policyName",
        });
        return { policy: new CustomResource(`${name}-migration-policy`, object, options) };
    }

    /** Two policies of a program that only their names tell apart are hardly meant. */
    #tellRivals(): void {
        const { name, plan } = this.#setup;
        const known = policiesOf.get(this.#cluster) ?? [];
        for (const rival of rivalPolicies(plan, known)) {
            const first = [rival.name, plan.name].sort()[0] ?? "";
            const problem = {
                field: "machines",
                fault: `and namespaces may fit the same machines as policy ${JSON.stringify(rival.name)}, with as many labels: KubeVirt then takes the one whose name comes first, ${JSON.stringify(first)}`,
                cure: "name a label more in the one that is to count, or other values of a label in each",
            };
            say("warn", problemsText("MigrationPolicy", name, [problem]), this);
        }
        policiesOf.set(this.#cluster, [...known, plan]);
    }
}

/** The policies that this program has made so far. */
const policiesOf = new WeakMap<Cluster, readonly MigrationPolicyPlan[]>();
