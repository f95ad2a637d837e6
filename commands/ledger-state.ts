import { originAnnotation, ownerAnnotation, sizeAnnotation } from "../model/annotations";
import { partsOfOrigin } from "../model/disk-origin";
import type { ClaimFate } from "../model/ledger";
import { type Fields, isFields, type Place } from "../model/machine-difference";
import { fieldsAt, textAt } from "../model/machine-object";
import { shown } from "../model/source-fields";

/** A disk as a stack's state has it. */
export interface StateDisk {
    readonly disk: string;
    readonly namespace: string;
    readonly claim: string;
    readonly owner: string;
    readonly source: string;
    readonly size: string;
    readonly storageClass: string;
    readonly fate: ClaimFate;
}

/** What a state says of disks, and of what a destroy would do with them. */
export interface LedgerState {
    readonly disks: readonly StateDisk[];
    /** Namespaces that go with the stack, and everything in them with them. */
    readonly namespaces: ReadonlySet<string>;
    /** Drivers that erase every volume when they go, and go with the stack. */
    readonly erasingDrivers: ReadonlySet<string>;
    /** Resources that the engine refuses to delete: a destroy stops at them. */
    readonly guarded: readonly string[];
}

interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Fields;
    readonly outputs?: Fields;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    /** The resource is to be deleted in the next update: something else stands for it already. */
    readonly delete?: boolean;
}

const claimTypes = [
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:cdi.kubevirt.io/v1beta1:DataVolume",
];
const machineType = "kubernetes:kubevirt.io/v1:VirtualMachine";

/** Reads an exported state. Source: Pulumi sdk/go/common/apitype, DeploymentV3 and ResourceV3. */
export function ledgerState(exported: string): LedgerState {
    const { deployment } = JSON.parse(exported) as {
        readonly deployment?: { readonly resources?: readonly StateResource[] | null };
    };
    const resources = (deployment?.resources ?? []).filter((one) => one.delete !== true);
    const namespaces = new Set(
        resources
            .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
            .filter((one) => fate(one) === "deleted")
            .map(({ id = "" }) => id),
    );
    const machines = resources.filter(({ type }) => type === machineType);
    const owners = ownersOf(machines);
    return {
        disks: [
            ...resources
                .filter(({ type }) => claimTypes.includes(type))
                .map((one) => diskOf(one, owners, namespaces)),
            ...machines.flatMap((one) => templatesOf(one, namespaces)),
        ],
        namespaces,
        erasingDrivers: new Set(
            resources.some((one) => isLonghorn(one) && fate(one) === "deleted")
                ? ["driver.longhorn.io"]
                : [],
        ),
        guarded: resources.filter((one) => fate(one) === "refused").map(nameOf),
    };
}

/** What the program says of an object; of one that it has taken over as it is, which it says nothing of, what the cluster has. */
function objectOf({ inputs = {}, outputs = {} }: StateResource): Fields {
    return !isFields(inputs["spec"]) && isFields(outputs["spec"]) ? outputs : inputs;
}

function fate({ protect, retainOnDelete }: StateResource): ClaimFate {
    return protect === true ? "refused" : retainOnDelete === true ? "kept" : "deleted";
}

/** What becomes of a claim when its namespace goes, too. */
export function inNamespace(
    fate: ClaimFate,
    namespace: string,
    namespaces: ReadonlySet<string>,
): ClaimFate {
    return namespaces.has(namespace) && fate !== "refused" && fate !== "deleted"
        ? "deleted with its namespace"
        : fate;
}

/** Longhorn's uninstall job erases all volumes. Source: docs/decisions/010. */
function isLonghorn({ urn, type }: StateResource): boolean {
    return type === "kubernetes:helm.sh/v3:Release" && urn.includes("kubevirt:index:Longhorn$");
}

function nameOf({ urn, type }: StateResource): string {
    return `${type.split(":").at(-1) ?? type} ${urn.split("::").at(-1) ?? ""}`;
}

