import assert from "node:assert/strict";
import type { DiskArgs } from "../../../components";
import { refuseOtherVolume } from "../../../components/disks/adopted-volume";
import { findDisk } from "../../../components/disks/found-disk";
import { diskIdentity } from "../../../components/disks/origin";
import type { DiskPlan } from "../../../manifests/disk";
import { Problems } from "../../../model/problems";
import { sizeFault } from "../../../model/size";
import { collectionPath } from "../../../waits/collections";
import type { ApiServer } from "../../support/api-server";
import { clusterOf, emptyServer, namespace, pathOf, quietly } from "../on-cluster";

const plan: DiskPlan = {
    name: "old",
    namespace,
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
};
const annotation = (name: string) => `pulumi-kubevirt.dev/${name}`;
const going = { deletionTimestamp: "2026-01-01T00:00:00Z" };

let server: ApiServer;

function suite(name: string, tests: () => void) {
    describe(name, () => {
        quietly();
        beforeEach(async () => {
            server = await emptyServer();
        });
        afterEach(() => server.stop());
        tests();
    });
}

suite("a claim that is adopted", () => {
    const spec = {
        storageClassName: "ceph-block",
        accessModes: ["ReadWriteMany"],
        volumeMode: "Block",
        resources: { requests: { storage: "20Gi" } },
    };
    const owned = (owner: string, onDestroy: string, more: object = {}) => ({
        metadata: {
            ...more,
            annotations: {
                [annotation("owner")]: owner,
                [annotation("on-destroy")]: onDestroy,
                [annotation("size")]: "20Gi",
            },
        },
    });

    async function adopt(
        claim: object | undefined,
        change: Partial<DiskPlan> = {},
        at: ApiServer | "out of reach" = server,
    ) {
        if (claim !== undefined) {
            server.put(pathOf("PersistentVolumeClaim"), "old", { spec, ...claim });
        }
        const problems = new Problems();
        const wanted = { ...plan, ...change };
        const found = await findDisk(
            await clusterOf(at),
            {
                name: "db",
                plan: wanted,
                identity: diskIdentity(wanted, "prod"),
                adopt: { claim: "old" },
                recreate: false,
                component: "kubevirt:index:Disk",
                moved: false,
                formerOwners: [],
            },
            problems,
        );
        return { found, said: problems.all.map((one) => `${one.field} ${one.fault}. ${one.cure}`) };
    }

    const taken: readonly (readonly [string, object])[] = [
        ["nobody in particular made", {}],
        ["this very disk is already", owned("shop/test/db", "delete")],
        ["another disk of the stack keeps", owned("shop/test/other", "retain")],
        ["has no class, as an old one may", { spec: { ...spec, storageClassName: undefined } }],
        ["asks for less", { spec: { ...spec, resources: { requests: { storage: "10Gi" } } } }],
    ];
    for (const [what, claim] of taken) {
        it(`is taken over with its data where it is one that ${what}`, async () => {
            const { found, said } = await adopt(claim);
            assert.deepEqual(said, []);
            assert.equal(found.exists, true);
            assert.deepEqual(found.options, { import: "vms/old" });
        });
    }

    const refused: readonly (readonly [string, object | undefined, Partial<DiskPlan>, RegExp[]])[] =
        [
            [
                "is not there",
                undefined,
                {},
                [/^adopt\.claim is "old", and namespace vms has no claim/],
            ],
            [
                "is just being deleted, whoever made it",
                { metadata: going },
                {},
                [/^adopt\.claim is "old", which is just being deleted\. .*adopt: { volume/],
            ],
            [
                "is just being deleted, by this stack",
                owned("shop/test/db", "retain", going),
                {},
                [/^adopt\.claim is "old", which is just being deleted/],
            ],
            [
                "another stack looks after",
                owned("shop/prod/db", "retain"),
                {},
                [/^adopt\.claim belongs to shop\/prod\/db\. let that stack go of it first/],
            ],
            [
                "a stack of a name that begins alike looks after",
                owned("shop/test2/db", "retain"),
                {},
                [/^adopt\.claim belongs to shop\/test2\/db/],
            ],
            [
                "goes when another resource goes",
                owned("shop/test/other", "delete"),
                {},
                [/^adopt\.claim belongs to shop\/test\/other, whose onDestroy is "delete"/],
            ],
            [
                "a DataVolume would take along",
                { metadata: { ownerReferences: [{ kind: "DataVolume", name: "old" }] } },
                {},
                [/^adopt\.claim belongs to DataVolume "old".*npm run disks -- release vms\/old/],
            ],
            [
                "is of another class",
                {},
                { storageClass: "fast" },
                [/^storage is fast, and the claim to adopt has ceph-block: .* write ceph-block/],
            ],
            [
                "differs in all it can",
                {},
                {
                    storageClass: "fast",
                    volumeMode: "Filesystem",
                    accessMode: "ReadWriteOnce",
                    size: "10Gi",
                },
                [
                    /^storage is/,
                    /^volumeMode is/,
                    /^accessMode is/,
                    /^size is "10Gi".*write "20Gi"/,
                ],
            ],
        ];
    for (const [what, claim, change, words] of refused) {
        it(`is refused where it is one that ${what}`, async () => {
            const { said } = await adopt(claim, change);
            assert.equal(said.length, words.length, said.join("\n"));
            words.forEach((word, index) => assert.match(said[index] ?? "", word));
        });
    }

    it("is refused with a size that can be written, also where CDI has asked for its overhead", async () => {
        const requests = { storage: "11381663335" };
        const claim = { spec: { ...spec, volumeMode: "Filesystem", resources: { requests } } };
        const files = { volumeMode: "Filesystem" } as const;
        const { said } = await adopt(claim, { ...files, size: "10Gi" });
        const size = /write "([^"]+)"/.exec(said[0] ?? "")?.[1] as DiskPlan["size"];
        assert.equal(sizeFault(size), undefined, said[0]);
        assert.deepEqual((await adopt(claim, { ...files, size })).said, []);
    });

    it("is not judged where the cluster cannot be asked", async () => {
        const { said } = await adopt(undefined, {}, "out of reach");
        assert.deepEqual(said, []);
    });
});

