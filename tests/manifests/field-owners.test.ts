import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldConflicts } from "../../manifests/field-owners";

const wanted = {
    metadata: { labels: { tier: "db" } },
    spec: {
        runStrategy: "Always",
        template: { spec: { domain: { cpu: { sockets: 2 }, memory: { guest: "2Gi" } } } },
    },
};

function live(manager: string, fieldsV1: object, change: object = {}, rest: object = {}): object {
    return {
        ...wanted,
        ...change,
        metadata: { ...wanted.metadata, managedFields: [{ manager, fieldsV1, ...rest }] },
    };
}

const power = { "f:spec": { "f:runStrategy": {} } };
const halted = { spec: { ...wanted.spec, runStrategy: "Halted" } };
const memory = {
    "f:spec": {
        "f:template": { "f:spec": { "f:domain": { "f:memory": { ".": {}, "f:guest": {} } } } },
    },
};
const guest = (size: string) => ({
    spec: { template: { spec: { domain: { memory: { guest: size } } } } },
});

describe("fieldConflicts", () => {
    const rows: readonly (readonly [string, unknown, readonly (readonly string[])[]])[] = [
        ["an object that is not there", undefined, []],
        ["one whose fields nobody owns", wanted, []],
        [
            "somebody who has set another value",
            live("virt-api", power, halted),
            [["virt-api", "spec.runStrategy", "Halted"]],
        ],
        ["somebody who has set the same value", live("virt-api", power), []],
        ["the provider itself", live("pulumi-kubernetes-1a2b", power, halted), []],
        ["a status", live("virt-controller", power, halted, { subresource: "status" }), []],
        [
            "a field that the program does not set",
            live("kubectl", { "f:spec": { "f:updateVolumesStrategy": {} } }),
            [],
        ],
        ["a quantity written in another way", live("kubectl-edit", memory, guest("2048Mi")), []],
        [
            "another quantity",
            live("kubectl-edit", memory, guest("3Gi")),
            [["kubectl-edit", "spec.template.spec.domain.memory.guest", "3Gi"]],
        ],
        [
            "a label of the same value",
            live("kubectl", { "f:metadata": { "f:labels": { "f:tier": {} } } }),
            [],
        ],
    ];
    for (const [name, object, expected] of rows) {
        it(`${name}: ${String(expected.length)}`, () => {
            assert.deepEqual(
                fieldConflicts(object, wanted).map(({ manager, field, live: value }) => [
                    manager,
                    field,
                    value,
                ]),
                expected,
            );
        });
    }

    it("finds an item of a list by its keys", () => {
        const fieldsV1 = { "f:list": { 'k:{"name":"a"}': { "f:size": {} } } };
        const list = [
            { name: "b", size: 1 },
            { name: "a", size: 2 },
        ];
        const found = fieldConflicts(
            { list, metadata: { managedFields: [{ manager: "m", fieldsV1 }] } },
            { list: [{ name: "a", size: 3 }] },
        );
        assert.deepEqual(found, [{ manager: "m", field: "list.a.size", live: 2 }]);
    });

    it("has an answer for any object", () => {
        const key = fc.constantFrom("f:a", "f:b", 'k:{"name":"a"}', "k:{", "k:null", ".");
        const owned = fc.object({ key, maxDepth: 4 });
        const any = fc.object({ key: fc.constantFrom("a", "b", "name") });
        fc.assert(
            fc.property(owned, any, any, (fieldsV1, object, other) => {
                const managed = { ...object, metadata: { managedFields: [{ fieldsV1 }] } };
                assert.ok(Array.isArray(fieldConflicts(managed, other)));
            }),
        );
    });
});
