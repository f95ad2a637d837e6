import { fieldsAt, templatePlace } from "../model/machine-object";
import { grouped, once } from "../model/once";
import { typeOfUrn } from "./preview";
import { machineKey, ofKind, type Scene } from "./scene";
import { entriesOf, type Thing, wantedOf } from "./thing";

/** A machine by where it is. */
export type MachinePlace = Pick<Thing, "namespace" | "name">;

/**
 * The machine of ours that a Secret is a part of, by the Secret's name (components/machines/machine-secrets.ts): also where the preview has
 * nothing else of the machine.
 */
export function machineWith(thing: Thing): MachinePlace | undefined {
    const isOurs =
        thing.kind === "Secret" &&
        typeOfUrn(thing.state.parent) === "kubevirt:index:VirtualMachine";
    const [, name] = isOurs
        ? (/^(.+)-(?:cloud-init|sysprep|ssh-keys|passwords)$/.exec(thing.name) ?? [])
        : [];
    return name === undefined ? undefined : { namespace: thing.namespace, name };
}

/** Machines that have to start again to see a change of a Secret or a ConfigMap. The guest agent reads keys and passwords meanwhile. */
export function machinesToRestart(thing: Thing, scene: Scene): readonly MachinePlace[] {
    const machine = /-(cloud-init|sysprep)$/.test(thing.name) ? machineWith(thing) : undefined;
    return machine === undefined ? machinesReading(thing, scene) : [machine];
}

/** Machines that are there already and read a Secret or a ConfigMap when they start: cloud-init, sysprep, a disk made of it. */
function machinesReading(thing: Thing, scene: Scene): readonly Thing[] {
    if (thing.group !== "" || !/^(Secret|ConfigMap)$/.test(thing.kind)) {
        return [];
    }
    return readers(scene).get(`${thing.namespace}/${thing.name}`) ?? [];
}

/** Machines that stay, by the names of what their volumes name: `vms/db-cloud-init`. */
const readers = once((scene: Scene) => {
    const gone = new Set(scene.deleted.map(({ urn }) => urn));
    return grouped(
        ofKind(scene.before, machineKey).filter(({ urn }) => !gone.has(urn)),
        (machine) => namesIn(machine).map((name) => `${machine.namespace}/${name}`),
    );
});

function namesIn(machine: Thing): readonly string[] {
    const { volumes } = fieldsAt({ spec: wantedOf(machine, ["spec"]) }, templatePlace);
    return entriesOf(volumes).flatMap(({ name: _, ...source }) =>
        [...JSON.stringify(source).matchAll(/"(?:name|secretName)":"([^"\\]+)"/g)].flatMap(
            ([, name]) => name ?? [],
        ),
    );
}