suite("a DataVolume that is adopted", () => {
    const spec = {
        storageClassName: "ceph-block",
        accessModes: ["ReadWriteMany"],
        volumeMode: "Block",
        resources: { requests: { storage: "20Gi" } },
    };

    async function adopt(volume: object | undefined, change: Partial<DiskPlan> = {}) {
        server.put(pathOf("PersistentVolumeClaim"), "old", {
            spec,
            metadata: { ownerReferences: [{ kind: "DataVolume", name: "old" }] },
        });
        if (volume !== undefined) {
            server.put(pathOf("DataVolume"), "old", volume);
        }
        const problems = new Problems();
        const wanted: DiskPlan = { ...plan, source: { blank: true }, ...change };
        const found = await findDisk(
            await clusterOf(server),
            {
                name: "db",
                plan: wanted,
                identity: diskIdentity(wanted, "prod"),
                adopt: { dataVolume: "old" },
                recreate: false,
                component: "kubevirt:index:Disk",
                moved: false,
                formerOwners: [],
            },
            problems,
        );
        return { found, said: problems.all.map((one) => `${one.field} ${one.fault}. ${one.cure}`) };
    }

    it("is taken over as it is while it is what the program says, and grows when that asks for more", async () => {
        const { found, said } = await adopt({});
        assert.deepEqual(said, []);
        assert.deepEqual([found.options, found.asIs], [{ import: "vms/old" }, true]);
        const larger = await adopt({}, { size: "30Gi" });
        assert.deepEqual([larger.said, larger.found.asIs], [[], false]);
    });

    const refused: readonly (readonly [string, object | undefined, Partial<DiskPlan>, RegExp])[] = [
        ["is gone: it is never made anew", undefined, {}, /has no DataVolume of that name/],
        [
            "goes with its machine",
            { metadata: { ownerReferences: [{ kind: "VirtualMachine", name: "web" }] } },
            {},
            /belongs to VirtualMachine "web" and goes with its data.*dataVolumeTemplates/,
        ],
        [
            "is another stack's",
            { metadata: { annotations: { [annotation("owner")]: "shop/prod/db" } } },
            {},
            /belongs to shop\/prod\/db/,
        ],
        [
            "is just being deleted",
            {
                metadata: {
                    deletionTimestamp: "2026-01-01T00:00:00Z",
                    annotations: { [annotation("owner")]: "shop/test/db" },
                },
            },
            {},
            /just being deleted/,
        ],
        [
            "has another class",
            {},
            { storageClass: "fast" },
            /storage is fast, and the claim to adopt has ceph-block/,
        ],
        ["is larger", {}, { size: "10Gi" }, /a claim never shrinks/],
    ];
    for (const [what, volume, change, message] of refused) {
        it(`is refused where it ${what}`, async () => {
            const { said } = await adopt(volume, change);
            assert.match(said.join("\n"), message);
        });
    }
});

