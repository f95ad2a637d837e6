/** A program of its own that waits for one disk and then has nothing more to do. It never calls process.exit. */
import { text } from "node:stream/consumers";
import { systemClock } from "../../waits/clock";
import { waitForDisk } from "../../waits/disk-wait";
import { kubeconfigTransport } from "../../waits/transport";
import { View } from "../../waits/view";

async function main(): Promise<void> {
    const view = new View(await kubeconfigTransport(await text(process.stdin)), systemClock);
    const { kind } = await waitForDisk({
        view,
        clock: systemClock,
        kind: "DataVolume",
        namespace: "vms",
        name: "root",
        consumer: "unknown",
        deadlineMs: 60_000,
    });
    const settledAt = performance.now();
    process.on("exit", () => {
        const exitAfterMs = Math.round(performance.now() - settledAt);
        process.stdout.write(JSON.stringify({ kind, exitAfterMs }));
    });
}

void main();
