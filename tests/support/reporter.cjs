"use strict";
const Mocha = require("mocha");

/** Mocha's spec reporter, and after its summary one plain last line with the counts. */
module.exports = class extends Mocha.reporters.Spec {
    done(failures, exit) {
        const { passes = 0, failures: failed = 0, pending = 0 } = this.stats;
        // Mocha prints its summary on the runner's "end", before it calls `done`: this line is the last one.
        process.stdout.write(`${passes} passed, ${failed} failed, ${pending} skipped\n`);
        exit(failures);
    }
};
