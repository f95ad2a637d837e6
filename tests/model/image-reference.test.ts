import assert from "node:assert/strict";
import fc from "fast-check";
import {
    type ImageReference,
    imageReferenceText,
    parseImageReference,
} from "../../model/image-reference";

const digest = `sha256:${"0a".repeat(32)}`;

const host = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z]{2,5}){0,2}(:[1-9][0-9]{1,4})?$/);
const path = fc.stringMatching(/^[a-z][-a-z0-9]{0,8}$/);
const reference: fc.Arbitrary<ImageReference> = fc.record(
    {
        registry: fc
            .tuple(host, fc.array(path, { maxLength: 3 }))
            .map(([first, rest]) => [first, ...rest].join("/")),
        name: path,
        tag: fc.stringMatching(/^[A-Za-z0-9_][-A-Za-z0-9._]{0,20}$/),
        digest: fc.constant(digest),
    },
    { requiredKeys: ["name"], noNullPrototype: true },
);

describe("parseImageReference", () => {
    for (const [text, parsed] of [
        [
            "quay.io/kubevirt/virt-operator:v1.9.0",
            { registry: "quay.io/kubevirt", name: "virt-operator", tag: "v1.9.0" },
        ],
        [
            "registry.example.org:5000/virt-operator",
            { registry: "registry.example.org:5000", name: "virt-operator" },
        ],
        [
            `registry.example.org:5000/a/b/cdi-operator@${digest}`,
            { registry: "registry.example.org:5000/a/b", name: "cdi-operator", digest },
        ],
        ["busybox", { name: "busybox" }],
        ["busybox:1.37", { name: "busybox", tag: "1.37" }],
    ] as const) {
        it(`reads ${text}`, () => assert.deepEqual(parseImageReference(text), parsed));
    }

    for (const text of [
        "",
        "https://quay.io/kubevirt/virt-api",
        "quay.io/kubevirt/",
        "quay.io//virt-api",
        "virt api",
        "virt-api:",
        "virt-api@sha256:12",
    ]) {
        it(`does not read ${JSON.stringify(text)}`, () => {
            assert.equal(parseImageReference(text), undefined);
        });
    }

    it("reads back every reference, with ports and digests", () => {
        fc.assert(
            fc.property(reference, (one) =>
                assert.deepEqual(parseImageReference(imageReferenceText(one)), one),
            ),
        );
    });
});
