import assert from "node:assert/strict";
import { ApiServer } from "../support/api-server";

interface Guard {
    delete(id: string, props: object): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it is the text that the state has, not a module of the program
const { handler } = require("../../components/uninstall-guard.cjs") as {
    handler: () => Guard;
};

const machines = "/apis/kubevirt.io/v1/virtualmachines";
const instances = "/apis/kubevirt.io/v1/virtualmachineinstances";
const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/datavolumes";

describe("the uninstall guard's deletion", () => {
    let server: ApiServer;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
    });

    afterEach(() => server.stop());

    const remove = (parts: readonly string[] = ["KubeVirt", "CDI"]) =>
        handler().delete("platform", {
            kubeconfig: server.kubeconfig,
            parts,
            namespaces: parts.includes("CDI") ? ["cdi"] : [],
        });
    const put = (collection: string, name: string) =>
        server.put(collection, name, { metadata: { namespace: "vms" } });
    const refusal = async (parts?: readonly string[]): Promise<string> => {
        try {
            await remove(parts);
        } catch (error) {
            return (error as Error).message;
        }
        return assert.fail("the deletion was not refused");
    };

    it("is let through where nothing is left", async () => {
        await remove();
    });

    it("is refused with the names of machines and DataVolumes, and how to keep a claim", async () => {
        put(machines, "db");
        put(instances, "db");
        put(dataVolumes, "db-root");
        assert.equal(
            await refusal(),
            [
                "the platform is in use, and nothing of it was removed. Still there:",
                "  VirtualMachine: vms/db",
                "  DataVolume: vms/db-root",
                "Delete the machines first, with the stack that made them.",
                "A DataVolume may go without the data: this keeps its claim and its volume.",
                "  kubectl delete datavolume -n vms db-root --cascade=orphan",
                "Then run the destroy again.",
            ].join("\n"),
        );
    });

    it("is refused while a claim is in a namespace that goes with the platform", async () => {
        server.put("/api/v1/namespaces/cdi/persistentvolumeclaims", "kept", {
            metadata: { namespace: "cdi" },
        });
        assert.match(await refusal(), /PersistentVolumeClaim: cdi\/kept\nA claim in a namespace/);
        await remove(["KubeVirt"]);
    });

    it("names an instance that has no machine", async () => {
        put(instances, "lonely");
        assert.match(await refusal(), /VirtualMachineInstance: vms\/lonely/);
    });

    it("counts what are too many to name", async () => {
        for (let number = 10; number < 23; number += 1) {
            put(dataVolumes, `disk-${String(number)}`);
        }
        assert.match(await refusal(), /DataVolume: vms\/disk-10, .*vms\/disk-19 and 3 more/);
    });

    it("asks for what the stack has installed only", async () => {
        put(machines, "db");
        await remove(["CDI"]);
        await remove([]);
        assert.match(await refusal(["KubeVirt"]), /VirtualMachine: vms\/db/);
    });

    it("leaves out what a DataImportCron brings back by itself, as CDI does", async () => {
        put(dataVolumes, "any");
        await refusal();
        const asked = server.requests.findIndex((request) => request.includes("datavolumes"));
        assert.equal(
            server.queries[asked]?.get("labelSelector"),
            "!cdi.kubevirt.io/dataImportCron",
        );
    });

    it("is refused where the cluster cannot be asked", async () => {
        await server.stop();
        assert.match(
            await refusal(),
            /cannot be seen, so nothing of it was removed: http:.*does not/,
        );
        await server.start();
    });

    it("is refused where this account may not look", async () => {
        server.refusals.set(machines, { status: 403, message: "forbidden" });
        assert.match(await refusal(), /answers with HTTP 403\. Allow this account to list it/);
    });

    it("never says what is in the kubeconfig", async () => {
        let message = "";
        await handler()
            .delete("platform", { kubeconfig: "{ s3cret: [", parts: ["CDI"], namespaces: [] })
            .catch((error: unknown) => {
                const { message: text, stack = "" } = error as Error;
                message = text + stack;
            });
        assert.match(message, /kubeconfig in the state cannot be read/);
        assert.ok(!message.includes("s3cret"));
    });

    describe("of a driver", () => {
        const volumes = "/api/v1/persistentvolumes";
        const attachments = "/apis/storage.k8s.io/v1/volumeattachments";
        const longhornVolumes = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system/volumes";
        const letGo = (more: object = {}) =>
            handler().delete("guard", {
                what: "the driver",
                kubeconfig: server.kubeconfig,
                parts: [],
                namespaces: [],
                driver: "driver.example.org",
                ...more,
            });
        const volume = (phase: string, policy: string) => ({
            spec: { csi: { driver: "driver.example.org" }, persistentVolumeReclaimPolicy: policy },
            status: { phase },
        });

        it("is let through while volumes are kept, bound or released", async () => {
            server.put(volumes, "bound", volume("Bound", "Delete"));
            server.put(volumes, "kept", volume("Released", "Retain"));
            server.put(volumes, "other", {
                ...volume("Released", "Delete"),
                spec: {
                    csi: { driver: "another.example.org" },
                    persistentVolumeReclaimPolicy: "Delete",
                },
            });
            await letGo();
        });

        it("waits for a volume that is being deleted, and for one that is being detached", async () => {
            server.put(volumes, "going", volume("Released", "Delete"));
            server.put(attachments, "csi-1", {
                spec: {
                    attacher: "driver.example.org",
                    nodeName: "node-1",
                    source: { persistentVolumeName: "going" },
                },
            });
            let done = false;
            const going = letGo().then(() => (done = true));
            while (!server.requests.some((request) => request.includes(attachments))) {
                await new Promise((next) => setImmediate(next));
            }
            assert.equal(done, false);
            server.remove(attachments, "csi-1");
            server.remove(volumes, "going");
            await going;
        });

        it("is refused altogether while it is locked", async () => {
            await assert.rejects(
                letGo({ locked: "Arm it first." }),
                /^Error: the driver is not to be removed yet, and nothing of it was\. Arm it first\.$/,
            );
            assert.deepEqual(server.requests, []);
        });

        it("is refused with the names that nobody has given, where removing it erases data", async () => {
            const erased = { kind: "Volume", path: longhornVolumes, names: ["pvc-1"] };
            server.put(longhornVolumes, "pvc-1", { metadata: { namespace: "longhorn-system" } });
            await letGo({ erased });
            server.put(longhornVolumes, "pvc-2", { metadata: { namespace: "longhorn-system" } });
            await assert.rejects(
                letGo({ erased }),
                /removing the driver would erase data, and nothing of it was removed\. Nobody has named:\n {2}Volume: pvc-2\n/,
            );
        });
    });
});
