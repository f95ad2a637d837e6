import assert from "node:assert/strict";
import { noNetworkParts } from "../../waits/pod-network";
import { unschedulableParts } from "../../waits/scheduling";

describe("what the scheduler says of a machine", () => {
    const rows: readonly (readonly [reason: string, cause: string, cure: RegExp])[] = [
        [
            "3 Insufficient cpu",
            "unschedulable",
            /^Give the machine less cpu, or free or add a node$/,
        ],
        ["3 Insufficient memory", "unschedulable", /less memory/],
        ["3 Insufficient hugepages-2Mi", "unschedulable", /Reserve hugepages-2Mi/],
        ["3 Insufficient ephemeral-storage", "unschedulable", /Free some ephemeral-storage/],
        ["3 Insufficient devices.kubevirt.io/kvm", "no-kvm", /useEmulation/],
        ["3 Insufficient devices.kubevirt.io/vhost-net", "device-missing", /virt-handler/],
        ["3 Insufficient openshift.io/sriov_net", "device-missing", /openshift\.io\/sriov_net/],
        ["1 node(s) didn't match Pod's node affinity/selector", "unschedulable", /node selector/],
        ["1 node(s) had untolerated taint {gpu: only}", "unschedulable", /taint \{gpu: only\}/],
        ["1 node(s) had untolerated taint(s) {gpu: only}", "unschedulable", /taint \{gpu: only\}/],
        ["1 node(s) were unschedulable", "unschedulable", /uncordon/],
        ["1 node(s) had volume node affinity conflict", "unschedulable", /node or zone/],
        ["1 node(s) exceed max volume count", "unschedulable", /as many volumes/],
        ["1 Too many pods", "unschedulable", /add a node/],
        ["1 node(s) didn't match pod anti-affinity rules", "unschedulable", /preference/],
        ["1 node(s) didn't match pod topology spread constraints", "unschedulable", /spread/],
        ['persistentvolumeclaim "db-root" not found', "missing-volume", /claim db-root/],
        ["something new", "unschedulable", /^Free or add a node, or change/],
    ];
    for (const [reason, cause, cure] of rows) {
        it(`${reason}: ${cause}`, () => {
            const parts = unschedulableParts(
                `0/3 nodes are available: ${reason}. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
            );
            assert.equal(parts.cause, cause);
            assert.match(parts.cure, cure);
            assert.equal(
                parts.what,
                `No node takes the machine: 0/3 nodes are available: ${reason}`,
            );
        });
    }

    it("gives a cure for each reason, once", () => {
        const { cause, cure } = unschedulableParts(
            "0/4 nodes are available: 1 Insufficient cpu, 2 Insufficient devices.kubevirt.io/kvm, 1 node(s) had untolerated taint {a: }.",
        );
        assert.equal(cause, "no-kvm");
        assert.deepEqual(
            cure.split(". Or: ").map((text) => text.split(" ").slice(0, 3).join(" ")),
            ["Use nodes with", "Give the machine", "Let the machine"],
        );
    });

    it("has an answer where the scheduler says nothing", () => {
        assert.equal(unschedulableParts(undefined).cause, "unschedulable");
    });
});

describe("what a node says of a pod without network", () => {
    const rows: readonly (readonly [message: string, cure: RegExp])[] = [
        [
            "Multus: [vms/x/uid]: error loading k8s delegates: cannot find a network-attachment-definition (vlan10) in namespace (vms): not found",
            /Make NetworkAttachmentDefinition vms\/vlan10/,
        ],
        [
            'network-attachment-definitions.k8s.cni.cncf.io "vlan10" not found',
            /Make NetworkAttachmentDefinition vlan10/,
        ],
        ['failed to find plugin "macvtap" in path [/opt/cni/bin]', /Install the plugin macvtap/],
        ['failed to lookup "br1": Link not found', /interface or bridge br1/],
        [
            "Could not allocate IP in range: ip: 10.0.0.1 / - 10.0.0.9 / range: 10.0.0.0/24",
            /Widen the range/,
        ],
        ["something new of the CNI", /Multus' pods$/],
    ];
    for (const [message, cure] of rows) {
        it(message.slice(0, 60), () => {
            const parts = noNetworkParts(message);
            assert.equal(parts.cause, "no-network");
            assert.match(parts.cure, cure);
            assert.ok(parts.what.includes(message), parts.what);
        });
    }
});
