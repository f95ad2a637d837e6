import { few } from "../model/few";
import { isFields } from "../model/machine-difference";
import { fieldsAt } from "../model/machine-object";
import { isHarmless } from "./kinds";
import { type Fate, keeps, loses } from "./fate";
import { going, type Judgement } from "./judgement";
import type { State, Step } from "./preview";
import { shownText } from "./secrets";
import { namesStorage, namesVirtualization } from "./storage-names";
import { kindKey } from "./thing";

/** A chart that Helm has installed as one. */
export function isRelease(type: string): boolean {
    return type === "kubernetes:helm.sh/v3:Release";
}

/** An object of a chart, as Helm has made it. */
interface Part {
    readonly group: string;
    readonly kind: string;
    /** `vms/data`. */
    readonly place: string;
}

/** `Deployment.apps/apps/v1`, `PersistentVolumeClaim/v1`. Source: pulumi-kubernetes provider/pkg/provider/helm_release.go (resourceNames). */
function partsOf({ outputs }: State): readonly Part[] | undefined {
    const names = outputs["resourceNames"];
    return isFields(names)
        ? Object.entries(names).flatMap(([type, places]) => {
              const [, kind = "", group = ""] = /^([^./]*)(?:\.([^/]*))?/.exec(type) ?? [];
              return Array.isArray(places)
                  ? places.map((place) => ({ group, kind, place: String(place) }))
                  : [];
          })
        : undefined;
}

/** What takes data along when it goes, and what nobody here knows. */
function preciousOf(state: State): readonly string[] {
    return (partsOf(state) ?? [])
        .filter((part) => !keepsNothing(part))
        .map(({ kind, place }) => `${kind} ${place}`);
}

/** Kinds without data of their own; a Secret of a chart is made again by it. */
function keepsNothing(part: Part): boolean {
    return isHarmless(part) || /^(\/Secret|apps\/(Deployment|DaemonSet))$/.test(kindKey(part));
}

function chartOf({ inputs, outputs }: State): string {
    const status = fieldsAt(outputs, ["status"]);
    const chart = shownText(status["chart"]) ?? shownText(inputs["chart"]);
    // A chart may be a folder or an address.
    return chart?.split("/").at(-1) ?? shownText(inputs["name"]) ?? "";
}

function isStorageRelease(state: State): boolean {
    const names = [
        chartOf(state),
        ...["name", "namespace"].map((key) => shownText(state.inputs[key])),
    ];
    return names.some((name) => name !== undefined && namesStorage(name));
}

/** Source: Helm's uninstall, which the provider runs when a Release is deleted or replaced. */
export function releaseFate(state: State): Fate {
    const chart = chartOf(state);
    const found = preciousOf(state);
    if (isStorageRelease(state)) {
        return loses(
            `chart ${chart} is the storage itself: it is uninstalled, and no disk on it can be used any more`,
        );
    }
    if (namesVirtualization(chart)) {
        return loses(
            `chart ${chart} brings the definitions of machines and disks, which go with it`,
        );
    }
    if (found.length > 0) {
        return loses(`chart ${chart} is uninstalled, with ${few(found, 6)}`);
    }
    return partsOf(state) === undefined
        ? {
              loses: true,
              isUnknown: true,
              why: `chart ${chart} is uninstalled, and nothing here says what is in it`,
          }
        : keeps(
              `chart ${chart} is uninstalled; there is no claim, volume or definition in it, and nothing else that keeps data`,
          );
}

/** What a changed release comes to: a preview does not show the objects of a chart. */
export function releaseChange({
    old,
    now,
}: Step & { readonly old: State; readonly now: State }): Judgement {
    const [before, after] = [shownText(old.inputs["version"]), shownText(now.inputs["version"])];
    const chart = chartOf(old);
    const next = chartOf({ ...now, outputs: {} });
    const fate = releaseFate(old);
    if (chart !== next && fate.loses) {
        return {
            ...going(fate),
            why: `chart ${next} takes the place of chart ${chart}, whose objects Helm deletes: ${fate.why}`,
        };
    }
    const upgrade =
        before === after ? "other values" : `version ${before ?? "?"} to ${after ?? "the newest"}`;
    if (armsErasure(now) && !armsErasure(old)) {
        return {
            impact: "live",
            why: `chart ${chart}: ${upgrade}`,
            approve:
                "from now on, uninstalling Longhorn erases its volumes (deletingConfirmationFlag)",
        };
    }
    const found = preciousOf(old);
    const off = switchedOff(old.inputs["values"], now.inputs["values"]);
    const approve = [
        ...(found.length === 0 || isStorageRelease(old)
            ? []
            : [
                  `chart ${chart} has ${few(found, 4)}, and a preview does not show whether they stay`,
              ]),
        ...(off.length > 0 && fate.loses
            ? [
                  `chart ${chart} is told to leave something out (${few(off, 4)}): what it has made of it is deleted`,
              ]
            : []),
        ...(now.inputs["forceUpdate"] === true && old.inputs["forceUpdate"] !== true
            ? [`from now on Helm deletes and makes anew what it cannot change (forceUpdate)`]
            : []),
    ];
    return {
        impact: "live",
        why: `chart ${chart}: ${upgrade}`,
        ...(approve.length === 0 ? {} : { approve: approve.join("; ") }),
    };
}

/** Values of a chart by which it makes something or keeps it, and that say no from now on. */
function switchedOff(before: unknown, after: unknown, place: readonly string[] = []): string[] {
    if (isFields(after)) {
        return Object.entries(after).flatMap(([key, value]) =>
            switchedOff(isFields(before) ? before[key] : undefined, value, [...place, key]),
        );
    }
    const isSwitch = /^(enabled?|create|install|keep|installCRDs)$/i.test(place.at(-1) ?? "");
    return isSwitch && String(after) === "false" && String(before) !== "false"
        ? [place.join(".")]
        : [];
}

function armsErasure({ inputs }: State): boolean {
    const settings = fieldsAt(inputs, ["values", "defaultSettings"]);
    return String(settings["deletingConfirmationFlag"]) === "true";
}

export function releaseGoing(state: State, isReplaced: boolean): Judgement {
    const fate = releaseFate(state);
    return fate.loses || !isReplaced
        ? going(fate)
        : { impact: "live", why: `it is installed anew: ${fate.why}` };
}
