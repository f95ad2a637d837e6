import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { ApiError } from "../../../sandbox/api";
import { patienceMs, type SharedSandbox, sharedSandbox } from "../../support/sandbox";

interface Read {
    readonly metadata: { readonly name: string };
    readonly status?: {
        readonly phase?: string;
        readonly printableStatus?: string;
        readonly restartCount?: number;
        readonly capacity?: { readonly storage?: string };
        readonly interfaces?: readonly { readonly ipAddress?: string }[];
    };
}

const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/namespaces/{}/datavolumes";
const claims = "/api/v1/namespaces/{}/persistentvolumeclaims";
const machines = "/apis/kubevirt.io/v1/namespaces/{}/virtualmachines";
const instances = "/apis/kubevirt.io/v1/namespaces/{}/virtualmachineinstances";

describe("the data plane on a real API server", function () {
    this.timeout(300_000);
    let sandbox: SharedSandbox;
    let namespace: string;

    before(async function () {
        sandbox = await sharedSandbox(this);
        namespace = await sandbox.namespace("data-plane");
    });

    it("imports an image into a claim, which is bound when the import has succeeded", async () => {
        await create(
            dataVolumes,
            dataVolume("image", "sandbox-block", "https://images.example/a.img"),
        );
        await until(dataVolumes, "image", ({ status }) => status?.phase === "Succeeded");
        await until(claims, "image", ({ status }) => status?.phase === "Bound");
    });

    it("lets an image be missing until the address is right again", async () => {
        await create(
            dataVolumes,
            dataVolume("missing", "sandbox-block", "https://fault.sandbox/http-404/a.img"),
        );
        await until(dataVolumes, "missing", ({ status }) => (status?.restartCount ?? 0) >= 2);
        await plan({ [`${namespace}.missing`]: "none" });
        await until(dataVolumes, "missing", ({ status }) => status?.phase === "Succeeded");
    });

    for (const storageClass of ["sandbox-block-wffc", "sandbox-local"]) {
        it(`starts a machine on a late-binding disk of ${storageClass}, and stops it`, async () => {
            const name = `on-${storageClass}`;
            await create(
                dataVolumes,
                dataVolume(name, storageClass, "https://images.example/a.img"),
            );
            await create(machines, machine(name));
            await until(machines, name, ({ status }) => status?.printableStatus === "Running");
            const instance = await read(instances, name);
            assert.match(
                instance?.status?.interfaces?.[0]?.ipAddress ?? "",
                /^\d+\.\d+\.\d+\.\d+$/,
            );
            await sandbox.api.request("DELETE", path(machines, name));
            await untilGone(machines, name);
            await untilGone(instances, name);
        });
    }

    it("lets a claim grow", async () => {
        await merge(claims, "image", { spec: { resources: { requests: { storage: "2Gi" } } } });
        await until(claims, "image", ({ status }) => status?.capacity?.storage === "2Gi");
    });

    it("shows a quota of the real API server as CDI does", async () => {
        const limited = await sandbox.namespace("data-plane-quota");
        const quotas = `/api/v1/namespaces/${limited}/resourcequotas`;
        await sandbox.api.create(quotas, {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "storage" },
            spec: { hard: { "requests.storage": "1Mi" } },
        } as never);
        await until(quotas, "storage", (object) => "hard" in (object.status ?? {}));
        const collection = dataVolumes.replace("{}", limited);
        await sandbox.api.create(
            collection,
            dataVolume("large", "sandbox-block", "https://images.example/a.img"),
        );
        await until(collection, "large", (object) =>
            JSON.stringify(object).includes('"reason":"ErrExceededQuota"'),
        );
    });

    it("deletes the claim with its DataVolume", async () => {
        await create(
            dataVolumes,
            dataVolume("gone", "sandbox-block", "https://images.example/a.img"),
        );
        await until(claims, "gone", ({ status }) => status?.phase === "Bound");
        await sandbox.api.request("DELETE", path(dataVolumes, "gone"));
        await untilGone(claims, "gone");
    });

    async function create(collection: string, object: { metadata: { name: string } }) {
        await sandbox.api.create(path(collection), object as never);
    }

    async function merge(collection: string, name: string, change: object) {
        await sandbox.api.request("PATCH", path(collection, name), {
            type: "application/merge-patch+json",
            text: JSON.stringify(change),
        });
    }

    async function plan(data: Record<string, string>) {
        await sandbox.api.apply("/api/v1/namespaces/default/configmaps", {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "sandbox-faults" },
            data,
        } as never);
    }

    async function read(collection: string, name: string): Promise<Read | undefined> {
        try {
            return (await sandbox.api.get(path(collection, name))) as Read;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return undefined;
            }
            throw error;
        }
    }

    async function until(collection: string, name: string, holds: (object: Read) => boolean) {
        const deadline = Date.now() + patienceMs;
        for (;;) {
            const object = await read(collection, name);
            if (object !== undefined && holds(object)) {
                return;
            }
            assert.ok(Date.now() < deadline, `${name}: ${JSON.stringify(object?.status)}`);
            await pause(100);
        }
    }

    async function untilGone(collection: string, name: string) {
        // The garbage collector of a new cluster looks for new kinds every 30 s.
        const deadline = Date.now() + patienceMs;
        while ((await read(collection, name)) !== undefined) {
            assert.ok(Date.now() < deadline, `${name} is still there`);
            await pause(100);
        }
    }

    function path(collection: string, name?: string): string {
        const at = collection.replace("{}", namespace);
        return name === undefined ? at : `${at}/${name}`;
    }
});

function dataVolume(name: string, storageClassName: string, url: string) {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: { name },
        spec: {
            source: { http: { url } },
            storage: { storageClassName, resources: { requests: { storage: "1Gi" } } },
        },
    };
}

function machine(name: string) {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name },
        spec: {
            runStrategy: "Always",
            template: {
                spec: {
                    domain: {
                        memory: { guest: "1Gi" },
                        devices: {
                            disks: [{ name: "root", disk: { bus: "virtio" } }],
                            interfaces: [{ name: "default", masquerade: {} }],
                        },
                    },
                    networks: [{ name: "default", pod: {} }],
                    volumes: [{ name: "root", dataVolume: { name } }],
                },
            },
        },
    };
}
