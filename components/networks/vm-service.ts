import { Service } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import { machineService } from "../../manifests/machine-service";
import { millisecondsOf } from "../../model/duration";
import { collectionPath } from "../../waits/collections";
import { whenOpen } from "../../waits/resource-gate";
import { serviceAddresses, serviceVerdict } from "../../waits/service-address";
import { answersGate } from "../../waits/storage-gates";
import type { Cluster } from "../cluster";
import { type After, atOnce } from "../depends-on";
import { lookForOne } from "../one-object";
import { ownerOf } from "../ownership";
import { clusterOf } from "../platform/place";
import { refuse, refuseShape } from "../refusal";
import { checkVmService, serviceShape, type VmServiceArgs } from "./vm-service-args";

/** The raw resources of a {@link VmService}. */
export interface VmServiceNodes {
    readonly service: Service;
}

/**
 * A name and an address for the ports of a machine, or of the machines of a group, on the pod network.
 *
 * Creates one Service. It finds machines by the labels of their pods, so it may be made before them and outlive them; it is
 * not waited for them. A machine that moves has two pods for a moment, and traffic goes to the one that is ready.
 *
 * @example
 * ```ts
 * const ssh = new VmService("db-ssh", { cluster, machine: db, type: "LoadBalancer", ports: [{ port: 22 }] });
 * ```
 */
export class VmService extends pulumi.ComponentResource<VmServiceNodes> {
    static readonly type = "kubevirt:index:VmService";

    /** Name inside the cluster: `<name>.<namespace>.svc`. */
    readonly host: string;
    /** The addresses: of the load balancer, else of the service inside the cluster; none of a headless one. */
    readonly addresses: pulumi.Output<readonly string[]>;

    readonly #cluster: Cluster;
    readonly #name: string;
    readonly #args: VmServiceArgs;
    readonly #after: After;
    readonly #place: { readonly name: string; readonly namespace: string };
    readonly #refused: boolean;

    constructor(name: string, args: VmServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("VmService", name, serviceShape(args));
        super(VmService.type, name, {}, atOnce(opts));
        const { machine } = args;
        this.#cluster = clusterOf(args.cluster);
        this.#name = name;
        this.#args = args;
        this.#after = opts?.dependsOn;
        this.#place = {
            name: args.serviceName ?? name,
            namespace:
                args.namespace ??
                (typeof machine === "object" ? machine.namespace : this.#cluster.namespace),
        };
        this.host = `${this.#place.name}.${this.#place.namespace}.svc`;
        this.#refused = refuse(this, "VmService", name, checkVmService(args, this.#place));
        this.addresses = whenOpen(this.#addresses());
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<VmServiceNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VmServiceNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { object, options } = await lookForOne({
            component: this,
            className: "VmService",
            name: this.#name,
            place: this.#args.cluster,
            after: this.#after,
            object: this.#refused ? undefined : this.#object(),
            field: "serviceName",
            adopt: this.#args.adopt ?? false,
            // The API server gives each port more fields than the program.
            lists: "by-field",
        });
        const { annotations } = object.metadata;
        return {
            service: new Service(
                `${this.#name}-service`,
                {
                    ...object,
                    metadata: {
                        ...object.metadata,
                        // The provider would wait for pods, which a machine that is off has none of.
                        annotations: { ...annotations, "pulumi.com/skipAwait": "true" },
                    },
                },
                options,
            ),
        };
    }

    #object() {
        const { machine, group = "", type = "ClusterIP", ports = [], ...rest } = this.#args;
        const { selector } = rest;
        return machineService({
            name: this.#place.name,
            namespace: this.#place.namespace,
            owner: ownerOf(this.#name),
            target:
                selector !== undefined
                    ? { labels: selector }
                    : machine === undefined
                      ? { group }
                      : { machine: typeof machine === "object" ? machine.machineName : machine },
            type,
            ports,
            loadBalancerClass: rest.loadBalancerClass,
            allocateNodePorts: rest.allocateNodePorts,
            sourceRanges: rest.sourceRanges,
            externalTrafficPolicy: rest.externalTrafficPolicy,
            sessionAffinity: rest.sessionAffinity,
            publishNotReady: rest.publishNotReady,
            annotations: rest.annotations,
            labels: rest.labels,
        });
    }

    async #addresses(): Promise<readonly string[]> {
        const { service } = await this.getData();
        const { namespace, name } = this.#place;
        if (this.#args.type !== "LoadBalancer") {
            return new Promise((resolve) => {
                service.spec.apply(({ clusterIPs }) => {
                    resolve(clusterIPs.filter((address) => address !== "None"));
                });
            });
        }
        const path = `${collectionPath("Service", namespace)}/${name}`;
        await answersGate({
            connection: this.#cluster.connection,
            resource: service,
            label: `VmService ${JSON.stringify(this.#name)}`,
            namespace,
            name,
            deadlineMs: millisecondsOf(this.#args.readyWithin ?? "5 minutes"),
            paths: [path],
            verdict: serviceVerdict,
        });
        const connection = await this.#cluster.connection;
        const answer = await connection?.afresh()(path);
        return answer?.state === "found" ? serviceAddresses(answer.object) : [];
    }
}
