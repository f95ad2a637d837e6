import { drift } from "./drift-run";
import { driftHelp, readDriftOptions } from "./drift-options";
import { main } from "./run";

main(async () => {
    const options = readDriftOptions(process.argv.slice(2));
    if (options.help) {
        console.log(driftHelp);
        return 0;
    }
    return drift(options);
});
