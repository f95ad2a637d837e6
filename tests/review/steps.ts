import type { Fields } from "../../model/machine-difference";
import { reportOf } from "../../review/make-report";
import { readPreview } from "../../review/read-preview";
import type { Report } from "../../review/report";

/** A step of a preview, as `pulumi preview --json` writes it. */
export interface WrittenStep {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: Fields;
    readonly newState?: Fields;
}

interface Wanted {
    readonly op: string;
    readonly type: string;
    readonly name: string;
    readonly old?: Fields;
    readonly now?: Fields;
    /** Of the state, beside its inputs. */
    readonly state?: Fields;
    readonly outputs?: Fields;
}

export function step({ op, type, name, old, now, state = {}, outputs = {} }: Wanted): WrittenStep {
    const urn = `urn:pulumi:dev::shop::${type}::${name}`;
    const written = (inputs: Fields) => ({
        urn,
        type,
        custom: true,
        id: name,
        inputs,
        outputs,
        ...state,
    });
    return {
        op,
        urn,
        ...(old === undefined ? {} : { oldState: written(old) }),
        ...(now === undefined ? {} : { newState: written(now) }),
    };
}

/** The digest of some steps, as pulumi prints it. */
export function digest(steps: readonly WrittenStep[], rest: Fields = {}): string {
    return JSON.stringify({ steps, changeSummary: {}, ...rest });
}

export function reportOn(steps: readonly WrittenStep[], rest: Fields = {}): Report {
    return reportOf(readPreview(digest(steps, rest), "a test"));
}

export const claimType = "kubernetes:core/v1:PersistentVolumeClaim";
export const machineType = "kubernetes:kubevirt.io/v1:VirtualMachine";

export function claim(name: string, spec: Fields = {}, metadata: Fields = {}): Fields {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace: "vms", ...metadata },
        spec: {
            storageClassName: "fast",
            resources: { requests: { storage: "10Gi" } },
            ...spec,
        },
    };
}

export function machine(name: string, claims: readonly string[] = [], spec: Fields = {}): Fields {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name, namespace: "vms" },
        spec: {
            runStrategy: "Always",
            ...spec,
            template: {
                spec: {
                    domain: { devices: {} },
                    volumes: claims.map((one) => ({
                        name: one,
                        persistentVolumeClaim: { claimName: one },
                    })),
                },
            },
        },
    };
}

/** An object of any kind; what is in no namespace has none. */
export function object(apiVersion: string, kind: string, name: string, rest: Fields = {}): Fields {
    return { apiVersion, kind, metadata: { name, namespace: "vms" }, ...rest };
}

function typeOf({ apiVersion, kind }: Fields): string {
    const version = String(apiVersion);
    return `kubernetes:${version.includes("/") ? version : `core/${version}`}:${String(kind)}`;
}

export function gone(old: Fields, rest: { state?: Fields; outputs?: Fields } = {}): WrittenStep {
    return step({ op: "delete", type: typeOf(old), name: nameOf(old), old, ...rest });
}

export function same(one: Fields, rest: { state?: Fields; outputs?: Fields } = {}): WrittenStep {
    return step({ op: "same", type: typeOf(one), name: nameOf(one), old: one, now: one, ...rest });
}

export function changed(old: Fields, now: Fields, state: Fields = {}): WrittenStep {
    return step({ op: "update", type: typeOf(old), name: nameOf(old), old, now, state });
}

export function made(now: Fields): WrittenStep {
    return step({ op: "create", type: typeOf(now), name: nameOf(now), now });
}

function nameOf({ metadata }: Fields): string {
    return (metadata as { readonly name: string }).name;
}
