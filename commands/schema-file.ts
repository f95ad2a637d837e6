import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "../stacks/schema/json-schema";
import { schemaFile } from "../stacks/schema/keys";

/** The JSON schema of a stack's file, as text. */
export function schemaText(): string {
    return `${JSON.stringify(stackFileSchema(), undefined, 4)}\n`;
}

/** Writes the schema beside the stacks' files, where editors look for it. */
export function writeSchema(folder: string): void {
    writeFileSync(join(folder, "stacks", schemaFile), schemaText());
}
