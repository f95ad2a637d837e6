import assert from "node:assert/strict";
import { Disk, type MachineDisk } from "../../../components";
import { checkMachineDisks, deviceOf, switches } from "../../../components/machines/machine-disks";
import { refuseSwitches } from "../../../components/machines/switch";
import { Check } from "../../../model/findings";
import { Problems } from "../../../model/problems";
import { storage } from "../disks/storage";

const place = { machineName: "web", namespace: "vms" };
const inline = (name: string, change: object = {}) =>
    ({ name, size: "10Gi", storage: storage(), ...change }) as MachineDisk;
const made = (claimName: string, change: object = {}) =>
    Object.assign(Object.create(Disk.prototype) as Disk, {
        claimName,
        namespace: "vms",
        machine: undefined,
        shared: false,
        plan: { accessMode: "ReadWriteMany", volumeMode: "Block" },
        ...change,
    });
const attached = (name: string, disk: Disk, change: object = {}): MachineDisk => ({
    name,
    disk,
    ...change,
});

const check = (...disks: MachineDisk[]) => {
    const found = new Check();
    checkMachineDisks(disks, place, { reserved: ["cloud-init"], volumes: [] }, found);
    return found.problems;
};

describe("checkMachineDisks", () => {
    const good: readonly (readonly [string, MachineDisk[]])[] = [
        ["a disk that is written down", [inline("root")]],
        ["a disk made elsewhere", [made("data")]],
        ["a disk made elsewhere under a name of its own", [attached("data", made("db-data"))]],
        [
            "a disk that machines share",
            [attached("a", made("x", { machine: "db", shared: true }), { shareable: true })],
        ],
        ["all three", [inline("root"), made("data"), attached("logs", made("web-logs"))]],
        ["one disk that boots", [inline("a"), attached("b", made("c"), { boot: true })]],
        ["a switch", [attached("data", made("new"), { switchFrom: "old" })]],
        ["a copy of another disk of the machine", [inline("a"), inline("b", { copyOf: "a" })]],
        ["a copy of a later one", [inline("b", { copyOf: "a" }), inline("a")]],
        [
            "a copy of a copy",
            [inline("a"), inline("b", { copyOf: "a" }), inline("c", { copyOf: "b" })],
        ],
        ["a copy of a claim", [inline("a", { copyOf: "old" })]],
        [
            "a copy of a disk that is attached",
            [attached("a", made("x")), inline("b", { copyOf: "a" })],
        ],
    ];
    for (const [what, disks] of good) {
        it(`accepts ${what}`, () => assert.deepEqual(check(...disks), []));
    }

    const loop = [inline("a", { copyOf: "b" }), inline("b", { copyOf: "a" })];
    const bad: readonly (readonly [string, MachineDisk[], readonly string[], RegExp])[] = [
        ["no disk", [], ["disks"], /is empty/],
        [
            "two of one name",
            [inline("a"), inline("a")],
            ["disks[1].name", "disks[1].claimName"],
            /is "a" a second time/,
        ],
        [
            "one name for two claims",
            [attached("a", made("x")), attached("a", made("y"))],
            ["disks[1].name"],
            /is "a"/,
        ],
        [
            "one disk twice",
            [attached("a", made("x")), attached("b", made("x"))],
            ["disks[1].claimName"],
            /is "x" a second time/,
        ],
        [
            "an inline disk with the claim of another",
            [made("web-a"), inline("a")],
            ["disks[1].claimName"],
            /is "web-a"/,
        ],
        ["a name that is none", [inline("A")], ["disks[0].name"], /is "A"/],
        ["an attached name that is none", [attached("A", made("a"))], ["disks[0].name"], /is "A"/],
        [
            "the machine's own name",
            [attached("cloud-init", made("a"))],
            ["disks[0].name"],
            /own disk/,
        ],
        [
            "a disk of another machine",
            [attached("a", made("x", { machine: "db" }))],
            ["disks[0]"],
            /VirtualMachine "db" has already/,
        ],
        [
            "a disk of another namespace",
            [made("x", { namespace: "n2" })],
            ["disks[0]"],
            /in namespace n2, and a machine in vms/,
        ],
        [
            "a disk that two machines share, and only one says so",
            [attached("a", made("x", { machine: "db", shared: true }))],
            ["disks[0]"],
            /has already/,
        ],
        [
            "a bus that there is not",
            [inline("a", { bus: "ide" })],
            ["disks[0].bus"],
            /is "ide", which KubeVirt does not know/,
        ],
        [
            "a shared disk that one node can mount",
            [inline("a", { shareable: true, accessMode: "ReadWriteOnce" })],
            ["disks[0].shareable"],
            /access mode ReadWriteOnce/,
        ],
        [
            "two that boot",
            [inline("a", { boot: true }), attached("b", made("x"), { boot: true })],
            ["disks"],
            /2 boot disks: a, b/,
        ],
        [
            "an inline disk that is wrong",
            [inline("a"), inline("b", { size: "1GB" })],
            ["disks[1].size"],
            /is "1GB"/,
        ],
        [
            "a copy of itself",
            [inline("a", { copyOf: "a" })],
            ["disks[0].copyOf"],
            /leads back to "a"/,
        ],
        ["copies in a circle", loop, ["disks[0].copyOf", "disks[1].copyOf"], /leads back to/],
        [
            "a copy that leads into a circle",
            [...loop, inline("c", { copyOf: "a" })],
            ["disks[0].copyOf", "disks[1].copyOf", "disks[2].copyOf"],
            /leads back to/,
        ],
        [
            "everything at once",
            [inline("A"), made("x", { namespace: "n" }), inline("b", { size: "1", copyOf: "b" })],
            ["disks[0].name", "disks[1]", "disks[2].size", "disks[2].copyOf"],
            /is "A"/,
        ],
    ];
    for (const [what, disks, fields, words] of bad) {
        it(`refuses ${what}`, () => {
            const problems = check(...disks);
            assert.deepEqual(
                problems.map(({ field }) => field),
                fields,
            );
            assert.match(problems[0]?.fault ?? "", words);
        });
    }
});

