import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import { millisecondsOf } from "../../model/duration";
import type { Findings } from "../../model/findings";
import { type Problem, Problems, problemsText } from "../../model/problems";
import { checkUpgrade, upgradeAdvice } from "../../model/upgrade";
import {
    type FoundOperator,
    lookAtOperator,
    operatorGate,
    type ReadyOperator,
    rolloutGate,
} from "../../waits/platform-gates";
import { program } from "../../waits/program";
import { say } from "../../waits/say";
import { Deferred } from "../deferred";
import { type After, afterDependencies } from "../depends-on";
import { ownerOf, takenBack } from "../ownership";
import { refuse, tellFindings } from "../refusal";
import { checkTogether, tellVersion } from "./compatibility";
import {
    type FoundObject,
    lookForAll,
    madeBy,
    owned,
    registerObjects,
    type Registrar,
    relinquish,
    resourceName,
} from "./objects";
import { type Adopter, sayFound } from "./operator-adopted";
import { checkOperatorArgs } from "./operator-args";
import { readRelease, type Release, type ReleaseRequest } from "./operator-release";

/** The raw resources of an operator's component. */
export interface OperatorNodes {
    /** The KubeVirt or CDI; undefined where it is adopted. */
    readonly customResource?: CustomResource;
    /** The objects of the release manifest. */
    readonly objects: readonly pulumi.CustomResource[];
}

/** What tells one operator from the other. */
export interface OperatorSetup extends ReleaseRequest, Adopter {
    readonly part: "kubevirt" | "cdi";
    /** The component's own `dependsOn`. */
    readonly after: After;
    /** What the settings of the component mean for a version. */
    readonly check: (version: string) => Findings;
    readonly customResource: (namespace: string) => PlainObject;
    /** The custom resource has something secret in its spec. */
    readonly secretSpec: boolean;
}

/** Installs an operator and its custom resource, or checks the one that is there. KubeVirt and Cdi are made of it. */
export class Operator {
    /** The version that will run, as soon as it is known; undefined where it cannot be (an unreachable cluster, a refusal). */
    readonly version: Promise<string | undefined>;
    /** Whether it is adopted now and was installed by this stack before; known when the checks are over. */
    wasInstalled = false;
    /** The namespace that it brings along and that goes with it; known when the checks are over. */
    namespace: string | undefined;
    /** Opens when it is ready. */
    readonly gate: Promise<ReadyOperator>;

    readonly #setup: OperatorSetup;
    readonly #registrar: Registrar;
    readonly #refused: boolean;
    readonly #version = new Deferred<string | undefined>();
    readonly #opening = new Deferred<ReadyOperator>();

