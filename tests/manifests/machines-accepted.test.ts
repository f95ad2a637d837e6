import assert from "node:assert/strict";
import fc from "fast-check";
import { type MachinePlan, virtualMachine } from "../../manifests/virtual-machine";
import { busOf } from "../../model/machine/disk-device";
import { block, everyMachine, machineWithDisk } from "../support/every-machine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

describe("the API server, unknown and misplaced fields being errors, accepts a machine with", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await sharedSandbox(this);
    });

    const post = (change: Partial<MachinePlan>) =>
        sandbox.api.request(
            "POST",
            "/apis/kubevirt.io/v1/namespaces/default/virtualmachines?dryRun=All&fieldValidation=Strict",
            {
                type: "application/json",
                text: JSON.stringify(virtualMachine({ ...machineWithDisk, ...change })),
            },
        );

    for (const [what, change] of everyMachine) {
        it(what, async () => {
            await post(change);
        });
    }

    it("any of these together", async () => {
        const some = fc.subarray([...everyMachine], { minLength: 2, maxLength: 6 });
        await fc.assert(
            fc.asyncProperty(some, async (rows) => {
                const change = Object.assign(
                    {},
                    ...rows.map(([, one]) => one),
                ) as Partial<MachinePlan>;
                await post(change);
            }),
            { numRuns: 40 },
        );
    });
});

describe("a machine's object", () => {
    const spec = (change: Partial<MachinePlan>) =>
        (virtualMachine({ ...machineWithDisk, ...change }).spec as { template: { spec: Template } })
            .template.spec;

    interface Template {
        readonly domain: {
            readonly devices: { readonly disks: readonly { readonly name: string }[] };
        };
        readonly volumes: readonly { readonly name: string }[];
    }

    it("has the other disks as they were when the first of three goes, wherever it stood", () => {
        const disks = ["a", "b", "c"].map((name) => ({
            name,
            claim: `db-${name}`,
            filled: false,
            ...block,
        }));
        const all = spec({ disks });
        for (const gone of disks) {
            const rest = spec({ disks: disks.filter((disk) => disk !== gone) });
            assert.deepEqual(
                rest.domain.devices.disks,
                all.domain.devices.disks.filter(({ name }) => name !== gone.name),
            );
            assert.deepEqual(
                rest.volumes,
                all.volumes.filter(({ name }) => name !== gone.name),
            );
        }
    });

    it("reads and writes a block volume natively and without a cache, and leaves a filesystem to KubeVirt", () => {
        const disks = [
            { name: "a", claim: "a", filled: false, ...block },
            {
                name: "b",
                claim: "b",
                filled: false,
                accessMode: "ReadWriteOnce",
                volumeMode: "Filesystem",
            },
        ] as const;
        assert.deepEqual(spec({ disks }).domain.devices.disks, [
            { name: "a", disk: { bus: "virtio" }, cache: "none", io: "native", serial: "a" },
            { name: "b", disk: { bus: "virtio" }, serial: "b" },
        ]);
    });

    it("gives a CD-ROM a bus that it can have, and lets it be ejected", () => {
        const device = { as: "cdrom" } as const;
        const { domain, volumes } = spec({
            disks: [{ name: "dvd", claim: "iso", filled: true, ...block, device }],
        });
        assert.deepEqual(domain.devices.disks, [{ name: "dvd", cdrom: { bus: busOf(device) } }]);
        assert.deepEqual(volumes, [
            { name: "dvd", dataVolume: { name: "iso", hotpluggable: true } },
        ]);
    });
});
