import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type ReleaseFiles, releaseVersions, writeReleases } from "../../sandbox/releases";
import { setFault } from "../support/faults";
import { temporaryFolder } from "../support/folder";
import { type SharedSandbox, emptySandbox, patienceMs, sharedSandbox } from "../support/sandbox";
import { refusal } from "./disk-client";
import { PlatformClient, type Read, condition, paths, untilServed } from "./platform-client";

const isDeployed = ({ status }: Read) => status?.phase === "Deployed";
const blocking = { spec: { uninstallStrategy: "BlockUninstallIfWorkloadsExist" } };
const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/namespaces/default/datavolumes";
const machines = "/apis/kubevirt.io/v1/namespaces/default/virtualmachines";
const apiWebhook = `${paths.webhooks}/virt-operator-validator`;

describe("an empty sandbox", function () {
    this.timeout(300_000);
    let sandbox: SharedSandbox;
    let cluster: PlatformClient;
    let folder = "";
    let releases: ReleaseFiles;

    before(async function () {
        sandbox = await emptySandbox(this, "operators");
        cluster = new PlatformClient(sandbox.api);
        folder = temporaryFolder("releases");
        releases = writeReleases(folder);
    });

    after(async () => {
        if (folder !== "") {
            await removePlatform();
            fs.rmSync(folder, { recursive: true });
        }
    });

    it("has nothing of the platform, and its storage classes", async () => {
        assert.deepEqual(await left(), []);
        assert.ok(
            (await cluster.names("/apis/storage.k8s.io/v1/storageclasses")).includes(
                "sandbox-block",
            ),
        );
    });

    it("lets an installation wait until its operator runs", async () => {
        const [namespace, definition] = cluster.objectsIn(releases.kubevirtOperator);
        await sandbox.api.apply("/api/v1/namespaces", namespace as never);
        await sandbox.api.apply(paths.definitions, definition as never);
        await cluster.apply(releases.kubevirtCr);
        const early = await cluster.until(paths.kubevirt, () => true);
        assert.equal(early.status?.phase, undefined);
        await cluster.apply(releases.kubevirtOperator);
        const { status } = await cluster.until(paths.kubevirt, isDeployed);
        assert.equal(status?.["observedKubeVirtVersion"], releaseVersions.kubevirt);
    });

    it("installs CDI from its release", async () => {
        await cluster.apply(releases.cdiOperator);
        await cluster.apply(releases.cdiCr);
        const cdi = await cluster.until(paths.cdi, isDeployed);
        assert.deepEqual(
            [cdi.status?.["observedVersion"], cdi.metadata.finalizers],
            [releaseVersions.cdi, ["operator.cdi.kubevirt.io"]],
        );
        assert.equal(condition(cdi, "Available"), "True DeployCompleted Deployment Completed");
        assert.equal(condition(cdi, "Degraded"), "False");
    });

    it("labels the nodes and gives them devices once virt-handler runs there", async () => {
        const node = await cluster.until("/api/v1/nodes/node-1", ({ metadata }) => {
            return metadata.labels?.["kubevirt.io/schedulable"] === "true";
        });
        const labels = Object.keys(node.metadata.labels ?? {});
        assert.ok(labels.some((label) => label.startsWith("cpu-model.node.kubevirt.io/")));
        assert.ok(labels.some((label) => label.startsWith("host-model-cpu.node.kubevirt.io/")));
        await cluster.until("/api/v1/nodes/node-1", ({ status }) => {
            const allocatable = status?.["allocatable"] as Record<string, string> | undefined;
            return allocatable?.["devices.kubevirt.io/kvm"] === "1k";
        });
    });

    it("serves the kinds that the operators brought", async () => {
        assert.deepEqual(await cluster.names(machines), []);
        await untilServed(() => cluster.api.create(dataVolumes, dataVolume("kept")));
        await cluster.until(`${dataVolumes}/kept`, ({ status }) => status?.phase !== undefined);
    });

    it("refuses to delete CDI while there are disks, where it is told to", async () => {
        await cluster.merge(paths.cdi, blocking);
        await assert.rejects(
            cluster.delete(paths.cdi),
            /admission webhook \\"cdi-validate\.cdi\.kubevirt\.io\\" denied the request: rejecting the uninstall request, since there are still 1 DataVolumes present\. Either delete all DataVolumes/,
        );
        await cluster.merge(paths.cdi, { spec: { uninstallStrategy: null } });
    });

    it("refuses to delete KubeVirt while there are machines, where it is told to", async () => {
        await untilServed(() => cluster.api.create(machines, machine("kept")));
        await cluster.merge(paths.kubevirt, blocking);
        await assert.rejects(
            cluster.delete(paths.kubevirt),
            /admission webhook \\"kubevirt-validator\.kubevirt\.io\\" denied the request: Rejecting the uninstall request, since there are still Virtual Machines present\./,
        );
        await cluster.merge(paths.kubevirt, { spec: { uninstallStrategy: null } });
    });

    it("moves KubeVirt to the version of a new operator, available all the time", async () => {
        await cluster.apply(version("kubevirt", "v1.9.1").kubevirtOperator);
        const moving = await cluster.until(paths.kubevirt, (each) =>
            condition(each, "Progressing").startsWith("True UpdateInProgress"),
        );
        assert.equal(
            condition(moving, "Degraded"),
            `True UpdateInProgress Transitioning from previous version ${releaseVersions.kubevirt} with registry quay.io/kubevirt to target version v1.9.1 using registry quay.io/kubevirt`,
        );
        assert.match(condition(moving, "Available"), /^True/);
        await cluster.until(
            paths.kubevirt,
            ({ status }) => status?.["observedKubeVirtVersion"] === "v1.9.1",
        );
        const [pod] = (await cluster.list(paths.pods("kubevirt"))).filter(({ metadata }) =>
            metadata.name.startsWith("virt-handler"),
        );
        assert.equal(pod?.metadata.annotations?.["kubevirt.io/install-strategy-version"], "v1.9.1");
    });

    it("moves CDI to the version of a new operator, and never back", async () => {
        await cluster.apply(version("cdi", "v1.66.1").cdiOperator);
        await cluster.until(paths.cdi, ({ status }) => status?.["observedVersion"] === "v1.66.1");
        await cluster.apply(version("cdi", "v1.65.0").cdiOperator);
        const { status } = await cluster.until(
            paths.cdi,
            (each) => each.status?.["targetVersion"] === "v1.65.0",
        );
        assert.deepEqual([status?.phase, status?.["observedVersion"]], ["Deployed", "v1.66.1"]);
        await cluster.apply(version("cdi", "v1.66.1").cdiOperator);
        await cluster.until(paths.cdi, (each) => each.status?.["targetVersion"] === "v1.66.1");
    });

    for (const [fault, to, shows] of [
        ["operand-image-pull", "v1.9.2", waitsFor("ImagePullBackOff")],
        ["operand-unschedulable", "v1.9.3", isUnschedulable],
    ] as const) {
        it(`stops an upgrade by the fault ${fault} of a component's new pod, and heals`, async () => {
            await setFault(sandbox, "kubevirt", "kubevirt", fault);
            await cluster.apply(version("kubevirt", to).kubevirtOperator);
            await cluster.until(paths.pods("kubevirt"), (list) =>
                (list as unknown as { items: Read[] }).items
                    .filter(({ metadata }) => metadata.name.startsWith("virt-api"))
                    .some(shows),
            );
            const { status } = await cluster.until(paths.kubevirt, (each) =>
                condition(each, "Progressing").startsWith("True UpdateInProgress"),
            );
            assert.notEqual(status?.["observedKubeVirtVersion"], to);
            await setFault(sandbox, "kubevirt", "kubevirt", "");
            await cluster.until(
                paths.kubevirt,
                (each) => each.status?.["observedKubeVirtVersion"] === to,
            );
        });
    }

    it("shows the fault operator-degraded with the operator's words, and heals", async () => {
        await setFault(sandbox, "kubevirt", "kubevirt", "operator-degraded");
        const broken = await cluster.until(paths.kubevirt, (each) =>
            condition(each, "Degraded").startsWith("True DeploymentFailed"),
        );
        assert.match(
            condition(broken, "Synchronized"),
            /^False DeploymentFailed An error occurred during deployment: unable to create crd /,
        );
        await setFault(sandbox, "cdi", "cdi", "operator-degraded");
        await cluster.until(
            paths.cdi,
            (each) =>
                each.status?.phase === "Error" &&
                condition(each, "Degraded").startsWith("True ConfigError"),
        );
        await setFault(sandbox, "kubevirt", "kubevirt", "");
        await setFault(sandbox, "cdi", "cdi", "");
        await cluster.until(paths.cdi, isDeployed);
        await cluster.until(paths.kubevirt, (each) => condition(each, "Synchronized") === "absent");
    });

    it("shows the fault webhook-no-ca, and heals", async () => {
        const bundle = (each: Read) => JSON.stringify(each).includes('"caBundle"');
        await setFault(sandbox, "kubevirt", "kubevirt", "webhook-no-ca");
        await cluster.until(apiWebhook, (each) => !bundle(each));
        // What is stored counts a moment later: asked without being done, for it would go until then.
        const asked = () => refusal(sandbox.api.request("DELETE", `${paths.kubevirt}?dryRun=All`));
        let said = await asked();
        for (const until = Date.now() + patienceMs; said === "accepted" && Date.now() < until;) {
            said = await asked();
        }
        assert.match(said, /failed to verify certificate/);
        await setFault(sandbox, "kubevirt", "kubevirt", "");
        await cluster.until(apiWebhook, bundle);
    });

    it("leaves an installation hanging on its finalizer when the operator goes first", async () => {
        const operator = "/apis/apps/v1/namespaces/cdi/deployments/cdi-operator";
        await cluster.merge(operator, { spec: { replicas: 0 } });
        await cluster.until(operator, ({ status }) => status?.["availableReplicas"] === undefined);
        await cluster.delete(paths.cdi);
        const { status } = await cluster.until(paths.cdi, ({ metadata }) =>
            JSON.stringify(metadata).includes("deletionTimestamp"),
        );
        assert.equal(status?.phase, "Deployed");
        await cluster.merge(operator, { spec: { replicas: 1 } });
        await cluster.untilGone(paths.cdi);
    });

    it("is as empty as before when everything was deleted in order", async () => {
        await removePlatform();
        assert.deepEqual(await left(), []);
        const node = await cluster.until("/api/v1/nodes/node-1", ({ metadata }) => {
            return metadata.labels?.["kubevirt.io/schedulable"] === undefined;
        });
        assert.ok(node);
    });

    it("installs a second time, and sees the objects of kinds that came back", async () => {
        await cluster.apply(releases.kubevirtOperator);
        await setFault(sandbox, "kubevirt", "kubevirt", "operator-silent");
        await cluster.apply(releases.kubevirtCr);
        await cluster.until(
            "/apis/apps/v1/namespaces/kubevirt/deployments/virt-operator",
            (each) => {
                return each.status?.["availableReplicas"] === 2;
            },
        );
        assert.equal((await cluster.read(paths.kubevirt))?.status, undefined);
        await setFault(sandbox, "kubevirt", "kubevirt", "operator-stuck");
        await cluster.until(paths.kubevirt, ({ status }) => status?.phase === "Deploying");
        assert.equal(await cluster.read(apiWebhook), undefined);
        await setFault(sandbox, "kubevirt", "kubevirt", "");
        await cluster.until(paths.kubevirt, isDeployed);
        // As with the real operator: Deployed says nothing about the kinds being served.
        await untilServed(() => cluster.api.create(machines, machine("again")));
        await cluster.until(`${machines}/again`, ({ status }) => status !== undefined);
    });

    /** The releases with another version of one part. */
    function version(part: "kubevirt" | "cdi", to: string): ReleaseFiles {
        return writeReleases(path.join(folder, to), { ...releaseVersions, [part]: to });
    }

    async function removePlatform(): Promise<void> {
        await setFault(sandbox, "kubevirt", "kubevirt", "");
        await cluster.delete(paths.kubevirt);
        await cluster.delete(paths.cdi);
        await cluster.untilGone(paths.kubevirt);
        await cluster.untilGone(paths.cdi);
        await cluster.remove(releases.kubevirtOperator);
        await cluster.remove(releases.cdiOperator);
    }

    /** What there is of the platform. */
    async function left(): Promise<string[]> {
        const ours = [
            ...(await cluster.names(paths.definitions)),
            ...(await cluster.names(paths.webhooks)),
            ...(await cluster.names("/api/v1/namespaces")),
        ];
        return ours.filter((name) => /kubevirt|cdi|virt-|snapshot\.storage/.test(name));
    }
});

