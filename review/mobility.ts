import type { AccessMode } from "../model/access";
import { type Fields, isFields } from "../model/machine-difference";
import { domainPlace, fieldsAt, templatePlace } from "../model/machine-object";
import { migratability, type Migratability, type MovableNetwork } from "../model/migratability";
import { disksByPlace, type Scene, volumesOf } from "./scene";
import { shownText } from "./secrets";
import { entriesOf, type Thing, wantedOf } from "./thing";

/** Whether a machine can move to another node, by its object and what the preview knows of its claims. */
export function mobility(machine: Thing, scene: Scene): Migratability {
    const object = { spec: wantedOf(machine, ["spec"]) };
    const domain = fieldsAt(object, domainPlace);
    const devices = fieldsAt(domain, ["devices"]);
    const cpu = fieldsAt(domain, ["cpu"]);
    const claims = volumesOf(machine);
    return migratability({
        disks: [...claims].map(([name, claim]) => ({
            name,
            accessMode: accessModeOf(machine, claim, scene),
        })),
        volumes: entriesOf(fieldsAt(object, templatePlace)["volumes"]).flatMap((volume) => {
            const name = shownText(volume["name"]) ?? "";
            const source = Object.keys(volume).find((key) => key !== "name");
            const disk = volume["hostDisk"];
            return claims.has(name) || source === undefined
                ? []
                : [{ name, source, shared: isFields(disk) && disk["shared"] === true }];
        }),
        networks: networksOf(object, devices),
        hostDevices: named(devices["hostDevices"]),
        gpus: named(devices["gpus"]).map(({ name }) => ({ name, mediated: false })),
        cpu: {
            ...(typeof cpu["model"] === "string" ? { model: cpu["model"] } : {}),
            dedicated: cpu["dedicatedCpuPlacement"] === true,
            numaPassthrough: fieldsAt(cpu, ["numa"])["guestMappingPassthrough"] !== undefined,
        },
        ...launchSecurity(fieldsAt(domain, ["launchSecurity"])),
        hyperv: {
            passthrough: isFields(fieldsAt(domain, ["features"])["hypervPassthrough"]),
        },
        tpm: { persistent: fieldsAt(devices, ["tpm"])["persistent"] === true },
        efi: {
            persistent: fieldsAt(domain, ["firmware", "bootloader", "efi"])["persistent"] === true,
        },
    });
}

function launchSecurity(fields: Fields): { launchSecurity?: "sev" | "tdx" | "secureExecution" } {
    const found = (["sev", "tdx", "secureExecution"] as const).find((one) => one in fields);
    return found === undefined
        ? "snp" in fields
            ? { launchSecurity: "sev" }
            : {}
        : { launchSecurity: found };
}

/** As the program asks for it, or as the cluster has answered. */
function accessModeOf(machine: Thing, claim: string, scene: Scene): AccessMode | undefined {
    const [disk] = disksByPlace(scene).get(`${machine.namespace}/${claim}`) ?? [];
    if (disk === undefined) {
        return undefined;
    }
    const modes = [["spec"], ["spec", "storage"], ["spec", "pvc"]]
        .map((place) => wantedOf(disk, [...place, "accessModes"]))
        .find(Array.isArray) as readonly AccessMode[] | undefined;
    return modes?.find((mode) => mode === "ReadWriteMany") ?? modes?.[0];
}

function networksOf(object: Fields, devices: Fields): readonly MovableNetwork[] {
    const networks = entriesOf(fieldsAt(object, templatePlace)["networks"]);
    const annotations = fieldsAt(object, ["spec", "template", "metadata", "annotations"]);
    return entriesOf(devices["interfaces"]).map((card) => {
        const name = shownText(card["name"]) ?? "";
        const network = networks.find((one) => one["name"] === name) ?? {};
        const binding = (["masquerade", "bridge", "sriov", "passt"] as const).find(
            (one) => card[one] !== undefined,
        );
        return {
            name,
            pod: network["multus"] === undefined,
            binding: binding ?? "plugin",
            bridgeMayMove:
                annotations["kubevirt.io/allow-pod-bridge-network-live-migration"] !== undefined,
        };
    });
}

function named(list: unknown): readonly { readonly name: string }[] {
    return entriesOf(list).map(({ name }) => ({ name: shownText(name) ?? "" }));
}
