import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import { managedByLabel, ownerAnnotation } from "../../model/annotations";
import { type CollectionKind, collectionPath } from "../../waits/collections";
import type { Cluster } from "../cluster";
import { type After, afterAll } from "../depends-on";
import {
    type Existing,
    importIdOf,
    type LiveObject,
    lookFor,
    ownerOf,
    takenBack,
} from "../ownership";

/** An object of a release manifest and what the cluster has in its place. */
export interface FoundObject {
    readonly object: PlainObject;
    readonly found: Existing;
}

/** An object of a manifest: of whichever kind it is. */
export class ManifestResource extends pulumi.CustomResource {}

/** Marks objects as this component's, so that it finds them again. */
export function owned(objects: readonly PlainObject[], component: string): PlainObject[] {
    return objects.map((object) => ownedBy(object, component));
}

/** Marks one. */
export function ownedBy<T extends PlainObject>(object: T, component: string): T {
    return {
        ...object,
        metadata: {
            ...object.metadata,
            labels: { ...object.metadata.labels, ...managedByLabel },
            annotations: { ...object.metadata.annotations, [ownerAnnotation]: ownerOf(component) },
        },
    };
}

/** Looks at the cluster for each of the objects. */
export function lookForAll(
    cluster: Cluster,
    objects: readonly PlainObject[],
): Promise<FoundObject[]> {
    return Promise.all(
        objects.map(async (object) => ({ object, found: await lookFor(cluster, object) })),
    );
}

/** Who registers objects of a manifest. */
export interface Registrar {
    readonly component: pulumi.ComponentResource;
    /** Name of the component: the objects' resource names begin with it. */
    readonly name: string;
    readonly cluster: Cluster;
    /** What the component itself depends on: the engine holds that of a component for its children only where they say so. */
    readonly after: After;
    /** The user wants what somebody else has made. */
    readonly takeOver?: boolean;
    /** What only some objects need. */
    readonly options?: (object: PlainObject) => pulumi.CustomResourceOptions;
}

/**
 * Registers the objects of a manifest one by one: namespaces first, then what stands by itself, then what runs. A destroy goes
 * the other way round.
 */
export function registerObjects(
    registrar: Registrar,
    objects: readonly FoundObject[],
): pulumi.CustomResource[] {
    const registered: pulumi.CustomResource[] = [];
    for (const turn of [isNamespace, standsByItself, runs]) {
        const before = [...registered];
        for (const { object, found } of objects.filter((one) => turn(one.object))) {
            registered.push(
                new ManifestResource(
                    typeOf(object),
                    resourceName(registrar.name, object),
                    withProviderHints(object),
                    {
                        parent: registrar.component,
                        provider: registrar.cluster.provider,
                        dependsOn: afterAll(registrar.after, before),
                        // With its definition every object of a kind goes.
                        retainOnDelete: object.kind === "CustomResourceDefinition",
                        // What the API server and controllers add to an object that is taken back.
                        ignoreChanges: ["metadata.finalizers"],
                        ...(object.kind === "Secret"
                            ? { additionalSecretOutputs: ["data", "stringData"] }
                            : {}),
                        ...takenBack(found, registrar.takeOver),
                        ...registrar.options?.(object),
                    },
                ),
            );
        }
    }
    return registered;
}

/**
 * Lets go of what this component once installed: it is read from now on, never changed or deleted, and the next destroy leaves
 * it where it is. Nothing is read that somebody else made.
 */
export function relinquish(
    registrar: Registrar,
    objects: readonly PlainObject[],
): pulumi.CustomResource[] {
    return objects.map(
        (object) =>
            new ManifestResource(
                typeOf(object),
                resourceName(registrar.name, object),
                {},
                {
                    parent: registrar.component,
                    provider: registrar.cluster.provider,
                    id: importIdOf(object),
                },
            ),
    );
}

/** What a release manifest may consist of, for finding what of it this component once installed. */
const manifestKinds = [
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "Deployment",
    "Namespace",
    "NetworkPolicy",
    "PriorityClass",
    "Role",
    "RoleBinding",
    "Service",
    "ServiceAccount",
] as const satisfies readonly CollectionKind[];

interface LiveList {
    readonly apiVersion?: string;
    readonly items?: readonly (LiveObject & { readonly metadata: PlainObject["metadata"] })[];
}

/** The objects on the cluster that this component once made. */
export async function madeBy(
    component: string,
    cluster: Cluster,
    further: readonly CollectionKind[] = [],
): Promise<PlainObject[]> {
    const connection = await cluster.connection;
    if (connection === undefined) {
        return [];
    }
    const owner = ownerOf(component);
    const [label = ""] = Object.entries(managedByLabel).map((pair) => pair.join("="));
    const lists = await Promise.all(
        [...manifestKinds, ...further].map(async (kind) => {
            const path = `${collectionPath(kind)}?labelSelector=${encodeURIComponent(label)}`;
            const { apiVersion = "", items = [] } = ((await connection.look(path)) ??
                {}) as LiveList;
            return items
                .filter(({ metadata }) => metadata.annotations?.[ownerAnnotation] === owner)
                .map(({ metadata }) => ({ apiVersion, kind, metadata }));
        }),
    );
    return lists.flat();
}

/** `kubernetes:apps/v1:Deployment`: the provider's type of an object. */
export function typeOf({ apiVersion, kind }: PlainObject): string {
    return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** Name of an object's resource: the same for the manifest's object and the live one. */
export function resourceName(component: string, { kind, metadata }: PlainObject): string {
    if (kind === "KubeVirt" || kind === "CDI") {
        // There is one, and its component is named after it.
        return `${component}-${kind.toLowerCase()}`;
    }
    const role = kind.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
    return [component, role, metadata.namespace, metadata.name]
        .filter((part) => part !== undefined)
        .join("-");
}

/** Annotations for the Kubernetes provider. Source: pulumi-kubernetes provider/pkg/metadata/annotations.go. */
function withProviderHints(object: PlainObject): pulumi.Inputs {
    return {
        ...object,
        metadata: {
            ...object.metadata,
            annotations: {
                ...object.metadata.annotations,
                // The version's manifest decides, whoever wrote the field before (kubectl, an earlier install).
                "pulumi.com/patchForce": "true",
                // The gate waits, and says why; the provider would only say that time is over.
                ...(runs(object) ? { "pulumi.com/skipAwait": "true" } : {}),
            },
        },
    };
}

function isNamespace({ kind }: PlainObject): boolean {
    return kind === "Namespace";
}

function runs({ kind }: PlainObject): boolean {
    return kind === "Deployment" || kind === "DaemonSet" || kind === "StatefulSet";
}

function standsByItself(object: PlainObject): boolean {
    return !isNamespace(object) && !runs(object);
}
