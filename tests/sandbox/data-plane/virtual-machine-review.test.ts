import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../../sandbox/data-plane/objects";
import { canonicalQuantity } from "../../../sandbox/data-plane/quantity";
import type { ReviewResponse } from "../../../sandbox/data-plane/uninstall-review";
import { reviewVirtualMachine } from "../../../sandbox/data-plane/virtual-machine-review";
import { merged } from "../../../sandbox/data-plane/writes";

interface Recorded {
    readonly name: string;
    readonly code: number;
    readonly message: string;
    readonly warnings?: readonly string[];
    readonly with?: string;
    readonly machineName?: string;
    readonly change: object;
}

const fixture = join(__dirname, "..", "..", "fixtures", "webhooks", "vm-answers.json");
const recorded = JSON.parse(readFileSync(fixture, "utf8")) as {
    readonly spec: object;
    readonly cases: readonly Recorded[];
};

/** Refused by the API server itself, which knows names and fields. */
const notWebhooks = ["VM name with capitals", "unknown field, strict"];

const medium = {
    kind: "VirtualMachineInstancetype",
    metadata: { namespace: "vms", name: "u1.medium" },
    spec: { cpu: { guest: 1 }, memory: { guest: "4Gi" } },
};
const demanding = {
    kind: "VirtualMachinePreference",
    metadata: { namespace: "vms", name: "win" },
    spec: { requirements: { cpu: { guest: 2 } } },
};

describe("the simulated KubeVirt answers to a new machine as the real one did", () => {
    for (const { name, code, message, warnings, change, ...rest } of recorded.cases) {
        if (notWebhooks.includes(name)) {
            continue;
        }
        it(`${name}: ${code}`, async () => {
            const objects = rest.with === undefined ? [] : [medium, demanding];
            const spec = merged(recorded.spec, change) as object;
            const answer = await create(spec, objects);
            assert.equal(answer.status?.code ?? 201, code);
            const said = /^admission webhook "[^"]+" denied the request: ([^]*)$/.exec(
                message,
            )?.[1];
            assert.equal(answer.status?.message, said);
            const word = /spec\.running is deprecated/;
            assert.equal(
                (answer.warnings ?? []).some((each) => word.test(each)),
                (warnings ?? []).some((each) => word.test(each)),
            );
        });
    }
});

describe("the simulated KubeVirt says of a changed machine", () => {
    const busy = { snapshotInProgress: "snap1" };
    for (const [what, status, change, refusal] of [
        [
            "runStrategy while a snapshot is made",
            busy,
            { runStrategy: "Halted" },
            /running state until snapshot "snap1" completes$/,
        ],
        [
            "volumes while a snapshot is made",
            busy,
            withoutVolumes(),
            /disks or volumes until snapshot "snap1"/,
        ],
        ["CPUs while a snapshot is made", busy, withCores(), undefined],
        [
            "runStrategy while it is restored",
            { restoreInProgress: "r1" },
            { runStrategy: "Manual" },
            /runStrategy until restore "r1"/,
        ],
        ["runStrategy", {}, { runStrategy: "Halted" }, undefined],
    ] as const) {
        it(`${what}: ${refusal === undefined ? "nothing" : "no"}`, async () => {
            const before = { metadata: { name: "web" }, spec: recorded.spec, status };
            const after = { ...before, spec: merged(recorded.spec, change) };
            const answer = await review("validate", "UPDATE", after, before);
            assert.equal(answer.allowed, refusal === undefined);
            assert.match(answer.status?.message ?? "", refusal ?? /^$/);
        });
    }

    function withoutVolumes() {
        const devices = { disks: [] };
        return { template: { spec: { volumes: [], domain: { devices } } } };
    }

    function withCores() {
        return { template: { spec: { domain: { cpu: { cores: 4 } } } } };
    }
});

