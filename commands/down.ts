import { downLocal } from "./local";
import { onNamedCluster } from "./named";
import { readOptions } from "./options";
import { localStack } from "./target";
import { main } from "./user-error";

const help = `npm run down [-- --stack NAME] [-- -- PULUMI ARGUMENTS]

Ends what "npm run up" started. Without arguments: the sandbox, with everything in it. With --stack: destroys that stack
and names the disks that stay on the cluster.`;

main(async () => {
    const options = readOptions(process.argv.slice(2));
    if (options.help) {
        console.log(help);
        return 0;
    }
    return options.stack === localStack
        ? downLocal()
        : onNamedCluster("destroy", options.stack, options.context, options.rest);
});
