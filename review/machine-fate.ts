import { isFields } from "../model/machine-difference";
import { domainPlace, fieldsAt } from "../model/machine-object";
import { few } from "../model/few";
import { classFate } from "./disk-fate";
import { type Fate, type Going, keeps, leavesOrphans, loses, worstFate } from "./fate";
import { once } from "../model/once";
import { claimKey, dataVolumeKey, ofKind, type Scene, volumesOf } from "./scene";
import { entriesOf, isHidden, type Thing, wantedOf } from "./thing";
import { shownText } from "./secrets";

/** A disk that a machine makes itself, and that goes with it. */
export interface TemplateDisk {
    readonly name: string;
    readonly storageClass: string | undefined;
    /** As the machine asks for it. */
    readonly size: unknown;
}

/** Disks of `dataVolumeTemplates`: KubeVirt makes them, and they belong to the machine, or to each machine of a pool. */
export function templateDisks(machine: Thing): readonly TemplateDisk[] {
    const place = [...(isPool(machine) ? poolTemplate : []), "spec", "dataVolumeTemplates"];
    return entriesOf(wantedOf(machine, place)).map(diskOf);
}

const poolTemplate = ["spec", "virtualMachineTemplate"];

function isPool({ kind }: Thing): boolean {
    return kind === "VirtualMachinePool";
}

function diskOf(template: Readonly<Record<string, unknown>>): TemplateDisk {
    const spec = fieldsAt(template, ["spec"]);
    const claim = isFields(spec["storage"]) ? spec["storage"] : fieldsAt(spec, ["pvc"]);
    return {
        name: shownText(fieldsAt(template, ["metadata"])["name"]) ?? "a disk",
        storageClass: shownText(claim["storageClassName"]),
        size: fieldsAt(claim, ["resources", "requests"])["storage"],
    };
}

/**
 * A machine goes, and its claims stay, but for what belongs to it. Source: KubeVirt pkg/virt-controller/watch/vm/vm.go
 * (dataVolumeTemplates), pkg/storage/backend-storage/backend-storage.go (the claim of TPM and UEFI).
 */
export function machineFate(going: Going): Fate {
    const { thing, scene } = going;
    if (leavesOrphans(thing)) {
        return keeps("it is deleted without what belongs to it, and its disks stay");
    }
    return worstFate(ownFates(thing, scene), keeps(disksText(thing, scene)));
}

/** What becomes of what belongs to a machine, or to each machine of a pool. */
function ownFates(thing: Thing, scene: Scene): readonly Fate[] {
    const disks = templateDisks(thing).map(({ name, storageClass }) => {
        const { loses: isLost, why } = classFate(scene, storageClass, "it", thing);
        return {
            loses: isLost,
            why: isPool(thing)
                ? `disk ${name} of each machine belongs to the machine: ${why}`
                : `disk ${name} belongs to the machine (dataVolumeTemplates): ${why}`,
        };
    });
    return [
        ...disks,
        ...(keepsState(thing, ["devices", "tpm"]) ? [tpm] : []),
        ...(keepsState(thing, ["firmware", "bootloader", "efi"]) ? [uefi] : []),
        ...(hidesTemplates(thing) ? [hidden] : []),
    ];
}

function hidesTemplates(thing: Thing): boolean {
    const spec = [...(isPool(thing) ? poolTemplate : []), "spec"];
    const places = [["spec"], spec.slice(0, -1), spec, [...spec, "dataVolumeTemplates"]];
    return places.some((place) => place.length > 0 && isHidden(thing, place));
}

const tpm = loses(
    "its TPM is kept in a claim that belongs to the machine: what the guest has locked with it (BitLocker) cannot be opened any more",
);

const uefi = loses(
    "its UEFI settings are kept in a claim that belongs to the machine, and go with it",
);

const hidden = loses(
    "its spec is hidden in the preview, so nothing here says whether disks belong to it (dataVolumeTemplates)",
);

/** Where the domain of a machine is: a pool has it in its template, and a running machine by itself. */
function domainOf(thing: Thing): readonly string[] {
    return thing.kind === "VirtualMachineInstance"
        ? ["spec", "domain"]
        : [...(isPool(thing) ? poolTemplate : []), ...domainPlace];
}

function keepsState(machine: Thing, place: readonly string[]): boolean {
    const device = wantedOf(machine, [...domainOf(machine), ...place]);
    return isFields(device) && device["persistent"] === true && device["enabled"] !== false;
}

/** Without a VirtualMachine a running machine is all there is of it. */
export function instanceFate({ thing, scene }: Going): Fate {
    return worstFate(
        ownFates(thing, scene),
        keeps("it is shut down, and the disks that are claims stay"),
    );
}

/** Where the claims are that the cluster would delete, and what makes them. */
const deletedDisks = once(
    ({ deleted }: Scene) =>
        new Set(
            ofKind(deleted, claimKey, dataVolumeKey).map(
                ({ namespace, name }) => `${namespace}/${name}`,
            ),
        ),
);

/** Which of its disks stay; what becomes of those that this change deletes is said at their own places. */
function disksText(machine: Thing, scene: Scene): string {
    const isDeleted = (claim: string) => deletedDisks(scene).has(`${machine.namespace}/${claim}`);
    const claims = [...volumesOf(machine).values()];
    const stay = claims.filter((claim) => !isDeleted(claim));
    const go = claims.filter(isDeleted);
    return [
        ...(stay.length > 0 ? [`its disks stay: ${few(stay, 8)}`] : []),
        ...(go.length > 0 ? [`deleted by this change, too: ${few(go, 8)}`] : []),
        ...(claims.length === 0 ? ["it has no disk that outlives it"] : []),
    ].join("; ");
}

/** Machines of a pool or a replica set, each with disks of its own where there are templates. */
export function poolFate({ thing, scene }: Going): Fate {
    return worstFate(
        ownFates(thing, scene),
        keeps("its machines go; disks that are no part of them stay"),
    );
}

/** Claims and names of a machine that two machines would have at the same time. */
export function sharedClaims(one: Thing, other: Thing): readonly string[] {
    const others = new Set(volumesOf(other).values());
    return one.namespace === other.namespace
        ? [...volumesOf(one).values()].filter((claim) => others.has(claim))
        : [];
}

/** Disks that a machine and the one that takes its place under another name would both run on, and that are not meant for that. */
export function bothRunOn(old: Thing, next: Thing): readonly string[] {
    return old.name === next.name || !isMeantToRun(old) || !isMeantToRun(next)
        ? []
        : sharedClaims(old, next).filter((claim) => !isShareable(next, claim));
}

/** Whether a machine has a disk that is meant to be shared, and the claim among its volumes. */
export function isShareable(machine: Thing, claim: string): boolean {
    const spec = fieldsAt({ spec: machine.state.inputs["spec"] }, ["spec", "template", "spec"]);
    const text = JSON.stringify(spec["volumes"] ?? []);
    const disks = fieldsAt(spec, ["domain", "devices"])["disks"];
    return (
        text.includes(JSON.stringify(claim)) &&
        Array.isArray(disks) &&
        disks.some((disk: { readonly shareable?: boolean }) => disk.shareable === true)
    );
}

/** Whether a machine runs: what it is told, as far as it is said. */
export function isMeantToRun(machine: Thing): boolean {
    const strategy = wantedOf(machine, ["spec", "runStrategy"]);
    return strategy === undefined
        ? wantedOf(machine, ["spec", "running"]) !== false
        : strategy !== "Halted";
}
