import assert from "node:assert/strict";
import { checkKubeVirtSettings, type KubeVirtSettingsArgs } from "../../model/kubevirt-settings";

/** What is said, one line each, about settings that types would not always allow. */
function said(settings: object, version = "v1.9.0") {
    const found = checkKubeVirtSettings(settings, version);
    const lines = (findings: typeof found.problems) =>
        findings.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    return { problems: lines(found.problems), warnings: lines(found.warnings) };
}

const good: readonly (readonly [string, KubeVirtSettingsArgs])[] = [
    ["nothing at all", {}],
    [
        "live migration limits",
        {
            liveMigration: {
                parallelPerCluster: 10,
                parallelOutboundPerNode: 4,
                bandwidthPerMigration: "1Gi",
                completionTimeoutPerGiB: "150 seconds",
                progressTimeout: "5 minutes",
                allowPostCopy: true,
                network: "migration",
            },
        },
    ],
    [
        "a downtime with its gate",
        {
            featureGates: { enable: ["MigrationStallDetection"] },
            liveMigration: { maxDowntime: "0.5 seconds" },
        },
    ],
    ["KubeVirt's own seccomp profile", { seccompProfile: "KubeVirt" }],
    [
        "certificates",
        { certificates: { ca: { duration: "48 hours" }, server: { renewBefore: "5 hours" } } },
    ],
    [
        "placement",
        {
            workloads: {
                nodeSelector: { kvm: "yes" },
                tolerations: [{ operator: "Exists" }],
            },
        },
    ],
    ["overrides beside the guarded ones", { overrides: { configuration: { smbios: {} } } }],
];

const refused: readonly (readonly [string, object, RegExp])[] = [
    [
        "a downtime without its gate",
        { liveMigration: { maxDowntime: "1 second" } },
        /^liveMigration\.maxDowntime is "1 second", which KubeVirt refuses without the feature gate MigrationStallDetection/,
    ],
    [
        "a bandwidth in decimal units",
        { liveMigration: { bandwidthPerMigration: "64MB" } },
        /^liveMigration\.bandwidthPerMigration is "64MB", which is not a binary size/,
    ],
    [
        "no migrations at all",
        { liveMigration: { parallelPerCluster: 0 } },
        /^liveMigration\.parallelPerCluster is 0, which is not a number of migrations/,
    ],
    [
        "half a second where KubeVirt counts whole ones",
        { liveMigration: { progressTimeout: "0.5 seconds" } },
        /^liveMigration\.progressTimeout is "0\.5 seconds", which is not a whole number of seconds/,
    ],
    [
        "a duration that is none",
        { liveMigration: { completionTimeoutPerGiB: "soon" } },
        /^liveMigration\.completionTimeoutPerGiB is "soon", which is not a duration/,
    ],
    [
        "an unknown gate, where it stands",
        { featureGates: { enable: ["Hostdisk"] } },
        /^featureGates\.enable has "Hostdisk", .* write "HostDisk"/,
    ],
    [
        "an unknown update method",
        { workloadUpdate: { methods: ["Restart"] } },
        /^workloadUpdate\.methods\[0\] is "Restart", which KubeVirt does not know/,
    ],
    [
        "a batch of nothing",
        { workloadUpdate: { batchSize: 0 } },
        /^workloadUpdate\.batchSize is 0, which is not a number of machines/,
    ],
    [
        "an unknown eviction strategy",
        { evictionStrategy: "Migrate" },
        /^evictionStrategy is "Migrate", which KubeVirt does not know\. write one of None, LiveMigrate/,
    ],
    ["no replicas", { infraReplicas: 0 }, /^infraReplicas is 0, .* from 1 to 255/],
    ["more replicas than 8 bits hold", { infraReplicas: 256 }, /^infraReplicas is 256/],
    [
        "a toleration of nothing",
        { infra: { tolerations: [{ effect: "NoSchedule" }] } },
        /^infra\.tolerations\[0\] has no key, which only the operator "Exists"/,
    ],
    [
        "a certificate that is renewed after its end",
        { certificates: { server: { renewBefore: "25 hours" } } },
        /^certificates\.server\.renewBefore is 25h 0m, which is not shorter than .* 24h 0m/,
    ],
    [
        "a certificate that outlives its authority",
        { certificates: { ca: { duration: "12 hours" } } },
        /^certificates\.server\.duration is 24h 0m, which is longer than the 12h 0m/,
    ],
    [
        "a name that is none",
        { imagePullSecrets: ["Pull Secret"] },
        /^imagePullSecrets\[0\] is "Pull Secret", which is not a name/,
    ],
    [
        "a version in the overrides",
        { overrides: { imageTag: "v1.8.0" } },
        /^overrides\.imageTag is "v1\.8\.0", .* choose the version by the release/,
    ],
    [
        "gates that no check would see",
        { overrides: { configuration: { developerConfiguration: { featureGates: ["Root"] } } } },
        /^overrides\.configuration\.developerConfiguration\.featureGates is \["Root"\], .* use featureGates\.enable/,
    ],
    [
        "a removal without protection by the back door",
        { overrides: { uninstallStrategy: "RemoveWorkloads" } },
        /^overrides\.uninstallStrategy .* use the argument uninstallStrategy/,
    ],
    [
        "KubeVirt's seccomp profile with its gate off",
        {
            seccompProfile: "KubeVirt",
            featureGates: { disable: ["KubevirtSeccompProfile"] },
        },
        /^seccompProfile is "KubeVirt", which KubeVirt installs with the feature gate/,
    ],
];

