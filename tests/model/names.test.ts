import assert from "node:assert/strict";
import fc from "fast-check";
import { nameFault, stableMacAddress, stableUuid } from "../../model/names";

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);

describe("nameFault", () => {
    it("accepts every DNS label", () => {
        fc.assert(fc.property(name, (text) => nameFault(text) === undefined));
    });
    for (const bad of ["", "Db", "db_1", "-db", "db-", "db.root", "x".repeat(64)]) {
        it(`refuses ${JSON.stringify(bad)} with a cure`, () => {
            const fault = nameFault(bad);
            assert.ok(fault, "accepted");
            assert.ok(fault.fault.includes(JSON.stringify(bad)), fault.fault);
            assert.notEqual(fault.cure, "");
        });
    }
});

describe("stableMacAddress", () => {
    it("is a unicast, locally administered address that depends on the names alone", () => {
        fc.assert(
            fc.property(name, name, name, (namespace, machine, nic) => {
                const address = stableMacAddress(namespace, machine, nic);
                assert.match(address, /^02(:[0-9a-f]{2}){5}$/);
                assert.equal(address, stableMacAddress(namespace, machine, nic));
            }),
        );
    });
    it("tells machines, namespaces and interfaces apart", () => {
        const all = ["a", "b"].flatMap((namespace) =>
            ["a", "b"].flatMap((machine) =>
                ["a", "b"].map((nic) => stableMacAddress(namespace, machine, nic)),
            ),
        );
        assert.equal(new Set(all).size, all.length);
    });
    it("never changes between releases: guests have leases on it", () => {
        assert.equal(stableMacAddress("default", "db", "default"), "02:0c:fe:88:5b:79");
    });
});

describe("stableUuid", () => {
    it("is an RFC 9562 UUID of version 8", () => {
        fc.assert(
            fc.property(name, name, (namespace, machine) => {
                assert.match(
                    stableUuid(namespace, machine),
                    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
                );
            }),
        );
    });
    it("never changes between releases: guests have licences on it", () => {
        assert.equal(stableUuid("default", "db"), "9cc11426-54e2-8925-bfa1-23868482ecf3");
    });
});
