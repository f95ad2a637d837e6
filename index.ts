import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The program: the stack's own file where there is one, else that of every stack with an environment. What it exports are the stack's outputs. */
const own = `./stacks/${pulumi.getStack()}`;
const file = existsSync(join(__dirname, `${own}.ts`)) ? own : "./stacks/program";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- which file it is is known when the stack is
export = require(file) as Record<string, unknown>;
