import { schemaFile } from "../stacks/schema/keys";
import { parsed } from "./options";
import { main } from "./run";
import { schemaText, writeSchema } from "./schema-file";
import { projectFolder } from "./target";

const help = `npm run schema [-- --print]

Writes stacks/${schemaFile}: the JSON schema of Pulumi.<stack>.yaml, which each of these files names in its first line. An editor with a
YAML language server then completes and checks an environment while it is written. The file is made anew from the project's own code,
and does not belong into git.

--print  prints the schema instead of writing it`;

main(async () => {
    const { values } = parsed({
        options: {
            help: { type: "boolean", short: "h", default: false },
            print: { type: "boolean", default: false },
        },
    });
    if (values.help || values.print) {
        console.log(values.help ? help : schemaText());
    } else {
        writeSchema(projectFolder);
        console.log(`stacks/${schemaFile} is written.`);
    }
    return Promise.resolve(0);
});
