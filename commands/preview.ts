import { previewLocal } from "./local";
import { stackCommand } from "./stack-command";

const help = `npm run preview [-- --stack NAME --context CONTEXT] [-- -- PULUMI ARGUMENTS]

Shows what "npm run up" would change, and changes nothing. Without arguments: the stack "local", on the sandbox.
Every other stack is judged by the policies in policies/ (docs/guide/policies.md); settings of theirs: -- --policy-pack-config FILE.`;

stackCommand(help, previewLocal, "preview");
