import assert from "node:assert/strict";
import { storageAdvice } from "../../commands/storage-advice";
import type { Finding } from "../../waits/preflight";

const finding = (check: string, status: Finding["status"]): Finding => ({
    check,
    status,
    what: "",
});

describe("storageAdvice", () => {
    const fine = [finding("Default storage class", "ok"), finding("CSI driver", "ok")];

    it("is left out where there is storage", () => {
        assert.equal(storageAdvice(fine, false), undefined);
        assert.equal(storageAdvice([finding("Snapshot class", "warning")], false), undefined);
    });

    it("is left out where nobody could look", () => {
        assert.equal(storageAdvice([finding("CSI driver", "unknown")], false), undefined);
    });

    for (const check of ["Default storage class", "CSI driver"]) {
        it(`is given where the check "${check}" has something to say`, () => {
            for (const status of ["warning", "problem"] as const) {
                assert.match(
                    storageAdvice([...fine, finding(check, status)], false) ?? "",
                    /Longhorn/,
                );
            }
        });
    }

    it("is given to who asks", () => {
        assert.match(storageAdvice(fine, true) ?? "", /Take Ceph where/);
    });
});
