import assert from "node:assert/strict";
import { bulkFile } from "../../../manifests/import/bulk-file";
import { importPlan, type ImportWish, type NamespaceSeen } from "../../../manifests/import/plan";
import { programText } from "../../../manifests/import/program";
import { ownerAnnotation } from "../../../model/annotations";
import type { Fields } from "../../../model/machine-difference";
import { importText, nextText } from "../../../commands/import-text";
import { foreignObjects, plantedPassword } from "../../support/foreign-machines";

const wish: ImportWish = { stack: "shop/prod", state: new Set(), includeManaged: false };
const seen = foreignObjects("vms");
const place = {
    library: "../components",
    cluster: "prod",
    context: "prod",
    kubeconfig: '""',
    part: false,
};
const files = { program: "a.ts", bulk: "a.import.json", stack: "prod", part: false };

/** One machine with one disk on a claim, of which a test changes what it is about. */
function one(change: {
    readonly machine?: Fields;
    readonly claim?: Fields;
    readonly dataVolumes?: readonly Fields[];
}): NamespaceSeen {
    const metadata = { name: "web", namespace: "vms" };
    const devices = { disks: [{ name: "root", disk: {} }], interfaces: [] };
    const machine = {
        metadata,
        spec: {
            runStrategy: "Halted",
            template: {
                spec: {
                    domain: { memory: { guest: "1Gi" }, devices },
                    volumes: [{ name: "root", persistentVolumeClaim: { claimName: "web-root" } }],
                },
            },
        },
        ...change.machine,
    };
    const claim = {
        metadata: { name: "web-root", namespace: "vms" },
        spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "fast",
            resources: { requests: { storage: "10Gi" } },
        },
        status: { phase: "Bound" },
        ...change.claim,
    };
    const none = { networks: [], services: [], policies: [] };
    return {
        namespace: "vms",
        machines: [machine],
        claims: [claim],
        dataVolumes: change.dataVolumes ?? [],
        ...none,
    };
}

describe("the plan of an import", () => {
    const plan = importPlan(seen, wish);

    it("has every machine that nobody else looks after, with nothing that the program says otherwise", () => {
        assert.deepEqual(
            plan.machines.map(({ name, changes }) => [name, changes]),
            ["web", "db", "tied", "live", "win", "fast"].map((name) => [name, []]),
        );
        assert.deepEqual(
            plan.services.map(({ name }) => name),
            ["web-http"],
        );
        assert.deepEqual(
            plan.networks.map(({ name, args }) => [name, args]),
            [
                ["lan", { bridge: { bridge: "br1" } }],
                ["vf", { sriov: { resourceName: "intel.com/sriov", vlan: 100 } }],
            ],
        );
    });

    it("names who looks after what is left out, and takes it where that is asked for", () => {
        assert.deepEqual(
            plan.left.map(({ kind, name, why }) => `${kind} ${name}: ${why}`),
            ["VirtualMachine shop: Helm release shop looks after it, and would go on doing so"],
        );
        const all = importPlan(seen, { ...wish, includeManaged: true });
        assert.ok(all.machines.some(({ name }) => name === "shop"));
        assert.match(JSON.stringify(all.notes), /Helm release shop looks after it too/);
    });

    const owned = (owner: object) =>
        one({ machine: { metadata: { name: "web", namespace: "vms", ...owner } } });
    const owners: readonly (readonly [string, object, RegExp])[] = [
        [
            "this stack",
            { annotations: { [ownerAnnotation]: "shop/prod/web" } },
            /is this stack's already/,
        ],
        [
            "another stack",
            { annotations: { [ownerAnnotation]: "shop/production/web" } },
            /stack shop\/production\/web looks after/,
        ],
        [
            "Argo CD",
            {
                annotations: {
                    "argocd.argoproj.io/tracking-id": "vms:kubevirt.io/VirtualMachine:vms/web",
                },
            },
            /Argo CD application vms/,
        ],
        ["Flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "vms" } }, /Flux vms/],
        [
            "a pool",
            { ownerReferences: [{ kind: "VirtualMachinePool", name: "pool" }] },
            /VirtualMachinePool pool/,
        ],
        [
            "another Pulumi program",
            { managedFields: [{ manager: "pulumi-kubernetes-1a2b3c4d" }] },
            /another Pulumi program/,
        ],
    ];
    for (const [who, owner, why] of owners) {
        it(`leaves a machine of ${who} out`, () => {
            const { machines, left } = importPlan(owned(owner), wish);
            assert.deepEqual(machines, []);
            assert.match(left[0]?.why ?? "", why);
        });
    }

    it("leaves out what the stack's state has, although nothing was written on it yet", () => {
        const state = new Set(["VirtualMachine vms/web"]);
        assert.match(
            importPlan(one({}), { ...wish, state }).left[0]?.why ?? "",
            /this stack's already/,
        );
    });

    it("leaves a machine out whose disk is still being made, and says when to come back", () => {
        const pending = importPlan(one({ claim: { status: { phase: "Pending" } } }), wish);
        assert.match(
            pending.left[0]?.why ?? "",
            /disk web-root is not ready: its claim is Pending/,
        );
        const filling = {
            metadata: { name: "web-root", namespace: "vms" },
            spec: {},
            status: { phase: "ImportInProgress" },
        };
        const [left] = importPlan(one({ dataVolumes: [filling] }), wish).left;
        assert.match(left?.why ?? "", /its DataVolume is ImportInProgress/);
        assert.match(left?.cure ?? "", /import it again/);
    });

    it("protects a machine whose disks go with it, and does not promise to keep them", () => {
        const tied = plan.machines.find(({ name }) => name === "tied");
        assert.deepEqual([tied?.tied, [...(tied?.ownDisks.keys() ?? [])]], [["tied-root"], []]);
        const text = programText(plan, place);
        assert.match(text, /new VirtualMachine\("tied", .*, \{ protect: true \}\);/);
        assert.equal(text.match(/protect: true/g)?.length, 1);
        // The template first: KubeVirt would take the DataVolume back.
        assert.match(
            importText(plan, "prod"),
            /patch vm tied -n vms .*\/spec\/dataVolumeTemplates[^]*patch dv tied-root -n vms .*\/metadata\/ownerReferences/,
        );
    });

    it("has a disk as large as nobody can write it a little smaller, and never larger", () => {
        const data = plan.machines.find(({ name }) => name === "db")?.ownDisks.get("db-data");
        assert.equal(data?.size, "1907Mi");
    });

    it("makes a disk that machines share one of its own, where they all say so", () => {
        const machine = (name: string, shareable: boolean): Fields => {
            const [first] = one({}).machines;
            const text = JSON.stringify(first).replace(
                /"disk":\{\}/,
                `"disk":{},"shareable":${String(shareable)}`,
            );
            return JSON.parse(text.replaceAll('"web"', `"${name}"`)) as Fields;
        };
        const forMany = {
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                storageClassName: "fast",
                resources: { requests: { storage: "10Gi" } },
            },
        };
        const both = (second: boolean) =>
            importPlan(
                {
                    ...one({ claim: forMany }),
                    machines: [machine("a", true), machine("b", second)],
                },
                wish,
            );
        assert.deepEqual(
            both(true).disks.map(({ name }) => name),
            ["web-root"],
        );
        assert.match(
            programText(both(true), place),
            /\{ name: "root", disk: webRoot, [^}]*shareable: true/,
        );
        assert.deepEqual(both(false).disks, []);
        assert.match(
            JSON.stringify(both(false).notes),
            /a and b have it, and not all of them say shareable/,
        );
    });

    it("takes an address with a login, or with headers, for none", () => {
        const source = (http: object) => {
            const volume = {
                metadata: { name: "web-root", namespace: "vms" },
                spec: { source: { http } },
                status: { phase: "Succeeded" },
            };
            const { machines } = importPlan(one({ dataVolumes: [volume] }), wish);
            return machines[0]?.ownDisks.get("web-root");
        };
        assert.deepEqual(source({ url: "https://example.org/a.img" })?.source, {
            http: "https://example.org/a.img",
        });
        for (const http of [
            { url: "https://me:planted@example.org/a.img" },
            { url: "https://example.org/a.img?token=planted" },
            { url: "https://example.org/a.img", extraHeaders: ["Authorization: planted"] },
        ]) {
            const disk = source(http);
            assert.equal(disk?.filled, true);
            assert.equal(disk.source, undefined);
        }
    });
});

