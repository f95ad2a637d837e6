import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Impact } from "../../model/impact";
import { isSame } from "../../model/machine-difference";
import {
    machineChangeRows,
    machineChanges,
    type RunningMachine,
    worst,
} from "../../model/machine-changes";

type Change = (machine: Machine) => void;
type Row = readonly [
    title: string,
    change: Change,
    Impact | undefined,
    why?: RegExp | undefined,
    RunningMachine?,
];

interface Machine {
    metadata: Record<string, unknown>;
    spec: {
        runStrategy: string;
        updateVolumesStrategy?: string;
        instancetype?: { name: string };
        preference?: { name: string };
        template: { metadata: Record<string, unknown>; spec: Template };
        [field: string]: unknown;
    };
    [field: string]: unknown;
}

interface Template {
    domain: {
        cpu: Record<string, unknown>;
        memory: Record<string, unknown>;
        devices: {
            disks: Record<string, unknown>[];
            interfaces: Record<string, unknown>[];
            [field: string]: unknown;
        };
        [field: string]: unknown;
    };
    networks: Record<string, unknown>[];
    volumes: Record<string, unknown>[];
    [field: string]: unknown;
}

/** A machine with one of everything that a change is told apart by. */
function machine(change: Change = () => undefined): Machine {
    const one: Machine = {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name: "db", namespace: "vms", labels: { team: "billing" } },
        spec: {
            runStrategy: "Always",
            template: {
                metadata: { labels: { "kubevirt.io/vm": "db" } },
                spec: {
                    domain: {
                        cpu: { sockets: 4, cores: 1, threads: 1 },
                        memory: { guest: "4Gi" },
                        firmware: { uuid: "5d307ca9-b3ef-428c-8861-06e72d69f223" },
                        devices: {
                            disks: [
                                { name: "root", disk: { bus: "virtio" }, bootOrder: 1 },
                                { name: "data", disk: { bus: "virtio" } },
                                { name: "usb", disk: { bus: "scsi" } },
                                { name: "cd", cdrom: { bus: "sata" } },
                                { name: "cloud-init", disk: { bus: "virtio" } },
                            ],
                            interfaces: [
                                { name: "default", masquerade: {} },
                                { name: "lan", bridge: {} },
                                { name: "gone", bridge: {}, state: "absent" },
                            ],
                            rng: {},
                        },
                    },
                    evictionStrategy: "LiveMigrate",
                    networks: [
                        { name: "default", pod: {} },
                        { name: "lan", multus: { networkName: "vms/lan" } },
                        { name: "gone", multus: { networkName: "vms/old" } },
                    ],
                    volumes: [
                        { name: "root", dataVolume: { name: "db-root" } },
                        { name: "data", persistentVolumeClaim: { claimName: "db-data" } },
                        { name: "usb", dataVolume: { name: "db-usb", hotpluggable: true } },
                        { name: "cloud-init", cloudInitNoCloud: { secretRef: { name: "db" } } },
                    ],
                },
            },
        },
    };
    change(one);
    return one;
}

const domainOf = (one: Machine) => one.spec.template.spec.domain;
const devicesOf = (one: Machine) => domainOf(one).devices;
const named = (list: Record<string, unknown>[], name: string) => {
    // Another change of the same machine may have taken it out.
    return list.find((entry) => entry["name"] === name) ?? {};
};
const without = (list: Record<string, unknown>[], name: string) =>
    list.filter((entry) => entry["name"] !== name);

/** Sets a field of the template's spec. */
const sets =
    (field: string, value: unknown): Change =>
    (one) => {
        one.spec.template.spec[field] = value;
    };
const setsInDomain =
    (field: string, value: unknown): Change =>
    (one) => {
        domainOf(one)[field] = value;
    };
const setsCpu =
    (cpu: Record<string, unknown>): Change =>
    (one) => {
        Object.assign(domainOf(one).cpu, cpu);
    };
const setsMemory =
    (memory: Record<string, unknown>): Change =>
    (one) => {
        Object.assign(domainOf(one).memory, memory);
    };
