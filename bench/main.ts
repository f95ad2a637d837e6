import { previewBench } from "./preview";

/** Benchmarks, one command each: `npm run bench -- preview`. Figures are ratios of runs that alternate in one process. */
const benches: Readonly<Record<string, () => void>> = { preview: previewBench };

const [name = ""] = process.argv.slice(2);
const bench = benches[name];
const usage = `npm run bench -- NAME, with one of: ${Object.keys(benches).join(", ")}`;
if (name === "--help") {
    console.log(usage);
} else if (bench === undefined) {
    console.error(usage);
    process.exitCode = 1;
} else {
    bench();
}
