import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
    type Cluster,
    Disk,
    type DiskArgs,
    ExistingStorage,
    GoldenImage,
    type GoldenImageArgs,
    NetworkPlumbing,
    type NetworkPlumbingArgs,
    type StorageBackend,
    VirtualMachine,
    type VirtualMachineArgs,
} from "../../components";
import { writeReleases } from "../../sandbox/releases";
import { speakThrough, type Speaker } from "../../waits/say";
import { everySource } from "../support/every-source";
import { temporaryFolder } from "../support/folder";
import { clusterOf } from "./on-cluster";

const text = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.constantFrom("", "db", "a.b", "A b", "x".repeat(64), "x".repeat(300), "__proto__", "\u0000"),
);

/** What a program in JavaScript or a configuration may hold. */
const anything = fc.oneof(
    { weight: 3, arbitrary: text },
    fc.anything({ withNullPrototype: true }),
    fc.constantFrom<unknown>(null, undefined, 0, -1, Number.NaN, true, [], {}, ["a"], { a: 1 }),
);

const folder = temporaryFolder("fuzzed");
const part = {
    manifests: [{ file: join(folder, "multus.yaml") }],
    imageRegistry: "registry.example.com/net",
};

/** Without manifests a part is installed from the internet, which is not tried here. */
function isLocal(args: Readonly<Record<string, unknown>>): boolean {
    const given = [args["multus"] ?? {}, args["whereabouts"] ?? [], args["sriov"] ?? []];
    return given
        .filter((one) => typeof one === "object" && !Array.isArray(one))
        .every((one) => (one as { readonly manifests?: unknown }).manifests !== undefined);
}

const sources = everySource.map(([, source]) => source);

/** The values that each argument may have: any of its type, or anything at all. */
function argumentsFrom(of: (...right: readonly unknown[]) => fc.Arbitrary<unknown>) {
    /** A source with one of its fields changed. */
    const changed = fc.tuple(fc.constantFrom(...sources), fc.nat(9)).chain(([source, index]) => {
        const entries = Object.entries(source as object) as [string, unknown][];
        const [key, value] = entries[index % entries.length] as [string, unknown];
        return of(value).map((other) => ({ ...source, [key]: other }));
    });
    const source = fc.oneof(changed, of(...sources));
    const maybe = (...right: readonly unknown[]) => fc.option(of(...right), { nil: undefined });
    const labels = maybe({}, { team: "db" }, { "example.org/a": "" });
    const disk = {
        size: of("10Gi", "20Gi", "1.5Ti"),
        source: fc.option(source, { nil: undefined }),
        copyOf: maybe("old"),
        adopt: maybe({ claim: "old" }, { volume: "pv-1" }),
        recreate: maybe(true, false),
        claimName: maybe("data"),
        accessMode: maybe("ReadWriteMany", "ReadWriteOnce"),
        volumeMode: maybe("Block", "Filesystem"),
        onDestroy: maybe("retain", "delete", "forbid"),
        readyWithin: maybe("20 minutes"),
        preallocation: maybe(true, false),
        priorityClass: maybe("high"),
        labels,
    };
    return {
        disk: given({ ...disk, namespace: maybe("vms"), bind: maybe("now", "first-machine") }),
        image: given({
            size: of("10Gi"),
            source,
            refresh: maybe({ schedule: "0 0 * * *" }, { schedule: "@daily", keep: 2 }),
            format: maybe("claim", "snapshot"),
            namespace: maybe("images"),
            imageName: maybe("fedora"),
            sharedWith: maybe([], ["prod"], ["prod", "staging"]),
            instancetype: maybe("u1.medium"),
            preference: maybe("fedora"),
            readyWithin: maybe("20 minutes"),
            onDestroy: maybe("retain", "delete"),
            labels,
        }),
        machine: given({
            os: maybe("linux", "windows"),
            cpu: of(2, { sockets: 2, cores: 2, maxSockets: 4 }, { dedicated: true }),
            memory: of("4Gi", { guest: "4Gi", max: "8Gi" }, { guest: "4Gi", hugepages: "1Gi" }),
            instancetype: maybe("u1.small"),
            preference: maybe("fedora"),
            firmware: maybe({ bootloader: "efi", tpm: "persistent" }, { serialOutput: true }),
            clock: maybe({ timezone: "UTC" }, { offsetSeconds: 60 }),
            machineType: maybe("q35"),
            devices: maybe(
                { gpus: [{ name: "gpu", device: "a.b/c" }], rng: false },
                { sound: "ich9" },
            ),
            volumes: maybe(
                [{ name: "scratch", emptyDisk: "1Gi" }],
                [{ name: "drive", emptyDrive: true, bootOrder: 2 }],
            ),
            networks: maybe(
                [],
                [{ name: "default", pod: true, ports: [{ port: 80 }] }],
                [{ name: "lan", network: "net/lan", addresses: ["10.0.0.2/24"], routes: [] }],
            ),
            runStrategy: maybe("Halted", "Manual"),
            power: maybe("managed", "left-alone"),
            restartPolicy: maybe("never", "if-needed"),
            cloudInit: maybe(false, { packages: ["nginx"] }, { users: [{ name: "ops" }] }),
            sshKeys: maybe(["ssh-ed25519 AAAA"]),
            sysprep: maybe({ unattend: "<a/>" }),
            virtioDrivers: maybe(true, "a/b:1"),
            access: maybe(
                { passwords: { ops: "p" } },
                { sshKeys: { keys: ["ssh-rsa A"], users: ["ops"] } },
            ),
            probes: maybe({ liveness: { tcp: 22 } }, { readiness: { http: { port: 80 } } }),
            ready: maybe("agent", { tcp: 22 }, { http: 80 }, { http: { port: 80, path: "/" } }),
            readyWithin: maybe("20 minutes"),
            stopWithin: maybe("10 minutes"),
            group: maybe("db"),
            placement: maybe(
                { apart: "node" },
                { spread: [{ topologyKey: "zone" }] },
                { near: "db" },
            ),
            liveMigration: maybe("required", "none"),
            labels,
            annotations: labels,
            overrides: maybe({ template: { spec: { hostname: "db" } } }),
        }),
        plumbing: fc
            .record({
                multus: of("adopt", "skip", part, { ...part, mode: "adopt" }),
                whereabouts: maybe("adopt", part, { ...part, version: "v0.9.4", takeOver: true }),
                sriov: maybe("adopt", { ...part, pools: [{ name: "vfs", vendors: ["8086"] }] }),
                readyWithin: maybe("20 minutes"),
            })
            .filter(isLocal),
        machineDisks: fc.array(given({ ...disk, name: of("root", "data"), boot: maybe(true) }), {
            minLength: 1,
            maxLength: 2,
        }),
    };
}

