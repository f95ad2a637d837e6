import { cdi } from "../../manifests/cdi";
import { kubeVirt } from "../../manifests/kubevirt";
import { networkPolicies } from "../../manifests/network-policy";
import type { PlainObject } from "../../manifests/plain-object";
import { crdSet } from "../../sandbox/crds";
import type { CdiSettingsArgs } from "../../model/cdi-settings";
import type { KubeVirtSettingsArgs } from "../../model/kubevirt-settings";
import { collectionPath, type CollectionKind } from "../../waits/collections";
import assert from "node:assert/strict";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";
import { everyCdiSetting, everyKubeVirtSetting } from "./platform-settings";

const namespace = "default";

/** Each setting by itself, none and all of them. */
function variants<T extends object>(all: Required<T>): [string, T][] {
    return [
        ["nothing set", {} as T],
        ...(Object.keys(all) as (keyof T & string)[]).map(
            (name) => [name, { [name]: all[name] } as unknown as T] satisfies [string, T],
        ),
        ["everything set", all],
    ];
}

const objects: readonly (readonly [string, PlainObject])[] = [
    ...variants<KubeVirtSettingsArgs>(everyKubeVirtSetting).map(
        ([what, settings]) => [`KubeVirt with ${what}`, kubeVirt({ namespace, settings })] as const,
    ),
    ...variants<CdiSettingsArgs>(everyCdiSetting).map(
        ([what, settings]) => [`CDI with ${what}`, cdi({ settings })] as const,
    ),
    ...(["KubeVirt", "CDI"] as const).flatMap((operator) =>
        networkPolicies(operator, namespace).map(
            (policy) => [`${operator}'s policy ${policy.metadata.name}`, policy] as const,
        ),
    ),
];

describe("the API server, unknown and misplaced fields of the platform being errors", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await sharedSandbox(this);
    });

    const post = (object: PlainObject) => {
        // A sandbox may have the one object that there can be.
        const fresh = { ...object, metadata: { ...object.metadata, name: "accepted" } };
        const path = collectionPath(object.kind as CollectionKind, namespace);
        return sandbox.api.request("POST", `${path}?dryRun=All&fieldValidation=Strict`, {
            type: "application/json",
            text: JSON.stringify(fresh),
        });
    };

    for (const [label, object] of objects) {
        it(`accepts ${label}`, async () => {
            await post(object);
        });
    }

    it("would refuse a field of CDI in KubeVirt's place", async function () {
        if (!crdSet(process.env).label.startsWith("the real ones")) {
            // The thin definitions take any field.
            this.skip();
        }
        const settings = { overrides: { workload: {} } };
        await assert.rejects(
            post(kubeVirt({ namespace, settings })),
            /unknown field \\"spec\.workload\\"/,
        );
    });
});
