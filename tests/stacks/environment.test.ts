import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import * as pulumi from "@pulumi/pulumi";
import { environment } from "../../stacks/environment";
import { environmentKey, keyProblems, schemaLine } from "../../stacks/schema/keys";
import { parseEnvironment } from "../../stacks/schema/parse";
import { temporaryFolder } from "../support/folder";
import { fullEnvironment, storages } from "./documents";

const minimal = {
    cluster: { context: "prod-1" },
    storage: { existing: { storageClass: "nvme" } },
};

/** The problems of the least environment with something more. */
function problemsOf(more: object): string[] {
    return parseEnvironment({ ...minimal, ...more }).problems.map(
        ({ field, fault, cure }) => `${field} ${fault}. ${cure}`,
    );
}

const machine = (fields: object) => ({ machines: { db: { disks: [], ...fields } } });
const ceph = (fields: object) => ({ storage: { ceph: { ...storages.ceph, ...fields } } });

describe("parseEnvironment", () => {
    it("takes the least there is to say, and everything there is", () => {
        assert.deepEqual(parseEnvironment(minimal).environment, minimal);
        for (const storage of ["existing", "ceph", "longhorn"] as const) {
            const document = fullEnvironment(storage);
            assert.deepEqual(parseEnvironment(document), {
                environment: document,
                problems: [],
                secrets: parseEnvironment(document).secrets,
            });
        }
    });

    it("names the secrets that have to be set, and where they are used", () => {
        assert.deepEqual(parseEnvironment(fullEnvironment("ceph")).secrets, {
            cephKey: "environment.storage.ceph.user.key",
            diskPassphrase: "environment.storage.ceph.encryption.passphrase",
        });
    });

    for (const [what, more, told] of [
        [
            "nothing at all",
            { cluster: undefined },
            /^environment\.cluster is missing\. write it \(Where the stack lives\)/,
        ],
        [
            "a key that is nearly right",
            machine({ cpus: 2 }),
            /^environment\.machines\.db\.cpus is given, which is no field of it\. write cpu$/,
        ],
        [
            "a key that is not",
            { colour: "red" },
            /^environment\.colour is given.*write one of stage, cluster, /,
        ],
        [
            "a key of a part that may be a word",
            { platform: { kubevirt: { verson: "v1" } } },
            /kubevirt\.verson .*write version$/,
        ],
        [
            "a word that is nearly right",
            { platform: { cdi: "instal" } },
            /^environment\.platform\.cdi is "instal", which is none of install, adopt, skip\. write install$/,
        ],
        [
            "an instancetype that is nearly right",
            machine({ instancetype: "u1.medum" }),
            /instancetype is "u1\.medum", which is not known\. write u1\.medium$/,
        ],
        [
            "a number in quotes",
            machine({ cpu: "2" }),
            /\.cpu is "2", which is not a number\. write a number/,
        ],
        ["half a CPU", machine({ cpu: 1.5 }), /\.cpu is 1\.5, which is not a whole number/],
        ["no CPU", machine({ cpu: 0 }), /\.cpu is 0, which is less than 1/],
        [
            "a decimal size",
            machine({ memory: "40GB" }),
            /\.memory is "40GB", which is not a binary size\. write "40Gi"/,
        ],
        [
            "a size without a unit",
            machine({ memory: 4 }),
            /\.memory is 4, which is not text\. write text, as "4Gi"/,
        ],
        [
            "a version that YAML takes for a number",
            { platform: { cdi: { version: 1.66 } } },
            /version is 1\.66, which is not text\. write text, as "v1\.66\.0"/,
        ],
        [
            "a duration in short",
            machine({ readyWithin: "5m" }),
            /readyWithin is "5m", which is not a duration/,
        ],
        [
            "a name that no object has",
            { machines: { Db: { disks: [] } } },
            /^environment\.machines\.Db is "Db", which is not a Kubernetes name/,
        ],
        [
            "a name that is out of the way",
            { machines: { "a/b": { disks: [] } } },
            /^environment\.machines\["a\/b"\] /,
        ],
        [
            "no storage",
            { storage: {} },
            /^environment\.storage has none of existing, ceph, longhorn\. write one of them$/,
        ],
        [
            "two storages",
            { storage: { longhorn: {}, existing: { storageClass: "a" } } },
            /^environment\.storage has existing and longhorn, of which there can be one/,
        ],
        [
            "what is wrong inside a storage",
            { storage: { ceph: { pool: 3 } } },
            /^environment\.storage\.ceph\.pool is 3/m,
        ],
        [
            "an interface of no network",
            machine({ networks: [{ name: "lan" }] }),
            /^environment\.machines\.db\.networks\[0\] has none of pod, network/,
        ],
        [
            "a manifest that is only an address",
            { platform: { cdi: { manifest: "https://example.org" } } },
            /cdi\.manifest is text, which fits nothing there\. write one of \{ url: … \}, \{ file: … \}/,
        ],
        [
            "an image's source of an unknown kind",
            { images: { a: { size: "1Gi", source: { registri: "x" } } } },
            /source has none of registry, http, s3, gcs, upload.*\n.*registri is given.*write registry/,
        ],
        [
            "what the model knows of a source",
            { images: { a: { size: "1Gi", source: { registry: "UPPER" } } } },
            /^environment\.images\.a\.source\.registry /,
        ],
        [
            "an image that is nearly there",
            {
                images: { fedora: { size: "1Gi", source: { http: "https://example.org/a" } } },
                ...machine({ disks: [{ name: "a", size: "1Gi", image: "fedroa" }] }),
            },
            /^environment\.machines\.db\.disks\[0\]\.image is "fedroa", which is none of images; there are fedora\. write fedora$/,
        ],
        [
            "an image of a fleet that is not there",
            {
                fleets: {
                    web: {
                        machines: 1,
                        machine: { disks: [{ name: "a", size: "1Gi", image: "no" }] },
                    },
                },
            },
            /^environment\.fleets\.web\.machine\.disks\[0\]\.image is "no".*there are none/,
        ],
        [
            "a tier that is not there",
            machine({ disks: [{ name: "a", size: "1Gi", tier: "fast" }] }),
            /tier is "fast", which is none of the storage's tiers/,
        ],
        [
            "a default tier that is not there",
            ceph({ defaultTier: "slow" }),
            /^environment\.storage\.ceph\.defaultTier is "slow".*there are fast/,
        ],
        [
            "a network that is not there",
            machine({ networks: [{ name: "a", network: "lan" }] }),
            /networks\[0\]\.network is "lan", which is none of networks/,
        ],
        [
            "a disk twice",
            machine({
                disks: [
                    { name: "a", size: "1Gi" },
                    { name: "a", size: "1Gi" },
                ],
            }),
            /^environment\.machines\.db\.disks\[1\]\.name is "a" a second time/,
        ],
        ["a null", machine({ cpu: null }), /\.cpu is null, which is not a number/],
    ] as const) {
        it(`says what is wrong, and what to do: ${what}`, () => {
            assert.match(problemsOf(more).join("\n"), told);
        });
    }

    it("says what is wrong with a document that is no object", () => {
        for (const document of [null, "staging", 3, []]) {
            const [problem] = parseEnvironment(document).problems;
            assert.equal(problem?.field, "environment");
            assert.match(problem.fault, /which is not an object/);
        }
    });

    it("says everything at once", () => {
        const fields = parseEnvironment({
            cluster: { contxt: "a" },
            storage: { longhorn: { replicas: 0 } },
            machines: { db: { cpu: "2", disks: [{ name: "a", size: "1Gi", image: "b" }] } },
        }).problems.map(({ field }) => field);
        assert.deepEqual(fields.sort(), [
            "environment.cluster.context",
            "environment.cluster.contxt",
            "environment.machines.db.cpu",
            "environment.machines.db.disks[0].image",
            "environment.storage.longhorn.replicas",
        ]);
    });

    for (const [what, more, told] of [
        [
            "where a secret belongs",
            ceph({ user: { id: "a", key: "hunter2" } }),
            /^environment\.storage\.ceph\.user\.key is a secret in plain text\. take it out.*pulumi config set --secret <key>/,
        ],
        [
            "where a secret is named wrongly",
            ceph({ user: { id: "a", key: { secret: "hunter2!" } } }),
            /user\.key does not name a Pulumi secret\. write it as \{ secret: <key> \}/,
        ],
        [
            "where there is more to say",
            ceph({ user: "hunter2" }),
            /user is text, which is not an object/,
        ],
        [
            "where nothing secret belongs",
            machine({ password: "hunter2" }),
            /\.password is a secret in plain text, in a place that has none/,
        ],
        [
            "in a field that is no secret",
            ceph({
                user: { id: 3, key: { secret: "cephKey" } },
                pool: "AQBMmhFkAAAAABAAq5Yh8m2oVXhmcXz8rXGrCA==",
                dataPool: [],
            }),
            /dataPool/,
        ],
    ] as const) {
        it(`never repeats a secret that is written in plain text: ${what}`, () => {
            const text = problemsOf(more).join("\n");
            assert.match(text, told);
            assert.doesNotMatch(text, /hunter2|AQBM/);
        });
    }

    it("refuses an encrypted value inside, with the way out, and says nothing else of it", () => {
        const document = { ...minimal, ...ceph({ user: { id: "a", key: { secure: "v1:abc" } } }) };
        const { problems } = parseEnvironment(document);
        assert.deepEqual(
            problems.map(({ field }) => field),
            ["environment.storage.ceph.user.key"],
        );
        assert.match(
            problems[0]?.cure ?? "",
            /pulumi config rm --path environment\.storage\.ceph\.user\.key.*pulumi config set --secret/,
        );
    });
});

