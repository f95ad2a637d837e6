import * as pulumi from "@pulumi/pulumi";
import { merged } from "../../manifests/fields";
import type { PlainObject } from "../../manifests/plain-object";
import { type Duration, millisecondsOf } from "../../model/duration";
import { Problems } from "../../model/problems";
import { pinned } from "../../model/versions";
import { collectionPath } from "../../waits/collections";
import { rolloutGate, servedGate, webhooksGate } from "../../waits/platform-gates";
import { program } from "../../waits/program";
import { whenOpen } from "../../waits/resource-gate";
import { isAbsent } from "../../waits/connection";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { Deferred } from "../deferred";
import { type After, afterDependencies, atOnce } from "../depends-on";
import type { LiveObject } from "../ownership";
import { refuse, refuseInUpdate } from "../refusal";
import { tellVersion } from "./compatibility";
import {
    type FoundObject,
    lookForAll,
    ManifestResource,
    owned,
    registerObjects,
    relinquish,
} from "./objects";
import { checkOperatorArgs } from "./operator-args";

/** What a {@link CertManager} needs. */
export interface CertManagerArgs {
    /**
     * The cluster.
     *
     * @impact live: its definitions, and with them every certificate, stay on the old cluster
     */
    readonly cluster: Cluster;
    /**
     * `install`: by Pulumi's package kubernetes-cert-manager, whose plugin the engine downloads then. `adopt`: somebody else's; it is
     * checked and waited for, never changed or deleted, and no plugin is needed.
     *
     * @defaultValue `install`
     * @impact live: from `install` to `adopt` the stack lets go and everything stays; back again it is taken back
     */
    readonly mode?: "install" | "adopt";
    /**
     * Version of the chart.
     *
     * @defaultValue the version this package is tried with
     * @impact live
     * @example "v1.21.1"
     */
    readonly version?: string;
    /**
     * The chart as a folder or a file, for a cluster without a way to the internet.
     *
     * @defaultValue `cert-manager` of https://charts.jetstack.io
     * @impact live
     * @example "./charts/cert-manager-v1.21.1.tgz"
     */
    readonly chart?: string;
    /**
     * Values of the chart, as its own documentation names them.
     *
     * @defaultValue the chart's own; its definitions are installed, and kept when it is removed
     * @impact live
     */
    readonly values?: Readonly<Record<string, unknown>>;
    /**
     * How long it may take to become ready.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 10 minutes
     * @impact live
     */
    readonly readyWithin?: Duration;
}

/** A cert-manager that issues certificates. */
export interface ReadyCertManager {
    /** Namespace it runs in. */
    readonly namespace: string;
}

/** The raw resources of a {@link CertManager}. */
export interface CertManagerNodes {
    readonly namespace?: pulumi.CustomResource;
    /** The component of Pulumi's package. */
    readonly release?: pulumi.ComponentResource;
}

/** The chart's own names, and the namespace that its documentation and Pulumi's package install it into. */
const place = "cert-manager";
const served = "/apis/cert-manager.io/v1";
const deployments = ["cert-manager", "cert-manager-cainjector", "cert-manager-webhook"];

/**
 * cert-manager, for the certificates of what runs beside the machines.
 *
 * Ready when its Deployments have rolled out, its kinds are served and its webhook has the certificate that lets the API server
 * call it. Destroying it keeps its definitions, and with them every certificate.
 *
 * @example
 * ```ts
 * new CertManager("cert-manager", { cluster, mode: "adopt" });
 * ```
 */
export class CertManager extends pulumi.ComponentResource<CertManagerNodes> {
    static readonly type = "kubevirt:index:CertManager";

    /** When certificates are issued. */
    readonly ready: pulumi.Output<ReadyCertManager>;
    /** @internal */
    readonly gate: Promise<ReadyCertManager>;

    readonly #name: string;
    readonly #args: CertManagerArgs;
    readonly #after: After;
    readonly #refused: boolean;
    readonly #opening = new Deferred<ReadyCertManager>();

    constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super(CertManager.type, name, {}, atOnce(opts));
        this.#name = name;
        this.#args = args;
        this.#after = opts?.dependsOn;
        this.#refused = refuse(
            this,
            "CertManager",
            name,
            checkOperatorArgs(args, pinned.certManagerChart),
        );
        const version =
            args.mode === "adopt" ? undefined : (args.version ?? pinned.certManagerChart);
        tellVersion(args.cluster, "certManagerChart", Promise.resolve(version));
        this.gate = this.#opening.promise;
        this.ready = whenOpen(this.gate);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<CertManagerNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<CertManagerNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        return this.#args.mode === "adopt" ? this.#adopt() : this.#install();
    }

    async #install(): Promise<CertManagerNodes> {
        const { cluster } = this.#args;
        const problems = new Problems();
        let found: readonly FoundObject[] = [];
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                return;
            }
            found = await lookForAll(cluster, owned([namespaceObject], this.#name));
            await this.#refuseStanding(found, problems);
            refuse(this, "CertManager", this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const [namespace] = registerObjects(this.#registrar, found);
        const release = this.#release(namespace, await this.#hasRelease());
        this.#opening.settle(this.#ready(release));
        return { release, ...(namespace === undefined ? {} : { namespace }) };
    }

    /** Helm takes over nothing that is not its release's, so another cert-manager is refused before anything is registered. */
    async #refuseStanding(found: readonly FoundObject[], problems: Problems): Promise<void> {
        const connection = await this.#args.cluster.connection;
        const path = `${collectionPath("CustomResourceDefinition")}/certificates.cert-manager.io`;
        const definition = (await connection?.look(path)) as LiveObject | undefined;
        // Those of an earlier install of ours were kept, with Helm's marks.
        const release = definition?.metadata?.annotations?.["meta.helm.sh/release-namespace"];
        if (definition !== undefined && release !== place) {
            problems.add(
                "mode",
                `is install, and the cluster has a cert-manager that this stack did not make${release === undefined ? "" : `, in namespace ${release}`}`,
                `write mode: "adopt"`,
            );
        } else if (found.some((one) => one.found.state === "foreign")) {
            problems.add(
                "mode",
                `is install, and namespace ${place} is there and not this stack's`,
                `write mode: "adopt" where it has a cert-manager, or delete it where it is empty`,
            );
        }
    }

    /**
     * The component of Pulumi's package, by its type: the npm package itself would have the engine install its plugin before every
     * preview, also of stacks that adopt (docs/decisions/007).
     */
    #release(
        namespace: pulumi.CustomResource | undefined,
        isThere: boolean,
    ): pulumi.ComponentResource {
        const { chart, version, values, cluster } = this.#args;
        return new pulumi.ComponentResource(
            packageType,
            `${this.#name}-release`,
            {
                status: undefined,
                helmOptions: {
                    name: place,
                    namespace: place,
                    ...(chart === undefined
                        ? { version: version ?? pinned.certManagerChart }
                        : // Without an empty address the package looks for every chart in its own repository.
                          { chart, repositoryOpts: { repo: "" } }),
                    // The gate waits, and says why.
                    skipAwait: true,
                },
            },
            {
                parent: this,
                providers: { kubernetes: cluster.provider },
                version: pinned.certManagerPlugin,
                transforms: [releaseTransform(values ?? {}, isThere)],
                ...(namespace === undefined ? {} : { dependsOn: [namespace] }),
            },
            true,
        );
    }

    async #adopt(): Promise<CertManagerNodes> {
        const problems = new Problems();
        const mayRegister = await program.checked(async () => {
            const connection = await this.#args.cluster.connection;
            if (this.#refused || connection === undefined) {
                return;
            }
            if ((await connection.look(served)) !== undefined) {
                say("info", "adopted: cert-manager.io is served", this);
            } else if (await isAbsent(connection, served)) {
                const problem = {
                    field: "mode",
                    fault: "is adopt, and the cluster does not know cert-manager's kinds",
                    cure: `install it there first, or write mode: "install" or "skip"`,
                };
                refuseInUpdate(this, "CertManager", this.#name, problem, problems);
            }
            refuse(this, "CertManager", this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const [own] = await lookForAll(this.#args.cluster, owned([namespaceObject], this.#name));
        const ours = own?.found.state === "ours" ? [namespaceObject] : [];
        if (ours.length > 0 && (await this.#hasRelease())) {
            this.#relinquishRelease();
        }
        const [namespace] = relinquish(this.#registrar, ours);
        this.#opening.settle(afterDependencies(this.#after).then(() => this.#ready(this)));
        return namespace === undefined ? {} : { namespace };
    }

    /** The release that this stack once installed is read from now on, under the names that the package gave it. */
    #relinquishRelease(): void {
        const name = `${this.#name}-release`;
        const component = new pulumi.ComponentResource(packageType, name, {}, { parent: this });
        new ManifestResource(
            releaseType,
            `${name}-helm`,
            {},
            { parent: component, provider: this.#args.cluster.provider, id: releaseId },
        );
    }

    /** Helm marks what it has installed. */
    async #hasRelease(): Promise<boolean> {
        const connection = await this.#args.cluster.connection;
        const path = `${collectionPath("Deployment", place)}/${deployments[0] ?? ""}`;
        const live = (await connection?.look(path)) as LiveObject | undefined;
        return live?.metadata?.annotations?.["meta.helm.sh/release-name"] === place;
    }

    get #registrar() {
        const { cluster } = this.#args;
        return { component: this, name: this.#name, cluster, after: this.#after };
    }

    async #ready(resource: pulumi.Resource): Promise<ReadyCertManager> {
        const { cluster, readyWithin, mode } = this.#args;
        const common = {
            connection: cluster.connection,
            resource,
            label: `CertManager ${JSON.stringify(this.#name)}`,
            namespace: place,
            name: place,
            deadlineMs: millisecondsOf(readyWithin ?? "10 minutes"),
        };
        await servedGate({ ...common, paths: ["/apis/cert-manager.io/v1/certificates"] });
        if (mode !== "adopt") {
            // An adopted one may have other names.
            await Promise.all(deployments.map((name) => rolloutGate({ ...common, name })));
        }
        await webhooksGate({ ...common, owner: "CertManager" });
        return { namespace: place };
    }
}

const packageType = "kubernetes-cert-manager:index:CertManager";
const releaseType = "kubernetes:helm.sh/v3:Release";
const releaseId = `${place}/${place}`;

/**
 * Completes the release that the package makes. The package writes a null over every value that it has a type for
 * (pulumi-go-helmbase chart.go, InitDefaults), so values are handed on here. And a release of ours that the state does not know
 * (adopted in between, or its run was killed) is taken back.
 */
function releaseTransform(
    values: Readonly<Record<string, unknown>>,
    isThere: boolean,
): pulumi.ResourceTransform {
    return ({ type, props, opts }) =>
        type === releaseType
            ? {
                  props: {
                      ...props,
                      values: merged({ crds: { enabled: true, keep: true } }, values),
                  },
                  opts: (isThere ? { ...opts, import: releaseId } : opts) as pulumi.ResourceOptions,
              }
            : undefined;
}

const namespaceObject: PlainObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: place },
};
