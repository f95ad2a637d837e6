import { upLocal } from "./local";
import { stackCommand } from "./stack-command";

const help = `npm run up [-- --stack NAME --context CONTEXT] [-- -- PULUMI ARGUMENTS]

Deploys a stack. Without arguments: starts the sandbox (a local Kubernetes control plane with simulated guests) and deploys
the stack "local" to it.

  --stack NAME       another stack, on a real cluster
                     (without a terminal, as in CI: npm run up -- --stack NAME -- --yes)
  --context CONTEXT  the kubeconfig context it lives on; needed once, then it is in stacks/Pulumi.NAME.yaml

Every stack but "local" is judged by the policies in policies/ (docs/guide/policies.md) before anything is changed; settings of
theirs: -- --policy-pack-config FILE.`;

stackCommand(help, upLocal, "up");
