import assert from "node:assert/strict";
import { machineCommands } from "../../model/machine-commands";

describe("machineCommands", () => {
    it("are virtctl's own, in the machine's namespace", () => {
        assert.deepEqual(machineCommands({ namespace: "vms", name: "db" }), {
            console: "virtctl console -n vms db",
            vnc: "virtctl vnc -n vms db",
            ssh: "virtctl ssh vm/db/vms",
            portForward: "virtctl port-forward vm/db/vms 8080:80",
        });
    });

    it("name the user who logs in, and the machine's ports", () => {
        const { ssh, portForward } = machineCommands({
            namespace: "vms",
            name: "db",
            user: "fedora",
            ports: [5432, 9187],
        });
        assert.equal(ssh, "virtctl ssh fedora@vm/db/vms");
        assert.equal(portForward, "virtctl port-forward vm/db/vms 5432 9187");
    });
});
