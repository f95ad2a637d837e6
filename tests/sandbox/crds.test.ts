import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { crdOwner, crdSet, definitionsIn, definitionsOf } from "../../sandbox/crds";
import { temporaryFolder } from "../support/folder";

describe("crdSet", () => {
    let folder: string;

    beforeEach(() => {
        folder = temporaryFolder("crds");
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("takes the folder in SANDBOX_CRDS, and of it only the groups that no chart installs", () => {
        put("cdi/datavolume.yaml");
        put("longhorn/volumes.yaml");
        put("velero/backups.yaml");
        const set = crdSet({ SANDBOX_CRDS: folder });
        assert.deepEqual(set.files, [path.join(folder, "cdi", "datavolume.yaml")]);
        assert.equal(set.label, `the real ones of ${folder}`);
    });

    it("takes the folder beside the checkout when nothing is said", () => {
        put("snapshot/volumesnapshots.yaml");
        assert.equal(crdSet({}, folder).files.length, 1);
    });

    it("falls back to the thin ones, and says how to have the real ones", () => {
        const set = crdSet({}, path.join(folder, "nothing"));
        assert.match(set.label, /^thin ones of our own \(set SANDBOX_CRDS/);
        const kinds = set.files.flatMap(definitionsOf).map(({ metadata }) => metadata.name);
        assert.deepEqual(kinds, [
            "cdis.cdi.kubevirt.io",
            "cdiconfigs.cdi.kubevirt.io",
            "dataimportcrons.cdi.kubevirt.io",
            "datasources.cdi.kubevirt.io",
            "datavolumes.cdi.kubevirt.io",
            "kubevirts.kubevirt.io",
            "migrationpolicies.migrations.kubevirt.io",
            "network-attachment-definitions.k8s.cni.cncf.io",
            "storageprofiles.cdi.kubevirt.io",
            "virtualmachines.kubevirt.io",
            "virtualmachineclusterinstancetypes.instancetype.kubevirt.io",
            "virtualmachineclusterpreferences.instancetype.kubevirt.io",
            "virtualmachineinstances.kubevirt.io",
            "virtualmachineinstancemigrations.kubevirt.io",
            "virtualmachineinstancetypes.instancetype.kubevirt.io",
            "virtualmachinepreferences.instancetype.kubevirt.io",
            "volumesnapshots.snapshot.storage.k8s.io",
            "volumesnapshotclasses.snapshot.storage.k8s.io",
            "volumesnapshotcontents.snapshot.storage.k8s.io",
            "ippools.whereabouts.cni.cncf.io",
            "nodeslicepools.whereabouts.cni.cncf.io",
            "overlappingrangeipreservations.whereabouts.cni.cncf.io",
        ]);
    });

    it("refuses a SANDBOX_CRDS without definitions", () => {
        assert.throws(() => crdSet({ SANDBOX_CRDS: folder }), /has no YAML file in cdi, kubevirt/);
    });

    it("has another digest when a file changes", () => {
        put("cdi/datavolume.yaml", "kind: A");
        const before = crdSet({ SANDBOX_CRDS: folder }).digest;
        put("cdi/datavolume.yaml", "kind: B");
        assert.notEqual(crdSet({ SANDBOX_CRDS: folder }).digest, before);
    });

    function put(file: string, text = ""): void {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.writeFileSync(path.join(folder, file), text);
    }
});

describe("crdOwner", () => {
    for (const [group, owner] of [
        ["cdi.kubevirt.io", "cdi"],
        ["forklift.cdi.kubevirt.io", "cdi"],
        ["kubevirt.io", "kubevirt"],
        ["instancetype.kubevirt.io", "kubevirt"],
        ["snapshot.storage.k8s.io", "snapshots"],
        ["k8s.cni.cncf.io", "multus"],
        ["whereabouts.cni.cncf.io", "whereabouts"],
        ["longhorn.io", "none"],
    ] as const) {
        it(`${group} is of ${owner}`, () => {
            const definition = {
                apiVersion: "",
                kind: "",
                metadata: { name: "" },
                spec: { group },
            };
            assert.equal(crdOwner(definition), owner);
        });
    }
});

describe("definitionsIn", () => {
    it("has the definitions that releases bring themselves, whatever the set lacks", () => {
        const names = definitionsIn({ label: "", files: [], digest: "" }).map(
            ({ metadata }) => metadata.name,
        );
        assert.deepEqual(names, [
            "cdis.cdi.kubevirt.io",
            "kubevirts.kubevirt.io",
            "network-attachment-definitions.k8s.cni.cncf.io",
            "ippools.whereabouts.cni.cncf.io",
            "nodeslicepools.whereabouts.cni.cncf.io",
            "overlappingrangeipreservations.whereabouts.cni.cncf.io",
        ]);
    });
});

describe("definitionsOf", () => {
    it("drops the status that a generator left behind, and whatever is no definition", () => {
        const file = path.join(temporaryFolder("definitions"), "crd.yaml");
        fs.writeFileSync(
            file,
            "---\nkind: CustomResourceDefinition\nmetadata: { name: a }\nstatus: { conditions: null }\n---\nkind: Other\n---\n",
        );
        assert.deepEqual(JSON.parse(JSON.stringify(definitionsOf(file))), [
            { kind: "CustomResourceDefinition", metadata: { name: "a" } },
        ]);
        fs.rmSync(path.dirname(file), { recursive: true });
    });
});
