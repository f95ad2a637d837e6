import assert from "node:assert/strict";
import type { CopiedDisk, Disk, DiskArgs } from "../../../components";
import { checkClone } from "../../../components/disks/clone-check";
import { diskPlan } from "../../../components/disks/disk-plan";
import { GoldenImage } from "../../../components/images/golden-image";
import { collectionPath } from "../../../waits/collections";
import type { Connection } from "../../../waits/connection";

/** What the cluster has, by its path. What is not here is absent. */
type Objects = Readonly<Record<string, object>>;

const driver = "rbd.csi.ceph.com";
const claimAt = (namespace: string) =>
    `${collectionPath("PersistentVolumeClaim", namespace)}/golden`;
const ceph: Objects = {
    [`${collectionPath("CSIDriver")}/${driver}`]: {},
    [`${collectionPath("StorageClass")}/ceph-block`]: { provisioner: driver },
};
const claim = (change: object = {}) => ({
    spec: {
        storageClassName: "ceph-block",
        volumeMode: "Block",
        resources: { requests: { storage: "10Gi" } },
        ...change,
    },
});

interface World {
    readonly objects?: Objects | "out of reach";
    /** Whether the account may copy from other namespaces; undefined: nobody says. */
    readonly mayClone?: boolean;
    readonly strategy?: "snapshot" | "csi-clone" | "copy";
    readonly expand?: string;
    readonly snapshotsUnread?: boolean;
    readonly snapshot?: boolean;
}

function storageOf({ objects = ceph, mayClone, ...can }: World) {
    const connection =
        objects === "out of reach"
            ? undefined
            : ({
                  ask: (path: string) =>
                      Promise.resolve(
                          objects[path] === undefined
                              ? { state: "absent" }
                              : { state: "found", object: objects[path] },
                      ),
                  writer: { create: () => Promise.resolve({ status: { allowed: mayClone } }) },
              } as unknown as Connection);
    return {
        cluster: { connection: Promise.resolve(connection), namespace: "vms" },
        storageClass: "ceph-block",
        accessMode: "ReadWriteMany",
        volumeMode: "Block",
        snapshotClass: undefined,
        capabilities: Promise.resolve({
            expand: can.expand ?? "online",
            snapshot: can.snapshot ?? true,
        }),
        cloning: Promise.resolve({
            provisioner: driver,
            strategy: can.strategy ?? "snapshot",
            snapshotsUnread: can.snapshotsUnread,
        }),
    };
}

async function check(change: object, world: World = {}) {
    const args = {
        size: "10Gi",
        storage: storageOf(world),
        ...change,
    } as unknown as DiskArgs;
    const { problems, warnings } = await checkClone(args, diskPlan("db", args));
    const lines = (found: typeof problems) =>
        found.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    return { problems: lines(problems), warnings: lines(warnings) };
}

const nothing = { problems: [], warnings: [] };
const golden = { source: { claim: "golden" } };
const elsewhere = { source: { claim: "golden", namespace: "images" } };
const live = (change: object = {}): Objects => ({
    ...ceph,
    [claimAt("vms")]: claim(change),
    [claimAt("images")]: claim(change),
});

