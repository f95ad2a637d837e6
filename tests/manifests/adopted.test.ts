import assert from "node:assert/strict";
import { patched } from "../../manifests/fields";
import { hasInlineData, inWordsOf } from "../../manifests/machine/adopted";
import { virtualMachine } from "../../manifests/virtual-machine";
import { plainMachine } from "../support/plain-machine";

describe("overrides of a machine", () => {
    it("take away what is null, at any depth, and keep the rest", () => {
        assert.deepEqual(
            patched({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: null }, d: [2], e: { f: null } }),
            {
                a: { c: 2 },
                d: [2],
                e: {},
            },
        );
    });
});

describe("a machine in the words of the one on the cluster", () => {
    const made = (runStrategy: "Always" | "Halted" | "Manual") =>
        virtualMachine(plainMachine("vms", { runStrategy }));
    const words = (spec: object, runStrategy: "Always" | "Halted" | "Manual") => {
        const { running, runStrategy: strategy } = inWordsOf({ spec }, made(runStrategy)).spec;
        return [running, strategy];
    };

    it("says running where that one does, and a run strategy otherwise", () => {
        assert.deepEqual(words({ running: true }, "Always"), [true, undefined]);
        assert.deepEqual(words({ running: true }, "Halted"), [false, undefined]);
        assert.deepEqual(words({ runStrategy: "Always" }, "Halted"), [undefined, "Halted"]);
        assert.deepEqual(words({}, "Always"), [undefined, "Always"]);
    });

    it("says a run strategy that running cannot say", () => {
        assert.deepEqual(words({ running: true }, "Manual"), [undefined, "Manual"]);
    });
});

describe("first-boot data in a machine itself", () => {
    const withVolume = (source: Readonly<Record<string, unknown>>) =>
        hasInlineData(virtualMachine(plainMachine("vms", { volumes: [{ name: "boot", source }] })));

    it("is told from a reference to a Secret", () => {
        assert.equal(withVolume({ cloudInitNoCloud: { userData: "a" } }), true);
        assert.equal(withVolume({ cloudInitConfigDrive: { networkDataBase64: "a" } }), true);
        assert.equal(withVolume({ cloudInitNoCloud: { secretRef: { name: "a" } } }), false);
    });
});
