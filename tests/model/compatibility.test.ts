import assert from "node:assert/strict";
import { checkCompatibility, type PlatformVersions } from "../../model/compatibility";
import type { Problem } from "../../model/problems";
import { pinned } from "../../model/versions";

const lines = (findings: readonly Problem[]) =>
    findings.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);

const { kubevirt, cdi, externalSnapshotter, cephCsiRbd, longhorn, certManagerChart } = pinned;
const all = { kubevirt, cdi, externalSnapshotter, cephCsiRbd, longhorn, certManagerChart };

describe("checkCompatibility", () => {
    for (const kubernetes of ["v1.34.1", "v1.35.3", "v1.36.3", "v1.36.0+rke2r1"]) {
        it(`has nothing to say about the pinned versions on Kubernetes ${kubernetes}`, () => {
            assert.deepEqual(lines(checkCompatibility({ kubernetes, ...all }).problems), []);
            assert.deepEqual(lines(checkCompatibility({ kubernetes, ...all }).warnings), []);
        });
    }

    const rows: readonly (readonly [string, PlatformVersions, "problems" | "warnings", RegExp])[] =
        [
            [
                "a Kubernetes that is too old",
                { kubernetes: "v1.31.9" },
                "problems",
                /^kubernetes is "v1\.31\.9", which is older than 1\.32, .*upgrade the cluster to 1\.32/,
            ],
            [
                "a text that is no version",
                { kubevirt: "latest" },
                "problems",
                /^kubevirt is "latest", which is not a version/,
            ],
            [
                "a KubeVirt on a Kubernetes that its project has stopped testing, and the KubeVirt that would do",
                { kubernetes: "v1.33.0", kubevirt },
                "warnings",
                /^kubevirt is "v1\.9\.0", which its project tests with Kubernetes 1\.34 to 1\.36, and the cluster has v1\.33\.0\. use 1\.7 or 1\.8 of KubeVirt/,
            ],
            [
                "a CDI on a Kubernetes that is newer than what it was tested with",
                { kubernetes: "v1.36.0", cdi: "v1.65.0" },
                "warnings",
                /^cdi is "v1\.65\.0", .*1\.33 to 1\.35, and the cluster has v1\.36\.0\. use 1\.66 of CDI/,
            ],
            [
                "a Kubernetes that nothing was tested with yet",
                { kubernetes: "v1.37.0", kubevirt },
                "warnings",
                /the cluster has v1\.37\.0\. run KubeVirt v1\.9\.0 on Kubernetes 1\.34 to 1\.36/,
            ],
            [
                "a version that the table does not have yet",
                { kubevirt: "v1.10.0" },
                "warnings",
                /^kubevirt is "v1\.10\.0", which is not in the table of what goes together yet\. .*newest that is known is 1\.9/,
            ],
            [
                "a version from before the table",
                { cdi: "v1.50.0" },
                "warnings",
                /^cdi is "v1\.50\.0", which is older than 1\.63/,
            ],
            [
                "a CDI that is older than what KubeVirt is built with",
                { kubevirt, cdi: "v1.63.1" },
                "warnings",
                /^cdi is "v1\.63\.1", which is older than 1\.64, .* use CDI 1\.64 or newer/,
            ],
            [
                "a snapshot controller that is older than a chart's sidecar",
                { longhorn, externalSnapshotter: "v8.5.0" },
                "warnings",
                /^externalSnapshotter is "v8\.5\.0", .* csi-snapshotter 8\.6 that the Longhorn chart 1\.12\.1 brings/,
            ],
        ];
    for (const [what, versions, kind, expected] of rows) {
        it(`says ${what}`, () => {
            const found = checkCompatibility(versions);
            assert.equal(found[kind].length, 1, lines(found[kind]).join("\n"));
            assert.match(lines(found[kind])[0] ?? "", expected);
            const other = kind === "problems" ? found.warnings : found.problems;
            assert.deepEqual(lines(other), []);
        });
    }

    it("says every part that needs a newer Kubernetes, by name", () => {
        const { problems } = checkCompatibility({ kubernetes: "v1.24.0", longhorn });
        assert.deepEqual(
            problems.map(({ field }) => field),
            ["kubernetes", "longhorn"],
        );
    });

    it("does not check what is not known", () => {
        const { problems, warnings } = checkCompatibility({});
        assert.deepEqual([...problems, ...warnings], []);
    });
});
