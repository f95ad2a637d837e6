import assert from "node:assert/strict";
import fc from "fast-check";
import {
    checkMigrationPolicy,
    type MigrationPolicyPlan,
    type MigrationSelectors,
    policyFor,
    rivalPolicies,
} from "../../model/migration-policy";
import { problemsText } from "../../model/problems";

const plan = (change: Partial<MigrationPolicyPlan> = {}): MigrationPolicyPlan => ({
    name: "databases",
    selectors: { machines: { tier: "database" } },
    limits: { bandwidthPerMigration: "64Mi" },
    ...change,
});

const refused: readonly (readonly [string, Partial<MigrationPolicyPlan>, string, RegExp])[] = [
    [
        "a name that is none",
        { name: "Data bases" },
        "policyName",
        /not a name of a Kubernetes object/,
    ],
    ["no labels at all", { selectors: {} }, "machines", /every machine of the cluster/],
    [
        "labels that are none",
        { selectors: { namespaces: { "a b": "c" } } },
        'namespaces."a b"',
        /not the key of a label/,
    ],
    [
        "a bandwidth that is none",
        { limits: { bandwidthPerMigration: "64MB" as "64Mi" } },
        "bandwidthPerMigration",
        /not a binary size/,
    ],
    [
        "half a second",
        { limits: { completionTimeoutPerGiB: "0.5 seconds" } },
        "completionTimeoutPerGiB",
        /whole number of seconds/,
    ],
];

describe("checkMigrationPolicy", () => {
    it("lets a policy be that names machines and a limit", () => {
        const { problems, warnings } = checkMigrationPolicy(plan());
        assert.deepEqual([problems, warnings], [[], []]);
    });

    for (const [title, change, field, text] of refused) {
        it(`refuses ${title}`, () => {
            const { problems } = checkMigrationPolicy(plan(change));
            assert.deepEqual(
                problems.map((problem) => problem.field),
                [field],
            );
            assert.match(problemsText("MigrationPolicy", "databases", problems), text);
        });
    }

    it("says that a policy without a limit changes nothing", () => {
        const { problems, warnings } = checkMigrationPolicy(plan({ limits: {} }));
        assert.deepEqual(problems, []);
        assert.match(warnings[0]?.fault ?? "", /changes nothing/);
    });

    it("says that post-copy is never switched to where machines may not be disrupted", () => {
        const limits = { allowPostCopy: true, allowWorkloadDisruption: false };
        const { problems, warnings } = checkMigrationPolicy(plan({ limits }));
        assert.deepEqual(problems, []);
        assert.match(warnings[0]?.fault ?? "", /never switches to post-copy/);
    });
});

const labels = { tier: "database", team: "billing" };
const namespaceLabels = { "kubernetes.io/metadata.name": "vms", zone: "a" };
const policies = (...selectors: readonly MigrationSelectors[]) =>
    selectors.map((one, at) => ({ name: `policy-${"cba"[at] ?? ""}`, selectors: one }));

describe("policyFor", () => {
    const rows: readonly (readonly [string, readonly MigrationSelectors[], number | undefined])[] =
        [
            ["none where the labels are others", [{ machines: { tier: "web" } }], undefined],
            [
                "none where one label of two is missing",
                [{ machines: { tier: "database", os: "linux" } }],
                undefined,
            ],
            [
                "none where only the namespace fits",
                [{ machines: { tier: "web" }, namespaces: { zone: "a" } }],
                undefined,
            ],
            [
                "the one with more labels",
                [{ machines: { tier: "database" } }, { machines: labels }],
                1,
            ],
            [
                "the one with more of the machine's labels",
                [{ namespaces: { zone: "a" } }, { machines: { tier: "database" } }],
                1,
            ],
            [
                "labels of namespaces count too",
                [{ machines: { tier: "database" } }, { namespaces: namespaceLabels }],
                1,
            ],
            [
                "the first by name, where as many fit",
                [{ machines: { tier: "database" } }, { machines: { team: "billing" } }],
                1,
            ],
        ];
    for (const [title, selectors, expected] of rows) {
        it(title, () => {
            const all = policies(...selectors);
            const found = policyFor(all, { labels, namespaceLabels });
            assert.equal(found, expected === undefined ? undefined : all[expected]);
        });
    }

    const some = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"), {
        maxKeys: 3,
    });
    const selectors = fc.record({ machines: some, namespaces: some });

    it("answers the same policy in whatever order they come", () => {
        fc.assert(
            fc.property(fc.array(selectors, { maxLength: 3 }), some, some, (list, one, other) => {
                const all = policies(...list);
                const machine = { labels: one, namespaceLabels: other };
                assert.equal(policyFor([...all].reverse(), machine), policyFor(all, machine));
            }),
        );
    });

    it("has names decide only between policies that rivalPolicies finds", () => {
        fc.assert(
            fc.property(selectors, selectors, some, some, (one, other, mine, theirs) => {
                const machine = { labels: mine, namespaceLabels: theirs };
                const [first, last] = [
                    { name: "a", selectors: one },
                    { name: "b", selectors: other },
                ];
                const won = policyFor([first, last], machine)?.selectors;
                const swapped = policyFor(
                    [
                        { ...first, name: "b" },
                        { ...last, name: "a" },
                    ],
                    machine,
                )?.selectors;
                assert.ok(won === swapped || rivalPolicies(first, [last]).length === 1);
            }),
        );
    });
});

describe("rivalPolicies", () => {
    const rows: readonly (readonly [string, MigrationSelectors, MigrationSelectors, boolean])[] = [
        ["the same labels", { machines: { a: "1" } }, { machines: { a: "1" } }, true],
        [
            "other labels that a machine may have too",
            { machines: { a: "1" } },
            { machines: { b: "1" } },
            true,
        ],
        [
            "another value of the same label",
            { machines: { a: "1" } },
            { machines: { a: "2" } },
            false,
        ],
        [
            "a label more, which is an exception",
            { machines: { a: "1" } },
            { machines: { a: "1", b: "1" } },
            false,
        ],
        [
            "labels of the namespace instead",
            { machines: { a: "1" } },
            { namespaces: { a: "1" } },
            false,
        ],
    ];
    for (const [title, one, other, expected] of rows) {
        it(`${title}: ${expected ? "only the names decide" : "no rivals"}`, () => {
            const [first, last] = [
                { name: "a", selectors: one },
                { name: "b", selectors: other },
            ];
            assert.equal(rivalPolicies(first, [last]).length, Number(expected));
            assert.equal(rivalPolicies(last, [first]).length, Number(expected));
        });
    }
});
