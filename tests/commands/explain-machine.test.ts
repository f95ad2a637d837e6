import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../../commands/explain-disk";
import type { MachineExplanation } from "../../waits/machine-explain";
import { ApiServer } from "../support/api-server";
import { temporaryFolder } from "../support/folder";
import { boundClaim, collections, dataVolume } from "../waits/collections";

const recordings = join(__dirname, "../../../shared/data/recorded");
const hour = 3_600_000;

/** At the moment it was recorded, and when the wait began an hour before; one column stands for both. */
const table: Readonly<Record<string, readonly string[]>> = {
    "vm-datavolume-failed": ["waiting data-volume-failed", "failed data-volume-failed"],
    "vm-datavolume-no-size": ["failed machine-refused"],
    "vm-datavolume-refused-by-webhook": ["failed machine-refused"],
    "vm-halted": ["ready"],
    "vm-missing-datavolume": ["waiting missing-volume", "failed missing-volume"],
    "vm-missing-instancetype": ["waiting instancetype-missing", "failed instancetype-missing"],
    "vm-missing-preference": ["waiting preference-missing", "failed preference-missing"],
    "vm-missing-pvc": ["waiting missing-volume", "failed missing-volume"],
    "vm-provisioning-1-importing": ["waiting"],
    "vm-provisioning-2-import-crashloop": ["waiting"],
    "vm-provisioning-3-starting": ["waiting"],
    "vm-provisioning-4-scheduled": ["waiting guest-not-started", "failed guest-not-started"],
    "vm-provisioning-5-running": ["ready"],
    "vm-provisioning-6-memory-changed": ["ready"],
    "vm-provisioning-7-stopping": ["ready"],
    "vm-provisioning-8-stopped": ["ready"],
    "vm-unschedulable": ["waiting unschedulable", "failed unschedulable"],
    "vm-wffc-csi-1": ["waiting"],
};

function words({ verdict, cause }: MachineExplanation): string {
    return cause === null ? verdict : `${verdict} ${cause}`;
}

async function json(args: readonly string[]): Promise<MachineExplanation> {
    const { output, code, errors } = await explain([...args, "--json"]);
    assert.notEqual(output, "", errors);
    const explanation = JSON.parse(output) as MachineExplanation;
    assert.deepEqual(Object.keys(explanation), [
        "verdict",
        "cause",
        "message",
        "cure",
        "progress",
        "machine",
    ]);
    assert.equal(code, explanation.verdict === "failed" ? 1 : 0);
    return explanation;
}

