import assert from "node:assert/strict";
import type { NetworkPlumbingArgs } from "../../../components";
import {
    checkPlumbing,
    partSettings,
    plumbingShape,
} from "../../../components/platform/network-plumbing-args";
import { checkOperatorArgs } from "../../../components/platform/operator-args";
import { checkPlatformAccess } from "../../../components/platform/platform-access";
import { problemsText } from "../../../model/problems";

describe("arguments of an operator's component", () => {
    it("may be left out", () => {
        assert.deepEqual(checkOperatorArgs({}), []);
    });

    it("are all judged at once, with value and cure", () => {
        const problems = checkOperatorArgs({
            version: "latest",
            readyWithin: "0 minutes",
        });
        assert.equal(
            problemsText("KubeVirt", "kubevirt", problems),
            [
                'KubeVirt "kubevirt": readyWithin is "0 minutes", which is not a duration above zero. Write a number and a unit, such as "90 seconds", "20 minutes" or "2 hours".',
                'KubeVirt "kubevirt": version is "latest", which is not a version. Write it as "v1.9.0".',
            ].join("\n"),
        );
    });
});

describe("arguments of a PlatformAccess", () => {
    const subject = { kind: "Group", name: "vm-team" } as const;
    const fields = (args: Parameters<typeof checkPlatformAccess>[0]) =>
        checkPlatformAccess(args).map(({ field }) => field);

    it("are right with somebody who gets rights somewhere", () => {
        assert.deepEqual(fields({ installer: [subject] }), []);
        const deployer = { subjects: [subject], namespaces: ["vms"] };
        assert.deepEqual(fields({ deployer }), []);
    });

    it("have to give something to somebody", () => {
        assert.deepEqual(fields({}), ["installer"]);
        assert.deepEqual(fields({ deployer: { subjects: [], namespaces: [] } }), [
            "deployer.namespaces",
            "deployer.subjects",
        ]);
    });

    it("name subjects and namespaces that can exist", () => {
        const nobody = { kind: "User", name: "" } as const;
        assert.deepEqual(
            fields({
                installer: [nobody],
                deployer: { subjects: [subject], namespaces: ["vms", "My VMs"] },
            }),
            ["deployer.namespaces[1]", "installer"],
        );
    });
});

describe("arguments of a NetworkPlumbing", () => {
    const lines = (problems: ReturnType<typeof checkPlumbing>) =>
        problemsText("NetworkPlumbing", "plumbing", problems).split("\n");

    it("that are none, or of a wrong type, are told all at once, with their places", () => {
        const args = {
            multus: { mode: 1, verison: "v4.3.0", manifests: ["a.yaml"] },
            whereabouts: ["install"],
            sriov: { pools: [{ name: "a", pfNames: "ens1f0" }, {}] },
            sriv: "adopt",
            readyWithin: 10,
        };
        assert.deepEqual(lines(plumbingShape(args as unknown as NetworkPlumbingArgs)), [
            'NetworkPlumbing "plumbing": cluster is missing. Write an object.',
            'NetworkPlumbing "plumbing": whereabouts is a list, which is not text or an object. Write text or an object.',
            'NetworkPlumbing "plumbing": readyWithin is 10, which is not text. Write text.',
            'NetworkPlumbing "plumbing": sriv is given, which is no argument. Write sriov, or leave it out.',
            'NetworkPlumbing "plumbing": multus.mode is 1, which is not text. Write text.',
            'NetworkPlumbing "plumbing": multus.manifests[0] is "a.yaml", which is not an object. Write an object.',
            'NetworkPlumbing "plumbing": multus.verison is given, which is no argument. Write version, or leave it out.',
            'NetworkPlumbing "plumbing": sriov.pools[0].pfNames is "ens1f0", which is not a list of texts. Write a list of texts.',
            'NetworkPlumbing "plumbing": sriov.pools[1].name is missing. Write text.',
        ]);
    });

    it("have pools for the SR-IOV plugins alone", () => {
        const args = { cluster: {}, multus: { pools: [] } } as unknown as NetworkPlumbingArgs;
        assert.match(lines(plumbingShape(args)).join(), /multus\.pools is given, which is no arg/);
    });

    it("are judged all at once, with value and cure", () => {
        const args = {
            multus: "instal" as "install",
            whereabouts: { mode: "on", version: "latest" } as never,
            sriov: { manifests: [{} as never, { url: "https://a", file: "b" }] },
            readyWithin: "0 minutes",
        } as const;
        assert.deepEqual(lines(checkPlumbing(args)), [
            'NetworkPlumbing "plumbing": readyWithin is "0 minutes", which is not a duration above zero. Write a number and a unit, such as "90 seconds", "20 minutes" or "2 hours".',
            'NetworkPlumbing "plumbing": multus is "instal", which is none of install, adopt, skip. Write one of them.',
            'NetworkPlumbing "plumbing": whereabouts.mode is "on", which is none of install, adopt, skip. Write one of them.',
            'NetworkPlumbing "plumbing": whereabouts.version is "latest", which is not a version. Write it as "v0.9.4".',
            'NetworkPlumbing "plumbing": sriov.manifests[0] has neither url nor file. Say where the manifest is, in one way.',
            'NetworkPlumbing "plumbing": sriov.manifests[1] has both url and file. Say where the manifest is, in one way.',
            'NetworkPlumbing "plumbing": sriov.pools is missing: the device plugin has nothing to offer. Write pools: [{ name: "lan_vfs", pfNames: ["ens1f0"] }], or sriov: "adopt".',
        ]);
    });

    it("install Multus and nothing else, unless they say otherwise", () => {
        const modes = (args: Parameters<typeof checkPlumbing>[0]) =>
            (["multus", "whereabouts", "sriov"] as const).map(
                (part) => partSettings(args, part).mode,
            );
        assert.deepEqual(modes({}), ["install", "skip", "skip"]);
        assert.deepEqual(modes({ multus: "skip", whereabouts: {}, sriov: "adopt" }), [
            "skip",
            "install",
            "adopt",
        ]);
        assert.deepEqual(checkPlumbing({}), []);
    });
});
