import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as yaml from "yaml";
import { type Definition, crdSet, definitionsIn } from "../../sandbox/crds";
import { type ReleaseFiles, writeReleases } from "../../sandbox/releases";
import { temporaryFolder } from "../support/folder";

interface Written {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly spec?: {
        readonly replicas?: number;
        readonly template?: {
            readonly spec: {
                readonly serviceAccountName: string;
                readonly containers: readonly {
                    readonly image: string;
                    readonly env?: readonly { readonly name: string; readonly value: string }[];
                }[];
            };
        };
    };
}

describe("writeReleases", () => {
    const versions = { kubevirt: "v1.9.1", cdi: "v1.66.2", snapshotter: "v8.6.3" };
    const thin: Definition[] = definitionsIn(crdSet({}, "/nowhere"));
    let folder: string;
    let files: ReleaseFiles;

    before(() => {
        folder = temporaryFolder("releases");
        files = writeReleases(folder, versions, thin);
    });
    after(() => fs.rmSync(folder, { recursive: true }));

    it("writes what a release of KubeVirt brings, the namespace first and the operator last", () => {
        assert.deepEqual(summary(files.kubevirtOperator), [
            "Namespace kubevirt",
            "CustomResourceDefinition kubevirts.kubevirt.io",
            "PriorityClass kubevirt-cluster-critical",
            "ClusterRole kubevirt.io:operator",
            "ServiceAccount kubevirt-operator",
            "Role kubevirt-operator",
            "RoleBinding kubevirt-operator-rolebinding",
            "ClusterRole kubevirt-operator",
            "ClusterRoleBinding kubevirt-operator",
            "Deployment virt-operator",
        ]);
        assert.deepEqual(summary(files.kubevirtCr), ["KubeVirt kubevirt"]);
    });

    it("writes what a release of CDI brings", () => {
        assert.deepEqual(summary(files.cdiOperator), [
            "Namespace cdi",
            "CustomResourceDefinition cdis.cdi.kubevirt.io",
            "ServiceAccount cdi-operator",
            "Role cdi-operator",
            "RoleBinding cdi-operator",
            "ClusterRole cdi-operator-cluster",
            "ClusterRoleBinding cdi-operator",
            "Deployment cdi-operator",
        ]);
        assert.deepEqual(summary(files.cdiCr), ["CDI cdi"]);
    });

    it("writes the definitions of snapshots and their controller with two replicas", () => {
        assert.deepEqual(summary(files.snapshotCrds), [
            "CustomResourceDefinition volumesnapshots.snapshot.storage.k8s.io",
            "CustomResourceDefinition volumesnapshotclasses.snapshot.storage.k8s.io",
            "CustomResourceDefinition volumesnapshotcontents.snapshot.storage.k8s.io",
        ]);
        const controller = objectsIn(files.snapshotController).at(-1);
        assert.equal(controller?.spec?.replicas, 2);
        assert.match(imageOf(files.snapshotController), /snapshot-controller:v8\.6\.3$/);
    });

    it("writes what networks are made with: kinds, rights and what runs on every node", () => {
        assert.deepEqual(summary(files.multus), [
            "CustomResourceDefinition network-attachment-definitions.k8s.cni.cncf.io",
            "ServiceAccount multus",
            "ClusterRole multus",
            "ClusterRoleBinding multus",
            "ConfigMap multus-daemon-config",
            "DaemonSet kube-multus-ds",
        ]);
        assert.deepEqual(summary(files.whereabouts), [
            "CustomResourceDefinition ippools.whereabouts.cni.cncf.io",
            "CustomResourceDefinition nodeslicepools.whereabouts.cni.cncf.io",
            "CustomResourceDefinition overlappingrangeipreservations.whereabouts.cni.cncf.io",
            "ServiceAccount whereabouts",
            "ClusterRole whereabouts-cni",
            "ClusterRoleBinding whereabouts",
            "ConfigMap whereabouts-config",
            "DaemonSet whereabouts",
        ]);
        assert.deepEqual(summary(files.sriov), [
            "DaemonSet kube-sriov-cni-ds",
            "ServiceAccount sriov-device-plugin",
            "DaemonSet kube-sriov-device-plugin",
        ]);
    });

    it("says its version where the operators look for it", () => {
        assert.equal(imageOf(files.kubevirtOperator), "quay.io/kubevirt/virt-operator:v1.9.1");
        assert.equal(variable(files.kubevirtOperator, "KUBEVIRT_VERSION"), "v1.9.1");
        assert.equal(
            variable(files.kubevirtOperator, "VIRT_OPERATOR_IMAGE"),
            imageOf(files.kubevirtOperator),
        );
        assert.equal(imageOf(files.cdiOperator), "quay.io/kubevirt/cdi-operator:v1.66.2");
        assert.equal(variable(files.cdiOperator, "OPERATOR_VERSION"), "v1.66.2");
        assert.equal(
            variable(files.cdiOperator, "IMPORTER_IMAGE"),
            "quay.io/kubevirt/cdi-importer:v1.66.2",
        );
    });

    function objectsIn(file: string): Written[] {
        return yaml
            .parseAllDocuments(fs.readFileSync(file, "utf8"))
            .map((document) => document.toJS() as Written);
    }

    function summary(file: string): string[] {
        return objectsIn(file).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    }

    function containerOf(file: string) {
        return objectsIn(file).at(-1)?.spec?.template?.spec.containers[0];
    }

    function imageOf(file: string): string {
        return containerOf(file)?.image ?? "";
    }

    function variable(file: string, name: string): string | undefined {
        return containerOf(file)?.env?.find((each) => each.name === name)?.value;
    }
});
