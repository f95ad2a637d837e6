import assert from "node:assert/strict";
import { faultAnnotation, faultOf, faults } from "../../../sandbox/data-plane/faults";
import { importerError } from "../../../sandbox/data-plane/importer-errors";
import type { DataVolume } from "../../../sandbox/data-plane/objects";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

const fetched = {
    type: "http",
    url: "https://images.example/disk.img",
    checksum: undefined,
    size: 1024,
};

describe("faultOf", () => {
    it("takes the plan's word before the annotation, and the annotation's before the address", () => {
        const url = "https://fault.sandbox/tls/disk.img";
        const annotated = dataVolume({ [faultAnnotation]: "dns" });
        const planned = new PlayedCluster(plan({ "vms.disk": "http-404" })).store;
        const unplanned = new PlayedCluster().store;
        assert.equal(faultOf(planned, annotated, url), "http-404");
        assert.equal(faultOf(unplanned, annotated, url), "dns");
        assert.equal(faultOf(unplanned, dataVolume(), url), "tls");
        assert.equal(faultOf(unplanned, dataVolume(), "https://images.example/tls/x"), undefined);
    });

    it("is turned off by the word none in the plan", () => {
        const { store } = new PlayedCluster(plan({ "vms.disk": "none" }));
        assert.equal(faultOf(store, dataVolume({ [faultAnnotation]: "dns" })), undefined);
    });
});

describe("importerError", () => {
    it("names the image's host where its name is not known", () => {
        assert.equal(
            importerError("dns", fetched),
            'Unable to connect to http data source: Get "https://images.example/disk.img": dial tcp: lookup images.example on 10.96.0.10:53: no such host',
        );
    });
});

describe("a fault that is removed", () => {
    const stays = ["checksum", "claim-lost"];
    const ofOthers =
        /^(vm|operator|operand|webhook|driver-unregistered|packages|disk|backup|resize|snapshot|upload|registry|no-agent|no-answer|no-address|migration)\b/;
    for (const fault of Object.keys(faults).filter((each) => !ofOthers.test(each))) {
        const heals = !stays.includes(fault);
        it(`${heals ? "lets the import go on" : "does not bring the disk back"}: ${fault}`, () => {
            const cluster = new PlayedCluster(
                csiDriver,
                storageClass("csi", "Immediate", "csi"),
                profile("csi"),
                plan({ "vms.disk": fault }),
                { ...dataVolume() },
            );
            cluster.run(14);
            const before = cluster.find("DataVolume", "disk")?.status?.phase;
            cluster.change("ConfigMap", "sandbox-faults", { data: { "vms.disk": null } });
            cluster.run(30);
            const after = cluster.find("DataVolume", "disk")?.status?.phase;
            assert.notEqual(fault === "controller-restart" ? undefined : before, "Succeeded");
            assert.equal(after, heals ? "Succeeded" : "Failed");
        });
    }
});

function dataVolume(annotations: Record<string, string> = {}): DataVolume {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: { namespace: "vms", name: "disk", annotations },
        spec: {
            source: { http: { url: fetched.url } },
            storage: { storageClassName: "csi", resources: { requests: { storage: "1Gi" } } },
        },
    };
}
