import assert from "node:assert/strict";
import { conflictProblems } from "../../../components/machines/field-conflict";
import { problemsText } from "../../../model/problems";

const machine = { spec: { runStrategy: "Always", template: { spec: { hostname: "db" } } } };
const place = { machineName: "db", namespace: "vms", power: "managed" } as const;

function live(manager: string, fieldsV1: object, spec: object): object {
    return { spec, metadata: { managedFields: [{ manager, fieldsV1 }] } };
}

const stopped = live(
    "virt-api",
    { "f:spec": { "f:runStrategy": {} } },
    { runStrategy: "Halted", template: { spec: { hostname: "db" } } },
);

describe("conflictProblems", () => {
    it("name who has stopped the machine, and the ways out", () => {
        assert.equal(
            problemsText("VirtualMachine", "db", conflictProblems(stopped, machine, place)),
            'VirtualMachine "db": spec.runStrategy is "Halted" on the cluster: virt-api (virtctl) has set it, and the program would set it to something else. Put it back there (virtctl start -n vms db), write "Halted" in the program, or leave its power alone (power: "left-alone").',
        );
    });

    it("name who has edited a field, and the ways out", () => {
        const edited = live(
            "kubectl-edit",
            { "f:spec": { "f:template": { "f:spec": { "f:hostname": {} } } } },
            { template: { spec: { hostname: "other" } } },
        );
        assert.equal(
            problemsText("VirtualMachine", "db", conflictProblems(edited, machine, place)),
            'VirtualMachine "db": spec.template.spec.hostname is "other" on the cluster: kubectl-edit has set it, and the program would set it to something else. Write "other" in the program, or put the field back where kubectl-edit has changed it; nothing is forced.',
        );
    });

    it("are none where the power is left alone", () => {
        assert.deepEqual(conflictProblems(stopped, machine, { ...place, power: "left-alone" }), []);
    });

    it("do not show what may be secret", () => {
        const secret = live(
            "kubectl-edit",
            { "f:spec": { "f:userData": {} } },
            { userData: "hunter2" },
        );
        const [problem] = conflictProblems(secret, { spec: { userData: "mine" } }, place);
        assert.equal(problem?.field, "spec.userData");
        assert.doesNotMatch(problem.fault + problem.cure, /hunter2|mine/);
    });
});
