import assert from "node:assert/strict";
import { importerError } from "../../../sandbox/data-plane/importer-errors";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

const sources: Readonly<Record<string, object>> = {
    http: { http: { url: "https://images.example/disk.img" } },
    registry: { registry: { url: "docker://quay.io/vms/fedora:42" } },
    s3: { s3: { url: "https://rgw.example/images/disk.qcow2" } },
    gcs: { gcs: { url: "gs://images/disk.img" } },
    imageio: {
        imageio: { url: "https://engine.example/ovirt-engine/api", diskId: "disk-7" },
    },
    vddk: {
        vddk: {
            url: "https://vcenter.example",
            uuid: "4204",
            backingFile: "[store] web/web.vmdk",
            thumbprint: "AA:BB",
            initImageURL: "registry.example/vddk:8",
        },
    },
    blank: { blank: {} },
};

/** Words of each source about what is not there, who may not ask, and a server that nobody knows or vouches for. */
const failures: Readonly<Record<string, readonly [RegExp, RegExp, RegExp, RegExp]>> = {
    http: [/404 Not Found/, /401 Unauthorized/, /lookup images.example/, /x509/],
    registry: [
        /manifest unknown/,
        /unauthorized/,
        /pinging container registry quay.io.*lookup quay.io/,
        /quay.io\/v2\/": tls/,
    ],
    s3: [
        /s3 object: "images\/disk.qcow2": NoSuchKey/,
        /InvalidAccessKeyId/,
        /RequestError: send request failed\ncaused by: .*lookup rgw/,
        /x509/,
    ],
    gcs: [/object doesn't exist/, /HTTP response code 401/, /lookup storage.googleapis/, /x509/],
    imageio: [
        /fetching disk disk-7: .*Entity not found: disk-7/,
        /SSO authentication/,
        /ovirt-engine\/sso\/oauth\/token": dial tcp: lookup engine/,
        /x509/,
    ],
    vddk: [
        /disk '\[store\] web\/web.vmdk' is not present in VM/,
        /incorrect user name or password/,
        /vcenter.example\/sdk": dial tcp/,
        /host "vcenter.example:443" thumbprint does not match "AA:BB"/,
    ],
};

describe("a disk of the simulated CDI", () => {
    for (const [name, source] of Object.entries(sources)) {
        it(`is filled from ${name}`, () => {
            const cluster = played({ source });
            cluster.run(15);
            assert.equal(status(cluster)?.phase, "Succeeded");
            assert.deepEqual(names(cluster, "PersistentVolumeClaim"), ["disk"]);
            assert.deepEqual(names(cluster, "Pod"), []);
        });
    }

    for (const [name, words] of Object.entries(failures)) {
        const faults = ["http-404", "unauthorised", "dns", "tls"] as const;
        for (const [at, fault] of faults.entries()) {
            it(`says in the words of ${name} why it is not filled: ${fault}`, () => {
                const cluster = played({ source: sources[name] }, plan({ "vms.disk": fault }));
                cluster.run(6);
                const running = conditionOf(status(cluster)?.conditions, "Running");
                const said = cluster.events.map(({ message }) => message).join("\n");
                assert.match(`${running?.message ?? ""}\n${said}`, words[at] ?? /never/);
                const reason = name === "registry" ? "ImagePullFailed" : "Error";
                const reasons = cluster.statuses.map(
                    ({ conditions }) => conditionOf(conditions, "Running")?.reason,
                );
                assert.ok(reasons.includes(reason), reasons.join());
            });
        }
    }

    it("of an object store that holds no raw image is fetched again with scratch space", () => {
        const cluster = played({ source: sources["s3"] });
        cluster.run(15);
        const reasons = cluster.statuses.map(
            ({ conditions }) => conditionOf(conditions, "Running")?.reason,
        );
        assert.ok(reasons.includes("Scratch space required"));
        assert.equal(status(cluster)?.restartCount, undefined);
    });

    it("of an archive, or of a registry, has scratch space from the start; of a node's image it has none", () => {
        const scratch = (spec: object) => {
            const cluster = played(spec);
            cluster.run(2);
            return names(cluster, "PersistentVolumeClaim").some((each) => /-scratch$/.test(each));
        };
        const url = "docker://quay.io/vms/fedora:42";
        assert.equal(scratch({ source: sources["http"], contentType: "archive" }), true);
        assert.equal(scratch({ source: sources["http"] }), false);
        assert.equal(scratch({ source: { registry: { url } } }), true);
        assert.equal(scratch({ source: { registry: { url, pullMethod: "node" } } }), false);
    });

    it("whose image the node pulls shows the kubelet's words on the container that holds it", () => {
        const registry = { url: "docker://quay.io/vms/fedora:42", pullMethod: "node" };
        const faulty = plan({ "vms.disk": "http-404" });
        const cluster = played({ source: { registry } }, faulty);
        cluster.run(4);
        const running = conditionOf(status(cluster)?.conditions, "Running");
        assert.equal(running?.reason, "ImagePullFailed");
        assert.equal(running.message, "failed to pull image: quay.io/vms/fedora:42");
        const pod = cluster.store.list("Pod")[0];
        const server = pod?.status?.containerStatuses?.find(({ name }) => name === "server");
        assert.match(server?.state?.waiting?.reason ?? "", /ErrImagePull|ImagePullBackOff/);
        cluster.change("ConfigMap", "sandbox-faults", { data: { "vms.disk": null } });
        cluster.run(15);
        assert.equal(status(cluster)?.phase, "Succeeded");
    });

    it("from VMware waits for the image of its library, and says in Bound where that is looked for", () => {
        const vddk = { url: "https://vcenter.example", backingFile: "a.vmdk" };
        const cluster = played({ source: { vddk } });
        cluster.run(3);
        const bound = conditionOf(status(cluster)?.conditions, "Bound");
        assert.equal(bound?.reason, "AwaitingVDDK");
        assert.match(bound.message ?? "", /^waiting for v2v-vmware configmap or /);
        cluster.add(configMap("cdi", "v2v-vmware"));
        cluster.run(15);
        assert.equal(status(cluster)?.phase, "Succeeded");
    });

    it("waits without a word in its conditions for certificates that are not there; the pod's event names them", () => {
        const http = { url: "https://images.example/disk.img", certConfigMap: "ca" };
        const cluster = played({ source: { http } });
        cluster.run(5);
        const running = conditionOf(status(cluster)?.conditions, "Running");
        assert.equal(running?.reason, "ContainerCreating");
        assert.equal(running.message ?? "", "");
        const event = cluster.events.find(({ reason }) => reason === "FailedMount");
        assert.match(event?.message ?? "", /"cdi-cert-vol" : configmap "ca" not found/);
        cluster.add(configMap("vms", "ca"));
        cluster.run(15);
        assert.equal(status(cluster)?.phase, "Succeeded");
    });

    it("waits for the driver of its node, which the attach controller's event names", () => {
        const faulty = plan({ "vms.disk": "driver-missing" });
        const cluster = played({ source: sources["http"] }, faulty);
        cluster.run(5);
        const event = cluster.events.find(({ reason }) => reason === "FailedAttachVolume");
        assert.match(
            event?.message ?? "",
            /CSINode node-1 does not contain driver sandbox.csi.pulumi-kubevirt.dev/,
        );
    });

    it("of a container image without a disk says so", () => {
        const faulty = plan({ "vms.disk": "no-disk-image" });
        const cluster = played({ source: sources["registry"] }, faulty);
        cluster.run(6);
        const running = cluster.events.map(({ message }) => message).join("\n");
        assert.match(running, /Failed to find VM disk image file in the container image/);
    });

    it("takes its scratch space from the class of CDI's configuration", () => {
        const cluster = played(
            { source: sources["registry"] },
            storageClass("fast", "Immediate", "csi"),
            {
                apiVersion: "cdi.kubevirt.io/v1beta1",
                kind: "CDIConfig",
                metadata: { name: "config" },
                spec: {},
                status: { scratchSpaceStorageClass: "fast" },
            },
        );
        cluster.run(2);
        const scratch = cluster.store
            .list("PersistentVolumeClaim")
            .find(({ metadata }) => /-scratch$/.test(metadata.name));
        assert.equal(scratch?.spec.storageClassName, "fast");
    });
});

describe("importerError", () => {
    it("says the same of a size for every source, for it is no source's fault", () => {
        const said = Object.keys(sources).map((type) =>
            importerError("too-small", { type, url: "x://y/z", checksum: undefined, size: 1024 }),
        );
        assert.equal(new Set(said).size, 1);
        assert.match(said[0] ?? "", /Virtual image size 2048 is larger than .* 1024/);
    });
});

function played(spec: object, ...more: readonly Record<string, unknown>[]) {
    return new PlayedCluster(
        csiDriver,
        storageClass("csi", "Immediate", "csi"),
        profile("csi"),
        {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataVolume",
            metadata: { namespace: "vms", name: "disk" },
            spec: {
                storage: { storageClassName: "csi", resources: { requests: { storage: "1Gi" } } },
                ...spec,
            },
        },
        ...more,
    );
}

function configMap(namespace: string, name: string) {
    return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data: {} };
}

function status(cluster: PlayedCluster) {
    return cluster.find("DataVolume", "disk")?.status;
}

function names(cluster: PlayedCluster, kind: "PersistentVolumeClaim" | "Pod"): string[] {
    return cluster.store.list(kind).map(({ metadata }) => metadata.name);
}