const warned: readonly (readonly [string, object, RegExp])[] = [
    [
        "machines are shut down by an upgrade",
        { workloadUpdate: { methods: ["LiveMigrate", "Evict"] } },
        /^workloadUpdate\.methods has "Evict", and an upgrade shuts down every machine that cannot/,
    ],
    [
        "machines keep an old launcher",
        { workloadUpdate: { methods: [] } },
        /^workloadUpdate\.methods is empty/,
    ],
    ["a drain shuts machines down", { evictionStrategy: "None" }, /^evictionStrategy is "None"/],
    [
        "removing KubeVirt deletes machines",
        { uninstallStrategy: "RemoveWorkloads" },
        /^uninstallStrategy is "RemoveWorkloads"/,
    ],
    [
        "post-copy is allowed and never happens",
        { liveMigration: { allowPostCopy: true, allowWorkloadDisruption: false } },
        /^liveMigration\.allowPostCopy is true beside/,
    ],
    [
        "a node may start more migrations than the cluster",
        { liveMigration: { parallelPerCluster: 1, parallelOutboundPerNode: 2 } },
        /^liveMigration\.parallelOutboundPerNode is 2, which is more than the 1/,
    ],
    [
        "machines migrate between the same CPUs only",
        { cpuModel: "host-passthrough" },
        /^cpuModel is "host-passthrough"/,
    ],
];

describe("checkKubeVirtSettings", () => {
    for (const [what, settings] of good) {
        it(`has nothing to say about ${what}`, () => {
            assert.deepEqual(said(settings), { problems: [], warnings: [] });
        });
    }

    for (const [what, settings, expected] of refused) {
        it(`refuses ${what}`, () => {
            const { problems } = said(settings);
            assert.equal(problems.length, 1, problems.join("\n"));
            assert.match(problems[0] ?? "", expected);
        });
    }

    for (const [what, settings, expected] of warned) {
        it(`warns when ${what}`, () => {
            const { problems, warnings } = said(settings);
            assert.deepEqual(problems, []);
            assert.equal(warnings.length, 1, warnings.join("\n"));
            assert.match(warnings[0] ?? "", expected);
        });
    }

    it("refuses a downtime where KubeVirt does not have the field", () => {
        const { problems } = said({ liveMigration: { maxDowntime: "1 second" } }, "v1.8.4");
        assert.match(problems.join(), /which KubeVirt v1\.8\.4 does not have/);
    });

    it("says everything at once", () => {
        const { problems } = said({ infraReplicas: 0, evictionStrategy: "x", cpuModel: "a" });
        assert.equal(problems.length, 2);
    });
});
