import { upLocal } from "./local";
import { onNamedCluster } from "./named";
import { readOptions } from "./options";
import { localStack } from "./target";
import { main } from "./user-error";

const help = `npm run up [-- --stack NAME --context CONTEXT] [-- -- PULUMI ARGUMENTS]

Deploys a stack. Without arguments: starts the sandbox (a local Kubernetes control plane with simulated guests) and deploys
the stack "local" to it.

  --stack NAME       another stack, on a real cluster
  --context CONTEXT  the kubeconfig context it lives on; needed once, then it is in stacks/Pulumi.NAME.yaml`;

main(async () => {
    const options = readOptions(process.argv.slice(2));
    if (options.help) {
        console.log(help);
        return 0;
    }
    return options.stack === localStack
        ? upLocal(options.rest)
        : onNamedCluster("up", options.stack, options.context, options.rest);
});
