import assert from "node:assert/strict";
import fc from "fast-check";
import { checkCron, cronNameFault } from "../../model/cron";

describe("checkCron", () => {
    for (const schedule of [
        "30 4 * * 1",
        "*/15 * * * *",
        "0 0 1,15 * ?",
        "0 9-17/2 * jan-MAR mon-fri",
        "5/10 * * * *",
        "  0  3 * * * ",
        "@daily",
        "@annually",
        "@every 12h",
        "@every 1h30m",
    ]) {
        it(`accepts ${schedule}`, () => assert.equal(checkCron(schedule), undefined));
    }

    for (const [schedule, what] of [
        ["", /has 0 fields/],
        ["daily", /has 1 fields/],
        ["0 0 30 4 * * 1", /has 7 fields/],
        ["0 30 4 * * 1", /has 6 fields/],
        ["60 4 * * *", /"60" for the minute.*0 to 59/],
        ["0 24 * * *", /hour/],
        ["0 0 0 * *", /day of the month/],
        ["0 0 * 13 *", /month/],
        ["0 0 * * 7", /day of the week.*0 to 6/],
        ["0 0 * * foo", /day of the week/],
        ["0 0 * sun *", /month/],
        ["0 0 * * fri-mon", /day of the week/],
        ["*/0 * * * *", /minute/],
        ["1,,2 * * * *", /minute/],
        ["1-2-3 * * * *", /minute/],
        ["@fortnightly", /name/],
        ["@every 0h", /period/],
        ["@every day", /period/],
        ["TZ=Europe/Berlin 0 3 * * *", /time zone/],
        ["CRON_TZ=UTC 0 3 * * *", /time zone/],
    ] as const) {
        it(`refuses ${JSON.stringify(schedule)}`, () => {
            assert.match(checkCron(schedule)?.fault ?? "", what);
        });
    }

    it("never throws", () => {
        fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void checkCron(text)));
    });
});

describe("cronNameFault", () => {
    it("leaves room for what CDI adds", () => {
        assert.equal(cronNameFault("x".repeat(42)), undefined);
        assert.match(cronNameFault("x".repeat(43))?.fault ?? "", /43 characters.*42/);
    });
});
