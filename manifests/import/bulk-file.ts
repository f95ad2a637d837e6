import { diskOrigin, unknownSourceName } from "../disk";
import type { ImportPlan } from "./plan";
import { storagesOf } from "./program";
import type { ReadDisk } from "./read-disk";

/** Where the imported objects are in the state. */
export interface BulkPlace {
    readonly project: string;
    readonly stack: string;
    /** Name of the Cluster in the program: its provider reads the objects. */
    readonly cluster: string;
    /** What tells the cluster from others. */
    readonly identifier: string;
}

/** An entry of the file. Source: pulumi pkg/cmd/pulumi/operations/import.go (importSpec). */
interface ImportEntry {
    readonly type: string;
    /** Known by it in the file only. */
    readonly name: string;
    /** What the program calls it. */
    readonly logicalName: string;
    readonly id?: string;
    readonly component?: true;
    readonly parent?: string;
    readonly provider?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The file that `pulumi import --file` takes. */
export interface BulkFile {
    readonly nameTable: Readonly<Record<string, string>>;
    readonly resources: readonly ImportEntry[];
}

/** What reads the objects: the provider of the program's Cluster. */
function providerUrn({
    project,
    stack,
    cluster,
}: Pick<BulkPlace, "project" | "stack" | "cluster">): string {
    const type = "kubevirt:index:Cluster$pulumi:providers:kubernetes";
    return `urn:pulumi:${stack}::${project}::${type}::${cluster}-provider`;
}

/** Everything that the program registers, under the names that it has there: the preview afterwards has nothing to do. */
export function bulkFile(plan: ImportPlan, place: BulkPlace): BulkFile {
    const { namespace } = plan;
    const disk = (one: ReadDisk, name: string, parent?: string) =>
        object(
            component("Disk", name, parent, {
                cluster: place.identifier,
                origin: diskOrigin({ ...one, owner: "", ...unknownSource(one) }),
            }),
            one.filled
                ? ["kubernetes:cdi.kubevirt.io/v1beta1:DataVolume", `${name}-data-volume`]
                : ["kubernetes:core/v1:PersistentVolumeClaim", `${name}-claim`],
            `${namespace}/${one.name}`,
        );
    return {
        nameTable: { provider: providerUrn(place) },
        resources: [
            ...storagesOf(plan).map(({ storageClass }) =>
                component("ExistingStorage", storageClass),
            ),
            ...plan.networks.flatMap(({ name }) =>
                object(
                    component("VmNetwork", name),
                    [
                        "kubernetes:k8s.cni.cncf.io/v1:NetworkAttachmentDefinition",
                        `${name}-attachment`,
                    ],
                    `${namespace}/${name}`,
                ),
            ),
            ...plan.disks.flatMap((one) => disk(one, one.name)),
            ...plan.machines.flatMap(({ name, plan: machine, ownDisks }) => {
                const parent = component("VirtualMachine", name);
                return [
                    ...object(
                        parent,
                        ["kubernetes:kubevirt.io/v1:VirtualMachine", `${name}-virtual-machine`],
                        `${namespace}/${name}`,
                    ),
                    ...machine.disks.flatMap((one) => {
                        const own = ownDisks.get(one.claim);
                        return own === undefined
                            ? []
                            : disk(own, `${name}-${one.name}`, parent.name);
                    }),
                ];
            }),
            ...plan.services.flatMap(({ name }) =>
                object(
                    component("VmService", name),
                    ["kubernetes:core/v1:Service", `${name}-service`],
                    `${namespace}/${name}`,
                ),
            ),
        ],
    };
}

/** As the program has it of a DataVolume whose source nobody can say. */
function unknownSource({ filled, source, namespace, name }: ReadDisk): object {
    return filled && source === undefined
        ? { sourceName: unknownSourceName({ namespace, name }) }
        : {};
}

function component(
    kind: string,
    logicalName: string,
    parent?: string,
    inputs?: Readonly<Record<string, unknown>>,
): ImportEntry {
    return {
        type: `kubevirt:index:${kind}`,
        name: `${kind} ${logicalName}`,
        logicalName,
        component: true,
        ...(parent === undefined ? {} : { parent }),
        ...(inputs === undefined ? {} : { inputs }),
    };
}

/** A component, and the object that it has. */
function object(
    parent: ImportEntry,
    [type, logicalName]: readonly [string, string],
    id: string,
): readonly ImportEntry[] {
    return [
        parent,
        {
            type,
            name: `${type} ${logicalName}`,
            logicalName,
            id,
            parent: parent.name,
            provider: "provider",
        },
    ];
}