describe("npm run explain for a machine", () => {
    const folder = temporaryFolder("explain-machine");

    describe("on the states recorded from the real controllers", () => {
        const files = existsSync(recordings)
            ? readdirSync(recordings).filter((file) => /^vm-.*\.json$/.test(file))
            : [];
        for (const file of files) {
            const expected = table[file.replace(".json", "")] ?? [];
            it(`${file}: ${expected.join(", ")}`, async () => {
                const path = join(recordings, file);
                const { recordedAt = "2026-11-21T08:06:00Z" } = JSON.parse(
                    readFileSync(path, "utf8"),
                ) as { recordedAt?: string };
                const before = new Date(Date.parse(recordedAt) - hour).toISOString();
                const found = [
                    words(await json(["--file", path, "--since", recordedAt])),
                    words(await json(["--file", path, "--since", before])),
                ];
                assert.deepEqual(
                    found,
                    expected.length === 1 ? [...expected, ...expected] : expected,
                );
            });
        }
    });

    describe("on a cluster", () => {
        let server: ApiServer;
        const { machines, instances, dataVolumes, claims } = collections;

        beforeEach(async () => {
            server = new ApiServer();
            await server.start();
            // The server knows a collection when there is something in it.
            for (const collection of [
                machines,
                instances,
                dataVolumes,
                claims,
                "/api/v1/namespaces/vms/limitranges",
            ]) {
                server.put(collection, "another");
            }
        });

        afterEach(async () => {
            await server.stop();
        });

        function live(...args: readonly string[]): readonly string[] {
            const kubeconfig = join(folder, "kubeconfig");
            writeFileSync(kubeconfig, server.kubeconfig);
            return [...args, "--now", "2026-11-21T08:10:00Z", "--kubeconfig", kubeconfig];
        }

        function put(ready: "True" | "False", restart: boolean, probe: object = {}): void {
            server.put(machines, "db", {
                metadata: { namespace: "vms", creationTimestamp: "2026-11-21T08:00:00Z" },
                spec: {
                    runStrategy: "Always",
                    template: {
                        spec: {
                            volumes: [
                                { name: "boot", dataVolume: { name: "root" } },
                                {
                                    name: "cloud-init",
                                    cloudInitNoCloud: { secretRef: { name: "s" } },
                                },
                            ],
                        },
                    },
                },
                status: {
                    printableStatus: "Running",
                    conditions: [
                        { type: "Ready", status: ready },
                        ...(restart
                            ? [
                                  {
                                      type: "RestartRequired",
                                      status: "True",
                                      message: "the CPU model",
                                  },
                              ]
                            : []),
                    ],
                },
            });
            server.put(instances, "db", {
                metadata: { namespace: "vms", creationTimestamp: "2026-11-21T08:01:00Z" },
                spec: probe,
                status: {
                    phase: "Running",
                    nodeName: "node-1",
                    interfaces: [{ name: "default", ipAddress: "10.0.0.7" }],
                    conditions: [
                        {
                            type: "LiveMigratable",
                            status: "False",
                            reason: "DisksNotLiveMigratable",
                            message: "disk root is not shared",
                        },
                    ],
                },
            });
            server.put(dataVolumes, "root", dataVolume("Succeeded"));
            server.put(claims, "root", boundClaim);
        }

        it("says how it stands, what it needs a restart for, and how to get there", async () => {
            put("True", true);
            const { machine, ...explanation } = await json(live("vm/vms/db"));
            assert.deepEqual(explanation, {
                verdict: "ready",
                cause: null,
                message: "needs a restart: the CPU model",
                cure: null,
                progress: { phase: "Running", percent: null },
            });
            assert.ok(machine !== null);
            assert.deepEqual(
                [
                    machine.node,
                    machine.addresses,
                    machine.restartRequired,
                    machine.migratable,
                    machine.notMigratableBecause,
                    machine.agent,
                    machine.runStrategy,
                ],
                [
                    "node-1",
                    ["10.0.0.7"],
                    "the CPU model",
                    false,
                    "disk root is not shared",
                    false,
                    "Always",
                ],
            );
            assert.deepEqual(
                machine.disks.map(({ name, claim, verdict }) => [name, claim, verdict]),
                [["boot", "root", "ready"]],
            );
            assert.deepEqual(machine.conditions, [
                "RestartRequired=True the CPU model",
                "LiveMigratable=False DisksNotLiveMigratable: disk root is not shared",
            ]);
            assert.equal(machine.commands.ssh, "virtctl ssh vm/db/vms");
            assert.deepEqual(
                server.requests.filter((request) => request.startsWith("WATCH")),
                [],
            );
        });

        it("says it to a person in lines", async () => {
            put("True", true);
            const { output, code } = await explain(live("vm/vms/db"));
            assert.equal(code, 0);
            for (const line of [
                /^vm vms\/db: ready\n/,
                /\n {2}node {6}node-1\n/,
                /\n {2}migration cannot move to another node: disk root is not shared\n/,
                /\n {2}restart {3}needed: the CPU model\n/,
                /\n {2}disk {6}boot \(claim root\): ready\n/,
                /\n {2}go there {2}virtctl console -n vms db\n/,
            ]) {
                assert.match(output, line);
            }
        });

        it("asks what the machine asks itself, or what it is told to", async () => {
            put("False", false, { readinessProbe: { tcpSocket: { port: 22 } } });
            assert.equal(words(await json(live("vm/vms/db"))), "waiting port-silent");
            put("True", false);
            assert.equal(words(await json(live("vm/vms/db"))), "ready");
            assert.equal(
                words(await json(live("vm/vms/db", "--until", "agent"))),
                "waiting agent-silent",
            );
        });

        it("gives the cause of a disk that fails, and ends with 1", async () => {
            put("False", false);
            server.put(
                dataVolumes,
                "root",
                dataVolume(
                    "ImportInProgress",
                    { reason: "Error", message: "got 404" },
                    { restartCount: 3 },
                ),
            );
            const { verdict, cause, machine } = await json(live("vm/vms/db"));
            assert.deepEqual([verdict, cause], ["failed", "http-404"]);
            assert.equal(machine?.disks[0]?.cause, "http-404");
        });

        it("says at once that there is no such machine", async () => {
            const { verdict, cause, machine, progress } = await json(live("vm/vms/db"));
            assert.deepEqual(
                [verdict, cause, machine, progress],
                ["failed", "not-there", null, null],
            );
        });

        it("says first that nothing has that name, and which names are near it", async () => {
            put("True", false);
            const { output } = await explain(live("vm/vms/bd"));
            assert.match(
                output,
                /^There is no machine "bd" in namespace vms\. Its nearest names are: db, another\.\n/,
            );
        });

        it("explains without what it may not read, and says so beside the answer", async () => {
            put("True", false);
            for (const kind of ["pods", "events"]) {
                const path = `/api/v1/namespaces/vms/${kind}`;
                server.refusals.set(path, { status: 403, message: "forbidden" });
            }
            const { code, errors } = await explain(live("vm/vms/db"));
            assert.equal(code, 0);
            assert.deepEqual(errors.match(/may not read \w+/g), [
                "may not read pods",
                "may not read events",
            ]);
        });

        it("ends with 2 where it may not read the machine itself", async () => {
            server.refusals.set(machines, { status: 403, message: "virtualmachines is forbidden" });
            const { code, errors } = await explain(live("vm/vms/db"));
            assert.equal(code, 2);
            assert.match(errors, /The machine vms\/db cannot be read from .*is forbidden/);
        });

        it("takes vm for a namespace where two parts are named", async () => {
            const { output } = await explain(live("vm/db"));
            assert.match(output, /^vm\/db: /);
        });
    });
});
