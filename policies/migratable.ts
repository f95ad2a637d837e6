import { isMigratable } from "../model/access";
import { type Fields, placeText } from "../model/machine-difference";
import type { Policy, StackProblem } from "./policy";
import { at, fieldsOf, kindOf, nameOf, namespaceOf, type Resource, textOf } from "./resource";
import { diskTemplatesOf, isWhole, machinesOf, volumesOf } from "./workloads";

const remedy =
    "give the disk accessMode ReadWriteMany and volumeMode Block, on a class that has both";

export const migratable: Policy = {
    name: "migratable-disks",
    asks: "The disks of machines that have to be able to move are ReadWriteMany and Block.",
    why: "KubeVirt moves a machine only when both nodes can have its disks, and denies a drain for ever where it must move and cannot",
    remedy,
    levels: { local: "advisory", staging: "mandatory", production: "mandatory" },
    judgeStack: (resources) => {
        const claims = claimsOf(resources);
        return resources.flatMap((resource) =>
            machinesOf(resource)
                .filter(({ spec }) => spec["evictionStrategy"] === "LiveMigrate")
                .flatMap(volumesOf)
                .flatMap(({ place, spec }) => {
                    const claim = claimName(spec);
                    const found = claims.get(`${namespaceOf(resource) ?? ""}/${claim ?? ""}`);
                    return claim === undefined || found === undefined
                        ? []
                        : judgeClaim(resource, placeText(place), claim, found);
                }),
        );
    },
};

/** How a disk is claimed. DataVolumes leave to CDI what they do not say. */
interface Claim {
    readonly spec: Fields;
    /** What `volumeMode` is where it is left out: undefined where CDI chooses. */
    readonly defaultMode: "Filesystem" | undefined;
}

/** The disks of the program by namespace and name. Of a disk that is not in it nobody knows more than its name. */
function claimsOf(resources: readonly Resource[]): ReadonlyMap<string, Claim> {
    const claims = new Map<string, Claim>();
    for (const resource of resources.filter(isWhole)) {
        const namespace = namespaceOf(resource) ?? "";
        const kind = kindOf(resource);
        if (kind === "PersistentVolumeClaim") {
            const spec = fieldsOf(resource.props, "spec");
            claims.set(`${namespace}/${nameOf(resource)}`, { spec, defaultMode: "Filesystem" });
        } else if (kind === "DataVolume") {
            claims.set(`${namespace}/${nameOf(resource)}`, ofDataVolume(resource.props));
        }
        for (const { spec } of diskTemplatesOf(resource)) {
            const name = textOf(at(spec, "metadata", "name"));
            if (name !== undefined) {
                claims.set(`${namespace}/${name}`, ofDataVolume(spec));
            }
        }
    }
    return claims;
}

function ofDataVolume(object: Fields): Claim {
    const isRaw = at(object, "spec", "pvc") !== undefined;
    return {
        spec: fieldsOf(object, "spec", isRaw ? "pvc" : "storage"),
        defaultMode: isRaw ? "Filesystem" : undefined,
    };
}

function claimName(volume: Fields): string | undefined {
    return (
        textOf(at(volume, "persistentVolumeClaim", "claimName")) ??
        textOf(at(volume, "dataVolume", "name"))
    );
}

function judgeClaim(
    resource: Resource,
    field: string,
    name: string,
    { spec, defaultMode }: Claim,
): StackProblem[] {
    const modes = spec["accessModes"];
    const cannotMove =
        Array.isArray(modes) &&
        modes.every((mode) => typeof mode === "string") &&
        !modes.some((mode) => mode === "ReadWriteMany" && isMigratable(mode));
    const mode = spec["volumeMode"] ?? defaultMode;
    const faults = [
        ...(cannotMove ? [modes.join(", ")] : []),
        ...(mode === "Filesystem" ? ["Filesystem"] : []),
    ];
    return faults.length === 0
        ? []
        : [
              {
                  resource,
                  field,
                  fault: `is on claim "${name}", which is ${faults.join(", ")}`,
                  cure: remedy,
              },
          ];
}
