import * as kubernetes from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { missingNamespaceText } from "../model/missing-namespace";
import { nameFault } from "../model/names";
import { Problems } from "../model/problems";
import { collectionPath } from "../waits/collections";
import { type Connection, connect } from "../waits/connection";
import { say } from "../waits/say";
import { refuse } from "./refusal";

/** What a {@link Cluster} needs. */
export interface ClusterArgs {
    /**
     * Content of a kubeconfig file (not its path). It may come from a resource of the same program or of another stack: a
     * preview that does not know it yet shows everything as new and checks nothing against the cluster.
     *
     * @impact live: the same cluster reached another way; see `identifier`
     */
    readonly kubeconfig: pulumi.Input<string>;
    /**
     * Context of the kubeconfig to use.
     *
     * @defaultValue the kubeconfig's `current-context`
     * @impact live, as `kubeconfig`
     */
    readonly context?: string;
    /**
     * What tells this cluster from others for as long as it lives. While it stays the same, a new address or certificate of
     * the API server changes nothing; a new identifier means another cluster, and everything on it is made anew.
     *
     * @defaultValue the component's name
     * @impact data-loss: every object is replaced, only retained disks stay on the old cluster
     */
    readonly identifier?: string;
    /**
     * Namespace of disks and machines that name none. It has to exist.
     *
     * @defaultValue `default`
     * @impact refused for disks that exist; replace-vm for machines
     */
    readonly namespace?: string;
    /**
     * Fail at the first disk or machine that cannot become ready, instead of letting the others finish first.
     *
     * @defaultValue `false`: each problem is shown at once, and the rest of the stack goes on
     * @impact live
     */
    readonly failFast?: boolean;
}

/**
 * A Kubernetes cluster that disks and machines live on: the provider that changes it, and the reader that waits on it.
 *
 * Creates nothing on the cluster. Says on its own line which server the run is about to change.
 *
 * @example
 * ```ts
 * const cluster = new Cluster("prod", { kubeconfig, context: "prod-1" });
 * ```
 */
export class Cluster extends pulumi.ComponentResource {
    static readonly type = "kubevirt:index:Cluster";

    /** The Kubernetes provider, for resources that this package does not cover. */
    readonly provider: kubernetes.Provider;
    /** Namespace of disks and machines that name none. */
    readonly namespace: string;
    /** @internal What tells this cluster from others. */
    readonly identity: string;
    /** @internal For what has to reach the cluster without the program. A secret. */
    readonly kubeconfig: pulumi.Output<string>;
    /** @internal */
    readonly context: string | undefined;
    /** @internal The reader. Undefined in a preview that does not know the kubeconfig, or cannot reach the server. */
    readonly connection: Promise<Connection | undefined>;

    constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super(Cluster.type, name, {}, opts);
        this.namespace = args.namespace ?? "default";
        this.identity = args.identifier ?? name;
        const problems = new Problems();
        problems.addIf("namespace", nameFault(this.namespace));
        if (args.kubeconfig === "") {
            problems.add(
                "kubeconfig",
                "is empty",
                "give the content of a kubeconfig file, not its path",
            );
        }
        refuse(this, "Cluster", name, problems.all);

        this.kubeconfig = pulumi.secret(args.kubeconfig);
        this.context = args.context;
        this.provider = new kubernetes.Provider(
            `${name}-provider`,
            {
                kubeconfig: this.kubeconfig,
                ...(args.context === undefined ? {} : { context: args.context }),
                // Without it, a changed address of the API server replaces the provider and everything made with it.
                clusterIdentifier: this.identity,
                // Changed cloud-init must not replace the Secret that a running machine refers to.
                enableSecretMutable: true,
            },
            { parent: this },
        );
        this.connection = connect({
            kubeconfig: pulumi.output(args.kubeconfig),
            context: args.context,
            failFast: args.failFast ?? false,
            cluster: this,
        });
        void warnOfNamespace(this, name);
        this.registerOutputs({ namespace: this.namespace });
    }
}

/**
 * Says that the namespace is not there: in a preview nothing else would, and an update asks for a minute before it fails. A warning,
 * because the same program may make it. `default` always is. Who may not look says nothing,
 * and why there is no connection is said by whoever needs it.
 *
 * @internal
 */
export async function warnOfNamespace(cluster: Cluster, name: string): Promise<void> {
    const { namespace } = cluster;
    const connection =
        namespace === "default" ? undefined : await cluster.connection.catch(() => undefined);
    const answer = await connection?.ask(`${collectionPath("Namespace")}/${namespace}`);
    if (answer?.state === "absent") {
        say("warn", `Cluster "${name}": ${missingNamespaceText(namespace)}`, cluster);
    }
}