const adds =
    (name: string, disk: Record<string, unknown>, volume?: Record<string, unknown>): Change =>
    (one) => {
        devicesOf(one).disks.push({ name, ...disk });
        if (volume !== undefined) {
            one.spec.template.spec.volumes.push({ name, ...volume });
        }
    };
const removes =
    (name: string): Change =>
    (one) => {
        devicesOf(one).disks = without(devicesOf(one).disks, name);
        one.spec.template.spec.volumes = without(one.spec.template.spec.volumes, name);
    };
const setsDisk =
    (name: string, disk: Record<string, unknown>): Change =>
    (one) => {
        Object.assign(named(devicesOf(one).disks, name), disk);
    };
const setsVolume =
    (name: string, volume: Record<string, unknown>): Change =>
    (one) => {
        Object.assign(named(one.spec.template.spec.volumes, name), volume);
    };
const addsCard =
    (card: Record<string, unknown>, network: Record<string, unknown>): Change =>
    (one) => {
        devicesOf(one).interfaces.push({ name: "new", ...card });
        one.spec.template.spec.networks.push({ name: "new", ...network });
    };
const removesCard =
    (name: string): Change =>
    (one) => {
        devicesOf(one).interfaces = without(devicesOf(one).interfaces, name);
        one.spec.template.spec.networks = without(one.spec.template.spec.networks, name);
    };
const both =
    (...changes: readonly Change[]): Change =>
    (one) => {
        for (const change of changes) {
            change(one);
        }
    };
const migrates: Change = (one) => {
    one.spec.updateVolumesStrategy = "Migration";
};

const fixed: RunningMachine = { migratable: false };
const staged: RunningMachine = { rollout: "Stage" };
const lan = { multus: { networkName: "vms/lan2" } };
const hotplugged = { dataVolume: { name: "db-more", hotpluggable: true } };

