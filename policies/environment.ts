import { UserError } from "../model/user-error";
import { type Environment, environments } from "./policy";

/**
 * The environment of a stack: what its configuration says (`policies:environment`, or the stage of its environment object), or what its
 * name does. `local` is the sandbox; a name with `prod` or
 * `production` in it as a word is production (`production-platform`, `prod-eu`); all else is staging.
 *
 * @param configured `policies:environment` of the stack's configuration.
 * @param written `environment` of the project's configuration, as the engine hands it over. What is wrong with it the program says.
 */
export function environmentOf(
    stack: string,
    configured: string | undefined,
    written?: string,
): Environment {
    if (configured !== undefined) {
        const known = environments.find((environment) => environment === configured);
        if (known === undefined) {
            throw new UserError(
                `policies:environment of stack "${stack}" is ${JSON.stringify(configured)}, which is none of ${environments.join(", ")}. Write one of them.`,
            );
        }
        return known;
    }
    const stage = environments.find((environment) => environment === stageIn(written));
    if (stage !== undefined) {
        return stage;
    }
    const name = stack.split("/").at(-1) ?? stack;
    if (name === "local") {
        return "local";
    }
    return /(^|[-_.])prod(uction)?([-_.]|$)/i.test(name) ? "production" : "staging";
}

function stageIn(written = "{}"): unknown {
    try {
        return (JSON.parse(written) as { readonly stage?: unknown } | null)?.stage;
    } catch {
        return undefined;
    }
}
