import type { Fault } from "./faults";
import type { Metadata } from "./objects";
import { apiService } from "./operand-api-service";
import { type Webhook, webhooks } from "./operand-webhooks";
import type { Operator, Platform } from "./operators";
import { subresourcesGroup } from "./subresource-api";
import type { NewObject } from "./writes";

const group = {
    apiGroup: "kubevirt.io",
    apiVersions: ["v1alpha3", "v1"],
    failurePolicy: "Fail",
    timeoutSeconds: 10,
} as const;

const onMachines = {
    ...group,
    resource: "virtualmachines",
    operations: ["CREATE", "UPDATE"],
} as const;

const mutating: readonly Webhook[] = [
    {
        ...onMachines,
        name: "virtualmachines-mutator.kubevirt.io",
        path: "/virtualmachines-mutate",
        mutates: true,
    },
    {
        ...group,
        name: "migrations-mutator.kubevirt.io",
        path: "/migration-mutate-create",
        resource: "virtualmachineinstancemigrations",
        operations: ["CREATE"],
        mutates: true,
    },
];

const validating: readonly Webhook[] = [
    {
        ...onMachines,
        name: "virtualmachine-validator.kubevirt.io",
        path: "/virtualmachines-validate",
    },
    {
        ...group,
        name: "migration-create-validator.kubevirt.io",
        path: "/migration-validate-create",
        resource: "virtualmachineinstancemigrations",
        operations: ["CREATE"],
    },
    {
        ...group,
        name: "migration-update-validator.kubevirt.io",
        path: "/migration-validate-update",
        resource: "virtualmachineinstancemigrations",
        operations: ["UPDATE"],
    },
];

/** Who serves, and whether the API server trusts it. */
interface ServingPlan {
    readonly platform: Platform;
    readonly operator: Pick<Operator, "namespace">;
    readonly fault: Fault | undefined;
}

/** How the API server comes to ask virt-api. Source: KubeVirt pkg/virt-operator/resource/generate/components/{webhooks,apiservices}.go. */
export function kubevirtApi(
    { platform, fault, operator }: ServingPlan,
    made: (labels: Readonly<Record<string, string>>) => Pick<Metadata, "labels" | "annotations">,
): NewObject[] {
    const configuration = (name: string) => ({
        name,
        labels: made({ "kubevirt.io": name }).labels ?? {},
    });
    return [
        ...webhooks(configuration("virt-api-mutator"), mutating, platform, fault),
        ...webhooks(configuration("virt-api-validator"), validating, platform, fault),
        ...apiService(
            {
                service: "virt-api",
                namespace: operator.namespace,
                group: subresourcesGroup,
                version: "v1",
                made: made({ "kubevirt.io": "virt-api-aggregator" }),
            },
            platform,
        ),
    ];
}
