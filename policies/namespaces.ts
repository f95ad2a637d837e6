import { fits } from "../model/pattern";
import { type Problem, Problems } from "../model/problems";
import { operatorPlaces } from "./exemptions";
import type { Policy } from "./policy";
import {
    at,
    isNamespaced,
    isRelease,
    kindOf,
    nameOf,
    namespaceOf,
    notKnown,
    type Resource,
} from "./resource";

const remedy = "write a namespace that is allowed, or add it to the policy's namespaces";

/** What nobody's machines belong into, where no list says what is allowed. */
const reserved = ["default", "kube-*"];

export const namespaces: Policy = {
    name: "namespace-allow-list",
    asks: "Objects are in namespaces that the stack may use.",
    why: "quotas, rights and network policies hold for a namespace: what lands in another one has those of somebody else, or none",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "mandatory" },
    settings: {
        namespaces: {
            description:
                "Namespaces that are allowed; * stands for any characters. Empty: all but default and kube-*.",
            type: "array",
            items: { type: "string" },
            default: [],
        },
    },
    exempts: [operatorPlaces],
    judge: (resource, settings) => {
        const allowed = listOf(settings["namespaces"]);
        if (kindOf(resource) === "Namespace") {
            return judged("metadata.name", nameOf(resource), allowed);
        }
        if (!isNamespaced(resource) || isNotKnown(resource)) {
            return [];
        }
        const field = isRelease(resource) ? "namespace" : "metadata.namespace";
        return judged(field, namespaceOf(resource), allowed);
    },
};

function judged(
    field: string,
    namespace: string | undefined,
    allowed: readonly string[],
): readonly Problem[] {
    const problems = new Problems();
    if (namespace === undefined) {
        problems.add(field, "is not given: it is whatever the kubeconfig says", remedy);
        return problems.all;
    }
    const isAllowed =
        allowed.length === 0
            ? !reserved.some((pattern) => fits(namespace, pattern))
            : allowed.some((pattern) => fits(namespace, pattern));
    if (!isAllowed) {
        const list =
            allowed.length === 0 ? "which is everybody's" : `not one of ${allowed.join(", ")}`;
        problems.add(field, `is "${namespace}", ${list}`, remedy);
    }
    return problems.all;
}

function isNotKnown({ props }: Resource): boolean {
    return at(props, "metadata", "namespace") === notKnown || at(props, "namespace") === notKnown;
}

function listOf(value: unknown): readonly string[] {
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
