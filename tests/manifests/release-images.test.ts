import assert from "node:assert/strict";
import fc from "fast-check";
import { type ManifestObject, withImages, withPullSecrets } from "../../manifests/release";
import { checkImages } from "../../manifests/release-images";
import { cdiRelease, digest, kubevirtRelease, objectsOf } from "./releases";

interface Pod {
    readonly containers: readonly {
        readonly image: string;
        readonly env: readonly { readonly name: string; readonly value?: string }[];
    }[];
    readonly imagePullSecrets?: readonly { readonly name: string }[];
}

function operatorPod(objects: readonly ManifestObject[]): Pod {
    const deployment = objects.find(({ kind }) => kind === "Deployment");
    return (deployment as unknown as { spec: { template: { spec: Pod } } }).spec.template.spec;
}

/** The operator's image and its environment, as one table. */
function imagesOf(objects: readonly ManifestObject[]): Readonly<Record<string, string>> {
    const [container] = operatorPod(objects).containers;
    return {
        image: container?.image ?? "",
        ...Object.fromEntries((container?.env ?? []).map(({ name, value = "" }) => [name, value])),
    };
}

describe("withImages", () => {
    it("leaves a release as it is when nothing is asked for", () => {
        for (const text of [kubevirtRelease, cdiRelease]) {
            assert.deepEqual(withImages(objectsOf(text), {}), objectsOf(text));
        }
    });

    it("moves the operator's image and what the operator is told, with names, tags and digests", () => {
        const registry = "registry.example.org:5000/mirror";
        assert.deepEqual(imagesOf(withImages(objectsOf(cdiRelease), { registry })), {
            image: `${registry}/cdi-operator:v1.66.0`,
            DEPLOY_CLUSTER_RESOURCES: "true",
            OPERATOR_VERSION: "v1.66.0",
            CONTROLLER_IMAGE: `${registry}/cdi-controller:v1.66.0`,
            IMPORTER_IMAGE: `${registry}/cdi-importer@${digest}`,
            MONITORING_NAMESPACE: "",
        });
    });

    it("lets KubeVirt's operator find the others beside itself", () => {
        const registry = "registry.example.org/kubevirt";
        assert.deepEqual(imagesOf(withImages(objectsOf(kubevirtRelease), { registry })), {
            image: `${registry}/virt-operator:v1.9.0`,
            VIRT_OPERATOR_IMAGE: `${registry}/virt-operator:v1.9.0`,
            WATCH_NAMESPACE: "",
        });
    });

    it("takes single images from where they are said to be", () => {
        const images = { "cdi-importer": "other.example.org/importer:1" };
        const moved = imagesOf(
            withImages(objectsOf(cdiRelease), { registry: "r.example.org", images }),
        );
        assert.equal(moved["IMPORTER_IMAGE"], "other.example.org/importer:1");
        assert.equal(moved["CONTROLLER_IMAGE"], "r.example.org/cdi-controller:v1.66.0");
    });

    it("tells KubeVirt's operator about images that it would look for elsewhere", () => {
        const images = { "virt-launcher": `r.example.org/virt-launcher@${digest}` };
        const moved = imagesOf(withImages(objectsOf(kubevirtRelease), { images }));
        assert.equal(moved["VIRT_LAUNCHER_IMAGE"], `r.example.org/virt-launcher@${digest}`);
        assert.equal(moved["image"], "quay.io/kubevirt/virt-operator:v1.9.0");
    });

    it("keeps the version of a KubeVirt operator with a digest, which has no tag to read it from", () => {
        const images = { "virt-operator": `r.example.org/virt-operator:v1.9.0@${digest}` };
        const moved = imagesOf(withImages(objectsOf(kubevirtRelease), { images }));
        // With the tag beside it the operator would take "v1.9.0@sha256:…" for the tag of all the others.
        assert.equal(moved["VIRT_OPERATOR_IMAGE"], `r.example.org/virt-operator@${digest}`);
        assert.equal(moved["image"], `r.example.org/virt-operator@${digest}`);
        assert.equal(moved["KUBEVIRT_VERSION"], "v1.9.0");
    });

    it("changes nothing but images", () => {
        fc.assert(
            fc.property(
                fc.stringMatching(
                    /^[a-z]{1,8}(\.[a-z]{1,5}){0,2}(:[1-9][0-9]{3})?(\/[a-z]{1,5}){0,2}$/,
                ),
                (registry) => {
                    for (const text of [kubevirtRelease, cdiRelease]) {
                        const moved = JSON.stringify(withImages(objectsOf(text), { registry }));
                        const back = moved.replaceAll(`"${registry}/`, `"quay.io/kubevirt/`);
                        assert.equal(back, JSON.stringify(objectsOf(text)));
                    }
                },
            ),
        );
    });
});

describe("checkImages", () => {
    const check = (text: string, images: Parameters<typeof checkImages>[1]) =>
        checkImages(objectsOf(text), images).map(
            ({ field, fault, cure }) => `${field} ${fault}. ${cure}`,
        );

    it("has nothing to say about images that a release has, or its operator can be told", () => {
        const images = { "virt-api": `r.example.org/virt-api@${digest}` };
        assert.deepEqual(check(kubevirtRelease, { registry: "r.example.org:5000/a", images }), []);
        const importer = { "cdi-importer": "r.example.org/cdi-importer:1" };
        assert.deepEqual(check(cdiRelease, { images: importer }), []);
    });

    for (const [what, images, expected] of [
        [
            "a name that the release does not have",
            { images: { "virt-handlr": "r.example.org/virt-handler:1" } },
            /^images has "virt-handlr", which is no image of this release\. write "virt-handler"/,
        ],
        [
            "a reference that is none",
            { images: { "virt-api": "https://r.example.org/virt-api" } },
            /^images\["virt-api"\] is "https:\/\/r\.example\.org\/virt-api", which is not the reference/,
        ],
        [
            "an operator under a name that it does not know",
            { images: { "virt-operator": "r.example.org/operator:v1.9.0" } },
            /KubeVirt's operator knows itself by the name "virt-operator"/,
        ],
        [
            "a registry with a scheme",
            { registry: "https://r.example.org" },
            /^registry is "https:\/\/r\.example\.org", which is not a registry/,
        ],
        [
            "a registry with a slash at the end",
            { registry: "r.example.org/" },
            /^registry is "r\.example\.org\/"/,
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            const said = check(kubevirtRelease, images);
            assert.equal(said.length, 1, said.join("\n"));
            assert.match(said[0] ?? "", expected);
        });
    }
});

describe("withPullSecrets", () => {
    it("adds them to what runs pods, once each", () => {
        const once = withPullSecrets(objectsOf(kubevirtRelease), ["login", "mirror"]);
        const twice = withPullSecrets(once, ["login"]);
        assert.deepEqual(operatorPod(twice).imagePullSecrets, [
            { name: "login" },
            { name: "mirror" },
        ]);
        assert.deepEqual(twice[0], objectsOf(kubevirtRelease)[0]);
    });

    it("adds nothing when there are none", () => {
        assert.deepEqual(
            withPullSecrets(objectsOf(kubevirtRelease), []),
            objectsOf(kubevirtRelease),
        );
    });
});
