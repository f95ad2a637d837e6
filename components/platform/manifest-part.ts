import type * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import { withImages } from "../../manifests/release";
import { checkImages, type ReleaseImages } from "../../manifests/release-images";
import type { PartFacts } from "../../model/manifest-part";
import { ownerAnnotation } from "../../model/annotations";
import { Problems } from "../../model/problems";
import { collectionPath } from "../../waits/collections";
import { type Connection, isAbsent } from "../../waits/connection";
import { daemonSetGate } from "../../waits/daemon-set-gate";
import { rolloutGate, servedGate } from "../../waits/platform-gates";
import { program } from "../../waits/program";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { Deferred } from "../deferred";
import { type After, afterAll, afterDependencies } from "../depends-on";
import { ownerOf } from "../ownership";
import { refuse, refuseInUpdate } from "../refusal";
import {
    type FoundObject,
    lookForAll,
    madeBy,
    owned,
    registerObjects,
    relinquish,
} from "./objects";
import { readObjects, type ReleaseManifest } from "./release-manifest";

/** What all such parts are told in the same way. */
export interface ManifestPartSettings {
    readonly mode?: "install" | "adopt";
    readonly version?: string;
    readonly manifests?: readonly ReleaseManifest[];
    readonly imageRegistry?: string;
    readonly takeOver?: boolean;
}

/** What tells one part from another. */
export interface ManifestPartSetup {
    readonly component: pulumi.ComponentResource;
    /** Name of the component: the objects' resource names begin with it. */
    readonly name: string;
    /** Whose arguments they are, as messages begin. */
    readonly of: { readonly className: string; readonly name: string };
    /** Where in the arguments the part is: `multus`. Undefined where it is all they are about. */
    readonly place?: string;
    readonly cluster: Cluster;
    readonly settings: ManifestPartSettings;
    readonly facts: PartFacts;
    /** Its arguments were refused already. */
    readonly refused: boolean;
    /** What the component itself depends on. */
    readonly after: After;
    /** Opens when what this part needs is there, and answers with it. */
    readonly needs?: Promise<readonly pulumi.Resource[]>;
    /** What stands beside the objects of the manifests, in place of theirs of the same kind and name. */
    readonly beside?: (objects: readonly PlainObject[]) => readonly PlainObject[];
    readonly deadlineMs: number;
}

/** Installs a part of the platform that comes as manifests, or checks the one that is there. */
export class ManifestPart {
    /** Opens with what runs of it, `namespace/name`, when it runs and the kinds are served. */
    readonly gate: Promise<readonly string[]>;

    readonly #setup: ManifestPartSetup;
    readonly #opening = new Deferred<readonly string[]>();

    constructor(setup: ManifestPartSetup) {
        this.#setup = setup;
        this.gate = this.#opening.promise;
    }

    /** Checks, registers, and opens the gate when everything runs. */
    provide(): Promise<readonly pulumi.CustomResource[]> {
        return this.#setup.settings.mode === "adopt" ? this.#adopt() : this.#install();
    }

    async #install(): Promise<readonly pulumi.CustomResource[]> {
        const { cluster, refused, name, component, after, needs } = this.#setup;
        const problems = new Problems();
        let found: readonly FoundObject[] = [];
        const mayRegister = await program.checked(async () => {
            if (refused) {
                return;
            }
            const objects = await this.#read(problems);
            found = await lookForAll(cluster, owned(objects, name));
            this.#refuseStanding(found, problems);
            this.#refuse(problems);
        });
        if (refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const objects = registerObjects(
            { ...this.#registrar, after: afterAll(after, (await needs) ?? []) },
            found,
        );
        const workloads = found.map(({ object }) => object).filter(isWorkload);
        this.#opening.settle(this.#ready(workloads, objects.at(-1) ?? component));
        return objects;
    }

    async #adopt(): Promise<readonly pulumi.CustomResource[]> {
        const { cluster, refused, name, component, after } = this.#setup;
        let ours: readonly PlainObject[] = [];
        let workloads: readonly PlainObject[] = [];
        const problems = new Problems();
        const mayRegister = await program.checked(async () => {
            const connection = await cluster.connection;
            if (refused || connection === undefined) {
                return;
            }
            const served = await this.#isServed(connection);
            const seen = await this.#workloads(connection, served !== undefined);
            workloads = seen ?? [];
            if (workloads.some(({ metadata }) => ownerIn(metadata) === ownerOf(name))) {
                ours = await madeBy(name, cluster, ["DaemonSet"]);
            }
            this.#sayFound(served !== false, seen, problems);
            this.#refuse(problems);
        });
        if (refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const objects = relinquish(this.#registrar, ours);
        this.#opening.settle(
            afterDependencies(after).then(() => this.#ready(workloads, component)),
        );
        return objects;
    }

    /** Undefined where a preview cannot read that, which is said already. */
    async #isServed(connection: Connection): Promise<boolean | undefined> {
        const { api } = this.#setup.facts;
        if (api === undefined || (await connection.look(api.group)) !== undefined) {
            return true;
        }
        return (await isAbsent(connection, api.group)) ? false : undefined;
    }

    /** What runs under its names; undefined where nobody can see it. They have no mark of their own. */
    async #workloads(
        connection: Connection,
        isNews: boolean,
    ): Promise<readonly PlainObject[] | undefined> {
        const { facts, component } = this.#setup;
        const kind = facts.workload;
        const answer = await connection.ask(collectionPath(kind));
        if (answer.state !== "found") {
            if (answer.state === "unreadable" && isNews) {
                const text = `which ${kind} of ${facts.title} runs cannot be seen: ${answer.reason}`;
                say("info", text, component);
            }
            return undefined;
        }
        const { items = [] } = answer.object as {
            items?: readonly { metadata: PlainObject["metadata"] }[];
        };
        return items
            .filter(({ metadata }) => facts.workloads.test(metadata.name))
            .map(({ metadata }) => ({ apiVersion: "apps/v1", kind, metadata }));
    }

