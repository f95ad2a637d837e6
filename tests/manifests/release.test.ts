import assert from "node:assert/strict";
import fc from "fast-check";
import * as yaml from "yaml";
import { type ManifestObject, parseRelease, releaseVersion } from "../../manifests/release";
import { cdiRelease, kubevirtRelease, objectsOf, where } from "./releases";

describe("parseRelease", () => {
    it("reads every document, and leaves out empty ones", () => {
        assert.deepEqual(
            objectsOf(`${kubevirtRelease}---\n# nothing\n---\n${cdiRelease}`).map(
                ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
            ),
            [
                "Namespace /kubevirt",
                "Deployment kubevirt/virt-operator",
                "Deployment cdi/cdi-operator",
            ],
        );
    });

    it("takes lists apart", () => {
        const item = (name: string) => ({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name },
        });
        const list = { apiVersion: "v1", kind: "List", items: [item("a"), item("b")] };
        assert.deepEqual(objectsOf(JSON.stringify(list)), [item("a"), item("b")]);
    });

    it("reads YAML as kubectl does: octal modes, no dates, no base 60", () => {
        const [object] = objectsOf(
            "apiVersion: v1\nkind: X\nmetadata: {name: x}\nmode: 0644\nday: 2026-08-21\ntime: 12:30:45\nbig: 1e3",
        );
        const { mode, day, time, big } = object as unknown as Record<string, unknown>;
        assert.deepEqual(
            { mode, day, time, big },
            { mode: 420, day: "2026-08-21", time: "12:30:45", big: 1000 },
        );
    });

    const faults: readonly (readonly [string, string, RegExp])[] = [
        ["nothing", " \n", /^at https:\/\/example\.org\/operator\.yaml is empty$/],
        ["an HTML page", "<!DOCTYPE html>\n<html><body>Sign in", /is an HTML page, not YAML$/],
        ["an HTML page without a doctype", "\n<html>", /is an HTML page, not YAML$/],
        ["a packed file", "\u001f\ufffd\u0008\0\0", /is not text, but perhaps a packed file$/],
        ["only comments", "# v1.9.0\n---\n", /has no objects in it$/],
        ["a text", "Not Found", /document 1, is Not Found, not an object$/],
        [
            "what raw.githubusercontent.com says",
            "404: Not Found",
            /has no apiVersion and no kind and no metadata\.name: \{"404":"Not Found"\}$/,
        ],
        ["an error in JSON", `{"message":"Not Found"}`, /has no apiVersion .*Not Found/],
        [
            "an API server's error",
            JSON.stringify({
                kind: "Status",
                apiVersion: "v1",
                metadata: {},
                message: "forbidden",
            }),
            /is the error of an API server: forbidden$/,
        ],
        [
            "an object without a name",
            "apiVersion: v1\nkind: Secret\nmetadata: {}",
            /has no metadata\.name/,
        ],
        ["broken YAML", "a: [1\nb: 2", /document 1, is not YAML: /],
        ["an alias of nothing", "apiVersion: *nowhere", /is not YAML: /],
        [
            "two versions of one object",
            "apiVersion: apps/v1\nkind: X\nmetadata: {name: a}\n---\napiVersion: apps/v1beta1\nkind: X\nmetadata: {name: a}",
            /has two different objects X a$/,
        ],
    ];
    for (const [what, text, expected] of faults) {
        it(`says that it is ${what}`, () => {
            const found = parseRelease(text, where);
            assert.equal(found.faults.length, 1, found.faults.join("\n"));
            assert.match(found.faults[0] ?? "", expected);
        });
    }

    it("ends with a fault at a document that unfolds without end", () => {
        const bomb = Array.from({ length: 9 }, (_, level) =>
            level === 0
                ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
                : `a${level}: &a${level} [${Array(10)
                      .fill(`*a${level - 1}`)
                      .join(", ")}]`,
        ).join("\n");
        assert.match(parseRelease(bomb, where).faults.join(), /is not YAML: .*alias/i);
    });

    it("takes the same object written twice for one", () => {
        assert.equal(objectsOf(`${kubevirtRelease}---\n${kubevirtRelease}`).length, 2);
    });

    it("never throws, whatever a server answers", () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" })), (text) => {
                const { objects, faults: said } = parseRelease(text, where);
                assert.ok(objects.length > 0 || said.length > 0);
            }),
        );
    });

    it("gives back every object that was written", () => {
        const name = fc.stringMatching(/^[a-z]{1,8}$/);
        const object = fc.record(
            {
                apiVersion: fc.constantFrom("v1", "apps/v1"),
                kind: fc.constantFrom("ConfigMap", "Deployment"),
                metadata: fc.record({ name, namespace: name }, { noNullPrototype: true }),
                data: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
            },
            { noNullPrototype: true },
        );
        const key = (one: ManifestObject) =>
            [one.apiVersion, one.kind, one.metadata.namespace, one.metadata.name].join();
        fc.assert(
            fc.property(fc.uniqueArray(object, { minLength: 1, selector: key }), (objects) => {
                const text = objects
                    .map((one) => yaml.stringify(one, { version: "1.1" }))
                    .join("---\n");
                assert.deepEqual(parseRelease(text, where), { objects, faults: [] });
            }),
        );
    });
});

describe("releaseVersion", () => {
    const withVersion = kubevirtRelease.replace(
        "        - name: WATCH_NAMESPACE",
        "        - name: KUBEVIRT_VERSION\n          value: v1.9.1\n        - name: WATCH_NAMESPACE",
    );
    for (const [what, text, version] of [
        ["KubeVirt's tag", kubevirtRelease, "v1.9.0"],
        ["what KubeVirt's operator says of itself", withVersion, "v1.9.1"],
        ["what CDI's operator says of itself", cdiRelease, "v1.66.0"],
        [
            "nothing where the tag is no version",
            kubevirtRelease.replaceAll("v1.9.0", "devel"),
            undefined,
        ],
    ] as const) {
        it(`is ${what}`, () => assert.equal(releaseVersion(objectsOf(text)), version));
    }
});