const rows: Readonly<Record<string, readonly Row[]>> = {
    cluster: [["is no part of the object", () => undefined, undefined]],
    machineName: [
        ["another name", (one) => (one.metadata["name"] = "db2"), "replace-vm"],
        ["another host name", sets("hostname", "db2"), "restart"],
    ],
    namespace: [["another one", (one) => (one.metadata["namespace"] = "other"), "replace-vm"]],
    os: [["another one's features", setsInDomain("features", { hyperv: {} }), "restart"]],
    cpu: [
        ["up to four times", setsCpu({ sockets: 16 }), "live"],
        ["beyond four times", setsCpu({ sockets: 17 }), "restart", /at most 16 sockets/],
        [
            "beyond what the instance has",
            setsCpu({ sockets: 6 }),
            "restart",
            /at most 5/,
            { maxSockets: 5 },
        ],
        ["lowered", setsCpu({ sockets: 2 }), "restart", /takes no CPU away/],
        [
            "up, on a machine that cannot move",
            setsCpu({ sockets: 8 }),
            "restart",
            /cannot move/,
            fixed,
        ],
        ["up, where all is staged", setsCpu({ sockets: 8 }), "restart", /Stage/, staged],
        ["up beyond the new limit", setsCpu({ sockets: 8, maxSockets: 6 }), "refused", /6 sockets/],
        ["up on ARM", both(setsCpu({ sockets: 8 }), sets("architecture", "arm64")), "restart"],
        ["cores", setsCpu({ cores: 2 }), "restart"],
        ["model", setsCpu({ model: "host-passthrough" }), "restart"],
        ["the most", setsCpu({ maxSockets: 32 }), "restart"],
        ["dedicated", setsCpu({ dedicatedCpuPlacement: true }), "restart"],
        ["requests", setsInDomain("resources", { requests: { cpu: "2" } }), "restart"],
    ],
    memory: [
        ["up to four times", setsMemory({ guest: "16Gi" }), "live"],
        ["beyond four times", setsMemory({ guest: "17Gi" }), "restart", /more than the running/],
        [
            "beyond what the instance has",
            setsMemory({ guest: "6Gi" }),
            "restart",
            /more than/,
            { maxGuest: "5Gi" },
        ],
        ["lowered below the boot's", setsMemory({ guest: "2Gi" }), "restart", /less memory/],
        [
            "lowered to the boot's",
            setsMemory({ guest: "2Gi" }),
            "live",
            undefined,
            { guestAtBoot: "2Gi" },
        ],
        [
            "up, on a machine that cannot move",
            setsMemory({ guest: "8Gi" }),
            "restart",
            /cannot move/,
            fixed,
        ],
        ["up, where all is staged", setsMemory({ guest: "8Gi" }), "restart", /Stage/, staged],
        ["not in steps of 2Mi", setsMemory({ guest: "5121Mi" }), "restart", /multiple of 2Mi/],
        ["up beyond the new limit", setsMemory({ guest: "8Gi", maxGuest: "6Gi" }), "refused"],
        ["huge pages", setsMemory({ hugepages: { pageSize: "2Mi" } }), "restart"],
        ["written in another unit", setsMemory({ guest: "4096Mi" }), "live", /same amount/],
    ],
    instancetype: [
        ["another one", (one) => (one.spec.instancetype = { name: "u1.small" }), "restart"],
    ],
    preference: [["another one", (one) => (one.spec.preference = { name: "fedora" }), "restart"]],
    firmware: [["UEFI", setsInDomain("firmware", { bootloader: { efi: {} } }), "restart"]],
    machineType: [["another one", setsInDomain("machine", { type: "q35" }), "restart"]],
    clock: [["another one", setsInDomain("clock", { utc: {} }), "restart"]],
    devices: [
        ["a watchdog", (one) => (devicesOf(one)["watchdog"] = { name: "dog" }), "restart"],
        ["a GPU", (one) => (devicesOf(one)["gpus"] = [{ name: "gpu" }]), "restart"],
        ["no random numbers", (one) => delete devicesOf(one)["rng"], "restart"],
    ],
    disks: [
        ["one more", adds("more", { disk: {} }, { dataVolume: { name: "db-more" } }), "restart"],
        ["one more, hotpluggable", adds("more", { disk: {} }, hotplugged), "live", /plugged in/],
        [
            "one more, hotpluggable, while volumes migrate",
            both(adds("more", { disk: {} }, hotplugged), migrates),
            "restart",
            /updateVolumesStrategy/,
        ],
        ["one less", removes("data"), "restart"],
        ["one less, hotpluggable", removes("usb"), "live", /unmount/],
        [
            "another claim",
            setsVolume("data", { persistentVolumeClaim: { claimName: "db-data-2" } }),
            "restart",
            /another disk/,
        ],
        [
            "another claim, migrated",
            both(
                setsVolume("data", { persistentVolumeClaim: { claimName: "db-data-2" } }),
                migrates,
            ),
            "live",
            /copied/,
        ],
        [
            "another claim of a machine that cannot move",
            both(
                setsVolume("data", { persistentVolumeClaim: { claimName: "db-data-2" } }),
                migrates,
            ),
            "restart",
            /cannot move/,
            fixed,
        ],
        [
            "another hotpluggable one",
            setsVolume("usb", { dataVolume: { name: "db-usb-2", hotpluggable: true } }),
            "live",
        ],
        [
            "becomes hotpluggable",
            setsVolume("data", {
                persistentVolumeClaim: { claimName: "db-data", hotpluggable: true },
            }),
            "restart",
        ],
        [
            "is no longer hotpluggable",
            setsVolume("usb", { dataVolume: { name: "db-usb" } }),
            "restart",
        ],
        ["bus", setsDisk("data", { disk: { bus: "scsi" } }), "restart"],
        [
            "bus of a hotpluggable one",
            setsDisk("usb", { disk: { bus: "virtio" } }),
            "restart",
            /when it is plugged in/,
        ],
        ["boot order", setsDisk("data", { bootOrder: 2 }), "restart"],
        ["cache", setsDisk("data", { cache: "none" }), "restart"],
        ["order of the list", (one) => devicesOf(one).disks.reverse(), "restart", /in this order/],
        ["I/O threads", setsInDomain("ioThreadsPolicy", "auto"), "restart"],
    ],
    volumes: [
        ["an empty CD drive more", adds("cd2", { cdrom: {} }), "restart"],
        ["an empty CD drive less", removes("cd"), "restart"],
        [
            "a disc put in",
            (one) => one.spec.template.spec.volumes.push({ name: "cd", ...hotplugged }),
            "live",
        ],
        [
            "a container disk more",
            adds("tools", { disk: {} }, { containerDisk: { image: "x" } }),
            "restart",
        ],
        ["order of the list", (one) => one.spec.template.spec.volumes.reverse(), "live", /nothing/],
    ],
    networks: [
        ["a second one more", addsCard({ bridge: {} }, lan), "live"],
        [
            "a second one more, of a machine that cannot move",
            addsCard({ bridge: {} }, lan),
            "restart",
            /cannot move/,
            fixed,
        ],
        [
            "a second one more, by a plugin",
            addsCard({ binding: { name: "tap" } }, lan),
            "restart",
            /bridge or sriov/,
        ],
        ["the pod network", addsCard({ masquerade: {} }, { pod: {} }), "restart"],
        ["one less", removesCard("lan"), "restart", /absent/],
        ["one less that was unplugged", removesCard("gone"), "live"],
        [
            "unplugged",
            (one) => (named(devicesOf(one).interfaces, "lan")["state"] = "absent"),
            "live",
        ],
        [
            "link down",
            (one) => (named(devicesOf(one).interfaces, "lan")["state"] = "down"),
            "live",
            /link/,
        ],
        [
            "MAC address",
            (one) => (named(devicesOf(one).interfaces, "lan")["macAddress"] = "02:00:00:00:00:01"),
            "restart",
        ],
        [
            "another network",
            (one) => Object.assign(named(one.spec.template.spec.networks, "lan"), lan),
            "live",
            /other network/,
        ],
        [
            "another network of a machine that cannot move",
            (one) => Object.assign(named(one.spec.template.spec.networks, "lan"), lan),
            "restart",
            /cannot move/,
            fixed,
        ],
        ["DNS", sets("dnsPolicy", "None"), "restart"],
        [
            "order of the list",
            (one) => devicesOf(one).interfaces.reverse(),
            "restart",
            /in this order/,
        ],
    ],
    cloudInit: [
        [
            "another Secret",
            setsVolume("cloud-init", { cloudInitNoCloud: { secretRef: { name: "x" } } }),
            "restart",
        ],
    ],
    sysprep: [
        ["one", adds("sysprep", { cdrom: {} }, { sysprep: { secret: { name: "x" } } }), "restart"],
    ],
    sshKeys: [["are no part of the object", () => undefined, undefined]],
    accessCredentials: [["more", sets("accessCredentials", [{ sshPublicKey: {} }]), "restart"]],
    probes: [["a liveness probe", sets("livenessProbe", { tcpSocket: { port: 22 } }), "restart"]],
    ready: [["a port", sets("readinessProbe", { tcpSocket: { port: 22 } }), "restart"]],
    placement: [
        ["node selector", sets("nodeSelector", { zone: "a" }), "live"],
        ["affinity", sets("affinity", { nodeAffinity: {} }), "live"],
        ["tolerations", sets("tolerations", [{ key: "vms" }]), "live"],
        [
            "tolerations, where all is staged",
            sets("tolerations", [{ key: "vms" }]),
            "restart",
            /Stage/,
            staged,
        ],
        ["spread", sets("topologySpreadConstraints", [{ maxSkew: 1 }]), "restart"],
    ],
    priorityClass: [["another one", sets("priorityClassName", "high"), "restart"]],
    runStrategy: [
        ["off", (one) => (one.spec.runStrategy = "Halted"), "live", /shut down/],
        ["by hand", (one) => (one.spec.runStrategy = "Manual"), "live"],
    ],
    liveMigration: [["another one", sets("evictionStrategy", "None"), "restart"]],
    labels: [
        ["of the machine", (one) => (one.metadata["labels"] = { team: "sales" }), "live"],
        ["of its pod", (one) => (one.spec.template.metadata["labels"] = {}), "restart"],
    ],
    annotations: [
        ["of the machine", (one) => (one.metadata["annotations"] = { a: "b" }), "live"],
        [
            "of its pod",
            (one) => (one.spec.template.metadata["annotations"] = { a: "b" }),
            "restart",
        ],
        [
            "of its pod, for the descheduler",
            (one) =>
                (one.spec.template.metadata["annotations"] = {
                    "descheduler.alpha.kubernetes.io/evict": "true",
                }),
            "live",
        ],
    ],
    overrides: [
        ["of a field that nobody knows", sets("newField", { a: 1 }), "restart", /nothing says/],
        ["beside the template", (one) => (one.spec["newField"] = 1), "restart", /nothing says/],
        ["grace period", sets("terminationGracePeriodSeconds", 60), "restart"],
        ["how volumes are updated", migrates, "live"],
    ],
    "power, restartPolicy, readyWithin": [
        ["are no part of the object", () => undefined, undefined],
    ],
};

