import assert from "node:assert/strict";
import fc from "fast-check";
import { type CapacityArgs, checkCapacity, forecast } from "../../model/capacity";
import type { Size } from "../../model/size";
import type { RequestedDisk } from "../../model/storage";

function disk(name: string, size: Size, storageClass = "fast"): RequestedDisk {
    return { name, size, storageClass };
}

const twelve = Array.from({ length: 12 }, (_, index) =>
    disk(`d${String(index)}`, index === 0 ? "180Gi" : "20Gi"),
);
const gibibyte = 2 ** 30;

describe("checkCapacity", () => {
    const bad: readonly (readonly [keyof CapacityArgs, Partial<CapacityArgs>, RegExp])[] = [
        ["raw", { raw: "3TB" as Size }, /is "3TB", which is not a binary size/],
        ["replicas", { replicas: 0 }, /is 0, which is not a number of copies of at least 1/],
        ["replicas", { replicas: NaN }, /is NaN/],
        ["headroom", { headroom: 0 }, /is 0, which is not a factor above 0/],
        ["headroom", { headroom: Infinity }, /is Infinity/],
        ["shortage", { shortage: "maybe" as "warn" }, /is "maybe", which the forecast/],
    ];
    for (const [field, part, fault] of bad) {
        it(`refuses ${JSON.stringify(part)}, with the value`, () => {
            const [problem, ...others] = checkCapacity({ raw: "3Ti", ...part }).problems;
            assert.deepEqual(others, []);
            assert.equal(problem?.field, field);
            assert.match(problem.fault, fault);
        });
    }

    it("says all of it at once", () => {
        const { problems } = checkCapacity({ raw: "3TB" as Size, replicas: 0, headroom: -1 });
        assert.equal(problems.length, 3);
    });

    it("accepts an erasure code's factor", () => {
        assert.deepEqual(checkCapacity({ raw: "3Ti", replicas: 1.5 }).problems, []);
    });
});

describe("forecast", () => {
    it("says what the disks need with all copies, and what there is", () => {
        const { need, available, ratio, text, findings } = forecast(twelve, { raw: "3Ti" }, 3);
        assert.equal(text, "needs 1.2Ti (12 disks, 400Gi x 3), has 3Ti: 2.56 times");
        assert.deepEqual([need, available], [1200 * gibibyte, 3 * 1024 * gibibyte]);
        assert.equal(ratio, 2.56);
        assert.deepEqual([findings.problems, findings.warnings], [[], []]);
    });

    it("counts the copies of each disk's own class", () => {
        const disks = [disk("a", "100Gi", "fast"), disk("b", "300Gi", "capacity")];
        const copies = (storageClass: string) => (storageClass === "fast" ? 3 : 1.5);
        const { need, text } = forecast(disks, { raw: "3Ti" }, copies);
        assert.equal(need, 750 * gibibyte);
        assert.match(text, /\(2 disks, 100Gi x 3 \+ 300Gi x 1\.5\)/);
    });

    it("takes the stated number of copies before the classes' own", () => {
        const { need } = forecast([disk("a", "100Gi")], { raw: "3Ti", replicas: 2 }, 3);
        assert.equal(need, 200 * gibibyte);
    });

    it("needs nothing where there is no disk", () => {
        const { need, ratio, text, findings } = forecast([], { raw: "3Ti" }, 3);
        assert.deepEqual([need, ratio, findings.problems], [0, Infinity, []]);
        assert.equal(text, "needs nothing (no disks), has 3Ti");
    });

    it("refuses a shortage, with the numbers, the largest disks and the cure", () => {
        const { problems, warnings } = forecast(twelve, { raw: "1.5Ti" }, 3).findings;
        assert.deepEqual(warnings, []);
        assert.deepEqual(problems, [
            {
                field: "raw",
                fault: `is "1.5Ti", which is 1.28 times the 1.2Ti that the disks need (12 disks, 400Gi x 3) and less than the headroom of 1.5`,
                cure: "have 1800Gi or more, or make the disks smaller (the largest: d0 180Gi, d1 20Gi, d2 20Gi)",
            },
        ]);
    });

    it("only warns of a shortage where that is asked for", () => {
        const { problems, warnings } = forecast(
            twelve,
            { raw: "1.5Ti", shortage: "warn" },
            3,
        ).findings;
        assert.deepEqual([problems.length, warnings.length], [0, 1]);
    });

    it("is content with exactly the headroom", () => {
        const disks = [disk("a", "100Gi")];
        assert.deepEqual(forecast(disks, { raw: "300Gi" }, 2).findings.problems, []);
        assert.equal(forecast(disks, { raw: "299Gi" }, 2).findings.problems.length, 1);
    });

    it("leaves a disk whose size is none to the disk's own check", () => {
        const { need } = forecast([disk("a", "1Gi"), disk("b", "1GB" as Size)], { raw: "3Ti" }, 1);
        assert.equal(need, gibibyte);
    });

    const anyDisk = fc.record({
        name: fc.string(),
        size: fc.integer({ min: 1, max: 64_000 }).map((count): Size => `${count}Gi`),
        storageClass: fc.constantFrom("fast", "capacity"),
    });
    const anyCapacity = fc.record({
        raw: fc.integer({ min: 1, max: 4000 }).map((count): Size => `${count}Ti`),
        headroom: fc.double({ min: 0.5, max: 4, noNaN: true }),
    });
    const copies = (storageClass: string) => (storageClass === "fast" ? 3 : 1.5);

    it("never gets better by another disk", () => {
        fc.assert(
            fc.property(fc.array(anyDisk), anyDisk, anyCapacity, (disks, another, capacity) => {
                const before = forecast(disks, capacity, copies);
                const after = forecast([...disks, another], capacity, copies);
                assert.ok(after.need > before.need && after.ratio < before.ratio);
                assert.ok(after.findings.problems.length >= before.findings.problems.length);
            }),
        );
    });

    it("never gets worse by more room, and refuses exactly what is less than the headroom", () => {
        fc.assert(
            fc.property(fc.array(anyDisk), anyCapacity, anyCapacity, (disks, one, other) => {
                const [less, more] = [one, { ...other, headroom: one.headroom }]
                    .map((capacity) => forecast(disks, capacity, copies))
                    .sort((a, b) => a.available - b.available);
                assert.ok(less !== undefined && more !== undefined);
                assert.ok(more.ratio >= less.ratio);
                assert.ok(more.findings.problems.length <= less.findings.problems.length);
                assert.equal(
                    less.findings.problems.length === 1,
                    less.available < less.need * one.headroom,
                );
            }),
        );
    });

    it("names a size that is enough", () => {
        fc.assert(
            fc.property(fc.array(anyDisk, { minLength: 1 }), anyCapacity, (disks, capacity) => {
                const [problem] = forecast(disks, capacity, copies).findings.problems;
                const raw = /^have (\S+) or more/.exec(problem?.cure ?? "")?.[1] as Size;
                fc.pre(problem !== undefined);
                assert.deepEqual(
                    forecast(disks, { ...capacity, raw }, copies).findings.problems,
                    [],
                );
            }),
        );
    });

    it("does not depend on the order of the disks", () => {
        fc.assert(
            fc.property(fc.array(anyDisk), anyCapacity, (disks, capacity) => {
                const { need, ratio } = forecast([...disks].reverse(), capacity, copies);
                const forwards = forecast(disks, capacity, copies);
                assert.deepEqual([need, ratio], [forwards.need, forwards.ratio]);
            }),
        );
    });
});
