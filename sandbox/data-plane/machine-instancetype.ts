import { conflicts, matched } from "./instancetypes";
import type { MatchedRef } from "./machine-objects";
import type { Matcher } from "./machine-rules/spec";
import type { Instancetype, MachineSpec, Preference, VirtualMachine } from "./objects";
import { ownedBy } from "./reading";
import type { Store } from "./store";
import { withInstancetype, withPreference } from "./virtual-machine-defaults";
import type { Problem } from "./machine-objects";
import { type Write, create } from "./writes";

/** A machine's template with what its instancetype and its preference give. */
export interface Applied {
    readonly template: MachineSpec;
    /** What of them the machine's status names. */
    readonly references: {
        readonly instancetypeRef?: MatchedRef;
        readonly preferenceRef?: MatchedRef;
    };
    readonly writes: readonly Write[];
    /** One of them cannot be used. */
    readonly problem?: Problem;
}

/**
 * Applies a machine's instancetype and preference, and keeps what they were when it was first seen with them: a later change of theirs does
 * not change the machine. Source: KubeVirt pkg/instancetype/controller/vm and pkg/instancetype/revision/store.go.
 */
export function applyInstancetype(world: Store, machine: VirtualMachine): Applied {
    const template = machine.spec.template.spec;
    const { instancetype, preference } = machine.spec;
    const type = find<Instancetype>(world, machine, "Instancetype", instancetype);
    const suits = find<Preference>(world, machine, "Preference", preference);
    const problem = type.problem ?? suits.problem;
    const bare = { template, references: {}, writes: [] };
    if (problem !== undefined) {
        return { ...bare, problem };
    }
    const spec = type.object?.spec;
    const [conflict] = spec === undefined ? [] : conflicts(template, spec);
    if (conflict !== undefined) {
        return { ...bare, problem: { reason: "FailedCreate", message: conflict.message } };
    }
    const withType = withInstancetype(template, spec, suits.object?.spec);
    return {
        template: withPreference(withType, suits.object?.spec) as MachineSpec,
        references: {
            ...(type.reference && { instancetypeRef: type.reference }),
            ...(suits.reference && { preferenceRef: suits.reference }),
        },
        writes: [...type.writes, ...suits.writes],
    };
}

interface Found<T> {
    readonly object?: T;
    readonly reference?: MatchedRef;
    readonly writes: readonly Write[];
    readonly problem?: Problem;
}

function find<T extends Instancetype | Preference>(
    world: Store,
    machine: VirtualMachine,
    of: "Instancetype" | "Preference",
    matcher: Matcher | undefined,
): Found<T> {
    if (matcher === undefined) {
        return { writes: [] };
    }
    const failed = (message: string): Found<T> => ({
        writes: [],
        problem: { reason: `FailedFind${of}`, message },
    });
    const named = matched(of, matcher);
    if (named === undefined) {
        return failed(`got unexpected kind in ${of}Matcher: ${matcher.kind ?? ""}`);
    }
    const { kind, name, plural } = named;
    const { namespace = "" } = machine.metadata;
    const place = kind.includes("Cluster") ? undefined : namespace;
    const object = world.get(kind, place, name) as T | undefined;
    if (object === undefined) {
        return failed(`${plural}.instancetype.kubevirt.io "${name}" not found`);
    }
    const { uid = "", generation = 1 } = object.metadata;
    const revision =
        matcher.revisionName ??
        `${machine.metadata.name}-${name}-v1beta1-${uid}-${String(generation)}`;
    const isKept = world.get("ControllerRevision", namespace, revision) !== undefined;
    return {
        object,
        reference: { name, kind, controllerRevisionRef: { name: revision } },
        writes: isKept
            ? []
            : [
                  create({
                      apiVersion: "apps/v1",
                      kind: "ControllerRevision",
                      metadata: {
                          name: revision,
                          namespace,
                          labels: {
                              "instancetype.kubevirt.io/object-name": name,
                              "instancetype.kubevirt.io/object-kind": kind,
                              "instancetype.kubevirt.io/object-uid": uid,
                              "instancetype.kubevirt.io/object-version": "v1beta1",
                              "instancetype.kubevirt.io/object-generation": String(generation),
                          },
                          ownerReferences: ownedBy(machine),
                      },
                      revision: 0,
                      data: {
                          apiVersion: "instancetype.kubevirt.io/v1beta1",
                          kind,
                          metadata: { name, uid, generation },
                          spec: object.spec,
                      },
                  }),
              ],
    };
}