describe("deviceOf", () => {
    const table: readonly (readonly [string, MachineDisk, object])[] = [
        ["nothing of a disk that says nothing", inline("a"), {}],
        ["nothing of a Disk as it is", made("b"), {}],
        [
            "what an inline disk says",
            inline("a", { boot: true, bus: "scsi" }),
            { boot: true, bus: "scsi" },
        ],
        [
            "what is said of an attached disk",
            attached("b", made("x"), { serial: "b" }),
            { serial: "b" },
        ],
    ];
    for (const [what, disk, expected] of table) {
        it(`is ${what}`, () => assert.deepEqual(deviceOf(disk), expected));
    }
});

describe("switches", () => {
    it("are those that the program says, by the names of the disks", () => {
        const disks = [
            inline("root"),
            made("logs"),
            attached("a", made("x")),
            attached("b", made("y"), { switchFrom: "z" }),
        ];
        assert.deepEqual([...switches(disks)], [["b", "z"]]);
    });
});

describe("refuseSwitches", () => {
    const machine = (volumes: Readonly<Record<string, object>>) => ({
        spec: {
            template: {
                spec: {
                    volumes: Object.entries(volumes).map(([name, of]) => ({ name, ...of })),
                },
            },
        },
    });
    const filled = (name: string) => ({ dataVolume: { name } });
    const claim = (claimName: string) => ({ persistentVolumeClaim: { claimName } });
    const secret = { cloudInitNoCloud: { secretRef: { name: "s" } } };

    function refused(
        before: unknown,
        after: unknown,
        allowed: Readonly<Record<string, string>> = {},
    ) {
        const problems = new Problems();
        refuseSwitches(before, after, new Map(Object.entries(allowed)), problems);
        return problems.all.map((one) => `${one.field} ${one.fault}. ${one.cure}`);
    }

    const old = machine({ root: filled("a"), data: claim("b"), "cloud-init": secret });
    const allowed: readonly (readonly [string, unknown, Readonly<Record<string, string>>])[] = [
        ["the same disks", old, {}],
        ["the same claim mounted otherwise", machine({ root: claim("a"), data: filled("b") }), {}],
        ["a disk less", machine({ root: filled("a") }), {}],
        ["a disk more", machine({ root: filled("a"), data: claim("b"), logs: claim("c") }), {}],
        ["the disks in another order", machine({ data: claim("b"), root: filled("a") }), {}],
        ["the same disks by other names", machine({ boot: filled("a"), more: claim("b") }), {}],
        ["a switch that is said", machine({ root: filled("a"), data: claim("c") }), { data: "b" }],
        ["a switch that is done", old, { data: "z" }],
    ];
    for (const [what, after, said] of allowed) {
        it(`allows ${what}`, () => assert.deepEqual(refused(old, after, said), []));
    }

    it("allows anything where there was nothing", () => {
        for (const before of [undefined, {}, { spec: {} }, machine({})]) {
            assert.deepEqual(refused(before, old), []);
        }
    });

    const other = machine({ root: filled("a"), data: claim("c") });
    const bad: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
        ["that nobody said", {}],
        ["from another claim than the machine has", { data: "z" }],
        ["to the claim instead of from it", { data: "c" }],
        ["that was said of another disk", { root: "b" }],
    ];
    for (const [what, said] of bad) {
        it(`refuses a switch ${what}, with the words that allow it`, () => {
            assert.deepEqual(refused(old, other, said), [
                'disks, "data" is claim "c", and the machine has "b" there: it would go on with other data. put the old disk back; or, if that is meant, say so: { name: "data", disk, switchFrom: "b" }',
            ]);
        });
    }

    it("refuses two disks that change places, each by itself", () => {
        const swapped = machine({ root: filled("b"), data: claim("a") });
        assert.equal(refused(old, swapped).length, 2);
        assert.equal(refused(old, swapped, { data: "b" }).length, 1);
        assert.deepEqual(refused(old, swapped, { data: "b", root: "a" }), []);
    });
});
