import assert from "node:assert/strict";
import { driftOf } from "../../review/drift";
import { leftAloneIn } from "../../review/left-alone";
import { reportOf } from "../../review/make-report";
import { readPreview } from "../../review/read-preview";
import { reportText } from "../../review/text";
import { changes, placeOfItem } from "../changes/changes";
import { namespace, Playground } from "../changes/playground";
import { PlatformClient } from "../sandbox/platform-client";
import { needsEngine } from "../support/engine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

/** Of the recorded changes, those that a change of the engine or of a provider would show in first. */
const representative = [
    "machine-less-cpu",
    "disk-other-image",
    "claim-in-group",
    "namespace-renamed",
];

describe("a preview of the real engine", function () {
    this.timeout(1_200_000);
    let sandbox: SharedSandbox;
    let ground: Playground;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
        ground = await Playground.make(sandbox.kubeconfigPath, sandbox.api);
        await ground.up();
    });
    after(() => {
        ground.dispose();
    });

    for (const id of representative) {
        it(`comes to what its recording does: ${id}`, async () => {
            const change = changes.find((one) => one.id === id);
            assert.ok(change);
            const report = reportOf(readPreview(JSON.stringify(await ground.preview(change)), id));
            assert.deepEqual(
                Object.fromEntries(report.items.map((item) => [placeOfItem(item), item.impact])),
                change.expected.items,
                reportText(report),
            );
            assert.equal(report.verdict, change.expected.verdict);
        });
    }

    it("comes to the same from its events, which have what stays as it is, too", () => {
        const change = changes.find(({ id }) => id === "disk-deleted");
        assert.ok(change);
        ground.edit(change);
        const streamed = ground.pulumi(["preview", "--json"], {
            PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
        });
        const report = reportOf(readPreview(streamed, "the events"));
        assert.deepEqual(
            Object.fromEntries(report.items.map((item) => [placeOfItem(item), item.impact])),
            change.expected.items,
        );
        assert.ok(report.isWhole);
        assert.ok(report.migratable.length > 3, reportText(report));
        assert.doesNotMatch(JSON.stringify(report), /hunter-/);
    });

    const refresh = () =>
        driftOf(
            readPreview(
                ground.pulumi(["refresh", "--preview-only", "--json"], {
                    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
                }),
                "a refresh",
            ),
            leftAloneIn(ground.pulumi(["stack", "export"])),
        );

    it("finds no drift in what the cluster and its controllers have written", () => {
        assert.deepEqual(refresh().items, []);
    });

    it("finds what somebody has changed past the stack, and nothing else", async () => {
        const merged = (change: object) => ({
            type: "application/merge-patch+json",
            text: JSON.stringify(change),
        });
        const by = "?fieldManager=kubectl-edit";
        const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
        await sandbox.api.request(
            "PATCH",
            `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines/db${by}`,
            merged({ spec: { template: { spec: { domain: { cpu: { sockets: 1 } } } } } }),
        );
        await sandbox.api.request(
            "PATCH",
            `${claims}/archive${by}`,
            merged({ metadata: { labels: { team: "a" } } }),
        );
        await sandbox.api.request("DELETE", `${claims}/scratch`);
        await new PlatformClient(sandbox.api).untilGone(`${claims}/scratch`);
        const { verdict, items } = refresh();
        assert.equal(verdict, "drift");
        assert.deepEqual(
            items
                .map(({ kind, name, impact, isGone, edits }) => ({
                    what: `${kind} ${name}`,
                    impact,
                    isGone,
                    edits: edits.map(({ path, who }) => `${path} by ${who ?? "?"}`),
                }))
                .sort((one, other) => one.what.localeCompare(other.what)),
            [
                {
                    what: "PersistentVolumeClaim archive",
                    impact: "live",
                    isGone: false,
                    edits: ["metadata.labels.team by kubectl-edit"],
                },
                {
                    what: "PersistentVolumeClaim scratch",
                    impact: "data-loss",
                    isGone: true,
                    edits: [],
                },
                {
                    what: "VirtualMachine db",
                    impact: "live",
                    isGone: false,
                    edits: ["spec.template.spec.domain.cpu.sockets by kubectl-edit"],
                },
            ],
        );
    });
});
