import { runImport } from "./import-run";
import { main } from "./run";

main(() =>
    runImport(process.argv.slice(2), { print: (text) => console.log(text), env: process.env }),
);
