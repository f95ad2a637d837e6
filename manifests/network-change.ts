import { isDeepStrictEqual } from "node:util";
import type { Impact } from "../model/impact";
import type { Fields } from "./fields";
import type { InterfaceObject, NetworkObject, TemplateNetworks } from "./machine-networks";

/** What became of one interface, and what that does to the running machine. */
export interface NetworkChange {
    readonly name: string;
    readonly change: "added" | "removed" | "changed" | "unplugged";
    readonly impact: Extract<Impact, "live" | "restart">;
    readonly why: string;
}

/**
 * What a change of a machine's networks does while it runs. Their order does not count: KubeVirt knows them by name. Source:
 * KubeVirt pkg/network/vmliveupdate/restart.go (IsRestartRequired), pkg/network/controllers/vm.go (applyDynamicIfaceRequestOnVMI,
 * syncNetworks) and pkg/network/migration/evaluator.go of v1.9.0.
 */
export function networkChangeImpact(
    before: TemplateNetworks,
    after: TemplateNetworks,
    { migratable }: { readonly migratable: boolean },
): NetworkChange[] {
    const facts = { before, after, migratable };
    const old = before.interfaces.map(({ name }) => name);
    const added = after.interfaces.filter(({ name }) => !old.includes(name));
    return [
        ...before.interfaces.flatMap((one) => changeOf(one, facts) ?? []),
        ...added.filter(({ state }) => state !== "absent").map((one) => addition(one, facts)),
    ];
}

interface Facts {
    readonly before: TemplateNetworks;
    readonly after: TemplateNetworks;
    readonly migratable: boolean;
}

function addition(one: InterfaceObject, { after, migratable }: Facts): NetworkChange {
    const change = { name: one.name, change: "added" } as const;
    const network = after.networks.find(({ name }) => name === one.name);
    if (network?.["multus"] === undefined) {
        return { ...change, impact: "restart", why: "the pod network is there from the start" };
    }
    if (one["bridge"] === undefined && one["sriov"] === undefined) {
        // KubeVirt does not even say RestartRequired then.
        const why = "KubeVirt plugs in interfaces of the bridge and sriov bindings only";
        return { ...change, impact: "restart", why };
    }
    return migratable
        ? { ...change, impact: "live", why: "KubeVirt plugs it in, by a live migration" }
        : {
              ...change,
              impact: "restart",
              why: "KubeVirt plugs it in by a live migration, which this machine cannot do",
          };
}

function changeOf(
    old: InterfaceObject,
    { before, after, migratable }: Facts,
): NetworkChange | undefined {
    const { name } = old;
    const one = after.interfaces.find((other) => other.name === name);
    if (one === undefined) {
        return old.state === "absent"
            ? undefined
            : {
                  name,
                  change: "removed",
                  impact: "restart",
                  why: "KubeVirt unplugs what is marked absent, and not what is missing",
              };
    }
    if (one.state === "absent") {
        return old.state === "absent"
            ? undefined
            : { name, change: "unplugged", impact: "live", why: "KubeVirt unplugs it" };
    }
    const networks = [before, after].map((side) => networkOf(side, name));
    const changed = { name, change: "changed" } as const;
    const fields = changedFields(old, one);
    if (fields.length > 0) {
        const why = `${fields.join(", ")} of an interface is read when the machine starts`;
        return { ...changed, impact: "restart", why };
    }
    if (isDeepStrictEqual(networks[0], networks[1])) {
        return (old.state ?? "up") === (one.state ?? "up")
            ? undefined
            : { ...changed, impact: "live", why: `its link goes ${one.state ?? "up"}` };
    }
    return networks.every((network) => network?.["multus"] !== undefined) && migratable
        ? {
              ...changed,
              impact: "live",
              why: "KubeVirt puts it on the other network by a live migration",
          }
        : { ...changed, impact: "restart", why: "its network is taken when a pod is made" };
}

function networkOf({ networks }: TemplateNetworks, name: string): NetworkObject | undefined {
    return networks.find((network) => network.name === name);
}

/** All fields but the state, which KubeVirt changes while the machine runs. */
function changedFields(one: Fields, other: Fields): string[] {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
        (field) => field !== "state" && !isDeepStrictEqual(one[field], other[field]),
    );
}

/**
 * The wanted networks, and beside them as `absent` those of the cluster's machine that the user has taken off the list and that
 * KubeVirt can unplug while it runs. An interface that is simply missing stays in the running machine until its next start. KubeVirt
 * takes an absent one off the machine when it is gone; from then on it is not written any more. One of another binding, or on the
 * pod network, is left out: that is a restart.
 * Source: KubeVirt pkg/network/admitter/admit.go (absent: bridge binding, no default network) and pkg/network/controllers/vm.go
 * (clearDetachedIfacesFromVM).
 */
export function withLeaving(
    wanted: TemplateNetworks,
    live: TemplateNetworks | undefined,
): TemplateNetworks {
    const leaving = (live?.interfaces ?? []).filter(
        ({ name, bridge }) =>
            bridge !== undefined &&
            !wanted.interfaces.some((other) => other.name === name) &&
            isSecondary(live, name),
    );
    if (leaving.length === 0) {
        return wanted;
    }
    const names = leaving.map(({ name }) => name);
    const order = (live?.interfaces ?? []).map(({ name }) => name);
    // Every other field as it is: what differs from the running machine would be a change of its own.
    const absent = leaving.map((one) => ({ ...one, state: "absent" as const }));
    const going = (live?.networks ?? []).filter(({ name }) => names.includes(name));
    return {
        interfaces: inPlace(wanted.interfaces, absent, order),
        networks: inPlace(wanted.networks, going, order),
    };
}

/** Some entries among others, each behind the one that it is behind on the cluster: those that stay do not move for them. */
function inPlace<T extends { readonly name: string }>(
    wanted: readonly T[],
    leaving: readonly T[],
    order: readonly string[],
): T[] {
    const all = [...wanted];
    for (const one of leaving) {
        const before = order.slice(0, order.indexOf(one.name)).reverse();
        const last = before.find((name) => all.some((other) => other.name === name));
        all.splice(all.findIndex(({ name }) => name === last) + 1, 0, one);
    }
    return all;
}

function isSecondary(live: TemplateNetworks | undefined, name: string): boolean {
    const multus = live?.networks.find((network) => network.name === name)?.["multus"] as
        { readonly default?: boolean } | undefined;
    return multus !== undefined && multus.default !== true;
}

/** What a VirtualMachine's object says of networks: the inputs of a resource, or what the cluster has. */
export function networksIn(machine: unknown): TemplateNetworks {
    const { spec } = (machine ?? {}) as Template;
    return {
        interfaces: spec?.template?.spec?.domain?.devices?.interfaces ?? [],
        networks: spec?.template?.spec?.networks ?? [],
    };
}

interface Template {
    readonly spec?: {
        readonly template?: {
            readonly spec?: {
                readonly domain?: {
                    readonly devices?: { readonly interfaces?: readonly InterfaceObject[] };
                };
                readonly networks?: readonly NetworkObject[];
            };
        };
    };
}
