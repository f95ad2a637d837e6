"use strict";
// Where the engine starts the pack. It would compile it with ts-node, every type checked anew: twice the time and half as much
// memory again. Types are checked by `npm run check`; here they are only taken away.
const { readFileSync } = require("node:fs");
const ts = require("typescript");

const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: true,
    inlineSourceMap: true,
};
require.extensions[".ts"] = (module, file) => {
    const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
        fileName: file,
        compilerOptions,
    });
    module._compile(outputText, file);
};
require("./main.ts");