/** The machines that have a claim, by `<namespace>/<claim>`. */
function ownersOf(machines: readonly StateResource[]): ReadonlyMap<string, string> {
    const owners = new Map<string, string>();
    for (const machine of machines) {
        const { id = "" } = machine;
        const volumes = fieldsAt(objectOf(machine), ["spec", "template", "spec"])["volumes"];
        for (const volume of Array.isArray(volumes) ? volumes.filter(isFields) : []) {
            const claim =
                fieldsAt(volume, ["persistentVolumeClaim"])["claimName"] ??
                fieldsAt(volume, ["dataVolume"])["name"];
            if (typeof claim === "string") {
                const place = `${id.split("/")[0] ?? ""}/${claim}`;
                const before = owners.get(place);
                const owner = `VirtualMachine ${id}`;
                owners.set(place, before === undefined ? owner : `${before}, ${owner}`);
            }
        }
    }
    return owners;
}

function diskOf(
    resource: StateResource,
    owners: ReadonlyMap<string, string>,
    namespaces: ReadonlySet<string>,
): StateDisk {
    const { id = "", urn } = resource;
    const object = objectOf(resource);
    const [namespace = "", claim = ""] = id.split("/");
    const image = /kubevirt:index:GoldenImage\$/.test(urn);
    return {
        ...described(object, claim),
        namespace,
        claim,
        owner: owners.get(id) ?? (image ? `GoldenImage ${ownName(object) ?? ""}`.trim() : ""),
        fate: inNamespace(fate(resource), namespace, namespaces),
    };
}

/** Disks of a machine's own templates: Kubernetes deletes them with the machine. */
function templatesOf(
    machine: StateResource,
    namespaces: ReadonlySet<string>,
): readonly StateDisk[] {
    const { id = "" } = machine;
    const namespace = id.split("/")[0] ?? "";
    const templates = fieldsAt(objectOf(machine), ["spec"])["dataVolumeTemplates"];
    return (Array.isArray(templates) ? templates.filter(isFields) : []).map((template) => {
        const claim = textAt(template, ["metadata", "name"]) ?? "";
        return {
            ...described(template, claim),
            namespace,
            claim,
            owner: `VirtualMachine ${id}`,
            fate: inNamespace(fate(machine), namespace, namespaces),
        };
    });
}

/** What an object says of a disk. An object of ours says it in annotations, which say what was meant. */
function described(
    object: Fields,
    claim: string,
): Pick<StateDisk, "disk" | "source" | "size" | "storageClass"> {
    const spec = fieldsAt(object, ["spec"]);
    const wanted = [fieldsAt(spec, ["storage"]), fieldsAt(spec, ["pvc"]), spec];
    const first = (...place: Place) =>
        wanted.map((one) => textAt(one, place)).find((text) => text !== undefined) ?? "";
    const annotation = (name: string) => textAt(object, ["metadata", "annotations", name]);
    return {
        disk: ownName(object) ?? claim,
        source: partsOfOrigin(annotation(originAnnotation)).get("source") ?? sourceOf(spec),
        size: annotation(sizeAnnotation) ?? first("resources", "requests", "storage"),
        storageClass: first("storageClassName"),
    };
}

/** Name of the resource that made an object of ours. */
function ownName(object: Fields): string | undefined {
    return textAt(object, ["metadata", "annotations", ownerAnnotation])
        ?.split("/")
        .slice(2)
        .join("/");
}

function sourceOf(spec: Fields): string {
    const [kind, source] = Object.entries(fieldsAt(spec, ["source"]))[0] ?? [];
    if (kind === undefined) {
        const [reference] = ["sourceRef", "dataSourceRef", "dataSource"]
            .map((field) => fieldsAt(spec, [field]))
            .filter(({ name }) => typeof name === "string");
        return reference === undefined
            ? "blank"
            : `${textAt(reference, ["kind"]) ?? ""} ${textAt(reference, ["name"]) ?? ""}`.trim();
    }
    const { url, name } = isFields(source) ? source : {};
    if (typeof url === "string") {
        // As a text in a message: without what could be a login.
        return String(JSON.parse(shown(url)));
    }
    return typeof name === "string" ? `${kind} ${name}` : kind;
}
