import { migrate } from "./migrate-run";
import { main } from "./run";

main(async () => {
    const stop = new AbortController();
    // Only the first one: the next ends the process as usual.
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => stop.abort());
    }
    return migrate(process.argv.slice(2), {
        print: (text) => console.log(text),
        note: (text) => console.error(text),
        interrupted: stop.signal,
    });
});
