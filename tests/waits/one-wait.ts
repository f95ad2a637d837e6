/** A program of its own that waits for one disk and then has nothing more to do. It never calls process.exit. */
import { text } from "node:stream/consumers";
import { type Clock, systemClock } from "../../waits/clock";
import { waitForDisk } from "../../waits/disk-wait";
import { kubeconfigTransport } from "../../waits/transport";
import { View } from "../../waits/view";

async function main(): Promise<void> {
    let settled = false;
    let awaited = 0;
    /** The real one; counts what still ran after the wait: only for that would the process have had to stay. */
    const clock: Clock = {
        now: () => systemClock.now(),
        schedule: (milliseconds, run) =>
            systemClock.schedule(milliseconds, () => {
                awaited += settled ? 1 : 0;
                run();
            }),
    };
    const transport = await kubeconfigTransport(await text(process.stdin), undefined, clock);
    const { kind } = await waitForDisk({
        view: new View(transport, clock),
        clock,
        kind: "DataVolume",
        namespace: "vms",
        name: "root",
        consumer: "unknown",
        deadlineMs: 600_000,
    });
    settled = true;
    process.on("exit", () => {
        process.stdout.write(JSON.stringify({ kind, awaited }));
    });
}

void main();
