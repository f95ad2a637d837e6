import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../../commands/explain-disk";
import type { Explanation } from "../../waits/disk-explain";
import { explainDisk } from "../../waits/disk-explain";
import type { DiskObservation } from "../../waits/disk-facts";
import { ApiServer } from "../support/api-server";
import { temporaryFolder } from "../support/folder";
import { explained } from "./explain-table";

const root = join(__dirname, "../..");
const recordings = join(root, "../shared/data/recorded");
const fixtures = join(root, "tests/fixtures/data-volumes");
const hour = 3_600_000;

/** The four columns of a state: at once and after an hour without a machine, then with one. */
const table = new Map(
    explained
        .trim()
        .split("\n")
        .map((line) => {
            const [name = "", ...columns] = line.split("|").map((column) => column.trim());
            const [first = "", second = first, third = first, fourth = second] = columns;
            return [name, [first, second, third, fourth]];
        }),
);

function words({ verdict, cause }: Explanation): string {
    return cause === null ? verdict : `${verdict} ${cause}`;
}

async function json(args: readonly string[]): Promise<Explanation> {
    const { output, code, errors } = await explain([...args, "--json"]);
    assert.notEqual(output, "", errors);
    const explanation = JSON.parse(output) as Explanation;
    assert.deepEqual(Object.keys(explanation), ["verdict", "cause", "message", "cure", "progress"]);
    assert.equal(code, explanation.verdict === "failed" ? 1 : 0);
    return explanation;
}