    constructor(setup: OperatorSetup) {
        this.#setup = setup;
        const { component, className, name, args } = setup;
        this.#registrar = {
            component,
            name,
            cluster: args.cluster,
            after: setup.after,
            takeOver: args.takeOver === true,
        };
        this.version = this.#version.promise;
        tellVersion(args.cluster, setup.part, this.version);
        this.gate = this.#opening.promise;
        this.#refused = refuse(component, className, name, checkOperatorArgs(args));
    }

    /** What the stack does about it. */
    get mode(): "install" | "adopt" {
        return this.#setup.args.mode ?? "install";
    }

    /** Checks, registers, and opens the gate when everything runs. */
    provide(): Promise<OperatorNodes> {
        return this.#setup.args.mode === "adopt" ? this.#adopt() : this.#install();
    }

    async #install(): Promise<OperatorNodes> {
        const { component, className, name, args } = this.#setup;
        const problems = new Problems();
        let release: Release | undefined;
        let found: readonly FoundObject[] = [];
        const mayRegister = await program.checked(async () => {
            release = this.#refused ? undefined : await readRelease(this.#setup, problems);
            this.#version.settle(release?.version);
            this.namespace = release?.namespace;
            if (release !== undefined) {
                this.#findings(this.#setup.check(release.version), problems);
                const all = [...release.objects, this.#setup.customResource(release.namespace)];
                found = await lookForAll(args.cluster, owned(all, name));
                await this.#refuseStanding(release, found, problems);
            }
            this.#findings(await checkTogether(args.cluster), problems);
            refuse(component, className, name, problems.all);
        });
        if (release === undefined || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const objects = registerObjects(this.#registrar, found.slice(0, -1));
        const custom = found.at(-1) as FoundObject;
        const customResource = new CustomResource(
            resourceName(name, custom.object),
            this.#customResource(custom.object),
            {
                parent: component,
                provider: args.cluster.provider,
                // The operator's own mark, which a custom resource that is taken back brings along.
                ignoreChanges: ["metadata.finalizers"],
                dependsOn: this.#rolledOut(found, objects),
                ...takenBack(custom.found, args.takeOver),
            },
        );
        this.#opening.settle(
            this.#ready(
                customResource,
                release.namespace,
                custom.object.metadata.name,
                release.version,
            ),
        );
        return { objects, customResource };
    }

    /** Only looks: what it finds is said, and waited for in an update. */
    async #adopt(): Promise<OperatorNodes> {
        const { component, className, name, args, kind } = this.#setup;
        const problems = new Problems();
        let operators: readonly FoundOperator[] | undefined;
        let ours: PlainObject[] = [];
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                this.#version.settle(undefined);
                return;
            }
            const connection = await args.cluster.connection;
            operators = await lookAtOperator(connection, kind);
            if (operators?.some(({ owner }) => owner === ownerOf(name)) === true) {
                this.wasInstalled = true;
                ours = await madeBy(name, args.cluster, [kind]);
            }
            this.#version.settle(operators?.[0]?.version);
            sayFound(this.#setup, operators, problems);
            this.#findings(await checkTogether(args.cluster), problems);
            refuse(component, className, name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const operator = operators?.[0];
        const objects = relinquish(this.#registrar, ours);
        this.#opening.settle(
            operator === undefined
                ? Promise.resolve({ version: "", phase: "" })
                : afterDependencies(this.#setup.after).then(() =>
                      this.#ready(
                          component,
                          operator.namespace ?? kind.toLowerCase(),
                          operator.name,
                      ),
                  ),
        );
        return { objects };
    }

    /** What is on the cluster may be somebody else's, or a version from which no supported step leads to the wanted one. */
    async #refuseStanding(
        release: Release,
        found: readonly FoundObject[],
        problems: Problems,
    ): Promise<void> {
        const { args, kind, part, component } = this.#setup;
        const going = found.find((one) => one.found.state === "going");
        if (going !== undefined) {
            problems.add(
                "mode",
                `is install, and the ${going.object.kind} ${going.object.metadata.name} of an earlier install is just being deleted`,
                "run again when it is gone",
            );
        }
        const operators = await lookAtOperator(await args.cluster.connection, kind);
        const foreign = found.filter((one) => one.found.state === "foreign");
        const [first] = foreign;
        if (first !== undefined && args.takeOver !== true) {
            const [operator] = operators ?? [];
            const version = operator === undefined ? "" : ` (${operator.version})`;
            const objects = `${first.object.kind} ${first.object.metadata.name}${foreign.length > 1 ? ` and ${String(foreign.length - 1)} more` : ""}`;
            problems.add(
                "mode",
                `is install, and the cluster has a ${kind}${version} that this stack did not make: ${objects}`,
                `write mode: "adopt" to use it as it is, or takeOver: true to make it part of this stack`,
            );
            return;
        }
        for (const operator of operators ?? []) {
            if (operator.version === "") {
                continue;
            }
            const step = checkUpgrade(part, operator.version, release.version);
            if (step !== undefined) {
                problems.add("version", step.fault, step.cure);
            }
            const advice = upgradeAdvice(part, operator.version, release.version);
            if (step === undefined && advice !== undefined) {
                say("warn", this.#text([{ field: "version", ...advice }]), component);
            }
        }
    }

    /**
     * Fields of somebody else's custom resource are taken over by force; one's own are not, so that an edit by hand is noticed.
     */
    #customResource(object: PlainObject & { readonly spec?: unknown }) {
        const { metadata } = object;
        const force = this.#setup.args.takeOver === true ? { "pulumi.com/patchForce": "true" } : {};
        return {
            ...object,
            metadata: { ...metadata, annotations: { ...metadata.annotations, ...force } },
            ...(this.#setup.secretSpec ? { spec: pulumi.secret(object.spec) } : {}),
        };
    }

    async #rolledOut(
        found: readonly FoundObject[],
        resources: pulumi.CustomResource[],
    ): Promise<pulumi.Resource[]> {
        const operators = found.filter(({ object }) => object.kind === "Deployment");
        await Promise.all(
            operators.map(({ object }) =>
                rolloutGate({
                    connection: this.#setup.args.cluster.connection,
                    resource: resources.at(-1) ?? this.#setup.component,
                    label: `${this.#setup.className} ${JSON.stringify(this.#setup.name)}: Deployment ${object.metadata.name}`,
                    namespace: object.metadata.namespace ?? "",
                    name: object.metadata.name,
                    deadlineMs: this.#deadline,
                }),
            ),
        );
        return resources;
    }

    #ready(
        resource: pulumi.Resource,
        operandsNamespace: string,
        customResource: string,
        wantedVersion?: string,
    ): Promise<ReadyOperator> {
        const { args, kind, className, name } = this.#setup;
        return operatorGate({
            connection: args.cluster.connection,
            resource,
            label: `${className} ${JSON.stringify(name)}`,
            kind,
            namespace: operandsNamespace,
            name: customResource,
            operandsNamespace,
            deadlineMs: this.#deadline,
            ...(wantedVersion === undefined ? {} : { wantedVersion }),
        });
    }

    get #deadline(): number {
        return millisecondsOf(this.#setup.args.readyWithin ?? "15 minutes");
    }

    #findings(findings: Findings, problems: Problems): void {
        const { component, className, name } = this.#setup;
        tellFindings(component, className, name, findings, problems);
    }

    #text(problems: readonly Problem[]): string {
        return problemsText(this.#setup.className, this.#setup.name, problems);
    }
}
