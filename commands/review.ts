import { fstatSync } from "node:fs";
import { review } from "./review-run";
import { readReviewOptions, reviewHelp } from "./review-options";
import { main } from "./run";

main(async () => {
    const options = readReviewOptions(process.argv.slice(2), isPiped());
    if (options.help) {
        console.log(reviewHelp);
        return 0;
    }
    return review(options);
});

/** Whether something is written to the standard input: a pipe or a file, and neither a terminal nor nothing. */
function isPiped(): boolean {
    try {
        const input = fstatSync(0);
        return input.isFIFO() || input.isFile() || input.isSocket();
    } catch {
        return false;
    }
}