/** Arguments, without those that are left out. Half of the optional ones always are. */
function given(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
    return fc
        .tuple(fc.record(fields), fc.infiniteStream(fc.boolean()))
        .map(([args, keep]) =>
            Object.fromEntries(
                Object.entries(args).filter(
                    ([field, value]) =>
                        value !== undefined &&
                        (field === "size" ||
                            field === "source" ||
                            field === "name" ||
                            field === "cpu" ||
                            field === "memory" ||
                            keep.next().value === true),
                ),
            ),
        );
}

/** Of the type that the right values have. */
function ofType(...right: readonly unknown[]): fc.Arbitrary<unknown> {
    return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...right) },
        fc.constantFrom(...right).chain(alike),
    );
}

function alike(value: unknown): fc.Arbitrary<unknown> {
    if (typeof value === "string") {
        return text;
    }
    if (typeof value === "number") {
        return fc.oneof(fc.integer(), fc.double());
    }
    if (Array.isArray(value)) {
        return fc.array(text, { maxLength: 3 });
    }
    if (typeof value !== "object" || value === null) {
        return fc.constant(value);
    }
    const fields = Object.entries(value).map(([key, one]) =>
        alike(one).map((other) => [key, other] as const),
    );
    return fc.tuple(...fields).map((entries) => Object.fromEntries(entries) as unknown);
}

/** Right most of the time, so that what is wrong elsewhere is reached; or anything. */
function ofAny(...right: readonly unknown[]): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...right) }, anything);
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- its types are not published
const { leakedPromises } = require("@pulumi/pulumi/runtime/debuggable") as {
    leakedPromises: () => unknown;
};

