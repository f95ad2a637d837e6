"use strict";
// Runs before every npm command, with nothing installed yet: installs what package-lock.json names, when it is not there.
const { spawnSync } = require("node:child_process");
const { existsSync, statSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const installed = join(root, "node_modules", ".package-lock.json");

function isCurrent() {
    return (
        existsSync(installed) &&
        // Not where only what a production needs was installed: the commands themselves need the rest.
        existsSync(join(root, "node_modules", "ts-node")) &&
        statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs
    );
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old. Install Node 20.19 or newer.`);
    process.exit(1);
}
if (!isCurrent()) {
    console.log("Installing what package-lock.json names (npm ci) ...");
    const npm = spawnSync(
        "npm",
        ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
        { cwd: root, stdio: "inherit" },
    );
    if (npm.status !== 0) {
        console.error("npm ci failed; its own messages are above.");
        process.exit(npm.status ?? 1);
    }
}