describe("what an import writes", () => {
    const plan = importPlan(seen, wish);
    const all = [
        programText(plan, place),
        importText(plan, "prod"),
        nextText(plan, files),
        JSON.stringify(
            bulkFile(plan, { project: "shop", stack: "prod", cluster: "prod", identifier: "prod" }),
        ),
    ];

    it("has its stack made first where it is new, and told its cluster", () => {
        const [, first = ""] = nextText(plan, files, "prod-1").split("First:\n");
        const [init, config] = first.split("\n").map((line) => line.trim());
        assert.match(init ?? "", /^pulumi stack init prod /);
        assert.match(
            config ?? "",
            /^pulumi config set --path environment\.cluster\.context prod-1 --stack prod /,
        );
        assert.doesNotMatch(nextText(plan, files), /First:/);
    });

    it("has no first-boot data in it, and says how it gets into the configuration", () => {
        for (const text of all) {
            assert.ok(!text.includes(plantedPassword), text);
        }
        assert.match(all[0] ?? "", /userData: firstBoot\("db-boot-userData"\)/);
        assert.match(
            all[2] ?? "",
            /jsonpath='\{\.spec\.template\.spec\.volumes\[\?\(@\.name=="boot"\)\]\.cloudInitNoCloud\.userData\}' \| base64 -w0 \| pulumi config set --secret db-boot-userData/,
        );
    });

    it("is a file for the engine whose parents are there, and whose provider is the Cluster's", () => {
        const { nameTable, resources } = bulkFile(plan, {
            project: "shop",
            stack: "prod",
            cluster: "prod",
            identifier: "prod",
        });
        assert.equal(
            nameTable["provider"],
            "urn:pulumi:prod::shop::kubevirt:index:Cluster$pulumi:providers:kubernetes::prod-provider",
        );
        const names = resources.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
        for (const { parent, id, component, provider } of resources) {
            assert.ok(parent === undefined || names.includes(parent), parent);
            assert.equal(id === undefined, component === true);
            assert.equal(provider === undefined, component === true);
        }
        const root = resources.find(({ logicalName }) => logicalName === "web-root");
        assert.deepEqual(root?.inputs, {
            cluster: "prod",
            origin: "vms/web-root, docker://quay.io/containerdisks/fedora:42, class sandbox-block, ReadWriteMany, Block",
        });
    });
});