describe("checkClone", () => {
    const unsaid: readonly (readonly [string, object, World])[] = [
        ["an empty disk", {}, {}],
        ["an image", { source: { http: "https://example.org/a" } }, { objects: {} }],
        ["a clone on the same driver", golden, { objects: live() }],
        [
            "a larger clone on a class that cannot be read",
            { ...golden, size: "20Gi" },
            { objects: live(), expand: "unknown" },
        ],
        [
            "a clone where the snapshot classes cannot be read",
            golden,
            { objects: live(), snapshot: false, snapshotsUnread: true },
        ],
        [
            "a larger clone on a class that expands",
            { ...golden, size: "20Gi" },
            { objects: live() },
        ],
        ["a claim that is not there yet", golden, {}],
        ["a cluster that cannot be asked", golden, { objects: "out of reach" }],
        [
            "another namespace that may be copied from",
            elsewhere,
            { objects: live(), mayClone: true },
        ],
        ["another namespace of which nobody knows", elsewhere, { objects: live() }],
        ["the own namespace, whatever the rights", golden, { objects: live(), mayClone: false }],
    ];
    for (const [what, change, world] of unsaid) {
        it(`has nothing to say of ${what}`, async () => {
            assert.deepEqual(await check(change, world), nothing);
        });
    }

    const otherDriver = {
        ...live({ storageClassName: "local" }),
        [`${collectionPath("StorageClass")}/local`]: { provisioner: "local.example.org" },
    };
    const full: readonly (readonly [string, World, RegExp])[] = [
        ["CDI is told to copy", { objects: live(), strategy: "copy" }, /CDI is told to copy/],
        ["the drivers differ", { objects: otherDriver }, /source is on local\.example\.org/],
        ["the modes differ", { objects: live({ volumeMode: "Filesystem" }) }, /mode is Filesystem/],
        ["there is no CSI driver", { objects: { [claimAt("vms")]: claim() } }, /no CSI driver/],
        ["there are no snapshots", { objects: live(), snapshot: false }, /no VolumeSnapshotClass/],
    ];
    for (const [what, world, why] of full) {
        it(`warns of a full copy, and says why, where ${what}`, async () => {
            const { problems, warnings } = await check(golden, world);
            assert.deepEqual(problems, []);
            assert.equal(warnings.length, 1);
            assert.match(
                warnings[0] ?? "",
                /^source is claim vms\/golden, and all of it is copied byte by byte: /,
            );
            assert.match(warnings[0] ?? "", why);
        });
    }

    it("warns of a full copy of a smaller source on a class that cannot expand", async () => {
        const { warnings } = await check(
            { ...golden, size: "20Gi" },
            { objects: live(), expand: "none" },
        );
        assert.match(warnings.join(), /disk \(20Gi\) is larger than the source \(10Gi\)/);
    });

    it("refuses a disk that is smaller than its source, with a size that is enough", async () => {
        const { problems } = await check({ ...golden, size: "5Gi" }, { objects: live() });
        assert.deepEqual(problems, [
            'size is "5Gi", and claim vms/golden has 10Gi: a copy cannot be smaller. write "10Gi" or more',
        ]);
    });

    it("does not count what CDI has added to a source of files", async () => {
        const objects = live({
            volumeMode: "Filesystem",
            resources: { requests: { storage: "11381663335" } },
        });
        assert.deepEqual(
            await check({ ...golden, volumeMode: "Filesystem" }, { objects }),
            nothing,
        );
    });

    it("refuses to copy out of a namespace that this account may not copy from", async () => {
        const { problems } = await check(elsewhere, { objects: live(), mayClone: false });
        assert.equal(problems.length, 1);
        assert.match(
            problems[0] ?? "",
            /^source is claim images\/golden, and this account may not copy from namespace images\. .*clone-sourcer/,
        );
    });

    for (const [what, source] of [
        ["a snapshot", { snapshot: "golden", namespace: "images" }],
        ["a DataSource", { dataSource: "golden", namespace: "images" }],
    ] as const) {
        it(`refuses the same of ${what}`, async () => {
            const { problems } = await check({ source }, { mayClone: false });
            assert.equal(problems.length, 1, problems.join());
        });
    }

    const other = (change: object = {}): CopiedDisk =>
        ({
            claimName: "db-old",
            namespace: "vms",
            storage: storageOf({}),
            plan: diskPlan("db-old", {
                size: "10Gi",
                storage: storageOf({}) as unknown as Disk["storage"],
            }),
            gate: Promise.resolve(),
            ...change,
        }) as unknown as CopiedDisk;

    it("judges a copy of a disk of the program by what the program says", async () => {
        assert.deepEqual(await check({ copyOf: other() }), nothing);
        const { problems } = await check({ copyOf: other(), size: "5Gi" });
        assert.match(problems.join(), /^size is "5Gi", and Disk "db-old" has 10Gi/);
        const { warnings } = await check({ copyOf: other() }, { strategy: "copy" });
        assert.match(warnings.join(), /^copyOf is Disk "db-old", and all of it is copied/);
    });

    it("judges a copy of a claim by what the cluster says", async () => {
        const { problems } = await check({ copyOf: "golden", size: "5Gi" }, { objects: live() });
        assert.match(problems.join(), /^size is "5Gi", and claim vms\/golden has 10Gi/);
    });

    const image = (change: object = {}): GoldenImage =>
        Object.assign(Object.create(GoldenImage.prototype) as GoldenImage, {
            imageName: "fedora",
            namespace: "vms",
            size: "10Gi",
            format: "snapshot",
            storage: storageOf({}),
            ...change,
        });

    it("judges a clone of a golden image by its format, storage and namespace", async () => {
        assert.deepEqual(await check({ source: image() }), nothing);
        const { warnings } = await check(
            { source: image({ format: "claim" }) },
            { strategy: "copy" },
        );
        assert.match(warnings.join(), /^source is GoldenImage "fedora", and all of it is copied/);
        const { problems } = await check(
            { source: image({ namespace: "images" }) },
            { mayClone: false },
        );
        assert.match(problems.join(), /^source is GoldenImage "fedora".*namespace images/);
    });
});
