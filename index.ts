import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The program: the stack's own file says what it consists of, and what it exports are the stack's outputs. */
const stack = pulumi.getStack();
const folder = join(__dirname, "stacks");
if (!existsSync(join(folder, `${stack}.ts`))) {
    const known = readdirSync(folder)
        .filter((file) => file.endsWith(".ts") && !/^(environment|images|storage)\.ts$/.test(file))
        .map((file) => file.replace(/\.ts$/, ""));
    throw new pulumi.RunError(
        `Stack "${stack}" has no program. Add stacks/${stack}.ts, or choose one of: ${known.join(", ")}.`,
    );
}
// eslint-disable-next-line @typescript-eslint/no-require-imports -- which file it is is known when the stack is
export = require(`./stacks/${stack}`) as Record<string, unknown>;
