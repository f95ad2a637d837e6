import type {
    PolicyConfigSchema,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationPolicy,
} from "@pulumi/policy";
import { judged, judgedTogether, violationText } from "./judge";
import type { Environment, Policy, SettingSchema } from "./policy";
import { notKnown, type Resource, textOf } from "./resource";

/** The setting that every policy has. */
const exempt: SettingSchema = {
    description:
        "What the policy does not judge, and why: <namespace>/<name> of objects, or the name of those of the whole cluster; * stands for any characters.",
    type: "object",
    additionalProperties: { type: "string", minLength: 1 },
    default: {},
};

/** A policy as the engine takes it, at its level in an environment. */
export function enginePolicy(
    policy: Policy,
    environment: Environment,
): ResourceValidationPolicy | StackValidationPolicy {
    const common = {
        name: policy.name,
        description: policy.asks,
        enforcementLevel: policy.levels[environment],
        remediationSteps: policy.remedy,
        configSchema: { properties: { exempt, ...policy.settings } } as PolicyConfigSchema,
    };
    return policy.judgeStack === undefined
        ? {
              ...common,
              validateResource: (args, report) => {
                  const resource = resourceOf(args);
                  for (const problem of judged(policy, resource, args.getConfig())) {
                      report(violationText(resource, problem));
                  }
              },
          }
        : {
              ...common,
              validateStack: (args, report) => {
                  const resources = args.resources.map(resourceOf);
                  for (const problem of judgedTogether(policy, resources, args.getConfig())) {
                      const { resource } = problem;
                      report(violationText(resource, problem), resource.urn);
                  }
              },
          };
}

/** A resource as the engine shows it to a policy, in plain values. */
export function resourceOf(
    args: Pick<
        ResourceValidationArgs | PolicyResource,
        "type" | "name" | "urn" | "props" | "opts" | "provider"
    >,
): Resource {
    const provider = known(args.provider?.props ?? {}) as Readonly<Record<string, unknown>>;
    const defaultNamespace = textOf(provider["namespace"]);
    return {
        type: args.type,
        name: args.name,
        urn: args.urn,
        props: known(args.props) as Readonly<Record<string, unknown>>,
        isProtected: args.opts.protect,
        ...(defaultNamespace === undefined ? {} : { defaultNamespace }),
    };
}

/** A copy of a value without the SDK's guards, which throw where a preview does not know something. */
function known(value: unknown): unknown {
    if (Array.isArray(value)) {
        return Array.from({ length: value.length }, (_, index) => knownAt(value, index));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.keys(value).map((key) => [key, knownAt(value, key)]))
        : value;
}

function knownAt(value: object, key: string | number): unknown {
    let inner: unknown;
    try {
        inner = (value as Readonly<Record<string | number, unknown>>)[key];
    } catch (error) {
        if (error instanceof Error && error.constructor.name === "UnknownValueError") {
            return notKnown;
        }
        throw error;
    }
    return known(inner);
}
