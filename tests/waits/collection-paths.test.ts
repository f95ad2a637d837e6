import assert from "node:assert/strict";
import { collectionLabel, collectionPath, isCollectionKind } from "../../waits/collections";

describe("collectionPath", () => {
    it("is in a namespace, or everywhere", () => {
        assert.equal(
            collectionPath("KubeVirt", "kubevirt"),
            "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts",
        );
        assert.equal(collectionPath("KubeVirt"), "/apis/kubevirt.io/v1/kubevirts");
    });

    it("leaves the namespace away for what has none", () => {
        assert.equal(collectionPath("CDI", "cdi"), "/apis/cdi.kubevirt.io/v1beta1/cdis");
        assert.equal(collectionLabel("CDI", "cdi"), "cdis.cdi.kubevirt.io");
    });
});

describe("isCollectionKind", () => {
    it("does not take what every object has for a kind", () => {
        assert.equal(isCollectionKind("Secret"), true);
        assert.equal(isCollectionKind("toString"), false);
    });
});
