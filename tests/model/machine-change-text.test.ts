import assert from "node:assert/strict";
import { machineChangeText } from "../../model/machine-change-text";
import { machineChanges } from "../../model/machine-changes";

describe("machineChangeText", () => {
    const machine = (domain: object, labels: object = {}) => ({
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name: "db", labels },
        spec: { template: { spec: { domain } } },
    });
    const text = (before: object, after: object) =>
        machineChangeText(
            machineChanges(before as Record<string, unknown>, after as Record<string, unknown>, {
                migratable: true,
            }),
        );

    it("says nothing where nothing changes", () => {
        assert.equal(text(machine({}), machine({})), "");
    });

    it("tells what arrives while the machine runs from what waits for a restart, by the user's arguments", () => {
        const before = machine({ firmware: { serial: "a" } });
        const after = machine({ firmware: { serial: "b" } }, { team: "db" });
        assert.equal(text(before, after), "labels while it runs; firmware with its next restart");
    });

    it("does not say the values, which may be anybody's business", () => {
        const said = text(
            machine({ firmware: { serial: "old" } }),
            machine({ firmware: { serial: "new" } }),
        );
        assert.doesNotMatch(said, /old|new/);
    });
});
