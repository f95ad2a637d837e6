import assert from "node:assert/strict";
import fc from "fast-check";
import { type CdiSettingsArgs, checkCdiSettings } from "../../model/cdi-settings";

/** What is said, one line each, about settings that types would not always allow. */
function said(settings: object) {
    const found = checkCdiSettings(settings);
    const lines = (findings: typeof found.problems) =>
        findings.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    return { problems: lines(found.problems), warnings: lines(found.warnings) };
}

const good: readonly (readonly [string, CdiSettingsArgs])[] = [
    ["nothing at all", {}],
    ["a scratch class with dots", { scratchStorageClass: "fast.example.org" }],
    ["overheads", { filesystemOverhead: { global: 0.055, byClass: { "ceph-block": 0 } } }],
    [
        "a proxy",
        {
            importProxy: {
                http: "http://proxy.example.org:3128",
                https: "http://proxy.example.org:3128",
                noProxy: [".cluster.local", "10.0.0.0/8"],
                trustedCa: "proxy-ca",
            },
        },
    ],
    [
        "worker resources",
        { workerResources: { requests: { memory: "600Mi" }, limits: { memory: "1Gi" } } },
    ],
    ["registries", { insecureRegistries: ["registry.local:5000", "10.0.0.1"] }],
    ["an upload address", { uploadProxyUrl: "https://cdi-upload.example.org" }],
    ["certificates", { certificates: { client: { duration: "6 hours" } } }],
];

const refused: readonly (readonly [string, object, RegExp])[] = [
    [
        "an overhead in percent",
        { filesystemOverhead: { global: 6 } },
        /^filesystemOverhead\.global is 6, which is not a fraction/,
    ],
    [
        "an overhead with more decimals than CDI keeps",
        { filesystemOverhead: { byClass: { fast: 0.0555 } } },
        /^filesystemOverhead\.byClass\["fast"\] is 0\.0555/,
    ],
    [
        "a proxy that is no http address",
        { importProxy: { http: "ftp://proxy.example.org" } },
        /^importProxy\.http is "ftp:\/\/proxy\.example\.org", which is not an http or https/,
    ],
    [
        "several hosts in one",
        { importProxy: { noProxy: ["a.example.org,b.example.org"] } },
        /^importProxy\.noProxy\[0\] is not one host name/,
    ],
    [
        "a quantity that is none",
        { workerResources: { limits: { memory: "lots" } } },
        /^workerResources\.limits\.memory is "lots", which is not a quantity/,
    ],
    [
        "a request above its limit",
        { workerResources: { requests: { cpu: "1" }, limits: { cpu: "750m" } } },
        /^workerResources\.requests\.cpu is "1", which is more than the limit of "750m"/,
    ],
    ["no replicas", { replicas: { apiServer: 0 } }, /^replicas\.apiServer is 0/],
    [
        "a registry with a scheme",
        { insecureRegistries: ["http://registry.local"] },
        /^insecureRegistries\[0\] is "http:\/\/registry\.local", which is not a registry's host/,
    ],
    [
        "an upload address in plain http",
        { uploadProxyUrl: "http://cdi-upload.example.org" },
        /^uploadProxyUrl is "http:\/\/cdi-upload\.example\.org", which is not an https address/,
    ],
    [
        "an unknown clone strategy",
        { cloneStrategy: "fast" },
        /^cloneStrategy is "fast", .* write one of copy, snapshot, csi-clone/,
    ],
    [
        "gates in the overrides",
        { overrides: { config: { featureGates: [] } } },
        /^overrides\.config\.featureGates .* use honorWaitForFirstConsumer and claimAdoption/,
    ],
    [
        "a certificate that outlives its authority",
        { certificates: { server: { duration: "72 hours", renewBefore: "1 hour" } } },
        /^certificates\.server\.duration is 72h 0m, which is longer than the 48h 0m/,
    ],
];

describe("checkCdiSettings", () => {
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

    for (const [what, settings, expected] of [
        [
            "disks land where their importer runs",
            { honorWaitForFirstConsumer: false },
            /^honorWaitForFirstConsumer is false/,
        ],
        [
            "removing CDI deletes disks",
            { uninstallStrategy: "RemoveWorkloads" },
            /^uninstallStrategy is "RemoveWorkloads"/,
        ],
        [
            "a proxy's login can be read",
            { importProxy: { https: "http://me:secret@proxy.example.org" } },
            /^importProxy\.https has a login in the address/,
        ],
    ] as const) {
        it(`warns when ${what}`, () => {
            const { problems, warnings } = said(settings);
            assert.deepEqual(problems, []);
            assert.equal(warnings.length, 1, warnings.join("\n"));
            assert.match(warnings[0] ?? "", expected);
        });
    }

    it("never repeats a password, however the address is mistyped", () => {
        const password = "Sw0rdf1sh";
        const address = fc
            .tuple(
                fc.constantFrom("http://", "https://", "ftp://", "http:/", "http//", "//", ""),
                fc.constantFrom("me:", ":", "m e:", ""),
                fc.constantFrom("@", " @", "%", "/", ":3128@"),
                fc.constantFrom("proxy.example.org:3128", "proxy", "[::", ""),
            )
            .map(([scheme, user, between, host]) => `${scheme}${user}${password}${between}${host}`)
            // Without an @ it is a host or a path, which nobody takes for a password.
            .filter((text) => text.includes("@"));
        fc.assert(
            fc.property(address, fc.constantFrom("http", "https"), (text, field) => {
                const { problems, warnings } = said({ importProxy: { [field]: text } });
                assert.ok(problems.length + warnings.length > 0, text);
                assert.ok(![...problems, ...warnings].join().includes(password), text);
            }),
            { numRuns: 400 },
        );
    });

    it("never repeats a password of the upload address", () => {
        const { problems } = said({ uploadProxyUrl: "https://me:Sw0rdf1sh@upload.example.org" });
        assert.equal(problems.length, 1);
        assert.ok(!problems.join().includes("Sw0rdf1sh"));
    });
});
