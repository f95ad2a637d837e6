import { type Fields, isFields, valueAt } from "../model/machine-difference";
import { fieldsAt } from "../model/machine-object";
import { type State, typeOfUrn } from "./preview";
import { isSecret, isUnknown, shownText } from "./secrets";

/** A Kubernetes object as a state has it, before or after the change. */
export interface Thing {
    readonly urn: string;
    /** Empty for the core group. */
    readonly group: string;
    readonly kind: string;
    /** The resource writes some fields of an object that somebody else made. */
    readonly isPatch: boolean;
    /** Empty for what is in no namespace, or not known yet. */
    readonly namespace: string;
    /** Empty where it is not known yet. */
    readonly name: string;
    readonly state: State;
}

/** The object of a resource; undefined where it is none of Kubernetes. */
export function thingOf(urn: string, state: State | undefined): Thing | undefined {
    if (state === undefined) {
        return undefined;
    }
    const kind = kindOf(typeOfUrn(urn), state);
    if (kind === undefined) {
        return undefined;
    }
    const [first = "", second] = state.id.split("/");
    const metadata = (key: string) =>
        shownText(fieldsAt(state.inputs, ["metadata"])[key]) ??
        shownText(fieldsAt(state.outputs, ["metadata"])[key]);
    const isPlaced = second !== undefined;
    return {
        urn,
        ...kind,
        namespace: metadata("namespace") ?? (isPlaced ? first : ""),
        name: metadata("name") ?? (isPlaced ? second : isUnknown(first) ? "" : first),
        state,
    };
}

/** `kubernetes:storage.k8s.io/v1:StorageClass`; a package that was made from definitions has tokens of its own. */
function kindOf(
    type: string,
    { inputs, outputs }: State,
): Pick<Thing, "group" | "kind" | "isPatch"> | undefined {
    const said = text({ ...outputs, ...inputs }, "kind");
    const version = text({ ...outputs, ...inputs }, "apiVersion");
    const [, tokenGroup, tokenKind] =
        /^kubernetes:([a-z0-9.-]+)\/(?:v[0-9][a-z0-9]*):([A-Za-z0-9]+)$/.exec(type) ?? [];
    if (tokenGroup !== undefined && tokenKind !== undefined) {
        if (/^(helm\.sh|yaml|kustomize)$/.test(tokenGroup)) {
            return undefined;
        }
        const isPatch =
            tokenKind.endsWith("Patch") && (said === undefined || `${said}Patch` === tokenKind);
        return {
            group: tokenGroup === "core" ? "" : tokenGroup,
            kind: isPatch ? tokenKind.slice(0, -"Patch".length) : tokenKind,
            isPatch,
        };
    }
    return said === undefined || version === undefined || !/^(.+\/)?v[0-9]/.test(version)
        ? undefined
        : {
              group: version.includes("/") ? (version.split("/")[0] ?? "") : "",
              kind: said,
              isPatch: type.endsWith(`:${said}Patch`),
          };
}

function text(fields: Fields, key: string): string | undefined {
    return shownText(valueAt(fields, key));
}

/** `group/Kind`, as the tables of rules have it; the core group is empty: `/Secret`. */
export function kindKey({ group, kind }: Pick<Thing, "group" | "kind">): string {
    return `${group}/${kind}`;
}

/** `vms/db`, or `fast` for what is in no namespace. */
export function placeText({ namespace, name }: Pick<Thing, "namespace" | "name">): string {
    return namespace === "" ? name : `${namespace}/${name}`;
}

/** A value of an object: what the cluster has filled in, or else what the program says. */
export function valueOf(thing: Thing, path: readonly string[]): unknown {
    return at(thing.state.outputs, path) ?? at(thing.state.inputs, path);
}

/** What the program says, or else what the cluster has filled in: a preview's outputs may be older than its inputs. */
export function wantedOf(thing: Thing, path: readonly string[]): unknown {
    return at(thing.state.inputs, path) ?? at(thing.state.outputs, path);
}

/** Whether a preview hides what is at a place: a secret, or what is known after the update only. */
export function isHidden(thing: Thing, path: readonly string[]): boolean {
    const value = at(thing.state.inputs, path) ?? at(thing.state.outputs, path);
    return isSecret(value) || isUnknown(value);
}

/** The same, where it is a text that may be shown. */
export function textOf(thing: Thing, path: readonly string[]): string | undefined {
    return shownText(wantedOf(thing, path));
}

export function annotationOf(thing: Thing, key: string): string | undefined {
    return textOf(thing, ["metadata", "annotations", key]);
}

function at(fields: Fields, path: readonly string[]): unknown {
    const last = path.at(-1);
    return last === undefined ? fields : valueAt(fieldsAt(fields, path.slice(0, -1)), last);
}

/** Who an object lives and dies with. */
export function ownersOf(
    thing: Thing,
): readonly { readonly kind: string; readonly name: string }[] {
    const owners = [
        valueOf(thing, ["metadata", "ownerReferences"]),
        wantedOf(thing, ["metadata", "ownerReferences"]),
    ];
    return owners
        .flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []))
        .filter(isFields)
        .map((owner) => ({
            kind: shownText(owner["kind"]) ?? "",
            name: shownText(owner["name"]) ?? "",
        }));
}

/** Entries of a list that are objects. */
export function entriesOf(value: unknown): readonly Fields[] {
    return Array.isArray(value) ? value.filter(isFields) : [];
}
