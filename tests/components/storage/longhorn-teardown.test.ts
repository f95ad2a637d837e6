import assert from "node:assert/strict";
import fc from "fast-check";
import {
    checkTeardown,
    flagVerdict,
    volumesIn,
} from "../../../components/storage/longhorn/teardown";

const lines = (problems: ReturnType<typeof checkTeardown>) =>
    problems.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);

describe("volumesIn", () => {
    it("names each volume with the claim that Longhorn knows it by", () => {
        const status = {
            kubernetesStatus: { namespace: "vms", pvcName: "db-data", pvName: "pvc-1" },
        };
        assert.deepEqual(
            volumesIn({
                items: [
                    { metadata: { name: "pvc-1" }, status },
                    {
                        metadata: { name: "by-hand" },
                        status: { kubernetesStatus: { pvcName: "" } },
                    },
                    { metadata: { name: "new" } },
                ],
            }),
            [{ name: "pvc-1", claim: "vms/db-data" }, { name: "by-hand" }, { name: "new" }],
        );
    });

    it("is empty where Longhorn is not there", () => {
        assert.deepEqual(volumesIn(undefined), []);
    });
});

describe("checkTeardown", () => {
    const volumes = [{ name: "pvc-1", claim: "vms/db-data" }, { name: "pvc-2" }];

    it("has nothing to say as long as nothing is armed", () => {
        assert.deepEqual(checkTeardown({}, volumes), []);
    });

    it("lets an empty Longhorn go", () => {
        assert.deepEqual(checkTeardown({ teardown: "armed" }, []), []);
    });

    it("refuses while there is a volume, and names it with its claim", () => {
        const [problem = "", ...more] = lines(checkTeardown({ teardown: "armed" }, volumes));
        assert.deepEqual(more, []);
        assert.match(
            problem,
            /^teardown is "armed", .* erase 2 volumes: pvc-1 \(claim vms\/db-data\), pvc-2\. /,
        );
    });

    it("refuses for the one volume that is not named", () => {
        const args = { teardown: "armed", eraseVolumes: ["pvc-1"] } as const;
        assert.match(lines(checkTeardown(args, volumes)).join("\n"), /erase 1 volume: pvc-2\. /);
    });

    it("lets go what is named", () => {
        const args = { teardown: "armed", eraseVolumes: ["pvc-1", "pvc-2"] } as const;
        assert.deepEqual(checkTeardown(args, volumes), []);
    });

    it("refuses a name that no volume has: it may be another cluster's list", () => {
        const args = { teardown: "armed", eraseVolumes: ["pvc-1", "pvc-2", "pvc-9"] } as const;
        assert.match(
            lines(checkTeardown(args, volumes)).join("\n"),
            /^eraseVolumes\[2\] is "pvc-9", which is no volume of this Longhorn/,
        );
    });

    it("names as many volumes as a person reads", () => {
        const many = Array.from({ length: 30 }, (_, index) => ({ name: `pvc-${String(index)}` }));
        assert.match(
            lines(checkTeardown({ teardown: "armed" }, many)).join(),
            /erase 30 volumes: pvc-0, .*, pvc-19 and 10 more\./,
        );
    });

    it("arms only where the volumes and the list are the same", () => {
        const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
        fc.assert(
            fc.property(names, names, (there, named) => {
                const problems = checkTeardown(
                    { teardown: "armed", eraseVolumes: named },
                    there.map((name) => ({ name })),
                );
                const same = [...there].sort().join() === [...named].sort().join();
                assert.equal(problems.length === 0, same);
            }),
        );
    });
});

describe("flagVerdict", () => {
    for (const [value, armed, kind] of [
        ["true", true, "ready"],
        ["false", false, "ready"],
        ["false", true, "waiting"],
        ["true", false, "waiting"],
    ] as const) {
        it(`is ${kind} when the setting is ${value} and ${armed ? "armed" : "not armed"}`, () => {
            assert.equal(flagVerdict({ value }, armed).kind, kind);
        });
    }

    it("waits for a setting that is not there yet, and holds it against Longhorn after a while", () => {
        const verdict = flagVerdict(undefined, false);
        assert.equal(verdict.kind, "waiting");
        assert.equal(verdict.suspicion?.diagnosis.cause, "operator-silent");
        assert.match(verdict.suspicion.diagnosis.what, /must not be removed/);
    });
});
