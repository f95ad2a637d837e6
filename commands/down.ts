import { downLocal } from "./local";
import { stackCommand } from "./stack-command";

const help = `npm run down [-- --stack NAME] [-- -- PULUMI ARGUMENTS]

Ends what "npm run up" started. Without arguments: the sandbox, with everything in it. With --stack: destroys that stack
says first which disks that erases, and names those that stay on the cluster. Without a terminal: -- --yes.`;

stackCommand(help, downLocal, "destroy");