describe("a ready sandbox", function () {
    this.timeout(300_000);
    let cluster: PlatformClient;

    before(async function () {
        cluster = new PlatformClient((await sharedSandbox(this)).api);
    });

    it("has KubeVirt and CDI as somebody else would have installed them", async () => {
        const kubevirt = await cluster.until(paths.kubevirt, isDeployed);
        const cdi = await cluster.until(paths.cdi, isDeployed);
        assert.deepEqual(
            [kubevirt, cdi].map(({ metadata }) => metadata.annotations?.["kubevirt.io/latest"]),
            [undefined, undefined],
        );
        assert.deepEqual(
            [
                kubevirt.status?.["observedKubeVirtVersion"],
                kubevirt.status?.["observedGeneration"],
                cdi.status?.["observedVersion"],
            ],
            [releaseVersions.kubevirt, kubevirt.metadata.generation, releaseVersions.cdi],
        );
    });

    it("has a snapshot controller of the version that the components know", async () => {
        const { status } = await cluster.until(
            "/apis/apps/v1/namespaces/kube-system/deployments/snapshot-controller",
            (each) => each.status?.["availableReplicas"] === 2,
        );
        assert.equal(status?.["readyReplicas"], 2);
    });
});

function waitsFor(reason: string) {
    return ({ status }: Read) =>
        status?.phase === "Pending" &&
        status.containerStatuses?.[0]?.state?.waiting?.reason === reason;
}

function isUnschedulable(pod: Read): boolean {
    return condition(pod, "PodScheduled").startsWith("False Unschedulable");
}

function dataVolume(name: string) {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: { name },
        spec: {
            source: { blank: {} },
            pvc: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: "sandbox-block",
                resources: { requests: { storage: "1Gi" } },
            },
        },
    };
}

function machine(name: string) {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name },
        spec: {
            runStrategy: "Halted",
            template: { spec: { domain: { devices: {}, memory: { guest: "1Gi" } } } },
        },
    };
}
