import { downLocal } from "./local";
import { stackCommand } from "./stack-command";

const help = `npm run down [-- --stack NAME] [-- -- PULUMI ARGUMENTS]

Ends what "npm run up" started. Without arguments: the sandbox, with everything in it. With --stack: destroys that stack
and names the disks that stay on the cluster.`;

stackCommand(help, downLocal, "destroy");
