import assert from "node:assert/strict";
import { CertManager, ExistingStorage, SnapshotSupport } from "../../components";
import { speakThrough } from "../../waits/say";
import { ApiServer } from "../support/api-server";
import { clusterOf } from "./on-cluster";

/** What could not be read is not known to be absent. */
describe("A preview that cannot read its cluster", () => {
    let server: ApiServer;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
    });

    afterEach(() => server.stop());

    /** What the components that adopt say against a server, but for the words of the cluster itself. */
    async function said(at: ApiServer | "out of reach"): Promise<readonly string[]> {
        const texts: string[] = [];
        const before = speakThrough((_, text) => {
            texts.push(text);
        });
        try {
            const cluster = await clusterOf(at);
            const snapshots = new SnapshotSupport("snapshots", { cluster, mode: "adopt" });
            const certificates = new CertManager("certificates", { cluster, mode: "adopt" });
            await Promise.all([snapshots.nodes, certificates.nodes]);
            return texts.filter((text) => !text.startsWith("Checked against")).sort();
        } finally {
            speakThrough(before);
        }
    }

    it("says so once, and calls nothing absent", async () => {
        const [unread = "", ...more] = await said("out of reach");
        assert.match(unread, /cannot be reached.* compares with the state only/);
        assert.deepEqual(more, []);
    });

    it("calls absent what the cluster does not have", async () => {
        server.remove("/apis/apps/v1/deployments", "");
        server.remove("/apis/snapshot.storage.k8s.io", "");
        server.remove("/apis/cert-manager.io", "");
        const texts = await said(server);
        assert.match(texts.join("\n"), /does not know cert-manager's kinds[^]*VolumeSnapshots/);
    });

    it("does not know whether a class that it cannot read lets disks grow", async () => {
        const expand = async (at: ApiServer | "out of reach") => {
            const cluster = await clusterOf(at);
            const storage = new ExistingStorage("fast", { cluster, storageClass: "fast" });
            return (await storage.capabilities).expand;
        };
        assert.equal(await expand("out of reach"), "unknown");
        const path = "/apis/storage.k8s.io/v1/storageclasses";
        server.remove("/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses", "");
        server.remove("/apis/cdi.kubevirt.io/v1beta1/storageprofiles", "");
        server.put(path, "fast", { allowVolumeExpansion: false });
        assert.equal(await expand(server), "none");
    });
});