describe("machineChanges", () => {
    for (const [argument, cases] of Object.entries(rows)) {
        for (const [title, change, impact, why, running] of cases) {
            it(`${argument}, ${title}: ${impact ?? "no change"}`, () => {
                const changes = machineChanges(machine(), machine(change), running);
                assert.equal(worst(changes), impact, JSON.stringify(changes));
                if (impact !== undefined) {
                    assert.match(changes.map((one) => one.why).join("\n"), why ?? /./);
                    const fields = changes.map(({ field }) => field).join(", ");
                    assert.ok(fields.includes(argument) || argument === "volumes", fields);
                }
            });
        }
    }

    it("says the path, the user's argument, and both values", () => {
        const [change, ...more] = machineChanges(machine(), machine(setsCpu({ sockets: 6 })));
        assert.deepEqual(more, []);
        assert.deepEqual(change, {
            path: "spec.template.spec.domain.cpu.sockets",
            field: "cpu",
            from: 4,
            to: 6,
            impact: "live",
            why: "KubeVirt adds the CPUs and moves the machine to a pod that has them",
        });
        const added = machineChanges(machine(), machine(adds("more", { disk: {} }, hotplugged)));
        assert.deepEqual(
            added.map(({ path, field }) => [path, field]),
            [
                ["spec.template.spec.domain.devices.disks[more]", 'disks "more"'],
                ["spec.template.spec.volumes[more]", 'disks "more"'],
            ],
        );
    });

    it("has what KubeVirt holds back wait for the change that needs a restart", () => {
        const grown = both(setsCpu({ sockets: 8 }), setsMemory({ guest: "8Gi" }));
        const alone = machineChanges(machine(), machine(grown));
        assert.deepEqual(
            alone.map(({ impact }) => impact),
            ["live", "live"],
        );
        const beside = both(grown, sets("hostname", "db2"), adds("more", { disk: {} }, hotplugged));
        const together = machineChanges(machine(), machine(beside));
        const impactOf = (field: string) =>
            together.filter((one) => one.field === field).map(({ impact }) => impact);
        assert.deepEqual(impactOf("cpu"), ["restart"]);
        assert.deepEqual(impactOf("memory"), ["restart"]);
        assert.deepEqual(impactOf('disks "more"'), ["live", "live"], "hotplug waits for nothing");
    });

    it("holds nothing back for what KubeVirt does not ask a restart for", () => {
        const change = both(setsCpu({ sockets: 8 }), (one) => {
            one.spec.template.metadata["labels"] = {};
        });
        const changes = machineChanges(machine(), machine(change));
        assert.deepEqual(changes.find(({ field }) => field === "cpu")?.impact, "live");
    });

    const json = fc.object({
        key: fc.constantFrom(
            "name",
            "spec",
            "template",
            "domain",
            "cpu",
            "sockets",
            "disks",
            "a.b",
        ),
        maxDepth: 4,
    });

    it("finds no change between objects that are the same, in whatever order their fields are", () => {
        fc.assert(
            fc.property(json, (one) => {
                const other = JSON.parse(
                    JSON.stringify(one, (_, value: unknown) => reversed(value)),
                ) as Record<string, unknown>;
                const same = JSON.parse(JSON.stringify(one)) as Record<string, unknown>;
                assert.deepEqual(machineChanges(same, other), []);
            }),
        );
    });

    const allChanges = Object.values(rows)
        .flat()
        .map(([, change]) => change);

    it("puts every changed value into exactly one change, and nothing else", () => {
        fc.assert(
            fc.property(fc.subarray(allChanges), (some) => {
                const [from, to] = [machine(), machine(both(...some))];
                const changes = machineChanges(from, to);
                const [before, after] = [leaves(from), leaves(to)];
                const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
                    (path) => !isSame(before.get(path), after.get(path)),
                );
                for (const path of changed) {
                    const over = changes.filter((change) => isOver(change.path, path));
                    assert.equal(over.length, 1, `${path}: ${JSON.stringify(over)}`);
                }
                for (const change of changes.filter(({ path }) => !path.endsWith("(order)"))) {
                    assert.ok(
                        changed.some((path) => isOver(change.path, path)),
                        `${change.path} has not changed`,
                    );
                }
            }),
        );
    });

    it("never finds less to be done with one change more", () => {
        const weight = (change: Change) => {
            const words: readonly (Impact | undefined)[] = [
                undefined,
                "live",
                "restart",
                "replace-vm",
                "refused",
            ];
            return words.indexOf(worst(machineChanges(machine(), machine(change))));
        };
        const names = [
            sets("hostname", "x"),
            setsCpu({ sockets: 8 }),
            sets("nodeSelector", { a: "b" }),
            (one: Machine) => (one.metadata["name"] = "x"),
        ];
        fc.assert(
            fc.property(fc.subarray(names), fc.constantFrom(...names), (some, more) => {
                assert.ok(weight(both(...some, more)) >= weight(both(...some)));
            }),
        );
    });
});

