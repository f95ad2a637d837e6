import assert from "node:assert/strict";
import { decide } from "../../../sandbox/data-plane/controllers";
import type { ConfigMap, VirtualMachine } from "../../../sandbox/data-plane/objects";
import { Store } from "../../../sandbox/data-plane/store";
import { annotate, merged, patch, release, same } from "../../../sandbox/data-plane/writes";

describe("Store", () => {
    it("keeps the newest version, whatever comes last", () => {
        const store = Store.of(object("9", "old"), object("10", "new"));
        assert.equal(store.put(object("9", "old")), false);
        assert.equal(store.get("ConfigMap", "vms", "plan")?.data?.["word"], "new");
    });

    it("does not bring back what is gone when a late answer arrives", () => {
        const store = Store.of(object("1"));
        store.remove(object("2"));
        assert.equal(store.put(object("3")), false);
        assert.equal(store.get("ConfigMap", "vms", "plan"), undefined);
    });

    it("keeps an object that was made again when the old one's end is told", () => {
        const again = object("5", "", "other-uid");
        const store = Store.of(again);
        store.remove(object("4"));
        assert.equal(store.get("ConfigMap", "vms", "plan"), again);
    });
});

describe("decide", () => {
    it("serves the other objects when one is malformed", () => {
        const machine = (name: string, spec: object) =>
            ({
                apiVersion: "kubevirt.io/v1",
                kind: "VirtualMachine",
                metadata: { namespace: "vms", name },
                spec,
            }) as VirtualMachine;
        const whole = { runStrategy: "Halted", template: { spec: { domain: { devices: {} } } } };
        const wanted = decide(Store.of(machine("half", {}), machine("whole", whole)), 0);
        assert.deepEqual(
            wanted.map(({ object: { metadata }, error }) => [metadata.name, error === undefined]),
            [
                ["half", false],
                ["whole", true],
            ],
        );
    });
});

describe("patch", () => {
    it("is nothing when it would change nothing", () => {
        assert.deepEqual(patch(object("1", "x"), { data: { word: "x", other: null } }), []);
        assert.deepEqual(annotate(object("1"), { note: null }), []);
    });

    it("is the change when it would change something", () => {
        const change = { data: { word: null } };
        assert.deepEqual(patch(object("1", "x"), change), [
            { do: "patch", target: object("1", "x"), change },
        ]);
    });
});

describe("release", () => {
    it("leaves the finalizers of others", () => {
        const plain = object("1");
        const held = { ...plain, metadata: { ...plain.metadata, finalizers: ["ours", "theirs"] } };
        assert.deepEqual(release(held, "ours"), [
            { do: "patch", target: held, change: { metadata: { finalizers: ["theirs"] } } },
        ]);
    });
});

describe("merged", () => {
    it("removes what is null, replaces lists and keeps the rest", () => {
        assert.deepEqual(
            merged({ a: 1, b: { c: 1, d: 2 }, e: [1, 2] }, { b: { c: null }, e: [3] }),
            {
                a: 1,
                b: { d: 2 },
                e: [3],
            },
        );
    });
});

describe("same", () => {
    it("does not look at the order of keys, but at that of lists", () => {
        assert.equal(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }), true);
        assert.equal(same([1, 2], [2, 1]), false);
        assert.equal(same({ a: undefined }, {}), true);
    });
});

function object(resourceVersion: string, word = "", uid = "uid"): ConfigMap {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { namespace: "vms", name: "plan", uid, resourceVersion },
        data: { word },
    };
}
