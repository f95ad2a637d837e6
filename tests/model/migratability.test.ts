import assert from "node:assert/strict";
import fc from "fast-check";
import { accessModes } from "../../model/access";
import {
    evictionStrategy,
    liveMigrationWishes,
    migratability,
    migratabilityText,
    type MovableNetwork,
    type MovableParts,
    unmovable,
} from "../../model/migratability";
import { problemsText } from "../../model/problems";

const podBy = (binding: MovableNetwork["binding"], more: Partial<MovableNetwork> = {}) => ({
    networks: [{ name: "default", pod: true, binding, ...more }],
});
const volume = (source: string, more: { shared?: boolean } = {}) => ({
    volumes: [{ name: "extra", source, ...more }],
});

const kept: readonly (readonly [string, MovableParts, string, RegExp])[] = [
    [
        "a disk for one node",
        { disks: [{ name: "data", accessMode: "ReadWriteOnce" }] },
        'disks "data"',
        /is ReadWriteOnce/,
    ],
    [
        "a disk for one pod",
        { disks: [{ name: "data", accessMode: "ReadWriteOncePod" }] },
        'disks "data"',
        /is ReadWriteOncePod/,
    ],
    ["a file of the node", volume("hostDisk"), 'volumes "extra"', /a hostDisk/],
    ["a bridge to the pod network", podBy("bridge"), 'networks "default"', /binding "bridge"/],
    ["an SR-IOV card in the pod network", podBy("sriov"), 'networks "default"', /binding "sriov"/],
    [
        "a plugin that cannot move",
        podBy("plugin", { movablePlugin: false }),
        'networks "default"',
        /a plugin/,
    ],
    [
        "a device of the node",
        { hostDevices: [{ name: "fpga" }] },
        'devices.hostDevices "fpga"',
        /a device of the node/,
    ],
    [
        "a GPU",
        { gpus: [{ name: "a100", mediated: false }], movesVirtualGpus: true },
        'devices.gpus "a100"',
        /a whole GPU/,
    ],
    [
        "a virtual GPU without the gate",
        { gpus: [{ name: "v1", mediated: true }] },
        'devices.gpus "v1"',
        /VGPULiveMigration/,
    ],
    [
        "two virtual GPUs",
        {
            gpus: [
                { name: "v1", mediated: true },
                { name: "v2", mediated: true },
            ],
            movesVirtualGpus: true,
        },
        'devices.gpus "v1"',
        /one of 2 GPUs/,
    ],
    ["encrypted memory", { launchSecurity: "sev" }, "launchSecurity", /is sev/],
    [
        "all of the node's Hyper-V features",
        { hyperv: { passthrough: true } },
        "os.hyperv",
        /passes all/,
    ],
];

