import { onNamedCluster } from "./named";
import { readOptions } from "./options";
import { main } from "./run";
import { localStack } from "./target";

/** A command on one stack: the local one on the sandbox, or another one on the cluster it names. */
export function stackCommand(
    help: string,
    onSandbox: (rest: readonly string[]) => Promise<number>,
    operation: "up" | "preview" | "destroy",
): void {
    main(async () => {
        const options = readOptions(process.argv.slice(2));
        if (options.help) {
            console.log(help);
            return 0;
        }
        return options.stack === localStack
            ? onSandbox(options.rest)
            : onNamedCluster(operation, options.stack, options.context, options.rest);
    });
}
