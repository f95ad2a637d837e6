import { few } from "./few";
import type { Problems } from "./problems";
import type { StorageClassPlan } from "./storage";

type Immutable = Pick<
    StorageClassPlan,
    "name" | "provisioner" | "parameters" | "reclaimPolicy" | "volumeBindingMode"
>;

/**
 * What of a StorageClass never changes, as one text for its annotation. Source: Kubernetes pkg/apis/storage/validation
 * (ValidateStorageClassUpdate: parameters, provisioner, reclaimPolicy, volumeBindingMode).
 */
export function classOrigin(plan: Immutable): string {
    return JSON.stringify(Object.fromEntries(fieldsOf(plan)));
}

function fieldsOf(plan: Immutable): (readonly [field: string, value: string])[] {
    const parameters = Object.entries(plan.parameters)
        .map(([key, value]) => [`parameters.${key}`, value] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    return [
        ["className", plan.name],
        ["provisioner", plan.provisioner],
        ["reclaimPolicy", plan.reclaimPolicy],
        ["volumeBindingMode", plan.volumeBindingMode],
        ...parameters,
    ];
}

/**
 * Adds what a StorageClass that exists cannot become.
 *
 * @param claims the claims of the class, where they are known: they stay as they are, whatever is done.
 */
export function refuseClassChanges(
    before: string | undefined,
    after: string | undefined,
    claims: readonly string[],
    problems: Problems,
): void {
    if (before === undefined || after === undefined || before === after) {
        return;
    }
    const [old, wanted] = [parsed(before), parsed(after)];
    // Another provisioner has other parameters altogether.
    const fields =
        old["provisioner"] === wanted["provisioner"]
            ? [...new Set([...Object.keys(old), ...Object.keys(wanted)])]
            : ["provisioner"];
    const changed = fields.filter((one) => old[one] !== wanted[one]);
    for (const field of changed) {
        const alike = changed.filter(
            (one) => old[one] === old[field] && wanted[one] === wanted[field],
        );
        if (alike[0] !== field) {
            continue;
        }
        problems.add(
            alike.join(", "),
            `changes from ${said(old[field])} to ${said(wanted[field])}, and a StorageClass never changes${claims.length === 0 ? "" : ` (its claims: ${few(claims, shown)})`}`,
            "put the old value back, and add a class of another name beside it for new disks; claims stay on the class they have",
        );
    }
}

function parsed(text: string): Readonly<Record<string, string>> {
    return JSON.parse(text) as Record<string, string>;
}

function said(value: string | undefined): string {
    return value === undefined ? "nothing" : JSON.stringify(value);
}

const shown = 10;
