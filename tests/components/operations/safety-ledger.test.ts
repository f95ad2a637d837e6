import assert from "node:assert/strict";
import {
    Cluster,
    Disk,
    ExistingStorage,
    type LedgerDisk,
    safetyLedger,
    VirtualMachine,
    VirtualMachineFleet,
} from "../../../components";
import { unreachableKubeconfig } from "../../support/kubeconfig";
import { record } from "../../support/recorder";

describe("safetyLedger", () => {
    let disks: readonly LedgerDisk[] = [];
    let registered: readonly string[] = [];

    before(async () => {
        let ledger: Promise<readonly LedgerDisk[]> | undefined;
        const found = await record(() => {
            const cluster = new Cluster("prod", {
                kubeconfig: unreachableKubeconfig,
                namespace: "vms",
            });
            const storage = new ExistingStorage("fast", { cluster, storageClass: "ceph-block" });
            const data = new Disk("db-data", { storage, size: "200Gi", onDestroy: "forbid" });
            const db = new VirtualMachine("db", {
                cluster,
                cpu: 2,
                memory: "4Gi",
                disks: [
                    {
                        name: "root",
                        storage,
                        size: "20Gi",
                        source: { registry: "quay.io/containerdisks/fedora:42" },
                        onDestroy: "delete",
                    },
                    { name: "data", disk: data },
                ],
            });
            const web = new VirtualMachineFleet("web", {
                machines: 2,
                definition: () => ({
                    cluster,
                    cpu: 1,
                    memory: "1Gi",
                    disks: [{ name: "root", storage, size: "1Gi" }],
                }),
            });
            const spare = new Disk("spare", { storage, size: "5Gi" });
            const output = safetyLedger({ machines: [db, web], disks: [data, spare] });
            ledger = new Promise((resolve) => output.apply(resolve));
            return db;
        });
        registered = found.map(({ type }) => type);
        disks = (await ledger) ?? [];
    });

    it("has every disk of machines and fleets once, with its owner", () => {
        assert.deepEqual(
            disks.map(({ disk, owner }) => [disk, owner]),
            [
                ["db-root", "VirtualMachine vms/db"],
                ["db-data", "VirtualMachine vms/db"],
                ["web-1-root", "VirtualMachine vms/web-1"],
                ["web-2-root", "VirtualMachine vms/web-2"],
                ["spare", ""],
            ],
        );
    });

    it("says what is known without a cluster, and that the rest is unknown", () => {
        const [root, data] = disks;
        assert.deepEqual(root, {
            disk: "db-root",
            owner: "VirtualMachine vms/db",
            namespace: "vms",
            claim: "db-root",
            source: "docker://quay.io/containerdisks/fedora:42",
            size: "20Gi",
            storageClass: "ceph-block",
            reclaimPolicy: "unknown",
            erasedByDestroy: "unknown",
            why: "the claim goes; nobody here knows what becomes of its volume",
            protection: "unknown",
        });
        assert.equal(data?.erasedByDestroy, "refused");
    });

    it("registers nothing", () => {
        assert.deepEqual(
            registered.filter((type) => /ledger/i.test(type)),
            [],
        );
    });
});