describe("the guide of machine changes", () => {
    it("has the table that the code has", () => {
        const text = readFileSync(
            join(__dirname, "..", "..", "docs", "guide", "machine-changes.md"),
            "utf8",
        );
        const [, table = ""] = text.split("| --- | --- | --- | --- |\n");
        const found = table
            .split("\n")
            .filter((line) => line.startsWith("|"))
            .map((line) =>
                line
                    .split("|")
                    .slice(1, -1)
                    .map((cell) => cell.trim()),
            );
        assert.deepEqual(
            found,
            machineChangeRows().map(([argument, path, impact, why]) => [
                argument,
                path === "" || path === "anything else" ? path : `\`${path}\``,
                impact,
                why,
            ]),
        );
    });
});

function reversed(value: unknown): unknown {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value;
}

/** The values of an object by their paths, list entries by their names. */
function leaves(value: unknown, path = ""): Map<string, unknown> {
    if (typeof value !== "object" || value === null) {
        return new Map([[path, value]]);
    }
    const entries = Array.isArray(value)
        ? value.map(
              (entry: Record<string, unknown>, at) =>
                  [
                      `${path}[${typeof entry["name"] === "string" ? entry["name"] : String(at)}]`,
                      entry,
                  ] as const,
          )
        : Object.entries(value).map(([key, entry]) => {
              const step = /^[A-Za-z]+$/.test(key)
                  ? `${path === "" ? "" : "."}${key}`
                  : `["${key}"]`;
              return [`${path}${step}`, entry as unknown] as const;
          });
    return entries.length === 0
        ? new Map([[path, value]])
        : new Map(entries.flatMap(([at, entry]) => [...leaves(entry, at)]));
}

function isOver(above: string, path: string): boolean {
    return path === above || (path.startsWith(above) && /^[.[]/.test(path.slice(above.length)));
}
