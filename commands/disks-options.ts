import { UserError } from "../model/user-error";
import { parsed, refuseLocalContext } from "./options";
import { localStack } from "./target";

/** What `npm run disks` is told. */
export type DisksOptions = {
    readonly stack: string;
    readonly context: string | undefined;
    readonly json: boolean;
} & (
    | { readonly action: "help" | "list" }
    | {
          readonly action: "release";
          readonly namespace: string;
          readonly name: string;
          /** Do not ask. */
          readonly yes: boolean;
      }
);

/** Reads the arguments; unknown ones are an error, not ignored. */
export function readDisksOptions(args: readonly string[]): DisksOptions {
    const { values, positionals } = parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            stack: { type: "string", short: "s", default: localStack },
            context: { type: "string" },
            json: { type: "boolean", default: false },
            yes: { type: "boolean", short: "y", default: false },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const { stack, context, json } = values;
    const common = { stack, context, json };
    refuseLocalContext(stack, context);
    if (values.help) {
        return { ...common, action: "help" };
    }
    const [action = "list", target, ...more] = positionals;
    if (action === "list" && target === undefined) {
        if (values.yes) {
            throw new UserError("--yes belongs to release; a list changes nothing.");
        }
        return { ...common, action };
    }
    if (action === "release" && target !== undefined && more.length === 0 && !json) {
        const [namespace = "", name = "", ...rest] = target.split("/");
        if (namespace !== "" && name !== "" && rest.length === 0) {
            return { ...common, action, namespace, name, yes: values.yes };
        }
        throw new UserError(
            `${JSON.stringify(target)} is not the place of a DataVolume. Write <namespace>/<name>, as the list does.`,
        );
    }
    throw new UserError(
        `Unknown: ${positionals.join(" ")}${json ? " --json" : ""}. Write "list", or "release <namespace>/<name>"; --help shows what there is.`,
    );
}
