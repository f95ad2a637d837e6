import assert from "node:assert/strict";
import { claimVerdict } from "../../waits/claim";
import { dataVolumeVerdict } from "../../waits/data-volume";
import type { Claim, KubernetesEvent } from "../../waits/objects";
import { pendingSuspicion } from "../../waits/provisioning";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import { disk } from "./observations";
import { summary } from "./summary";

const claim: Claim = {
    metadata: {
        namespace: "vms",
        name: "data",
        annotations: { "volume.kubernetes.io/storage-provisioner": "x.csi.example.com" },
    },
    spec: { storageClassName: "fast" },
    status: { phase: "Pending" },
};

const faults: readonly ProvisioningFault[] = [
    {
        message: /pool "([^"]+)" not found/,
        cause: "pool-missing",
        what: "The pool $1 does not exist",
        cure: "Make the pool, or change the pool of the class",
        graceMs: 20_000,
    },
    {
        message: /DeadlineExceeded|operation .* already exists/,
        cause: "monitors-unreachable",
        what: "The storage system does not answer",
        cure: "See that the nodes reach it",
        graceMs: 40_000,
    },
    {
        message: /not found/,
        cause: "credentials-missing",
        what: "Something $1$2 is not there",
        cure: "Make it",
        graceMs: 60_000,
    },
];

/** Events on the claim, a minute apart, the oldest first. */
function events(...said: readonly (readonly [reason: string, message: string])[]) {
    return said.map(([reason, message], index): KubernetesEvent => ({
        reason,
        message,
        lastTimestamp: `2026-11-21T08:0${String(index)}:00Z`,
        involvedObject: { name: "data" },
    }));
}

function suspicion(...said: readonly (readonly [reason: string, message: string])[]) {
    return pendingSuspicion(claim, { events: events(...said), faults });
}

function cause(...said: readonly (readonly [reason: string, message: string])[]): string {
    return suspicion(...said).diagnosis.cause;
}

describe("pendingSuspicion", () => {
    it("says what the driver's message means, with what it names and its own words", () => {
        const message = 'rpc error: code = NotFound desc = pool "vms" not found.';
        assert.deepEqual(suspicion(["ProvisioningFailed", message]), {
            graceMs: 20_000,
            diagnosis: {
                cause: "pool-missing",
                what: 'The pool vms does not exist: rpc error: code = NotFound desc = pool "vms" not found',
                where: "PersistentVolumeClaim vms/data, event ProvisioningFailed",
                cure: "Make the pool, or change the pool of the class",
            },
        });
    });

    it("takes the first fault of the table that matches", () => {
        assert.equal(cause(["ProvisioningFailed", 'pool "vms" not found']), "pool-missing");
        assert.equal(cause(["ProvisioningFailed", "secret not found"]), "credentials-missing");
    });

    it("leaves out what the expression did not catch", () => {
        const { what } = suspicion(["ProvisioningFailed", "secret not found"]).diagnosis;
        assert.equal(what, "Something  is not there: secret not found");
    });

    it("knows a fault that looks like two writers who met", () => {
        assert.equal(
            cause(["ProvisioningFailed", "an operation with the given id pvc-1 already exists"]),
            "monitors-unreachable",
        );
    });

    it("remembers a fault that was said once, when the retries say nothing new", () => {
        assert.equal(
            cause(
                ["ProvisioningFailed", "code = DeadlineExceeded"],
                ["ProvisioningFailed", "code = Aborted desc = try again"],
            ),
            "monitors-unreachable",
        );
    });

    it("goes by the newest of several known faults", () => {
        assert.equal(
            cause(
                ["ProvisioningFailed", "code = DeadlineExceeded"],
                ["ProvisioningFailed", 'pool "vms" not found'],
            ),
            "pool-missing",
        );
    });

    it("looks at what the provisioner says only", () => {
        assert.equal(cause(["FailedBinding", 'pool "vms" not found']), "provisioner-silent");
    });

    it("says what it says without a table where nothing of it matches", () => {
        const said = ["ProvisioningFailed", "code = Internal desc = out of luck"] as const;
        assert.deepEqual(suspicion(said), pendingSuspicion(claim, { events: events(said) }));
        assert.equal(cause(said), "provisioning-failed");
    });

    it("says that a class is missing before it asks what a driver might have said", () => {
        assert.equal(
            pendingSuspicion(
                { metadata: { name: "data" } },
                { events: events(["ProvisioningFailed", 'pool "vms" not found']), faults },
            ).diagnosis.cause,
            "no-default-class",
        );
    });

    it("keeps a password out of the sentence, also where the fault's expression caught it", () => {
        const leaky: ProvisioningFault = {
            message: /login (\S+) refused/,
            cause: "credentials-refused",
            what: "The login $1 is refused",
            cure: "Change it",
            graceMs: 0,
        };
        const said = events(["ProvisioningFailed", "login https://admin:s3cret@store refused"]);
        const { what } = pendingSuspicion(claim, { events: said, faults: [leaky] }).diagnosis;
        assert.doesNotMatch(what, /s3cret/);
    });
});

describe("a driver's faults", () => {
    const message = 'pool "vms" not found';

    it("reach the verdict of a claim", () => {
        const verdict = claimVerdict({
            ...disk({}),
            name: "data",
            claim,
            events: events(["ProvisioningFailed", message]),
            faults,
        });
        assert.equal(summary(verdict), "waiting pool-missing");
    });

    it("reach the verdict of a DataVolume whose temporary claim gets no volume", () => {
        const observed = disk({
            phase: "ImportScheduled",
            claim: "Pending",
            work: "Pending",
            events: [["work", "ProvisioningFailed", message]],
        });
        assert.equal(summary(dataVolumeVerdict(observed)), "waiting provisioning-failed");
        assert.equal(summary(dataVolumeVerdict({ ...observed, faults })), "waiting pool-missing");
    });
});
