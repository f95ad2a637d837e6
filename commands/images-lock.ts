import { lockImages } from "./images-lock-run";
import { main } from "./run";
import { projectFolder } from "./target";

main(() =>
    lockImages(process.argv.slice(2), {
        folder: projectFolder,
        env: process.env,
        now: () => new Date(),
        log: (line) => {
            console.log(line);
        },
    }),
);