describe("npm run explain", () => {
    const folder = temporaryFolder("explain");

    function stateFile(name: string, state: unknown): string {
        const file = join(folder, `${name}.json`);
        writeFileSync(file, typeof state === "string" ? state : JSON.stringify(state));
        return file;
    }

    describe("on the states recorded from the real controllers", function () {
        const names = existsSync(recordings)
            ? readdirSync(recordings)
                  .filter((file) => /^(ok|fail)-.*\.json$/.test(file))
                  .map((file) => file.replace(".json", ""))
            : [];

        it("knows all of them", function () {
            if (names.length === 0) {
                this.skip();
            }
            assert.deepEqual(names.sort(), [...table.keys()].sort());
        });

        for (const name of names) {
            it(`${name}: ${String(table.get(name))}`, async () => {
                const file = join(recordings, `${name}.json`);
                const { recordedAt = "2026-11-21T08:00:00Z" } = JSON.parse(
                    readFileSync(file, "utf8"),
                ) as { recordedAt?: string };
                const before = new Date(Date.parse(recordedAt) - hour).toISOString();
                const found: string[] = [];
                for (const consumer of [[], ["--consumer"]]) {
                    for (const since of [recordedAt, before]) {
                        found.push(
                            words(await json(["--file", file, "--since", since, ...consumer])),
                        );
                    }
                }
                assert.deepEqual(found, table.get(name));
            });
        }
    });

    describe("on the states that the project keeps", () => {
        for (const file of readdirSync(fixtures)) {
            const name = file.replace(".json", "");
            it(`${name}: ${String(table.get(name))}`, () => {
                const { observed } = JSON.parse(readFileSync(join(fixtures, file), "utf8")) as {
                    observed: Omit<DiskObservation, "consumer">;
                };
                const found = (["none", "expected"] as const).flatMap((consumer) =>
                    [0, hour].map((now) =>
                        words(explainDisk({ ...observed, consumer }, { now, since: 0 })),
                    ),
                );
                assert.deepEqual(found, table.get(name));
            });
        }
    });

    /** A disk that is retrying a 404 for the third time. */
    const failing = {
        recordedAt: "2026-11-21T08:10:00Z",
        storageClass: { name: "fast", volumeBindingMode: "Immediate" },
        dataVolume: {
            metadata: {
                namespace: "vms",
                name: "db-root",
                creationTimestamp: "2026-11-21T08:00:00Z",
            },
            spec: { source: { http: { url: "https://example.org/a.img" } } },
            status: {
                phase: "ImportInProgress",
                progress: "N/A",
                claimName: "db-root",
                restartCount: 3,
                conditions: [
                    { type: "Bound", status: "True" },
                    {
                        type: "Running",
                        status: "False",
                        reason: "Error",
                        message:
                            'Get "https://me:hunter2@example.org/a.img?token=hunter3": expected status code 200, got 404. Status: 404 Not Found',
                    },
                ],
            },
        },
        pvc: { metadata: { namespace: "vms", name: "db-root" }, status: { phase: "Bound" } },
        otherPvcs: [],
        pods: [],
        events: [],
    };
    const quota = {
        ...failing,
        pvc: null,
        dataVolume: {
            ...failing.dataVolume,
            status: {
                phase: "Pending",
                conditions: [
                    { type: "Bound", status: "False", reason: "ErrExceededQuota", message: "full" },
                ],
            },
        },
    };

    it("says cause, place, cure and progress, and nothing that is secret", async () => {
        assert.deepEqual(await json(["--file", stateFile("failing", failing)]), {
            verdict: "failed",
            cause: "http-404",
            message:
                'The source does not have the image: Get "https://example.org/a.img?…": expected status code 200, got 404. Status: 404 Not Found (3 restarts) (DataVolume vms/db-root, condition Running)',
            cure: "Correct the image address, or put the image there",
            progress: { phase: "ImportInProgress", percent: null },
        });
    });

    it("says nothing secret of a disk that was not let in, either", async () => {
        const admission = {
            message: 'denied the request: "https://me:hunter2@example.org" is bad',
        };
        const file = stateFile("refused", { admission });
        assert.doesNotMatch((await json(["--file", file])).message, /hunter2/);
    });

    it("says it to a person in lines", async () => {
        const { output, code } = await explain(["--file", stateFile("failing", failing)]);
        assert.equal(code, 1);
        assert.match(
            output,
            /^vms\/db-root: failed\n {2}cause +http-404\n {2}seen +The source .*\n {2}cure +Correct .*\n {2}progress +ImportInProgress$/,
        );
    });

    it("begins the wait when the disk was made, and takes the time from the recording", async () => {
        // Ten minutes are more than a quota is given.
        assert.equal(words(await json(["--file", stateFile("quota", quota)])), "failed quota");
        const young = ["--file", stateFile("quota", quota), "--now", "2026-11-21T08:00:10Z"];
        assert.equal(words(await json(young)), "waiting quota");
    });

    it("counts from --since where it is given", async () => {
        const file = ["--file", stateFile("quota", quota)];
        assert.equal(
            words(await json([...file, "--since", "2026-11-21T08:09:31Z"])),
            "waiting quota",
        );
        assert.equal(
            words(await json([...file, "--since", "2026-11-21T08:09:29Z"])),
            "failed quota",
        );
    });

    it("takes the present where a file does not say when it was recorded", async () => {
        const { recordedAt, ...timeless } = quota;
        assert.notEqual(recordedAt, undefined);
        const file = stateFile("timeless", timeless);
        assert.equal(words(await json(["--file", file])), "failed quota");
    });

    it("explains an empty claim", async () => {
        const claim = {
            pvc: {
                metadata: { namespace: "vms", name: "data" },
                spec: { storageClassName: "local" },
                status: { phase: "Pending" },
            },
            storageClass: { name: "local", volumeBindingMode: "WaitForFirstConsumer" },
        };
        const file = stateFile("claim", claim);
        assert.equal(words(await json(["--file", file])), "proceed");
        assert.equal(words(await json(["--file", file, "--consumer"])), "waiting no-consumer");
    });

    it("says that a disk that is not there is not there", async () => {
        const nothing = { dataVolume: null, pvc: null };
        assert.equal(words(await json(["--file", stateFile("gone", nothing)])), "failed not-there");
    });

    it("says how a copy is made, and why the slow way", async () => {
        const copy = {
            ...failing,
            pvc: {
                ...failing.pvc,
                metadata: {
                    ...failing.pvc.metadata,
                    annotations: {
                        "cdi.kubevirt.io/cloneType": "copy",
                        "cdi.kubevirt.io/cloneFallbackReason": "Provisioners are incompatible",
                    },
                },
            },
        };
        const { output } = await explain(["--file", stateFile("copy", copy)]);
        assert.match(output, /copied +host-assisted because: Provisioners are incompatible/);
    });

    describe("ends with 2, and one sentence on the standard error,", () => {
        const wrong: readonly (readonly [string, () => readonly string[], RegExp])[] = [
            ["without a disk", () => [], /No disk is named/],
            [
                "for half a name",
                () => ["db-root"],
                /"db-root" is not <namespace>\/<disk>, nor vm\/<namespace>\/<machine>/,
            ],
            ["for two disks", () => ["vms/a", "vms/b"], /2 disks/],
            ["for an option it does not know", () => ["vms/a", "--all"], /--help shows/],
            ["for a time that is none", () => ["vms/a", "--now", "soon"], /--now is "soon"/],
            [
                "for a wait that begins after its end",
                () => ["vms/a", "--now", "2026-01-01T00:00:00Z", "--since", "2026-01-02T00:00:00Z"],
                /after --now/,
            ],
            ["for a file and a cluster", () => ["--file", "a", "--context", "b"], /beside --file/],
            ["for a file that is not there", () => ["--file", join(folder, "no")], /ENOENT/],
            ["for a file that is no JSON", () => ["--file", stateFile("text", "{")], /not JSON/],
            ["for a list", () => ["--file", stateFile("list", [])], /is a list/],
            [
                "for an object of something else",
                () => ["--file", stateFile("other", { a: 1 })],
                /holds no disk/,
            ],
            [
                "for something that no machine is waited for",
                () => ["vm/vms/db", "--until", "ssh"],
                /--until is "ssh"/,
            ],
            [
                "for events that are no list",
                () => ["--file", stateFile("events", { ...failing, events: "none" })],
                /events in .* is no list/,
            ],
            [
                "for a kubeconfig that is not there",
                () => ["vms/a", "--kubeconfig", join(folder, "no")],
                /there is no such file/,
            ],
        ];
        for (const [name, args, expected] of wrong) {
            it(name, async () => {
                const { code, output, errors } = await explain([...args(), "--json"], {});
                assert.deepEqual([code, output], [2, ""]);
                assert.match(errors, expected);
                assert.match(errors, /^error: .*\.$/s);
            });
        }
    });

    it("shows what there is with --help", async () => {
        const { code, output } = await explain(["--help"]);
        assert.equal(code, 0);
        for (const option of [
            "vm/<namespace>/",
            "--until",
            "--file",
            "--json",
            "--now",
            "--since",
            "--consumer",
            "--context",
        ]) {
            assert.ok(output.includes(option), option);
        }
    });

    describe("as a process", function () {
        this.timeout(300_000);

        async function run(args: readonly string[]) {
            const child = spawn(
                process.execPath,
                [
                    "-r",
                    "ts-node/register/transpile-only",
                    join(root, "commands/explain.ts"),
                    ...args,
                ],
                { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
            );
            let output = "";
            let errors = "";
            child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
            child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
            const code = await new Promise<number | null>((done) => child.on("close", done));
            return { code, output, errors };
        }

        it("prints exactly one object with --json, and ends with 1 for a failed disk", async () => {
            const { code, output, errors } = await run([
                "--file",
                stateFile("failing", failing),
                "--json",
            ]);
            assert.deepEqual([code, errors], [1, ""]);
            assert.equal((JSON.parse(output) as Explanation).cause, "http-404");
        });

        it("ends with 2 for wrong use, with nothing on the standard output", async () => {
            const { code, output, errors } = await run(["--json"]);
            assert.deepEqual([code, output], [2, ""]);
            assert.match(errors, /^error: No disk is named/);
        });
    });

    describe("on a cluster", () => {
        let server: ApiServer;
        const namespace = "/api/v1/namespaces/vms";
        const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/namespaces/vms/datavolumes";
        const now = ["--now", "2026-11-21T08:10:00Z"];

        beforeEach(async () => {
            server = new ApiServer();
            await server.start();
            // The server knows a collection when there is something in it.
            server.put(dataVolumes, "another");
            for (const kind of ["persistentvolumeclaims", "limitranges"]) {
                server.put(`${namespace}/${kind}`, "another");
            }
        });

        afterEach(async () => {
            await server.stop();
        });

        function live(...args: readonly string[]) {
            return [...args, ...now, "--kubeconfig", stateFile("kubeconfig", server.kubeconfig)];
        }

        it("reads what belongs to the disk once, and watches nothing", async () => {
            server.put(dataVolumes, "db-root", failing.dataVolume);
            server.put(`${namespace}/persistentvolumeclaims`, "db-root", failing.pvc);
            assert.equal(words(await json(live("vms/db-root"))), "failed http-404");
            assert.deepEqual(
                server.requests.filter((request) => request.startsWith("WATCH")),
                [],
            );
        });

        it("explains an empty claim", async () => {
            server.put(`${namespace}/persistentvolumeclaims`, "data", {
                spec: { storageClassName: "local" },
                status: { phase: "Pending" },
            });
            server.put("/apis/storage.k8s.io/v1/storageclasses", "local", {
                volumeBindingMode: "WaitForFirstConsumer",
            });
            assert.equal(words(await json(live("vms/data"))), "proceed");
        });

        it("finds the LimitRange that CDI says nothing of", async () => {
            server.put(dataVolumes, "db-root", {
                metadata: { creationTimestamp: "2026-11-21T08:00:00Z" },
                spec: {
                    source: { http: {} },
                    storage: { resources: { requests: { storage: "10Gi" } } },
                },
                status: {
                    phase: "Pending",
                    conditions: [{ type: "Bound", status: "False", reason: "NotFound" }],
                },
            });
            server.put(`${namespace}/limitranges`, "small", {
                spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "5Gi" } }] },
            });
            assert.equal(words(await json(live("vms/db-root"))), "failed limit-range");
        });

        it("says at once that there is no such disk", async () => {
            assert.equal(words(await json(live("vms/db-root"))), "failed not-there");
        });

        it("says first that nothing has that name, and which names are near it", async () => {
            server.put(dataVolumes, "db-root", failing.dataVolume);
            for (const name of ["db-root", "web", "db-data"]) {
                server.put(`${namespace}/persistentvolumeclaims`, name, {});
            }
            const { output } = await explain(live("vms/db-rot"));
            const first =
                'There is no disk "db-rot" in namespace vms. Its nearest names are: db-root, db-data, web and 1 more.';
            assert.equal(output.split("\n")[0], first);
            assert.ok((await json(live("vms/db-rot"))).message.startsWith(first));
            assert.doesNotMatch((await explain(live("vms/db-root"))).output, /There is no disk/);
        });

        it("explains without what it may not read, and says so beside the answer", async () => {
            server.put(dataVolumes, "db-root", failing.dataVolume);
            server.put(`${namespace}/persistentvolumeclaims`, "db-root", failing.pvc);
            for (const kind of ["pods", "events"]) {
                server.refusals.set(`${namespace}/${kind}`, { status: 403, message: "forbidden" });
            }
            const { code, errors, output } = await explain(live("vms/db-root", "--json"));
            assert.equal(code, 1);
            assert.equal((JSON.parse(output) as Explanation).cause, "http-404");
            assert.match(errors, /may not read pods/);
            assert.match(errors, /may not read events/);
        });

        it("ends with 2 where it may not read the disk itself", async () => {
            server.refusals.set(dataVolumes, { status: 403, message: "datavolumes is forbidden" });
            const { code, errors } = await explain(live("vms/db-root"));
            assert.equal(code, 2);
            assert.match(errors, /cannot be read from .*: datavolumes is forbidden/);
        });

        it("ends with 2 where the cluster is away", async () => {
            const args = live("vms/db-root");
            await server.stop();
            const { code, errors } = await explain(args);
            await server.start();
            assert.equal(code, 2);
            assert.match(errors, /cannot be read from .*ECONNREFUSED/);
        });

        it("never takes the cluster of an exported KUBECONFIG unless a context of it is named", async () => {
            server.put(dataVolumes, "db-root", failing.dataVolume);
            const env = { KUBECONFIG: stateFile("exported", server.kubeconfig) };
            await explain(["vms/db-root"], env);
            assert.deepEqual(server.requests, []);
            const named = await explain(["vms/db-root", "--context", "nowhere"], env);
            assert.match(named.errors, /no context "nowhere"/);
        });
    });
});
