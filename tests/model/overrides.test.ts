import assert from "node:assert/strict";
import { checkMachineFields, machineSpecFields } from "../../model/overrides";

describe("checkMachineFields", () => {
    for (const [overrides, words] of [
        [
            { spec: { template: {} } },
            "spec is given, which no VirtualMachine's spec has: leave this level out",
        ],
        [
            { templates: {} },
            "templates is given, which no VirtualMachine's spec has: write template",
        ],
        [
            { metadata: { labels: {} } },
            "metadata is given, which no VirtualMachine's spec has: use",
        ],
        [
            { domain: { cpu: {} } },
            "domain is given, which no VirtualMachine's spec has: write template: { spec: { domain: … } }",
        ],
        [{ domain: null }, "domain is given"],
        [{ "a b": 1 }, '"a b" is given'],
    ] as const) {
        it(`refuses ${JSON.stringify(overrides)}`, () => {
            const said = checkMachineFields(overrides)
                .problems.map(({ field, fault, cure }) => `${field} ${fault}: ${cure}`)
                .join("\n");
            assert.ok(said.startsWith(words), said);
        });
    }

    it("takes every field of the spec, and what has no value", () => {
        const all = Object.fromEntries(machineSpecFields.map((field) => [field, {}]));
        assert.deepEqual(checkMachineFields({ ...all, spec: undefined }).problems, []);
    });
});
