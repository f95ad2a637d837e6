import assert from "node:assert/strict";
import type { CephRbdArgs } from "../../../components/storage/ceph-rbd/args";
import {
    cephRbdClasses,
    cephRbdSecretData,
    cephRbdSecretName,
    defaultClassOf,
} from "../../../components/storage/ceph-rbd/classes";
import { everything, little, secrets } from "./ceph-rbd-arguments";

function only(args: CephRbdArgs) {
    const plan = cephRbdClasses("ceph", args)["default"];
    assert.ok(plan);
    return plan;
}

describe("cephRbdClasses", () => {
    it("makes a class of raw devices that several nodes can have", () => {
        assert.deepEqual(only(little), {
            name: "ceph",
            provisioner: "rbd.csi.ceph.com",
            parameters: {
                clusterID: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
                pool: "vms",
                imageFeatures: "layering,exclusive-lock,object-map,fast-diff,deep-flatten",
                "csi.storage.k8s.io/provisioner-secret-name": "ceph-ceph-user",
                "csi.storage.k8s.io/provisioner-secret-namespace": "ceph-csi-rbd",
                "csi.storage.k8s.io/controller-expand-secret-name": "ceph-ceph-user",
                "csi.storage.k8s.io/controller-expand-secret-namespace": "ceph-csi-rbd",
                "csi.storage.k8s.io/controller-publish-secret-name": "ceph-ceph-user",
                "csi.storage.k8s.io/controller-publish-secret-namespace": "ceph-csi-rbd",
                "csi.storage.k8s.io/node-stage-secret-name": "ceph-ceph-user",
                "csi.storage.k8s.io/node-stage-secret-namespace": "ceph-csi-rbd",
            },
            reclaimPolicy: "Retain",
            volumeBindingMode: "Immediate",
            allowVolumeExpansion: true,
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            cloneStrategy: "csi-clone",
            dataImportCronSourceFormat: "snapshot",
            snapshotClasses: [
                {
                    name: "ceph-snap",
                    driver: "rbd.csi.ceph.com",
                    deletionPolicy: "Delete",
                    parameters: {
                        clusterID: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
                        "csi.storage.k8s.io/snapshotter-secret-name": "ceph-ceph-user",
                        "csi.storage.k8s.io/snapshotter-secret-namespace": "ceph-csi-rbd",
                    },
                    isDefault: true,
                    labels: { "velero.io/csi-volumesnapshot-class": "true" },
                },
            ],
            capabilities: {
                shareBlock: true,
                snapshot: true,
                clone: "copy-on-write",
                expand: "online",
                encrypt: false,
                backup: false,
            },
        });
    });

    const plans = cephRbdClasses("ceph", everything);
    const parameter = (tier: string, key: string) => plans[tier]?.parameters[key];

    it("makes one for each tier, with what it leaves out from around it", () => {
        assert.deepEqual(
            Object.entries(plans).map(([tier, { name, parameters }]) => [
                tier,
                name,
                parameters["pool"],
            ]),
            [
                ["fast", "ceph-fast", "nvme"],
                ["capacity", "bulk", "vms"],
                ["zoned", "ceph-zoned", "vms"],
                ["files", "ceph-files", "vms"],
                ["nbd", "ceph-nbd", "vms"],
                ["laid", "ceph-laid", "vms"],
            ],
        );
    });

    it("has one snapshot class, which the tiers share", () => {
        const shared = new Set(Object.values(plans).map((plan) => plan.snapshotClasses[0]));
        assert.equal(shared.size, 1);
        assert.equal([...shared][0]?.deletionPolicy, "Retain");
        assert.ok(Object.values(plans).every((plan) => plan.snapshotClasses.length === 1));
    });

    it("adds the bounce buffer of Windows to other map options of the kernel's client", () => {
        const options = "krbd:queue_depth=256,rxbounce;nbd:try-netlink";
        assert.equal(parameter("fast", "mapOptions"), options);
        const table: readonly [Partial<CephRbdArgs>, string | undefined][] = [
            [{ guests: "any" }, undefined],
            [{ guests: "windows" }, "krbd:rxbounce"],
            [{ guests: "windows", mapOptions: "a=1" }, "krbd:a=1,rxbounce"],
            [{ guests: "windows", mapOptions: "krbd:rxbounce" }, "krbd:rxbounce"],
            [{ guests: "windows", mapOptions: "nbd:b" }, "krbd:rxbounce;nbd:b"],
            [{ guests: "windows", mapOptions: "nbd:b", mounter: "rbd-nbd" }, "nbd:b"],
        ];
        for (const [args, expected] of table) {
            assert.equal(only({ ...little, ...args }).parameters["mapOptions"], expected);
        }
    });

    it("names the zones of pools as the driver does, and waits for the node", () => {
        assert.deepEqual(JSON.parse(parameter("zoned", "topologyConstrainedPools") ?? ""), [
            { poolName: "east", domainSegments: [{ domainLabel: "zone", value: "east" }] },
            {
                poolName: "west",
                dataPool: "west-ec",
                domainSegments: [{ domainLabel: "zone", value: "west" }],
            },
        ]);
        assert.equal(plans["zoned"]?.volumeBindingMode, "WaitForFirstConsumer");
    });

    it("encrypts raw devices with the passphrases that the backend names", () => {
        assert.equal(parameter("capacity", "encrypted"), "true");
        assert.equal(parameter("capacity", "encryptionType"), "block");
        assert.equal(parameter("capacity", "encryptionKMSID"), "vault-unique-id-1");
        assert.equal(plans["capacity"]?.capabilities.encrypt, true);
        assert.equal(parameter("fast", "encryptionKMSID"), undefined);
        const own = only({ ...little, encrypted: true, encryption: secrets }).parameters;
        assert.equal(own["encrypted"], "true");
        assert.equal(own["encryptionKMSID"], undefined);
    });

    it("makes a class of filesystems one node's", () => {
        const { files } = plans;
        assert.equal(parameter("files", "csi.storage.k8s.io/fstype"), "xfs");
        assert.equal(parameter("files", "mkfsOptions"), "-K");
        assert.deepEqual(files?.mountOptions, ["discard"]);
        assert.deepEqual([files.accessMode, files.volumeMode], ["ReadWriteOnce", "Filesystem"]);
        assert.equal(files.capabilities.shareBlock, false);
    });

    it("hands on how images are laid out, as texts", () => {
        const keys = ["stripeUnit", "stripeCount", "objectSize", "volumeNamePrefix"];
        assert.deepEqual(
            keys.map((key) => parameter("laid", key)),
            ["65536", "16", "8388608", "vm-"],
        );
        assert.equal(parameter("laid", "imageFeatures"), "layering");
        assert.equal(parameter("laid", "unmapOptions"), "krbd:force");
        assert.equal(parameter("laid", "tryOtherMounters"), "true");
        assert.equal(parameter("nbd", "mounter"), "rbd-nbd");
    });

    it("says what cannot grow", () => {
        assert.equal(plans["nbd"]?.allowVolumeExpansion, false);
        assert.equal(plans["nbd"].capabilities.expand, "none");
    });

    it("marks the default class of machines", () => {
        const mark = { "storageclass.kubevirt.io/is-default-virt-class": "true" };
        assert.deepEqual(plans["laid"]?.annotations, mark);
        assert.equal(plans["fast"]?.annotations, undefined);
    });

    it("takes a name and a mark around tiers for those of the default tier", () => {
        const args: CephRbdArgs = {
            ...little,
            className: "disks",
            isDefaultForMachines: true,
            tiers: { a: {}, b: {} },
            defaultTier: "b",
        };
        const { a, b } = cephRbdClasses("ceph", args);
        assert.deepEqual([a?.name, b?.name], ["ceph-a", "disks"]);
        assert.deepEqual(
            [a?.annotations === undefined, b?.annotations === undefined],
            [true, false],
        );
        assert.equal(defaultClassOf("ceph", args).name, "disks");
    });
});

describe("defaultClassOf", () => {
    it("is the first tier's, or the only one", () => {
        assert.equal(defaultClassOf("ceph", everything).name, "ceph-fast");
        assert.equal(defaultClassOf("ceph", little).name, "ceph");
    });
});

describe("cephRbdSecretData", () => {
    it("has the user, and the passphrase where disks are encrypted with one", () => {
        assert.deepEqual(cephRbdSecretData(little), { userID: "kubevirt", userKey: secrets.key });
        assert.deepEqual(cephRbdSecretData(everything), {
            userID: "kubevirt",
            userKey: secrets.key,
        });
        assert.deepEqual(cephRbdSecretData({ ...little, encryption: secrets }), {
            userID: "kubevirt",
            userKey: secrets.key,
            encryptionPassphrase: secrets.passphrase,
        });
    });

    it("is in the Secret that the classes name", () => {
        const { parameters } = only(little);
        const named = Object.keys(parameters).filter((key) => key.endsWith("-secret-name"));
        assert.equal(named.length, 4);
        assert.ok(named.every((key) => parameters[key] === cephRbdSecretName("ceph")));
    });
});