const moves: readonly (readonly [string, MovableParts, RegExp?])[] = [
    ["nothing special", {}],
    ["disks for many nodes", { disks: [{ name: "data", accessMode: "ReadWriteMany" }] }],
    [
        "a disk of which only the cluster knows",
        { disks: [{ name: "data", accessMode: undefined }] },
        /not known here/,
    ],
    ["a container disk", volume("containerDisk")],
    ["cloud-init", volume("cloudInitNoCloud")],
    ["a configuration as a disk", volume("configMap")],
    ["an empty disk", volume("emptyDisk"), /content is copied/],
    ["a file that every node has", volume("hostDisk", { shared: true })],
    ["masquerade", podBy("masquerade")],
    ["passt", podBy("passt")],
    ["a plugin that can move", podBy("plugin", { movablePlugin: true })],
    ["a plugin that nobody knows", podBy("plugin"), /registered with migration/],
    ["a bridge that may move", podBy("bridge", { bridgeMayMove: true })],
    [
        "a second network on a bridge",
        { networks: [{ name: "lan", pod: false, binding: "bridge" }] },
    ],
    [
        "a second network on SR-IOV",
        { networks: [{ name: "lan", pod: false, binding: "sriov" }] },
        /unplugged while/,
    ],
    [
        "a virtual GPU with the gate",
        { gpus: [{ name: "v1", mediated: true }], movesVirtualGpus: true },
    ],
    ["the node's own CPU", { cpu: { model: "host-passthrough" } }, /whose CPU is the same/],
    ["dedicated CPUs", { cpu: { dedicated: true } }, /as many CPUs/],
    ["the node's NUMA topology", { cpu: { numaPassthrough: true } }, /NUMA/],
    [
        "a fixed clock rate",
        { cpu: { features: [{ name: "invtsc", policy: "require" }] } },
        /TSC frequency/,
    ],
    ["reenlightenment", { hyperv: { reenlightenment: true } }, /reenlightenment/],
    ["a TPM that is kept", { tpm: { persistent: true } }, /a claim of KubeVirt's own/],
    ["UEFI settings that are kept", { efi: { persistent: true } }, /a claim of KubeVirt's own/],
];

describe("migratability", () => {
    for (const [title, parts, field, why] of kept) {
        it(`${title}: keeps a machine, and is named with a cure`, () => {
            const verdict = migratability(parts);
            assert.equal(verdict.migratable, false);
            assert.equal(verdict.reasons[0]?.field, field);
            assert.match(verdict.reasons[0].why, why);
            assert.notEqual(verdict.reasons[0].cure, "");
            assert.match(migratabilityText(verdict), /^cannot move: /);
        });
    }

    for (const [title, parts, note] of moves) {
        it(`${title}: can move${note === undefined ? "" : ", and has a note"}`, () => {
            const verdict = migratability(parts);
            assert.deepEqual(verdict.reasons, []);
            assert.equal(migratabilityText(verdict), "can move");
            assert.equal(verdict.notes.length, note === undefined ? 0 : 1);
            assert.match(verdict.notes[0]?.note ?? "", note ?? /^$/);
        });
    }

    it("names every disk, network and device that keeps a machine, not only the first", () => {
        const parts = kept.map(([, one]) => one).reduce(together, {});
        const fields = migratability(parts).reasons.map(({ field }) => field);
        for (const [, , field] of kept) {
            assert.ok(fields.includes(field), field);
        }
    });
});

describe("evictionStrategy", () => {
    const some = fc
        .subarray([...kept.map(([, parts]) => parts), ...moves.map(([, parts]) => parts)])
        .map((parts) => parts.reduce(together, {}));
    const wish = fc.constantFrom(...liveMigrationWishes);

    it("never has a drain wait for a move that cannot happen", () => {
        fc.assert(
            fc.property(some, wish, (parts, wanted) => {
                const verdict = migratability(parts);
                const strategy = evictionStrategy(verdict, wanted);
                assert.ok(strategy !== "LiveMigrate" || verdict.migratable);
            }),
        );
    });

    it("refuses a machine that has to move exactly when something keeps it", () => {
        fc.assert(
            fc.property(some, wish, (parts, wanted) => {
                const verdict = migratability(parts);
                const problems = unmovable(verdict, wanted);
                assert.equal(problems.length, wanted === "required" ? verdict.reasons.length : 0);
            }),
        );
    });

    it("finds a machine never harder to move with a disk that more nodes may write", () => {
        fc.assert(
            fc.property(fc.constantFrom(...accessModes), some, (accessMode, parts) => {
                const shared = { name: "more", accessMode: "ReadWriteMany" as const };
                const one = migratability(
                    together(parts, { disks: [{ name: "more", accessMode }] }),
                );
                const other = migratability(together(parts, { disks: [shared] }));
                assert.ok(other.reasons.length <= one.reasons.length);
            }),
        );
    });

    const able = migratability({});
    const unable = migratability({ disks: [{ name: "data", accessMode: "ReadWriteOnce" }] });
    const strategies = [
        ["required", able, "LiveMigrate"],
        ["required", unable, "LiveMigrateIfPossible"],
        ["if-possible", able, "LiveMigrateIfPossible"],
        ["if-possible", unable, "LiveMigrateIfPossible"],
        ["none", able, "None"],
        ["none", unable, "None"],
    ] as const;
    for (const [wanted, verdict, strategy] of strategies) {
        it(`${wanted}, of a machine that ${verdict.migratable ? "can move" : "cannot move"}: ${strategy}`, () => {
            assert.equal(evictionStrategy(verdict, wanted), strategy);
        });
    }

    it("says which disk keeps a machine that has to move, and both ways out", () => {
        assert.equal(
            problemsText("VirtualMachine", "db", unmovable(unable, "required")),
            'VirtualMachine "db": disks "data" is ReadWriteOnce, and both nodes write to a disk while its machine moves, and liveMigration is "required". Give it a class with ReadWriteMany and Block, or copy it to one; or write liveMigration: "if-possible".',
        );
    });
});

function together(one: MovableParts, other: MovableParts): MovableParts {
    return {
        ...one,
        ...other,
        disks: [...(one.disks ?? []), ...(other.disks ?? [])],
        volumes: [...(one.volumes ?? []), ...(other.volumes ?? [])],
        networks: [...(one.networks ?? []), ...(other.networks ?? [])],
        hostDevices: [...(one.hostDevices ?? []), ...(other.hostDevices ?? [])],
        gpus: [...(one.gpus ?? []), ...(other.gpus ?? [])],
        cpu: { ...one.cpu, ...other.cpu },
        hyperv: { ...one.hyperv, ...other.hyperv },
    };
}
