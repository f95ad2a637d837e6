import * as pulumi from "@pulumi/pulumi";
import { cdi } from "../../manifests/cdi";
import { networkPolicies } from "../../manifests/network-policy";
import { type CdiSettingsArgs, checkCdiSettings } from "../../model/cdi-settings";
import { cdiReleaseUrl, pinned } from "../../model/versions";
import type { ReadyOperator } from "../../waits/platform-gates";
import { whenOpen } from "../../waits/resource-gate";
import { atOnce } from "../depends-on";
import { Operator, type OperatorNodes } from "./operator";
import type { OperatorArgs } from "./operator-args";

/** What a {@link Cdi} needs. */
export interface CdiArgs extends OperatorArgs, CdiSettingsArgs {
    /**
     * Network policies for the namespace: only what CDI's parts need of each other, the API server and uploads get in.
     *
     * @defaultValue `false`: where the network enforces them they can cut off what else scrapes or calls them
     * @impact live
     */
    readonly networkPolicies?: boolean;
}

/**
 * CDI, the Containerized Data Importer: its operator from the release manifest of a pinned version, and the CDI that makes it
 * run.
 *
 * Ready when the operator has rolled out, the CDI is Available at the wanted version, its kinds are served and its webhooks
 * answer. Destroying it is refused by CDI while DataVolumes exist, retained ones too; its definition stays.
 *
 * @example
 * ```ts
 * new Cdi("cdi", { cluster, scratchStorageClass: "fast-scratch" });
 * ```
 */
export class Cdi extends pulumi.ComponentResource<OperatorNodes> {
    static readonly type = "kubevirt:index:Cdi";

    /** When disks can be filled, and the version that runs. */
    readonly ready: pulumi.Output<ReadyOperator>;
    /** @internal */
    readonly operator: Operator;

    constructor(name: string, args: CdiArgs, opts?: pulumi.ComponentResourceOptions) {
        super(Cdi.type, name, {}, atOnce(opts));
        this.operator = new Operator({
            component: this,
            className: "Cdi",
            name,
            kind: "CDI",
            part: "cdi",
            args,
            after: opts?.dependsOn,
            pinned: pinned.cdi,
            published: cdiReleaseUrl,
            pullSecrets: args.imagePullSecrets ?? [],
            check: () => checkCdiSettings(args),
            beside: (namespace) =>
                args.networkPolicies === true ? networkPolicies("CDI", namespace) : [],
            // CDI has no other place for a proxy's login.
            secretSpec: args.importProxy !== undefined,
            customResource: () => cdi({ settings: args }),
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
