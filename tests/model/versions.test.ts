import assert from "node:assert/strict";
import fc from "fast-check";
import {
    cdiReleaseUrl,
    compareVersions,
    kubevirtReleaseUrl,
    minorOf,
    parseVersion,
    pinned,
    snapshotterUrls,
    type Version,
    versionFault,
} from "../../model/versions";

const version = fc.record(
    {
        major: fc.nat(20),
        minor: fc.nat(200),
        patch: fc.nat(50),
        prerelease: fc.constantFrom("alpha.0", "beta.1", "rc.1", "rc.2", "rc.10"),
    },
    { requiredKeys: ["major", "minor", "patch"], noNullPrototype: true },
);

const text = ({ major, minor, patch, prerelease }: Version) =>
    `v${major}.${minor}.${patch}${prerelease === undefined ? "" : `-${prerelease}`}`;

describe("parseVersion", () => {
    for (const [given, parsed] of [
        ["v1.9.0", { major: 1, minor: 9, patch: 0 }],
        ["3.17.1", { major: 3, minor: 17, patch: 1 }],
        ["v1.33.4+k3s1", { major: 1, minor: 33, patch: 4 }],
        ["v1.10.0-rc.1", { major: 1, minor: 10, patch: 0, prerelease: "rc.1" }],
        ["1.36", { major: 1, minor: 36, patch: 0 }],
        ["1.36+", { major: 1, minor: 36, patch: 0 }],
    ] as const) {
        it(`reads ${given}`, () => assert.deepEqual(parseVersion(given), parsed));
    }

    for (const given of ["", "latest", "v1", "1.9.x", "v01.9.0", "1.9.0 ", "sha256:0"]) {
        it(`does not read ${JSON.stringify(given)}`, () => {
            assert.equal(parseVersion(given), undefined);
        });
    }

    it("reads back what a version is written as", () => {
        fc.assert(
            fc.property(version, (given) => assert.deepEqual(parseVersion(text(given)), given)),
        );
    });
});

describe("compareVersions", () => {
    it("orders versions as they were released, pre-releases before their release", () => {
        const inOrder = [
            "1.8.4",
            "1.8.10",
            "1.9.0-alpha.0",
            "1.9.0-rc.2",
            "1.9.0-rc.10",
            "1.9.0",
            "1.10.0",
        ];
        const parsed = inOrder.map((one) => parseVersion(one) as Version);
        assert.deepEqual([...parsed].reverse().sort(compareVersions), parsed);
    });

    it("says the opposite the other way round, and nothing of a version and itself", () => {
        fc.assert(
            fc.property(version, version, (one, other) => {
                assert.equal(
                    Math.sign(compareVersions(one, other)),
                    // -0 and 0 are the same order.
                    0 - Math.sign(compareVersions(other, one)),
                );
                assert.equal(compareVersions(one, { ...one }), 0);
            }),
        );
    });
});

describe("versionFault", () => {
    it("names the value and how a version is written", () => {
        assert.deepEqual(versionFault("latest"), {
            fault: `is "latest", which is not a version`,
            cure: `write it as "v1.9.0"`,
        });
        assert.equal(versionFault(pinned.cdi), undefined);
    });
});

describe("the pinned versions", () => {
    it("are versions", () => {
        for (const [part, one] of Object.entries(pinned)) {
            assert.ok(parseVersion(one), part);
        }
    });

    it("have minors that people say", () => {
        assert.equal(minorOf(parseVersion(pinned.kubevirt) as Version), "1.9");
    });
});

describe("the addresses of releases", () => {
    it("are those of the projects", () => {
        assert.equal(
            kubevirtReleaseUrl("v1.9.0"),
            "https://github.com/kubevirt/kubevirt/releases/download/v1.9.0/kubevirt-operator.yaml",
        );
        assert.equal(
            cdiReleaseUrl("v1.66.0"),
            "https://github.com/kubevirt/containerized-data-importer/releases/download/v1.66.0/cdi-operator.yaml",
        );
        const raw = "https://raw.githubusercontent.com/kubernetes-csi/external-snapshotter/v8.6.0";
        const urls = snapshotterUrls("v8.6.0");
        assert.equal(
            urls.snapshotDefinitions[0],
            `${raw}/client/config/crd/snapshot.storage.k8s.io_volumesnapshotclasses.yaml`,
        );
        assert.equal(
            urls.groupDefinitions[2],
            `${raw}/client/config/crd/groupsnapshot.storage.k8s.io_volumegroupsnapshots.yaml`,
        );
        assert.equal(
            urls.controller,
            `${raw}/deploy/kubernetes/snapshot-controller/setup-snapshot-controller.yaml`,
        );
    });
});
