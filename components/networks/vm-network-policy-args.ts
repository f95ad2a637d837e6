import { checkLabels } from "../../model/labels";
import { nameFault } from "../../model/names";
import { checkOpenings, type OpeningArgs, resolverFault } from "../../model/policy-peer";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";
import type { Place } from "../platform/place";

/** What a {@link VmNetworkPolicy} needs. */
export interface VmNetworkPolicyArgs {
    /**
     * The cluster, or the platform on it.
     *
     * @impact live: the old cluster's machines are open again
     */
    readonly cluster: Place;
    /**
     * The group whose machines are closed off. One policy for each is enough; several add their openings.
     *
     * @impact live
     */
    readonly group: string;
    /**
     * Namespace of the policy and the machines.
     *
     * @defaultValue the cluster's
     * @impact live: the old namespace's machines are open again
     */
    readonly namespace?: string;
    /**
     * Name of the policy on the cluster.
     *
     * @defaultValue the component's name
     * @impact live: for a moment both are there
     */
    readonly policyName?: string;
    /**
     * Who may come in, and by which ports. Kubernetes' probes come from the machine's own node, which no policy keeps away.
     *
     * @defaultValue nobody
     * @impact live
     * @example [{ peers: [{ group: "web" }], ports: [{ port: 5432 }] }]
     */
    readonly ingress?: readonly OpeningArgs[];
    /**
     * Who may be reached, and by which ports; `"open"` does not limit what goes out.
     *
     * @defaultValue nobody but the resolvers (see `resolvers`)
     * @impact live
     */
    readonly egress?: readonly OpeningArgs[] | "open";
    /**
     * Resolvers that guests may ask beside the cluster's own DNS pods, as addresses or networks: a cache on the nodes
     * (`169.254.20.10`), those of the company. `false`: names cannot be resolved.
     *
     * @defaultValue the DNS pods in `kube-system` alone: without names most openings are of no use
     * @impact live
     */
    readonly resolvers?: readonly string[] | false;
    /**
     * Labels of the policy.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/** Values of a wrong type, which no policy can be made of. */
export function policyShape(args: VmNetworkPolicyArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    const { egress, resolvers } = args;
    if (problems.all.length === 0 && egress !== undefined && egress !== "open" && !isList(egress)) {
        problems.add("egress", `is neither a list nor "open"`, `write a list, or "open"`);
    }
    if (
        problems.all.length === 0 &&
        resolvers !== undefined &&
        resolvers !== false &&
        !isList(resolvers)
    ) {
        problems.add("resolvers", "is neither a list nor false", "write a list of addresses");
    }
    return problems.all;
}

function isList(value: unknown): boolean {
    return Array.isArray(value);
}

const shapes: Shapes = {
    all: {
        cluster: "object",
        group: "text",
        namespace: "text",
        policyName: "text",
        ingress: "list",
        egress: "anything",
        resolvers: "anything",
        labels: "object",
    },
    required: ["cluster", "group"],
};

/** Everything that is wrong with a policy's arguments. */
export function checkVmNetworkPolicy(
    args: VmNetworkPolicyArgs,
    resolved: { readonly name: string; readonly namespace: string },
): readonly Problem[] {
    const problems = new Problems();
    problems.addIf("policyName", nameFault(resolved.name));
    problems.addIf("namespace", nameFault(resolved.namespace));
    problems.addIf("group", nameFault(args.group));
    for (const side of ["ingress", "egress"] as const) {
        const openings = args[side];
        for (const problem of openings === "open" ? [] : checkOpenings(openings ?? [])) {
            problems.add(`${side}${problem.field}`, problem.fault, problem.cure);
        }
    }
    (args.resolvers === false ? [] : (args.resolvers ?? [])).forEach((text, index) =>
        problems.addIf(`resolvers[${String(index)}]`, resolverFault(text)),
    );
    problems.addFrom("labels", checkLabels(args.labels ?? {}));
    return problems.all;
}