suite("a volume that is adopted", () => {
    const released = {
        spec: {
            capacity: { storage: "20Gi" },
            accessModes: ["ReadWriteOnce", "ReadWriteMany"],
            volumeMode: "Block",
            storageClassName: "ceph-block",
            claimRef: { namespace, name: "gone", uid: "1" },
        },
        status: { phase: "Released" },
    };
    const withSpec = (spec: object) => ({ ...released, spec: { ...released.spec, ...spec } });

    async function adopt(
        volume: object | undefined,
        change: Partial<DiskPlan> = {},
        at: ApiServer | "out of reach" = server,
    ): Promise<string[]> {
        if (volume !== undefined) {
            server.put(collectionPath("PersistentVolume"), "pv-1", volume);
        }
        const problems = new Problems();
        const cluster = await clusterOf(at);
        const args = { adopt: { volume: "pv-1" } } as unknown as DiskArgs;
        await refuseOtherVolume(cluster, args, { ...plan, ...change }, problems);
        return problems.all.map((one) => `${one.field} ${one.fault}. ${one.cure}`);
    }

    const bound = (name: string) => ({
        ...withSpec({ claimRef: { namespace, name } }),
        status: { phase: "Bound" },
    });
    const accepted: readonly (readonly [string, object, Partial<DiskPlan>])[] = [
        ["was kept when its claim went", released, {}],
        ["has this very claim", bound("old"), {}],
        [
            "no claim ever had",
            { ...withSpec({ claimRef: undefined }), status: { phase: "Available" } },
            {},
        ],
        ["has more room", released, { size: "10Gi" }],
        [
            "is of files, as one that says nothing",
            withSpec({ volumeMode: undefined }),
            { volumeMode: "Filesystem" },
        ],
    ];
    for (const [what, volume, change] of accepted) {
        it(`is taken over where it is one that ${what}`, async () => {
            assert.deepEqual(await adopt(volume, change), []);
        });
    }

    const refused: readonly (readonly [string, object | undefined, Partial<DiskPlan>, RegExp[]])[] =
        [
            [
                "is not there",
                undefined,
                {},
                [/^adopt\.volume is "pv-1", and the cluster has no Per/],
            ],
            [
                "another claim has",
                bound("other"),
                {},
                [/^adopt\.volume is "pv-1", which claim vms\/other has/],
            ],
            [
                "is just being deleted",
                { ...released, metadata: going },
                {},
                [/^adopt\.volume is "pv-1", which is just being deleted/],
            ],
            [
                "is smaller",
                released,
                { size: "30Gi" },
                [/^size is "30Gi", and the volume has 20Gi/],
            ],
            [
                "has no class",
                withSpec({ storageClassName: undefined }),
                {},
                [
                    /^storage is ceph-block, and the volume to adopt has none\. .*give the volume the class/,
                ],
            ],
            [
                "differs in all it can",
                released,
                { storageClass: "fast", volumeMode: "Filesystem", accessMode: "ReadWriteOncePod" },
                [/^storage is/, /^volumeMode is/, /^accessMode is/],
            ],
        ];
    for (const [what, volume, change, words] of refused) {
        it(`is refused where it is one that ${what}`, async () => {
            const said = await adopt(volume, change);
            assert.equal(said.length, words.length, said.join("\n"));
            words.forEach((word, index) => assert.match(said[index] ?? "", word));
        });
    }

    it("is not judged where the cluster cannot be asked", async () => {
        assert.deepEqual(await adopt(undefined, {}, "out of reach"), []);
    });
});