describe("keyProblems", () => {
    it("names the new place of what was a key of its own", () => {
        const told = keyProblems(["storageClass", "environment", "cephKey", "mine"]);
        assert.deepEqual(
            told.map(({ field, fault }) => [field, fault]),
            [
                [
                    "storageClass",
                    "is a key of its own, and belongs to environment.storage.existing.storageClass",
                ],
            ],
        );
    });

    it("names environment where somebody nearly wrote it", () => {
        assert.equal(keyProblems(["enviroment"])[0]?.cure, "write environment");
    });
});

describe("the environments of this project", () => {
    const folder = join(__dirname, "..", "..", "stacks");
    const files = readdirSync(folder).filter((file) => /^Pulumi\.(?!local)/.test(file));

    it("are found", () => {
        assert.deepEqual(files.sort(), [
            "Pulumi.production-platform.yaml",
            "Pulumi.production.yaml",
            "Pulumi.staging.yaml",
        ]);
    });

    for (const file of files) {
        it(`are right, and an editor finds their schema: ${file}`, () => {
            const text = readFileSync(join(folder, file), "utf8");
            assert.ok(text.startsWith(`${schemaLine}\n`));
            const { config } = parse(text) as { config: Record<string, unknown> };
            assert.deepEqual(parseEnvironment(config[environmentKey]).problems, []);
        });
    }
});

