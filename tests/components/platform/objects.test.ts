import assert from "node:assert/strict";
import { resourceName, typeOf } from "../../../components/platform/objects";

const object = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

describe("an object of a release manifest", () => {
    it("has the type that the Kubernetes provider gives to its kind", () => {
        assert.equal(typeOf(object("v1", "Namespace", "cdi")), "kubernetes:core/v1:Namespace");
        assert.equal(
            typeOf(object("apps/v1", "Deployment", "cdi-operator", "cdi")),
            "kubernetes:apps/v1:Deployment",
        );
        assert.equal(
            typeOf(object("rbac.authorization.k8s.io/v1", "ClusterRole", "x")),
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        );
    });

    it("is named after its kind, namespace and name, so that two of one name stay apart", () => {
        const names = [
            object("rbac.authorization.k8s.io/v1", "Role", "operator", "cdi"),
            object("rbac.authorization.k8s.io/v1", "Role", "operator", "kube-system"),
            object("rbac.authorization.k8s.io/v1", "ClusterRole", "operator"),
        ].map((one) => resourceName("virt", one));
        assert.deepEqual(names, [
            "virt-role-cdi-operator",
            "virt-role-kube-system-operator",
            "virt-cluster-role-operator",
        ]);
    });

    it("is named after its component where it is what the component is about", () => {
        const kubevirt = object("kubevirt.io/v1", "KubeVirt", "kubevirt", "kubevirt");
        assert.equal(resourceName("virt-kubevirt", kubevirt), "virt-kubevirt-kubevirt");
    });
});
