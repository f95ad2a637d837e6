import assert from "node:assert/strict";
import { capsCommand } from "../../../components/storage/ceph-rbd/caps";
import { everything, little } from "./ceph-rbd-arguments";

describe("capsCommand", () => {
    it("gives the user its pool and nothing else", () => {
        assert.equal(
            capsCommand(little),
            "ceph auth get-or-create client.kubevirt mon 'profile rbd' osd 'profile rbd pool=vms' mgr 'profile rbd pool=vms'",
        );
    });

    it("names every pool once, data pools only to the OSDs, and the namespace in each", () => {
        const inNamespace = (pools: readonly string[]) =>
            pools.map((pool) => `profile rbd pool=${pool} namespace=prod`).join(", ");
        const images = ["nvme", "vms", "east", "west"];
        assert.equal(
            capsCommand(everything),
            `ceph auth get-or-create client.kubevirt mon 'profile rbd' osd '${inNamespace([...images, "hdd-ec", "west-ec"])}' mgr '${inNamespace(images)}'`,
        );
    });

    it("has no pool around tiers that no tier uses", () => {
        const command = capsCommand({ ...little, pool: "unused", tiers: { a: { pool: "used" } } });
        assert.ok(!command.includes("unused"), command);
    });
});
