import { compareVersions, parseVersion } from "../../model/versions";
import { type Fault, faultOf } from "./faults";
import { type KubernetesObject, type Cdi } from "./objects";
import { allThere, anyThere, applyOperands, removeOperands } from "./operands";
import { cdiOperands, hasComponents } from "./operands-cdi";
import { cdiStatus, say } from "./operator-cdi-status";
import { type Operator, type Platform, definitionsOf, runningOperator } from "./operators";
import { isDeleted } from "./reading";
import type { Store } from "./store";
import { type Say, type Write, hold, release, say as event, warn } from "./writes";

/** Source: CDI pkg/operator/controller/controller.go. */
const finalizer = "operator.cdi.kubevirt.io";

/** The operator of CDI: there is one for the whole cluster. */
export function cdiOperator(world: Store): Operator | undefined {
    return runningOperator(world, { name: "cdi-operator", versionVariable: "OPERATOR_VERSION" });
}

/** What is to go wrong with an installation. It has no namespace: in the fault plan it is `cdi.<name>`. */
export function cdiFault(world: Store, cdi: Cdi): Fault | undefined {
    const planned: KubernetesObject = {
        ...cdi,
        metadata: { ...cdi.metadata, namespace: "cdi" },
    };
    return faultOf(world, planned);
}

/**
 * What cdi-operator would do for an installation now. Source: CDI
 * vendor/kubevirt.io/controller-lifecycle-operator-sdk/pkg/sdk/reconciler/reconciler.go, Reconcile.
 */
export function reconcileCdi(world: Store, cdi: Cdi, platform: Platform, now: number): Write[] {
    const operator = cdiOperator(world);
    const fault = cdiFault(world, cdi);
    if (operator === undefined || fault === "operator-silent") {
        return [];
    }
    const look = { world, cdi, operator, platform, fault, now };
    if (isDeleted(cdi)) {
        return deletion(look);
    }
    if (fault === "operator-degraded" || !isTheOne(world, cdi)) {
        // Source: pkg/operator/controller/reconciler-hooks.go, checkSanity.
        const message = "Reconciling to error state, unwanted CDI object";
        return status(look, "Error", say.failed(conditionsOf(cdi), message), {
            warning: ["ConfigError", message],
        });
    }
    const phase = cdi.status?.phase ?? "";
    if (phase === "") {
        return creation(look);
    }
    // As while the API server refuses to make its objects: that is logged and tried again.
    return fault === "operator-stuck" && phase !== "Deployed" ? [] : update(look);
}

interface Look {
    readonly world: Store;
    readonly cdi: Cdi;
    readonly operator: Operator;
    readonly platform: Platform;
    readonly fault: Fault | undefined;
    readonly now: number;
}

/** The first one is installed; the real operator remembers it in the ConfigMap cdi-config. */
function isTheOne(world: Store, cdi: Cdi): boolean {
    const others = world.list("CDI").filter(({ metadata }) => metadata.uid !== cdi.metadata.uid);
    const managed = (each: Cdi) => each.metadata.finalizers?.includes(finalizer) === true;
    return managed(cdi) || !others.some(managed);
}

function creation(look: Look): Write[] {
    const { cdi, operator } = look;
    const versions = { operatorVersion: operator.version, targetVersion: operator.version };
    return [
        ...status(look, "Deploying", say.deploying(conditionsOf(cdi)), {
            fields: versions,
            event: ["DeployStarted", "Started Deployment"],
        }),
        ...hold(cdi, finalizer),
    ];
}

/** Source: reconciler.go, CheckUpgrade and ReconcileUpdate. */
function update(look: Look): Write[] {
    const { world, cdi, operator, platform } = look;
    const { version } = operator;
    const before = conditionsOf(cdi);
    const phase = cdi.status?.phase ?? "";
    const fields = { operatorVersion: version, targetVersion: version };
    const path = updatePath(version, cdi.status?.observedVersion ?? "", phase);
    if (path === "refused") {
        // "operator downgraded, will not reconcile" is only in its log.
        return status(look, phase, before, { fields });
    }
    if (path === "upgrade" && phase !== "Upgrading") {
        return status(look, "Upgrading", say.upgrading(before, version), {
            fields,
            event: ["UpgradeStarted", `Started upgrade to version ${version}`],
        });
    }
    const operands = cdiOperands(look);
    const wanted = [...operands, ...definitionsOf(platform, "CDI")];
    const changes = [...hold(cdi, finalizer), ...applyOperands(world, operands)];
    if (changes.length > 0 || !allThere(world, wanted)) {
        return changes;
    }
    if (!hasComponents(world, look)) {
        const degraded = phase === "Deployed" ? "True" : "False";
        return status(look, phase, say.degraded(before, degraded), { fields });
    }
    return phase === "Deployed"
        ? status(look, phase, say.degraded(before, "False"), { fields })
        : status(look, "Deployed", say.healthy(before), {
              fields: { ...fields, observedVersion: version },
              event: ["DeployCompleted", "Deployment Completed"],
          });
}

/** Source: controller-lifecycle-operator-sdk, pkg/sdk/reconciler/versions.go, ShouldTakeUpdatePath. */
function updatePath(
    target: string,
    current: string,
    phase: string,
): "none" | "upgrade" | "refused" {
    if (phase === "Deploying" || target === current) {
        return "none";
    }
    const [to, from] = [parseVersion(target), parseVersion(current)];
    if (to === undefined || from === undefined) {
        return "upgrade";
    }
    const order = compareVersions(to, from);
    return order < 0 ? "refused" : order === 0 ? "none" : "upgrade";
}

/**
 * Source: reconciler.go, ReconcileDelete. The real operator deletes its controller and leaves the rest to the garbage collector,
 * which needs up to half a minute; here everything goes before the finalizer does.
 */
function deletion(look: Look): Write[] {
    const { world, cdi, platform } = look;
    if (cdi.metadata.finalizers?.includes(finalizer) !== true) {
        return [];
    }
    const operands = cdiOperands(look);
    const conditions = conditionsOf(cdi);
    if (anyThere(world, definitionsOf(platform, "CDI"))) {
        return status(look, "Deleting", conditions);
    }
    return anyThere(world, operands)
        ? [...status(look, "Deleting", conditions), ...removeOperands(world, operands)]
        : [...status(look, "Deleted", conditions), ...release(cdi, finalizer)];
}

type Words = readonly [reason: string, message: string];

function status(
    { cdi, now }: Look,
    phase: string,
    conditions: ReturnType<typeof conditionsOf>,
    more: { readonly fields?: object; readonly event?: Words; readonly warning?: Words } = {},
): Write[] {
    const writes: Write[] = cdiStatus(cdi, { ...more.fields, phase }, conditions, now);
    return writes.length === 0 ? [] : [...writes, ...events(cdi, more)];
}

function events(
    cdi: Cdi,
    { event: normal, warning }: { readonly event?: Words; readonly warning?: Words },
): Say[] {
    return [
        ...(normal === undefined ? [] : [event(cdi, "cdi-operator", ...normal)]),
        ...(warning === undefined ? [] : [warn(cdi, "cdi-operator", ...warning)]),
    ];
}

function conditionsOf({ status: known }: Cdi): Parameters<typeof say.healthy>[0] {
    return known?.conditions ?? [];
}
