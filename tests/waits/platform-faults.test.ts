import assert from "node:assert/strict";
import { applyCrds, crdSet, definitionsIn, isInRelease } from "../../sandbox/crds";
import { installOperators } from "../../sandbox/platform";
import { releasesOf, releaseVersions } from "../../sandbox/releases";
import { systemClock } from "../../waits/clock";
import { diagnosisText, type Verdict } from "../../waits/verdict";
import { waitForOperator } from "../../waits/platform-wait";
import { unservedPaths } from "../../waits/served";
import { kubeconfigTransport, type Transport } from "../../waits/transport";
import { View } from "../../waits/view";
import { setFault } from "../support/faults";
import { emptySandbox, type SharedSandbox } from "../support/sandbox";
import { hurried, isGivenTime, SkippingClock } from "./skipping-clock";

const kubevirts = "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts";
const hour = 3_600_000;

/** The wait on a real API server, with operators that really go wrong. Only grace times of what is expected are left out. */
describe("a wait for an operator that goes wrong", function () {
    this.timeout(300_000);
    this.slow(30_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await emptySandbox(this, "faults");
        const definitions = definitionsIn(crdSet(process.env));
        await applyCrds(sandbox.api, definitions.filter(isInRelease));
        await installOperators(sandbox.api, definitions);
    });

    afterEach(async () => {
        await setFault(sandbox, "kubevirt", "kubevirt", "");
        // A webhook that has just got its CA back lets nothing through for a moment.
        for (let refused = true; refused;) {
            refused = await remove(`${kubevirts}/kubevirt`).then(
                () => false,
                (error: unknown) => {
                    assert.match(String(error), /failed calling webhook/);
                    return true;
                },
            );
        }
        await gone(`${kubevirts}/kubevirt`);
    });

    async function remove(path: string): Promise<void> {
        await sandbox.api.request("DELETE", path);
    }

    async function gone(path: string): Promise<void> {
        const transport = await kubeconfigTransport(sandbox.kubeconfig);
        while ((await transport.get(path)) !== undefined) {
            await new Promise((done) => setTimeout(done, 50));
        }
    }

    /** How the wait for a new KubeVirt ends that has the fault from its beginning. */
    async function settled(
        fault: string,
        causes: readonly string[] = [fault],
        ...afterServed: readonly string[]
    ): Promise<string> {
        await setFault(sandbox, "kubevirt", "kubevirt", fault);
        const { installations } = releasesOf(definitionsIn(crdSet(process.env)), releaseVersions);
        await sandbox.api.create(kubevirts, installations.kubevirt);
        // Before its kinds are served, a webhook is not what is wrong.
        const transport = await kubeconfigTransport(sandbox.kubeconfig);
        for (const path of afterServed) {
            while (!(await isServed(transport, path))) {
                await new Promise((done) => setTimeout(done, 50));
            }
        }
        const clock = new SkippingClock();
        const began = clock.now();
        const view = new View(await kubeconfigTransport(sandbox.kubeconfig), systemClock);
        let last: Verdict | undefined;
        const ended = await hurried(
            waitForOperator({
                view,
                clock,
                kind: "KubeVirt",
                namespace: "kubevirt",
                name: "kubevirt",
                operandsNamespace: "kubevirt",
                wantedVersion: releaseVersions.kubevirt,
                deadlineMs: hour,
                onProgress: (verdict) => (last = verdict),
                signal: new AbortController().signal,
            }),
            clock,
            () => isGivenTime(last, ...causes),
        );
        assert.equal(ended.kind, "failed");
        assert.ok(clock.now() - began < hour / 2, "it was the deadline that ended it");
        return `${ended.diagnosis.cause}: ${diagnosisText(ended.diagnosis)}`;
    }

    it("says what a degraded one says of itself", async () => {
        assert.match(
            await settled("operator-degraded", ["operator-failed", "operator-degraded"]),
            /^operator-(failed|degraded): .*An error occurred during deployment/,
        );
    });

    it("says that a silent one does not look at its KubeVirt", async () => {
        assert.match(await settled("operator-silent"), /^operator-silent: /);
    });

    it("says that a stuck one does not go on", async () => {
        assert.match(await settled("operator-stuck"), /^operator-stuck: .*Deploying/);
    });

    it("says which image a part cannot pull", async () => {
        assert.match(
            await settled("operand-image-pull", ["image-pull"]),
            /^image-pull: Deployment virt-api: .*quay\.io\/kubevirt\/virt-api:v1\.9\.0/,
        );
    });

    it("says that no node takes a part", async () => {
        assert.match(
            await settled("operand-unschedulable", ["unschedulable"]),
            /^unschedulable: .*virt-api/,
        );
    });

    it("says that a webhook cannot answer", async () => {
        assert.match(
            await settled(
                "webhook-no-ca",
                ["webhook-not-ready"],
                "/apis/kubevirt.io/v1/virtualmachines",
                "/apis/kubevirt.io/v1/virtualmachineinstances",
            ),
            /^webhook-not-ready: .*no CA bundle/,
        );
    });
});

/** Whether the kinds of a group can be listed, and the group says so: one comes before the other, and a new kind is refused at first. */
async function isServed(transport: Transport, path: string): Promise<boolean> {
    try {
        const group = await transport.get(path.slice(0, path.lastIndexOf("/")));
        return (
            unservedPaths([path], group).length === 0 && (await transport.get(path)) !== undefined
        );
    } catch (error) {
        assert.match(String(error), /initializing/);
        return false;
    }
}
