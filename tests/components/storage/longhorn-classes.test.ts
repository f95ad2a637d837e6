import assert from "node:assert/strict";
import fc from "fast-check";
import { longhornClasses, longhornReplicas } from "../../../components/storage/longhorn/classes";
import {
    longhornDefaultTier,
    longhornNodesWanted,
    type LonghornSettings,
} from "../../../components/storage/longhorn/tiers";
import { everything, goodArguments, secrets, someArguments } from "./longhorn-arguments";

/** The class of the only tier. */
function classOf(args: LonghornSettings) {
    const plan = longhornClasses("lab", args)["default"];
    assert.ok(plan);
    return plan;
}

describe("longhornClasses", () => {
    it("makes raw devices that migrate, kept when their claim goes, unless told otherwise", () => {
        const { snapshotClasses, ...plan } = classOf({});
        assert.deepEqual(plan, {
            name: "lab",
            provisioner: "driver.longhorn.io",
            parameters: {
                numberOfReplicas: "3",
                staleReplicaTimeout: "2880",
                dataLocality: "disabled",
                dataEngine: "v1",
                migratable: "true",
                backupTargetName: "default",
            },
            reclaimPolicy: "Retain",
            volumeBindingMode: "Immediate",
            allowVolumeExpansion: true,
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            cloneStrategy: "csi-clone",
            dataImportCronSourceFormat: "pvc",
            capabilities: {
                shareBlock: true,
                snapshot: true,
                clone: "full-copy",
                expand: "online",
                encrypt: false,
                backup: false,
            },
        });
        assert.equal(snapshotClasses.length, 1);
    });

    it("is not called like the class that Longhorn makes and removes itself", () => {
        assert.equal(longhornClasses("longhorn", {})["default"]?.name, "longhorn-vm");
    });

    it("takes what a tier leaves out from the top level", () => {
        const plans = longhornClasses("lab", everything);
        assert.deepEqual(Object.keys(plans), ["fast", "raw", "files"]);
        assert.deepEqual(plans["fast"]?.parameters, {
            numberOfReplicas: "2",
            staleReplicaTimeout: "2880",
            dataLocality: "disabled",
            dataEngine: "v1",
            migratable: "true",
            diskSelector: "nvme,ssd",
            nodeSelector: "fast",
            replicaAutoBalance: "best-effort",
            recurringJobSelector:
                '[{"name":"nightly","isGroup":false},{"name":"weekly","isGroup":true}]',
            backupTargetName: "default",
        });
        assert.deepEqual(plans["fast"].annotations, {
            "storageclass.kubevirt.io/is-default-virt-class": "true",
        });
        assert.equal(plans["raw"]?.capabilities.clone, "copy-on-write");
        assert.equal(plans["raw"].annotations, undefined);
    });

    it("does not let a value that is undefined hide that of the top level", () => {
        const tiers = { a: { replicas: undefined } } as unknown as LonghornSettings["tiers"];
        const plans = longhornClasses("lab", { replicas: 2, ...(tiers && { tiers }) });
        assert.equal(plans["a"]?.parameters["numberOfReplicas"], "2");
    });

    it("marks the default tier only, where the top level says default for machines", () => {
        const plans = longhornClasses("lab", {
            isDefaultForMachines: true,
            defaultTier: "b",
            tiers: { a: {}, b: {} },
        });
        assert.deepEqual(
            Object.values(plans).map(({ annotations }) => annotations !== undefined),
            [false, true],
        );
    });

    it("makes filesystems that one node mounts where an fsType is given", () => {
        const plan = longhornClasses("lab", everything)["files"];
        assert.ok(plan);
        assert.equal(plan.accessMode, "ReadWriteOnce");
        assert.equal(plan.volumeMode, "Filesystem");
        assert.equal(plan.parameters["fsType"], "xfs");
        assert.equal(plan.parameters["mkfsParams"], "-K");
        assert.ok(!("migratable" in plan.parameters));
        assert.equal(plan.capabilities.shareBlock, false);
        assert.deepEqual(plan.mountOptions, ["discard"]);
    });

    it("names the Secret of an encrypted class four times, the last so that it can grow in use", () => {
        const { parameters } = classOf({ encrypted: true, encryption: { passphrase: "x" } });
        const secret = Object.entries(parameters).filter(([key]) => key.startsWith("csi."));
        assert.deepEqual(
            secret.map(([key, value]) => `${key.replace("csi.storage.k8s.io/", "")} ${value}`),
            ["provisioner", "node-publish", "node-stage", "node-expand"].flatMap((role) => [
                `${role}-secret-name lab-encryption`,
                `${role}-secret-namespace longhorn-system`,
            ]),
        );
        assert.equal(parameters["encrypted"], "true");
    });

    it("snapshots in the cluster by default, and uploads only with a class of its own", () => {
        const [first, second, ...more] = classOf({
            backupTarget: { nfs: { server: "nas", path: "/b" } },
        }).snapshotClasses;
        assert.deepEqual(more, []);
        assert.deepEqual(first, {
            name: "lab-snap",
            driver: "driver.longhorn.io",
            deletionPolicy: "Delete",
            parameters: { type: "snap" },
            isDefault: true,
            labels: { "velero.io/csi-volumesnapshot-class": "true" },
        });
        assert.deepEqual(second, {
            name: "lab-bak",
            driver: "driver.longhorn.io",
            deletionPolicy: "Retain",
            parameters: { type: "bak" },
            isDefault: false,
        });
    });

    it("gives every snapshot class a type, and marks one as the default", () => {
        fc.assert(
            fc.property(someArguments, (args) => {
                for (const { snapshotClasses } of Object.values(longhornClasses("lab", args))) {
                    assert.ok(snapshotClasses.every(({ parameters }) => parameters["type"]));
                    assert.deepEqual(
                        snapshotClasses.map(({ isDefault }) => isDefault),
                        args.backupTarget === undefined ? [true] : [true, false],
                    );
                }
            }),
        );
    });

    it("has all tiers share the same snapshot classes", () => {
        const all = Object.values(longhornClasses("lab", everything));
        const texts = all.map(({ snapshotClasses }) => JSON.stringify(snapshotClasses));
        assert.equal(new Set(texts).size, 1);
    });

    it("makes classes that Kubernetes and CDI understand of all arguments that pass the check", () => {
        fc.assert(
            fc.property(goodArguments, (args) => {
                const plans = Object.values(longhornClasses("lab", args));
                assert.equal(new Set(plans.map(({ name }) => name)).size, plans.length);
                for (const { parameters, volumeMode, accessMode } of plans) {
                    assert.ok(Object.values(parameters).every((one) => typeof one === "string"));
                    const isBlock = volumeMode === "Block";
                    assert.equal(parameters["migratable"], isBlock ? "true" : undefined);
                    assert.equal("fsType" in parameters, !isBlock);
                    assert.equal(accessMode, isBlock ? "ReadWriteMany" : "ReadWriteOnce");
                }
            }),
        );
    });

    it("has nothing secret", () => {
        fc.assert(
            fc.property(fc.oneof(someArguments, fc.constant(everything)), (args) => {
                const text = JSON.stringify(longhornClasses("lab", args));
                for (const secret of Object.values(secrets)) {
                    assert.ok(!text.includes(secret));
                }
            }),
        );
    });
});

describe("longhornReplicas", () => {
    it("says how many copies a class keeps", () => {
        const copies = longhornReplicas("lab", { tiers: { a: {}, b: { replicas: 2 } } });
        assert.deepEqual(["lab-a", "lab-b", "other"].map(copies), [3, 2, 1]);
    });
});

describe("longhornNodesWanted", () => {
    it("is as many nodes as the most copied class needs, and one for a trial", () => {
        const tiers = { a: { replicas: 2 }, b: { replicas: 4 } };
        assert.equal(longhornNodesWanted({ tiers }), 4);
        assert.equal(longhornNodesWanted({ tiers, environment: "trial" }), 1);
        assert.equal(longhornNodesWanted({}), 3);
    });
});

describe("longhornDefaultTier", () => {
    it("is the one that is named, else the first, else the only one", () => {
        const tiers = { a: {}, b: {} };
        assert.equal(longhornDefaultTier({ tiers, defaultTier: "b" }), "b");
        assert.equal(longhornDefaultTier({ tiers }), "a");
        assert.equal(longhornDefaultTier({}), "default");
    });
});
