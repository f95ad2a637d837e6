/** Where a machine's fields have which type. */
const types: readonly (readonly [path: string, type: "integer" | "array" | "object" | "string"])[] =
    [
        ["spec.template.spec.domain", "object"],
        ["spec.template.spec.domain.cpu", "object"],
        ["spec.template.spec.domain.cpu.cores", "integer"],
        ["spec.template.spec.domain.cpu.sockets", "integer"],
        ["spec.template.spec.domain.cpu.threads", "integer"],
        ["spec.template.spec.domain.devices", "object"],
        ["spec.template.spec.domain.devices.disks", "array"],
        ["spec.template.spec.domain.devices.interfaces", "array"],
        ["spec.template.spec.networks", "array"],
        ["spec.template.spec.volumes", "array"],
        ["spec.template.spec.tolerations", "array"],
        ["spec.runStrategy", "string"],
    ];

/**
 * What both webhooks say of a machine that is none by its schema: the first thing that is wrong, of what people get wrong. Source: KubeVirt
 * pkg/util/webhooks, ValidateSchema; the words are of k8s.io/kube-openapi.
 */
export function schemaFault(machine: object): string | undefined {
    if (valueAt(machine, "spec.template") === undefined) {
        return "spec.template in body is required";
    }
    for (const [path, type] of types) {
        const value = valueAt(machine, path);
        const is = typeOf(value);
        if (value !== undefined && value !== null && is !== type) {
            return `${path} in body must be of type ${type}: "${is}"`;
        }
    }
    const tolerations = valueAt(machine, "spec.template.spec.tolerations") ?? [];
    const wrong = (tolerations as readonly { readonly operator?: string }[]).some(
        ({ operator }) => !["Equal", "Exists", undefined].includes(operator),
    );
    return wrong
        ? "spec.template.spec.tolerations.operator in body should be one of [Equal Exists]"
        : undefined;
}

function valueAt(object: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((value, name) => {
        const isObject = typeof value === "object" && value !== null;
        return isObject ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    }, object);
}

function typeOf(value: unknown): string {
    if (Array.isArray(value)) {
        return "array";
    }
    return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}
