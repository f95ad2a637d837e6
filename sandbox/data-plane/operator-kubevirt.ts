import { type Fault, faultOf } from "./faults";
import { hasComponents, kubevirtOperands } from "./operands-kubevirt";
import { allThere, anyThere, applyOperands, removeOperands } from "./operands";
import type { KubeVirt } from "./objects";
import { type Target, isUpdating, kubevirtStatus, say, targetOf } from "./operator-kubevirt-status";
import { type Operator, type Platform, definitionsOf, runningOperator } from "./operators";
import { isDeleted } from "./reading";
import type { Store } from "./store";
import { type Write, hold, release } from "./writes";

/** Source: KubeVirt pkg/virt-operator/util/client.go, KubeVirtFinalizer. */
const finalizer = "kubevirt.io/foregroundDeleteKubeVirt";

/** The operator that looks after an installation: the one in its namespace. */
export function operatorOf(world: Store, { metadata }: KubeVirt): Operator | undefined {
    return runningOperator(world, {
        name: "virt-operator",
        versionVariable: "KUBEVIRT_VERSION",
        namespace: metadata.namespace ?? "",
    });
}

/** What virt-operator would do for an installation now. Source: KubeVirt pkg/virt-operator/kubevirt.go, execute. */
export function reconcileKubeVirt(
    world: Store,
    kubevirt: KubeVirt,
    platform: Platform,
    now: number,
): Write[] {
    const operator = operatorOf(world, kubevirt);
    const fault = faultOf(world, kubevirt);
    if (operator === undefined || fault === "operator-silent") {
        return [];
    }
    if (world.list("KubeVirt").length > 1) {
        return kubevirtStatus(kubevirt, {}, say.another(conditionsOf(kubevirt)), now);
    }
    const look = { world, kubevirt, operator, target: targetOf(operator), platform, fault, now };
    return isDeleted(kubevirt) ? deletion(look) : installation(look);
}

interface Look {
    readonly world: Store;
    readonly kubevirt: KubeVirt;
    readonly operator: Operator;
    readonly target: Target;
    readonly platform: Platform;
    readonly fault: Fault | undefined;
    readonly now: number;
}

function installation(look: Look): Write[] {
    const { world, kubevirt, target, platform, fault, now } = look;
    const before = conditionsOf(kubevirt);
    const begun = isUpdating(kubevirt, target)
        ? say.updating(before, kubevirt.status ?? {}, target)
        : say.deploying(before, target);
    const fields = targetFields(look);
    if (fault === "operator-stuck") {
        // As while it waits for the job that writes its install strategy.
        return kubevirt.status?.observedDeploymentID === target.id
            ? []
            : kubevirtStatus(kubevirt, fields, begun, now);
    }
    if (fault === "operator-degraded") {
        return kubevirtStatus(kubevirt, fields, say.failed(begun, forbidden(look)), now);
    }
    const operands = kubevirtOperands(look);
    const created = allThere(world, [...operands, ...definitionsOf(platform, "KubeVirt")]);
    const ready = created && hasComponents(world, look);
    const conditions = created ? say.created(begun) : begun;
    return [
        ...(ready
            ? kubevirtStatus(
                  kubevirt,
                  { ...fields, ...observedFields(look) },
                  say.available(conditions),
                  now,
              )
            : kubevirtStatus(kubevirt, fields, conditions, now)),
        ...hold(kubevirt, finalizer),
        ...applyOperands(world, operands),
    ];
}

/** Source: kubevirt.go, syncDeletion; delete.go, DeleteAll: the definitions go first, and with them every machine. */
function deletion(look: Look): Write[] {
    const { world, kubevirt, platform, now } = look;
    // Objects of the kinds that it brought go with their definitions.
    const operands = kubevirtOperands(look).filter(({ kind }) => !/^VirtualMachine/.test(kind));
    const deleting = (phase: string) =>
        kubevirtStatus(kubevirt, { phase }, say.deleting(conditionsOf(kubevirt)), now);
    if (anyThere(world, definitionsOf(platform, "KubeVirt"))) {
        return deleting("Deleting");
    }
    return anyThere(world, operands)
        ? [...deleting("Deleting"), ...removeOperands(world, operands)]
        : [...deleting("Deleted"), ...release(kubevirt, finalizer)];
}

function targetFields({ kubevirt, operator, target }: Look): object {
    return {
        operatorVersion: operator.version,
        targetKubeVirtVersion: target.version,
        targetKubeVirtRegistry: target.registry,
        targetDeploymentID: target.id,
        targetDeploymentConfig: target.config,
        defaultArchitecture: "amd64",
        phase: kubevirt.status?.phase ?? "Deploying",
    };
}

function observedFields({ kubevirt, target }: Look): object {
    return {
        phase: "Deployed",
        observedKubeVirtVersion: target.version,
        observedKubeVirtRegistry: target.registry,
        observedDeploymentID: target.id,
        observedDeploymentConfig: target.config,
        observedGeneration: kubevirt.metadata.generation,
    };
}

/** Source: KubeVirt pkg/virt-operator/resource/apply/crds.go, with what an API server says without the role. */
function forbidden({ operator }: Look): string {
    return `unable to create crd virtualmachines.kubevirt.io: customresourcedefinitions.apiextensions.k8s.io is forbidden: User "system:serviceaccount:${operator.namespace}:kubevirt-operator" cannot create resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope`;
}

function conditionsOf({ status }: KubeVirt) {
    return status?.conditions ?? [];
}
