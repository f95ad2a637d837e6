import { previewLocal } from "./local";
import { onNamedCluster } from "./named";
import { readOptions } from "./options";
import { localStack } from "./target";
import { main } from "./user-error";

const help = `npm run preview [-- --stack NAME --context CONTEXT] [-- -- PULUMI ARGUMENTS]

Shows what "npm run up" would change, and changes nothing. Without arguments: the stack "local", on the sandbox.`;

main(async () => {
    const options = readOptions(process.argv.slice(2));
    if (options.help) {
        console.log(help);
        return 0;
    }
    return options.stack === localStack
        ? previewLocal(options.rest)
        : onNamedCluster("preview", options.stack, options.context, options.rest);
});
