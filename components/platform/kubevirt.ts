import * as pulumi from "@pulumi/pulumi";
import { kubeVirt } from "../../manifests/kubevirt";
import { networkPolicies } from "../../manifests/network-policy";
import { checkKubeVirtSettings, type KubeVirtSettingsArgs } from "../../model/kubevirt-settings";
import { kubevirtReleaseUrl, pinned } from "../../model/versions";
import type { ReadyOperator } from "../../waits/platform-gates";
import { whenOpen } from "../../waits/resource-gate";
import { atOnce } from "../depends-on";
import { Operator, type OperatorNodes } from "./operator";
import type { OperatorArgs } from "./operator-args";

/** What a {@link KubeVirt} needs. */
export interface KubeVirtArgs extends OperatorArgs, KubeVirtSettingsArgs {
    /**
     * Network policies for the namespace: only what KubeVirt's parts need of each other and the API server gets in.
     *
     * @defaultValue `false`: where the network enforces them they can cut off what else scrapes or calls them
     * @impact live
     */
    readonly networkPolicies?: boolean;
}

/**
 * KubeVirt: its operator from the release manifest of a pinned version, and the KubeVirt that makes it run.
 *
 * Ready when the operator has rolled out, the KubeVirt is Available at the wanted version, its kinds are served and its webhooks
 * answer. Destroying it is refused by KubeVirt while machines exist; its definitions stay.
 *
 * @example
 * ```ts
 * new KubeVirt("kubevirt", { cluster, liveMigration: { bandwidthPerMigration: "1Gi" } });
 * ```
 */
export class KubeVirt extends pulumi.ComponentResource<OperatorNodes> {
    static readonly type = "kubevirt:index:KubeVirt";

    /** When machines can be made, and the version that runs. */
    readonly ready: pulumi.Output<ReadyOperator>;
    /** @internal */
    readonly operator: Operator;

    constructor(name: string, args: KubeVirtArgs, opts?: pulumi.ComponentResourceOptions) {
        super(KubeVirt.type, name, {}, atOnce(opts));
        this.operator = new Operator({
            component: this,
            className: "KubeVirt",
            name,
            kind: "KubeVirt",
            part: "kubevirt",
            args,
            after: opts?.dependsOn,
            pinned: pinned.kubevirt,
            published: kubevirtReleaseUrl,
            pullSecrets: args.imagePullSecrets ?? [],
            check: (version) => checkKubeVirtSettings(args, version),
            beside: (namespace) =>
                args.networkPolicies === true ? networkPolicies("KubeVirt", namespace) : [],
            secretSpec: false,
            customResource: (namespace) => kubeVirt({ namespace, settings: args }),
        });
        this.ready = whenOpen(this.operator.gate);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<OperatorNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<OperatorNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        return this.operator.provide();
    }
}
