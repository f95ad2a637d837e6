import assert from "node:assert/strict";
import { remindOfDeletion } from "../../../sandbox/data-plane/definition-deletion";
import type { KubernetesObject } from "../../../sandbox/data-plane/objects";
import { merged, type Write } from "../../../sandbox/data-plane/writes";

const start = Date.parse("2026-11-21T12:00:00Z");

describe("a definition that is being deleted", () => {
    it("is touched every five seconds for as long as it is there", () => {
        assert.deepEqual(touchedAt(definition("2026-11-21T12:00:00Z"), 17), [5, 10, 15]);
    });

    it("is left alone while nobody deletes it", () => {
        assert.deepEqual(touchedAt(definition(undefined), 17), []);
    });
});

/** At which seconds a definition is written to that nothing else changes. */
function touchedAt(definition: KubernetesObject, seconds: number): number[] {
    let current = definition;
    const touched = [];
    for (let second = 0; second < seconds; second += 1) {
        for (const write of remindOfDeletion(current, start + second * 1000)) {
            current = after(current, write);
            touched.push(second);
        }
    }
    return touched;
}

function after(object: KubernetesObject, write: Write): KubernetesObject {
    assert.ok(write.do === "patch");
    return merged(object, write.change) as KubernetesObject;
}

function definition(deletionTimestamp: string | undefined): KubernetesObject {
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: {
            name: "virtualmachines.kubevirt.io",
            ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
        },
    };
}
