import { clusterSourceRules } from "./cluster-source-rules";
import { hypervisorSourceRules } from "./hypervisor-source-rules";
import { imageSourceRules } from "./image-source-rules";
import { nearest } from "./nearest";
import { type Problem, Problems } from "./problems";
import { ownEntry } from "./source-address";
import { shown } from "./source-fields";
import type { SourcePlace, SourceRules, Unchecked } from "./source-rules";

/** The rules of every kind of source, by the field that tells it. */
export const sourceRules: Readonly<Record<string, SourceRules>> = {
    ...imageSourceRules,
    ...hypervisorSourceRules,
    ...clusterSourceRules,
};

const kinds = Object.keys(sourceRules);

/** Words of CDI and of other tools for a source, and ours. */
const otherWords: Readonly<Record<string, string>> = {
    url: "http",
    https: "http",
    image: "registry",
    docker: "registry",
    container: "registry",
    containerDisk: "registry",
    rgw: "s3",
    file: "upload",
    empty: "blank",
    ovirt: "imageio",
    vmware: "vddk",
    vsphere: "vddk",
    pvc: "claim",
    disk: "claim",
    volumeSnapshot: "snapshot",
    sourceRef: "dataSource",
    rbd: "volume",
};

/** Everything that CDI's webhook or importer, or the API server, would refuse in a source. It never throws, whatever is given. */
export function checkSource(source: unknown, place: SourcePlace): Problem[] {
    const problems = new Problems();
    if (typeof source !== "object" || source === null || Array.isArray(source)) {
        problems.add(
            "http",
            `is missing: the source is ${shown(source)}, which is not an object`,
            `write { http: "https://…" }, or another of ${kinds.join(", ")}`,
        );
        return problems.all;
    }
    const given = Object.fromEntries(
        Object.entries(source).filter(([, value]) => value !== undefined),
    );
    const kind = kinds.find((one) => Object.hasOwn(given, one));
    // Also those that are undefined: whoever reads a source goes by which field is there.
    const more = kinds.filter((one) => one !== kind && Object.hasOwn(source, one));
    if (kind === undefined) {
        refuseNone(Object.keys(given), problems);
        return problems.all;
    }
    for (const other of more) {
        problems.add(
            other,
            `is given beside ${kind}, and a disk has one source`,
            `leave ${kind} or ${other} out`,
        );
    }
    const rules = [kind, ...more].flatMap((one) => ownEntry(sourceRules, one) ?? []);
    checkFields(given, rules, problems);
    for (const { together } of more.length === 0 ? rules : []) {
        together?.(given, place, problems);
    }
    return problems.all;
}

/** The fields of a source, by the first of its kinds that has them: where there are two, each has its say. */
function checkFields(given: Unchecked, rules: readonly SourceRules[], problems: Problems): void {
    for (const [name, value] of Object.entries(given)) {
        const rule = rules
            .map(({ fields }) => ownEntry(fields, name))
            .find((one) => one !== undefined);
        const fault = rule?.check(value);
        if (rule === undefined) {
            refuseField(name, rules[0] as SourceRules, problems);
        } else if (fault !== undefined) {
            problems.add(name, fault.fault, fault.cure);
        }
    }
    const [first] = rules;
    for (const [name, { required }] of Object.entries(first?.fields ?? {})) {
        if (required === true && !Object.hasOwn(given, name)) {
            problems.add(name, `is missing, and ${first?.what ?? ""} needs it`, "write it");
        }
    }
}

/** A field that the source does not have. What is in it is not repeated: nobody knows what it is. */
function refuseField(
    name: string,
    { what, fields, instead }: SourceRules,
    problems: Problems,
): void {
    const near = nearest(name, Object.keys(fields));
    problems.add(
        fieldName(name),
        `is given, which ${what} does not have`,
        ownEntry(instead ?? {}, name) ??
            (near === undefined
                ? `leave it out; there are ${Object.keys(fields).join(", ")}`
                : `write ${near}, or leave it out`),
    );
}

function refuseNone(names: readonly string[], problems: Problems): void {
    if (names.length === 0) {
        problems.add(
            "http",
            "is missing, and so is every other source",
            `write one of ${kinds.join(", ")}, or leave the source out for an empty disk`,
        );
    }
    for (const name of names) {
        const meant = ownEntry(otherWords, name) ?? nearest(name, kinds);
        problems.add(
            fieldName(name),
            "is given, which is no source of a disk",
            meant === undefined ? `write one of ${kinds.join(", ")}` : `write ${meant}`,
        );
    }
}

/** A name as messages show it: what is none is quoted, and not more of it than fits. */
function fieldName(name: string): string {
    return /^[\w.-]{1,64}$/.test(name) ? name : shown(name.slice(0, 64));
}