describe("whatever its arguments are", function () {
    this.timeout(300_000);

    let loud: Speaker;
    /** What was told as an error, since the last look. */
    let told: string[];
    let tell: () => void;
    let idle: NodeJS.BeforeExitListener[];
    let storage: StorageBackend;
    let cluster: Cluster;

    before(async () => {
        writeReleases(folder);
        idle = process.listeners("beforeExit");
        cluster = await clusterOf("out of reach");
        loud = speakThrough((severity, words) => {
            if (severity === "error") {
                told.push(words);
                tell();
            }
        });
        told = [];
        tell = () => undefined;
        storage = new ExistingStorage("fast", {
            cluster,
            storageClass: "ceph-block",
            snapshotClass: "ceph-snapshots",
        });
    });

    after(() => {
        rmSync(folder, { recursive: true });
        speakThrough(loud);
        // What is refused stays open, as it should, and the runtime would take it for a program that ended too early.
        leakedPromises();
        // The run of this process was refused often enough; it is no program that has to fail now.
        for (const listener of process.listeners("beforeExit")) {
            if (!idle.includes(listener)) {
                process.removeListener("beforeExit", listener);
            }
        }
    });

    interface Made {
        readonly nodes: Promise<object>;
    }

    /** Makes it, and answers once it is registered or refused. Everything that is thrown comes through. */
    async function outcome(make: () => Made): Promise<"registered" | "refused"> {
        told = [];
        const refused = new Promise<void>((resolve) => (tell = resolve));
        let nodes: Promise<object>;
        try {
            nodes = make().nodes;
        } catch (error) {
            // Values of a wrong type end the program, in the same words.
            assert.ok(error instanceof pulumi.RunError, String(error));
            told.push(...error.message.split("\n"));
            nodes = Promise.resolve({});
        }
        const registered = nodes.then(async (made) => {
            const all = Object.values(made).flat() as pulumi.Resource[];
            await Promise.all(all.map((one) => new Promise((done) => one.urn.apply(done))));
        });
        await Promise.race([registered, refused]);
        for (const line of told) {
            assert.match(
                line,
                /^(Disk|GoldenImage|NetworkPlumbing|VirtualMachine) "[^"]+": \S.*\. \S/s,
            );
        }
        return told.length > 0 ? "refused" : "registered";
    }

    let count = 0;
    async function checkAll<A>(
        arbitrary: fc.Arbitrary<A>,
        make: (name: string, args: A) => Made,
        numRuns = 300,
    ) {
        const seen = { registered: 0, refused: 0 };
        await fc.assert(
            fc.asyncProperty(arbitrary, async (args) => {
                count += 1;
                seen[await outcome(() => make(`db-${String(count)}`, args))] += 1;
            }),
            { numRuns },
        );
        // Neither way is all there is: else this would show nothing.
        assert.ok(seen.registered > 0 && seen.refused > 0, JSON.stringify(seen));
    }

    for (const [what, of] of [
        ["any value of its type", ofType],
        ["anything at all", ofAny],
    ] as const) {
        const any = argumentsFrom(of);

        it(`a disk is registered, or refused in our words: ${what}`, () =>
            checkAll(
                any.disk,
                (name, args) => new Disk(name, { ...args, storage } as unknown as DiskArgs),
            ));

        it(`a golden image is registered, or refused in our words: ${what}`, () =>
            checkAll(
                any.image,
                (name, args) =>
                    new GoldenImage(name, { ...args, storage } as unknown as GoldenImageArgs),
            ));

        it(`the plumbing of networks is registered, or refused in our words: ${what}`, () =>
            checkAll(
                any.plumbing,
                (name, args) =>
                    new NetworkPlumbing(name, {
                        ...args,
                        cluster,
                    } as unknown as NetworkPlumbingArgs),
                // Each reads its manifests anew.
                100,
            ));

        it(`a machine with such disks is registered, or refused in our words: ${what}`, () =>
            checkAll(
                any.machineDisks,
                (name, disks) =>
                    new VirtualMachine(name, {
                        cluster,
                        cpu: 1,
                        memory: "1Gi",
                        disks: disks.map((one) => ({ ...one, storage })),
                    } as unknown as VirtualMachineArgs),
            ));

        it(`a machine of any arguments is registered, or refused in our words: ${what}`, () =>
            checkAll(
                any.machine,
                (name, args) =>
                    new VirtualMachine(name, {
                        ...args,
                        cluster,
                        disks: [{ name: "root", storage, size: "1Gi" }],
                    } as unknown as VirtualMachineArgs),
            ));
    }
});
