import assert from "node:assert/strict";
import { claimLimit, workerLimit } from "../../waits/disk-limits";
import { limitRefusal, refusal } from "../../waits/disk-refusal";
import type { LimitRange } from "../../waits/objects";

const denied = 'admission webhook "datavolume-validate.cdi.kubevirt.io" denied the request: ';

describe("refusal", () => {
    const answers: readonly (readonly [string, string])[] = [
        [
            `admission webhook "datavolume-mutate.cdi.kubevirt.io" denied the request: datasources.cdi.kubevirt.io "nope" not found`,
            "data-source-missing",
        ],
        [
            `admission webhook "datavolume-mutate.cdi.kubevirt.io" denied the request: namespaces "nope" not found`,
            "clone-source-missing",
        ],
        [
            `${denied}User ci has insufficient permissions in clone source namespace images`,
            "clone-not-allowed",
        ],
        [`${denied} Destination PVC vms/golden-plain already exists`, "claim-exists"],
        [`${denied} Cannot update DataVolume Spec`, "refused"],
        [`persistentvolumeclaims "a" is forbidden: exceeded quota: storage`, "quota"],
        [
            `persistentvolumeclaims "a" is forbidden: minimum storage usage per PersistentVolumeClaim is 20Gi, but request is 10Gi`,
            "limit-range",
        ],
        [
            `pods "importer-a" is forbidden: maximum memory usage per Container is 256Mi, but limit is 600M`,
            "limit-range",
        ],
        [
            `pods "importer-a" is forbidden: memory max limit to request ratio per Container is 2, but provided ratio is 10.000000`,
            "limit-range",
        ],
        [`${denied} Storage size is missing`, "refused"],
    ];
    for (const [message, cause] of answers) {
        it(`${message.slice(-60)}: ${cause}`, () => {
            const found = refusal(message);
            assert.equal(found.cause, cause);
            assert.ok(found.what.includes(message), found.what);
            assert.notEqual(found.cure, "");
        });
    }
});

describe("limitRefusal", () => {
    it("is nothing where neither a quota nor a LimitRange refuses", () => {
        assert.equal(limitRefusal("claims are forbidden by the policy"), undefined);
        assert.equal(limitRefusal(undefined), undefined);
    });
});

const range = (type: string, bounds: Pick<Limit, "min" | "max">): LimitRange => ({
    metadata: { name: "bounds" },
    spec: { limits: [{ type, ...bounds }] },
});
type Limit = NonNullable<NonNullable<LimitRange["spec"]>["limits"]>[number];

describe("claimLimit", () => {
    const gi = 2 ** 30;
    const claims = range("PersistentVolumeClaim", {
        min: { storage: "5Gi" },
        max: { storage: "10Gi" },
    });

    for (const [size, expected] of [
        [4 * gi, /LimitRange bounds wants claims of at least 5Gi, .* asks for 4Gi/],
        [5 * gi, undefined],
        [10 * gi, undefined],
        [10 * gi + 1, /LimitRange bounds allows claims of at most 10Gi/],
    ] as const) {
        it(`of ${String(size)} bytes: ${expected === undefined ? "let through" : "refused"}`, () => {
            const limit = claimLimit([claims], size);
            assert.ok(expected === undefined ? limit === undefined : expected.test(limit ?? ""));
        });
    }

    it("asks nothing of pods, and nothing without a size", () => {
        assert.equal(
            claimLimit([range("Container", { max: { storage: "1Gi" } })], 2 * gi),
            undefined,
        );
        assert.equal(claimLimit([claims], undefined), undefined);
    });
});

describe("workerLimit", () => {
    for (const [name, bounds, refused] of [
        ["a limit below the one of CDI's pods", { max: { memory: "256Mi" } }, true],
        ["more than CDI's pods ask for", { min: { cpu: "200m" } }, true],
        ["room enough", { min: { cpu: "50m" }, max: { cpu: "1", memory: "1Gi" } }, false],
    ] as const) {
        it(`${name}: ${refused ? "refused" : "let through"}`, () => {
            assert.equal(workerLimit([range("Container", bounds)]) !== undefined, refused);
        });
    }
});