describe("environment", () => {
    it("has the kubeconfig of all files of KUBECONFIG", async () => {
        const folder = temporaryFolder("environment");
        const files = ["one", "two"].map((name) => {
            const file = join(folder, name);
            const contexts = [{ name, context: { cluster: name, user: name } }];
            writeFileSync(file, JSON.stringify({ contexts, "current-context": name }));
            return file;
        });
        const { KUBECONFIG: exported } = process.env;
        process.env["KUBECONFIG"] = files.join(delimiter);
        try {
            const noResources = { newResource: () => assert.fail(), call: () => assert.fail() };
            await pulumi.runtime.setMocks(noResources, "shop", "prod", true);
            const document = { ...minimal, cluster: { context: "two" } };
            pulumi.runtime.setAllConfig({ "shop:environment": JSON.stringify(document) });
            const { kubeconfig } = environment().cluster;
            const { contexts } = JSON.parse(kubeconfig as string) as {
                readonly contexts: readonly { readonly name: string }[];
            };
            assert.deepEqual(
                contexts.map(({ name }) => name),
                ["one", "two"],
            );
        } finally {
            pulumi.runtime.setAllConfig({});
            if (exported === undefined) {
                delete process.env["KUBECONFIG"];
            } else {
                process.env["KUBECONFIG"] = exported;
            }
        }
    });
});
