import assert from "node:assert/strict";
import type { ClusterNode, CsiNode } from "../../waits/platform-objects";
import { probeClaim, probeNode } from "../../waits/probe-claim";

const provisioner = "x.csi.example.com";

function node(name: string, status = "True", unschedulable = false): ClusterNode {
    return {
        metadata: { name },
        spec: { unschedulable },
        status: { conditions: [{ type: "Ready", status }] },
    };
}

function withDrivers(name: string, ...drivers: readonly string[]): CsiNode {
    return { metadata: { name }, spec: { drivers: drivers.map((each) => ({ name: each })) } };
}

describe("probeNode", () => {
    const all = [node("a", "Unknown"), node("b", "True", true), node("c")];
    const rows: readonly (readonly [string, ClusterNode[], CsiNode[], string | undefined])[] = [
        [
            "takes the node that takes pods",
            all,
            all.map(({ metadata }) => withDrivers(metadata?.name ?? "", provisioner)),
            "c",
        ],
        [
            "takes a cordoned one where only that has the driver",
            all,
            [withDrivers("b", provisioner), withDrivers("c", "other")],
            "b",
        ],
        ["takes no node that is not Ready", all, [withDrivers("a", provisioner)], undefined],
        [
            "takes any for a provisioner that is registered nowhere",
            all,
            [withDrivers("a", "other")],
            "c",
        ],
        ["takes none where there is none", [], [], undefined],
    ];
    for (const [what, nodes, csiNodes, expected] of rows) {
        it(what, () => {
            assert.equal(probeNode({ provisioner }, nodes, csiNodes), expected);
        });
    }
});

describe("probeClaim", () => {
    const probe = {
        namespace: "vms",
        name: "fast-probe",
        storageClass: "fast",
        accessMode: "ReadWriteMany",
        volumeMode: "Block",
        owner: "p/s/fast",
    } as const;

    it("is a small claim of the class that says whose it is", () => {
        assert.deepEqual(probeClaim(probe, undefined), {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: {
                namespace: "vms",
                name: "fast-probe",
                labels: { "app.kubernetes.io/managed-by": "pulumi-kubevirt" },
                annotations: { "pulumi-kubevirt.dev/owner": "p/s/fast" },
            },
            spec: {
                storageClassName: "fast",
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                resources: { requests: { storage: "1Gi" } },
            },
        });
    });

    it("names the node where its class needs one", () => {
        assert.equal(
            probeClaim(probe, "c").metadata?.annotations?.["volume.kubernetes.io/selected-node"],
            "c",
        );
    });
});
