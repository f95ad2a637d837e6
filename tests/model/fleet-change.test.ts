import assert from "node:assert/strict";
import fc from "fast-check";
import { fleetChange, fleetChangeText, type FleetMembers } from "../../model/fleet-change";

const member = (name: string, onDestroy: "retain" | "delete" | "forbid" = "retain") => ({
    root: { claim: `${name}-root`, onDestroy },
});

describe("fleetChange", () => {
    const before: FleetMembers = { "web-1": member("web-1"), "web-2": member("web-2", "delete") };

    it("names the machines that come and go, and what becomes of the disks of those that go", () => {
        assert.deepEqual(fleetChange(before, { "web-3": member("web-3") }), {
            coming: ["web-3"],
            going: ["web-1", "web-2"],
            kept: ["web-1-root"],
            erased: ["web-2-root"],
        });
    });

    it("says nothing where no machine goes", () => {
        const more = { ...before, "web-3": member("web-3") };
        assert.equal(fleetChangeText(fleetChange(before, more)), undefined);
    });

    it("says what is erased in words that nobody overlooks", () => {
        assert.equal(
            fleetChangeText(fleetChange(before, {})),
            '2 machines go: web-1, web-2. Kept with their data, and taken back when the machines come back: web-1-root. ERASED, because of onDestroy "delete": web-2-root.',
        );
    });

    it("accounts for each disk of each machine that goes exactly once", () => {
        const members = fc.dictionary(
            fc.constantFrom("a", "b", "c", "d"),
            fc.dictionary(
                fc.constantFrom("root", "data"),
                fc.record({
                    claim: fc.uuid(),
                    onDestroy: fc.constantFrom("retain", "delete", "forbid"),
                }),
            ),
        ) as fc.Arbitrary<FleetMembers>;
        fc.assert(
            fc.property(members, members, (one, other) => {
                const { going, kept, erased } = fleetChange(one, other);
                const gone = going.flatMap((name) => Object.values(one[name] ?? {}));
                assert.deepEqual(
                    [...kept, ...erased].sort(),
                    gone.map(({ claim }) => claim).sort(),
                );
            }),
        );
    });
});