describe("the simulated KubeVirt fills in a machine", () => {
    it("what the real one did, on creation, and nothing when it is applied again", async () => {
        const { firmware, ...domain } = (await filled(recorded.spec)).template.spec.domain;
        assert.deepEqual(domain.machine, { type: "q35" });
        assert.deepEqual(domain.resources, {});
        assert.deepEqual(firmware, { uuid: "id-1", serial: "id-2" });
        const once = await filled(recorded.spec);
        assert.equal(once.template.spec.architecture, "amd64");
        assert.deepEqual(once.template.metadata.annotations, {
            "kubevirt.io/pci-topology-version": "v3",
        });
        const again = await review("mutate", "UPDATE", machineWith(once), machineWith(once));
        assert.equal(again.patch, undefined);
    });

    it("no identity and no topology when it changes", async () => {
        const { template } = await filled(recorded.spec, "UPDATE");
        assert.equal(template.spec.domain.firmware, undefined);
        assert.equal(template.metadata.annotations, undefined);
        assert.equal(template.spec.architecture, "amd64");
    });

    it("keeps what somebody has chosen", async () => {
        const domain = { machine: { type: "pc-q35-rhel9.6.0" }, firmware: { uuid: "mine" } };
        const change = { template: { spec: { domain } } };
        const { template } = await filled(merged(recorded.spec, change) as object);
        assert.equal(template.spec.domain.machine.type, "pc-q35-rhel9.6.0");
        assert.equal(template.spec.domain.firmware?.uuid, "mine");
        assert.equal(template.spec.domain.firmware.serial, "id-1");
    });

    it("writes quantities and flags as KubeVirt's own types do", async () => {
        const domain = {
            memory: { guest: "4096Mi" },
            cpu: { cores: 2, dedicatedCpuPlacement: false },
            resources: { requests: { cpu: "1000m", memory: "4294967296" } },
        };
        const change = { template: { spec: { domain, nodeSelector: {} } } };
        const { template } = await filled(merged(recorded.spec, change) as object);
        assert.deepEqual(template.spec.domain.memory, { guest: "4Gi" });
        assert.deepEqual(template.spec.domain.cpu, { cores: 2 });
        assert.deepEqual(template.spec.domain.resources, {
            requests: { cpu: "1", memory: "4294967296" },
        });
        assert.equal("nodeSelector" in template.spec, false);
    });

    it("takes the machine type of the preference, and the instancetype that a volume names", async () => {
        const preference = {
            kind: "VirtualMachineClusterPreference",
            metadata: { name: "old" },
            spec: { machine: { preferredMachineType: "pc-q35-rhel8.6.0" } },
        };
        const claim = {
            kind: "PersistentVolumeClaim",
            metadata: {
                namespace: "vms",
                name: "golden",
                labels: { "instancetype.kubevirt.io/default-instancetype": "u1.small" },
            },
        };
        const matchers = { preference: { name: "old" }, instancetype: { inferFromVolume: "root" } };
        const spec = await filled({ ...recorded.spec, ...matchers }, "CREATE", [preference, claim]);
        assert.equal(spec.template.spec.domain.machine.type, "pc-q35-rhel8.6.0");
        assert.deepEqual(spec.instancetype, { name: "u1.small" });
    });
});

describe("canonicalQuantity", () => {
    for (const [text, canonical] of [
        ["2048Mi", "2Gi"],
        ["1.5Gi", "1536Mi"],
        ["512Mi", "512Mi"],
        ["1Ki", "1Ki"],
        ["0.5Ki", "512"],
        ["1000M", "1G"],
        ["0.5", "500m"],
        ["2000m", "2"],
        ["10737418240", "10737418240"],
        ["0", "0"],
        ["0Gi", "0"],
        ["-1", "-1"],
        ["big", "big"],
    ] as const) {
        it(`${text} is ${canonical}`, () => {
            assert.equal(canonicalQuantity(text), canonical);
        });
    }
});

interface Filled {
    readonly instancetype?: object;
    readonly template: {
        readonly metadata: { readonly annotations?: object };
        readonly spec: {
            readonly architecture: string;
            readonly domain: {
                readonly machine: { readonly type: string };
                readonly firmware?: { readonly uuid: string; readonly serial: string };
                readonly resources: object;
                readonly memory: object;
                readonly cpu: object;
            };
        };
    };
}

/** Both webhooks, one after the other, as the API server asks them. */
async function create(spec: object, objects: readonly object[]): Promise<ReviewResponse> {
    const first = await review("mutate", "CREATE", machineWith(spec), undefined, objects);
    return first.allowed
        ? await review("validate", "CREATE", machineWith(patched(spec, first)), undefined, objects)
        : first;
}

async function filled(
    spec: object,
    operation = "CREATE",
    objects: readonly object[] = [],
): Promise<Filled> {
    const answer = await review("mutate", operation, machineWith(spec), undefined, objects);
    assert.equal(answer.allowed, true);
    return patched(spec, answer) as Filled;
}

function patched(spec: object, { patch }: ReviewResponse): object {
    if (patch === undefined) {
        return spec;
    }
    const [{ value }] = JSON.parse(Buffer.from(patch, "base64").toString()) as [{ value: object }];
    return value;
}

function machineWith(spec: object) {
    return { metadata: { name: "web", namespace: "vms" }, spec };
}

async function review(
    webhook: "mutate" | "validate",
    operation: string,
    object: object,
    oldObject?: object,
    objects: readonly object[] = [],
): Promise<ReviewResponse> {
    const there = objects as readonly KubernetesObject[];
    let ids = 0;
    return await reviewVirtualMachine(
        {
            uid: "review",
            operation,
            resource: { group: "kubevirt.io", resource: "virtualmachines" },
            namespace: "vms",
            object,
            ...(oldObject === undefined ? {} : { oldObject }),
        },
        webhook,
        {
            gates: [],
            newId: () => `id-${(ids += 1)}`,
            read: (kind, namespace, name) =>
                Promise.resolve(
                    there.find(
                        (each) =>
                            each.kind === kind &&
                            each.metadata.name === name &&
                            each.metadata.namespace === namespace,
                    ),
                ),
        },
    );
}
