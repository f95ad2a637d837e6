import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bindImmediateAnnotation } from "../../model/annotations";
import { faultAnnotation } from "../../sandbox/data-plane/faults";
import { systemClock } from "../../waits/clock";
import { progressText } from "../../waits/progress";
import { kubeconfigTransport, type Transport } from "../../waits/transport";
import { waitForUpload } from "../../waits/upload-wait";
import { diagnosisText } from "../../waits/verdict";
import { View } from "../../waits/view";
import type { Writer } from "../../waits/writes";
import { temporaryFolder } from "../support/folder";
import { patienceMs, sharedSandbox, type SharedSandbox } from "../support/sandbox";

/** With a real API server in front of the token API, and the sandbox's stand-in for CDI's proxy. */
describe("an upload in the sandbox", function () {
    this.timeout(300_000);
    this.slow(20_000);

    let sandbox: SharedSandbox;
    let transport: Transport & Writer;
    let namespace: string;
    let folder: string | undefined;
    let path: string;

    before(async function () {
        sandbox = await sharedSandbox(this);
        transport = await kubeconfigTransport(sandbox.kubeconfig);
        namespace = await sandbox.namespace("upload");
        folder = temporaryFolder("upload-sandbox");
        path = join(folder, "disk.raw");
        writeFileSync(path, randomBytes(6 * 2 ** 20));
    });

    after(() => {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    async function upload(name: string, fault?: string) {
        await transport.create(
            `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
            {
                apiVersion: "cdi.kubevirt.io/v1beta1",
                kind: "DataVolume",
                metadata: {
                    name,
                    annotations: {
                        [bindImmediateAnnotation]: "true",
                        ...(fault === undefined ? {} : { [faultAnnotation]: fault }),
                    },
                },
                spec: {
                    source: { upload: {} },
                    storage: {
                        storageClassName: "sandbox-block",
                        accessModes: ["ReadWriteMany"],
                        volumeMode: "Block",
                        resources: { requests: { storage: "1Gi" } },
                    },
                },
            },
        );
        const lines: string[] = [];
        const settled = await waitForUpload({
            view: new View(transport, systemClock),
            clock: systemClock,
            namespace,
            name,
            consumer: "none",
            deadlineMs: patienceMs,
            writer: transport,
            upload: { path, sizeBytes: 2 ** 30 },
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
        });
        return { settled, lines: lines.join("\n") };
    }

    it("fills the disk, through the address and the authority that CDI publishes", async () => {
        const { settled, lines } = await upload("whole");
        assert.equal(
            settled.kind,
            "ready",
            settled.kind === "failed" ? diagnosisText(settled.diagnosis) : lines,
        );
        assert.equal(settled.phase, "Succeeded");
    });

    it("is sent again after a cut", async () => {
        const { settled, lines } = await upload("cut", "upload-cut");
        assert.equal(settled.kind, "ready", lines);
        assert.match(lines, /is sent again: /);
    });

    it("ends in the upload server's own words where it refuses the image", async () => {
        const { settled, lines } = await upload("refused", "upload-refused");
        assert.ok(settled.kind === "failed", lines);
        assert.match(settled.diagnosis.cause, /^(unreadable-image|upload-failed)$/);
        assert.match(settled.diagnosis.what, /HTTP \d+: Saving stream failed/);
    });
});