    #sayFound(
        served: boolean,
        workloads: readonly PlainObject[] | undefined,
        problems: Problems,
    ): void {
        const { component, of, facts } = this.#setup;
        if (!served) {
            const problem = {
                field: this.#field("mode"),
                fault: `is adopt, and the cluster does not know ${facts.api?.words ?? ""}`,
                cure: `write ${this.#modeField}: "install"`,
            };
            refuseInUpdate(component, of.className, of.name, problem, problems);
        } else if (workloads?.length === 0) {
            say("warn", facts.unattended, component);
        } else if (workloads !== undefined) {
            say("info", `adopted: ${workloads.map(placeOf).join(", ")}`, component);
        }
    }

    #refuseStanding(found: readonly FoundObject[], problems: Problems): void {
        const { settings, facts } = this.#setup;
        const foreign = found.find((one) => one.found.state === "foreign");
        const going = found.find((one) => one.found.state === "going");
        if (foreign !== undefined && settings.takeOver !== true) {
            problems.add(
                this.#field("mode"),
                `is install, and the cluster has ${facts.title} that this stack did not make: ${nameOf(foreign.object)}`,
                `write ${this.#modeField}: "adopt" to use it as it is, or takeOver: true to make it part of this stack`,
            );
        }
        if (going !== undefined) {
            problems.add(
                this.#field("mode"),
                `is install, and the ${nameOf(going.object)} of an earlier install is just being deleted`,
                "run again when it is gone",
            );
        }
    }

    async #read(problems: Problems): Promise<readonly PlainObject[]> {
        const { settings, facts, beside } = this.#setup;
        const { manifests, version = facts.version } = settings;
        const sources = manifests ?? facts.urls(version).map((url) => ({ url }));
        const cure = `give the manifests of ${facts.title}`;
        const read = await Promise.all(
            sources.map((source) => readObjects(source, manifests === undefined, cure)),
        );
        const field = this.#field("manifests");
        const objects = read.flatMap((one) => {
            if ("fault" in one) {
                problems.add(field, one.fault, one.cure);
                return [];
            }
            return [...one];
        });
        if (!objects.some(({ kind }) => kind === facts.workload) && problems.all.length === 0) {
            problems.add(field, `have no ${facts.workload}`, cure);
        }
        const images = this.#images(version);
        for (const { fault, cure } of checkImages(objects, images).filter(isOfRegistry)) {
            problems.add(this.#field("imageRegistry"), fault, cure);
        }
        const own = beside?.(objects) ?? [];
        const others = objects.filter((object) => !own.some((one) => isSame(one, object)));
        return [...own, ...withImages(others, images)];
    }

    #images(version: string): ReleaseImages {
        const { settings, facts } = this.#setup;
        const { manifests, imageRegistry } = settings;
        if (manifests !== undefined) {
            return imageRegistry === undefined ? {} : { registry: imageRegistry };
        }
        const registry = imageRegistry ?? facts.registry;
        const named = Object.entries(facts.images(version));
        return {
            images: Object.fromEntries(named.map(([name, at]) => [name, `${registry}/${at}`])),
            ...(imageRegistry === undefined ? {} : { registry }),
        };
    }

    async #ready(
        workloads: readonly PlainObject[],
        resource: pulumi.Resource,
    ): Promise<readonly string[]> {
        const { cluster, of, facts, deadlineMs } = this.#setup;
        const common = {
            connection: cluster.connection,
            resource,
            label: `${of.className} ${JSON.stringify(of.name)}`,
            deadlineMs,
        };
        if (facts.api !== undefined) {
            const { group, plurals } = facts.api;
            const paths = plurals.map((plural) => `${group}/${plural}`);
            const [, , name = ""] = group.split("/");
            await servedGate({ ...common, namespace: "", name, paths });
        }
        await Promise.all(
            workloads.map(({ kind, metadata: { name, namespace = "" } }) =>
                (kind === "DaemonSet" ? daemonSetGate : rolloutGate)({
                    ...common,
                    namespace,
                    name,
                }),
            ),
        );
        return workloads.map(placeOf);
    }

    #refuse({ all }: Problems): void {
        const { component, of } = this.#setup;
        refuse(component, of.className, of.name, all);
    }

    #field(name: string): string {
        const { place } = this.#setup;
        return place === undefined ? name : `${place}.${name}`;
    }

    /** Where a mode is written shortest. */
    get #modeField(): string {
        return this.#setup.place ?? "mode";
    }

    get #registrar() {
        const { component, name, cluster, after, settings } = this.#setup;
        return { component, name, cluster, after, takeOver: settings.takeOver === true };
    }
}

function isWorkload({ kind }: PlainObject): boolean {
    return kind === "Deployment" || kind === "DaemonSet";
}

function isOfRegistry({ field }: { readonly field: string }): boolean {
    return field === "registry";
}

function isSame(one: PlainObject, other: PlainObject): boolean {
    return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

function ownerIn({ annotations }: PlainObject["metadata"]): string | undefined {
    return annotations?.[ownerAnnotation];
}

function placeOf({ metadata: { name, namespace = "" } }: PlainObject): string {
    return `${namespace}/${name}`;
}

function nameOf({ kind, metadata: { name } }: PlainObject): string {
    return `${kind} ${name}`;
}
