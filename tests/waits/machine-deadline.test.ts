import assert from "node:assert/strict";
import { machineDeadline } from "../../waits/machine-deadline";

const minute = 60_000;

describe("machineDeadline", () => {
    it("is the machine's own time when it has no disks", () => {
        assert.equal(machineDeadline(10 * minute, []), 10 * minute);
    });

    it("leaves away disks that are bound without the machine", () => {
        const disks = [{ bound: true, deadlineMs: 30 * minute }];
        assert.equal(machineDeadline(10 * minute, disks), 10 * minute);
    });

    it("adds the longest time of the disks that the machine binds, since they are filled side by side", () => {
        const disks = [
            { bound: false, deadlineMs: 30 * minute },
            { bound: false, deadlineMs: 45 * minute },
            { bound: true, deadlineMs: 90 * minute },
        ];
        assert.equal(machineDeadline(10 * minute, disks), 55 * minute);
    });
});
