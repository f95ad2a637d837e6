import { managedByLabel } from "./annotations";
import { objectNameFault } from "./object-name";
import { type Problem, Problems } from "./problems";
import { shown } from "./source-fields";

/**
 * What Kubernetes would refuse in the labels of an object, and those that this package writes itself. Source:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function checkLabels(labels: Readonly<Record<string, unknown>>): Problem[] {
    const problems = new Problems();
    for (const [key, value] of Object.entries(labels)) {
        const field = JSON.stringify(key.slice(0, 80));
        const [name = "", prefix] = key.split("/").reverse();
        if (
            !isWord(name) ||
            key.split("/").length > 2 ||
            (prefix !== undefined && objectNameFault(prefix) !== undefined)
        ) {
            problems.add(
                field,
                "is not the key of a label",
                `write up to 63 letters, digits, "-", "_" and ".", such as "team", or with a domain before it: "example.org/team"`,
            );
        } else if (Object.hasOwn(managedByLabel, key)) {
            problems.add(field, "is given, which this package writes itself", "leave it out");
        }
        if (typeof value !== "string" || (value !== "" && !isWord(value))) {
            problems.add(
                field,
                `is ${shown(value)}, which is not the value of a label`,
                `write up to 63 letters, digits, "-", "_" and "."`,
            );
        }
    }
    return problems.all;
}

function isWord(text: string): boolean {
    return text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
}
