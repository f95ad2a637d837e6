import assert from "node:assert/strict";
import fc from "fast-check";
import { checkUpgrade, upgradeAdvice } from "../../model/upgrade";
import type { Part } from "../../model/versions";

const allowed: readonly (readonly [Part, string, string])[] = [
    ["kubevirt", "v1.9.0", "v1.9.0"],
    ["kubevirt", "v1.9.0", "v1.9.1"],
    ["kubevirt", "v1.8.4", "v1.9.0"],
    ["kubevirt", "v1.9.0-rc.2", "v1.9.0"],
    ["cdi", "v1.65.0", "v1.66.0"],
    ["cdi", "v1.49.0", "v1.66.0"],
    ["longhorn", "1.11.3", "1.12.1"],
    ["externalSnapshotter", "v8.2.0", "v8.6.0"],
];

const refused: readonly (readonly [Part, string, string, RegExp])[] = [
    ["kubevirt", "v1.9.1", "v1.9.0", /older than the installed v1\.9\.1/],
    ["cdi", "v1.66.0", "v1.65.0", /CDI does not go back\. write "v1\.66\.0"/],
    ["kubevirt", "v1.7.4", "v1.9.0", /skips a step .* go to v1\.8\.4, then to v1\.9\.0/],
    ["kubevirt", "v1.6.6", "v1.9.0", /go to v1\.7\.4, then to v1\.8\.4, then to v1\.9\.0/],
    ["longhorn", "1.10.2", "1.12.1", /go to the last 1\.11\.x, then to 1\.12\.1/],
    ["cephCsiRbd", "3.15.0", "3.17.1", /go to the last 3\.16\.x/],
    ["cdi", "v1.40.0", "v1.66.0", /go to v1\.49\.0, then to v1\.66\.0/],
    ["kubevirt", "v1.9.0", "v2.0.0", /another major version/],
];

describe("checkUpgrade", () => {
    for (const [part, from, to] of allowed) {
        it(`lets ${part} go from ${from} to ${to}`, () => {
            assert.equal(checkUpgrade(part, from, to), undefined);
        });
    }

    for (const [part, from, to, expected] of refused) {
        it(`refuses ${part} from ${from} to ${to}, with the way to take`, () => {
            const refusal = checkUpgrade(part, from, to);
            assert.ok(refusal, "allowed");
            assert.match(`${refusal.fault}. ${refusal.cure}`, expected);
        });
    }

    it("never refuses to leave a part as it is, and never lets one go back", () => {
        const part = fc.constantFrom<Part>("kubevirt", "cdi", "longhorn", "cephCsiRbd");
        fc.assert(
            fc.property(part, fc.nat(99), fc.nat(9), (one, minor, patch) => {
                const version = `v1.${minor}.${patch}`;
                assert.equal(checkUpgrade(one, version, version), undefined);
                assert.ok(checkUpgrade(one, `v1.${minor}.${patch + 1}`, version));
                assert.ok(checkUpgrade(one, `v1.${minor + 1}.0`, version));
            }),
        );
    });

    it("has nothing to say of what is no version", () => {
        assert.equal(checkUpgrade("kubevirt", "", "v1.9.0"), undefined);
    });
});

describe("upgradeAdvice", () => {
    for (const [from, to, expected] of [
        ["v1.8.2", "v1.9.0", /from v1\.8\.4, the last of its minor/],
        ["v1.9.0", "v1.9.2", /one patch at a time\. go to v1\.9\.1 first/],
    ] as const) {
        it(`says what KubeVirt does not test of ${from} to ${to}`, () => {
            const advice = upgradeAdvice("kubevirt", from, to);
            assert.ok(advice, "nothing");
            assert.match(`${advice.fault}. ${advice.cure}`, expected);
        });
    }

    for (const [part, from, to] of [
        ["kubevirt", "v1.8.4", "v1.9.0"],
        ["kubevirt", "v1.9.0", "v1.9.1"],
        ["cdi", "v1.62.0", "v1.66.0"],
    ] as const) {
        it(`has nothing to say of ${part} from ${from} to ${to}`, () => {
            assert.equal(upgradeAdvice(part, from, to), undefined);
        });
    }
});
