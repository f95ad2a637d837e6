import { type Fields, placeText } from "../model/machine-difference";
import { type Problem, Problems } from "../model/problems";
import { header } from "../model/source-fields";
import type { Policy } from "./policy";
import { at, fieldsOf, kindOf, type Resource, textOf } from "./resource";
import { isLiteral, isSecretName, secretIn } from "./secret-signs";
import { containersOf, dataVolumesOf, machinesOf, type Part, podsOf, volumesOf } from "./workloads";

const remedy = "put it into a Secret, and name that";

export const inlineSecrets: Policy = {
    name: "no-inline-secrets",
    asks: "Passwords, keys and first-boot settings are in Secrets, not in objects that everybody may read.",
    why: "who may look at a machine, a pod or a disk reads what stands in it, and so does every backup and every log of the API server",
    remedy,
    levels: { local: "mandatory", staging: "mandatory", production: "mandatory" },
    judge: (resource) => [
        ...machinesOf(resource).flatMap(volumesOf).flatMap(firstBoot),
        ...podsOf(resource).flatMap(containersOf).flatMap(inContainer),
        ...dataVolumesOf(resource).flatMap(inSource),
        ...inTexts(resource),
    ],
};

/** First-boot settings of a machine. Source: KubeVirt v1, CloudInitNoCloudSource and SysprepSource. */
function firstBoot({ place, spec }: Part): Problem[] {
    const problems = new Problems();
    for (const kind of ["cloudInitNoCloud", "cloudInitConfigDrive"]) {
        const source = fieldsOf(spec, kind);
        for (const field of ["userData", "userDataBase64"]) {
            if (isLiteral(source[field])) {
                problems.add(
                    placeText([...place, kind, field]),
                    "is in the machine's object itself",
                    "put it into a Secret and name that in secretRef, or use VirtualMachine's cloudInit",
                );
            }
        }
        for (const field of ["networkData", "networkDataBase64"]) {
            const found = secretIn(decoded(field, source[field]));
            if (found !== undefined) {
                problems.add(
                    placeText([...place, kind, field]),
                    `has ${found} in it`,
                    "put it into a Secret and name that in networkDataSecretRef",
                );
            }
        }
    }
    const sysprep = textOf(at(spec, "sysprep", "configMap", "name"));
    if (sysprep !== undefined) {
        problems.add(
            placeText([...place, "sysprep", "configMap"]),
            `is "${sysprep}", and an answer file has the administrator's password`,
            "put it into a Secret and name that in sysprep.secret",
        );
    }
    return problems.all;
}

function decoded(field: string, value: unknown): string {
    const text = textOf(value) ?? "";
    return field.endsWith("Base64") ? Buffer.from(text, "base64").toString("utf8") : text;
}

function inContainer({ place, spec }: Part): Problem[] {
    const problems = new Problems();
    for (const variable of list(spec["env"])) {
        const name = textOf(at(variable, "name")) ?? "";
        const value = at(variable, "value");
        if (isLiteral(value) && (isSecretName(name) || secretIn(value) !== undefined)) {
            problems.add(
                placeText([...place, "env", `[${name}]`]),
                isSecretName(name) ? "has its value there" : `has ${secretIn(value) ?? ""} in it`,
                "put it into a Secret and name that in valueFrom.secretKeyRef",
            );
        }
    }
    for (const field of ["command", "args"]) {
        const given = list(spec[field]).map((word) => textOf(word) ?? "");
        const option = given
            .map((word) => /^--?([A-Za-z-]+)=(.+)$/s.exec(word))
            .find((match) => isSecretName(match?.[1] ?? "") && isLiteral(match?.[2]));
        if (option !== undefined) {
            problems.add(
                placeText([...place, field]),
                `has the value of --${option?.[1] ?? ""} in it`,
                "put it into a Secret, mount it, and name its file",
            );
        }
    }
    return problems.all;
}

/** Where a disk comes from. Source: CDI v1beta1, DataVolumeSourceHTTP and its neighbours. */
function inSource({ place, spec }: Part): Problem[] {
    const problems = new Problems();
    for (const [kind, source] of Object.entries(fieldsOf(spec, "source"))) {
        const found = secretIn(textOf(at(source, "url")) ?? "");
        if (found !== undefined) {
            problems.add(
                placeText([...place, "source", kind, "url"]),
                `is ${found}`,
                "put the login into a Secret and name that in secretRef",
            );
        }
        const headers = list(at(source, "extraHeaders"));
        if (headers.some((line) => /a login/.test(header(line)?.fault ?? ""))) {
            problems.add(
                placeText([...place, "source", kind, "extraHeaders"]),
                "has a login in it",
                "put the header into a Secret and name that in secretExtraHeaders",
            );
        }
    }
    return problems.all;
}

/** Texts that may hold anything: what a ConfigMap has, and what stands in labels and annotations. */
function inTexts(resource: Resource): Problem[] {
    const problems = new Problems();
    const look = (place: readonly string[], texts: Fields) => {
        for (const [key, value] of Object.entries(texts)) {
            const isSecret = isSecretName(key) && isLiteral(value);
            const found = isSecret ? "a secret, by its name" : secretIn(textOf(value) ?? "");
            if (found !== undefined) {
                problems.add(placeText([...place, key]), `has ${found} in it`, remedy);
            }
        }
    };
    if (kindOf(resource) === "ConfigMap") {
        look(["data"], fieldsOf(resource.props, "data"));
    }
    for (const machine of machinesOf(resource)) {
        const above = machine.place.slice(0, -1);
        look([...above, "metadata", "annotations"], annotations(resource, above));
    }
    const own = annotations(resource, []);
    if (kindOf(resource) !== "Secret" && kindOf(resource) !== undefined) {
        look(["metadata", "annotations"], own);
    }
    return problems.all;
}

/** Annotations, without those that name something by rule. */
function annotations({ props }: Resource, above: readonly string[]): Fields {
    return Object.fromEntries(
        Object.entries(fieldsOf(props, ...above, "metadata", "annotations")).filter(
            ([key]) => !/(^|\.)(pulumi\.com|pulumi-kubevirt\.dev|kubevirt\.io)\//.test(key),
        ),
    );
}

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : [];
}
