import assert from "node:assert/strict";
import type { Fields } from "../../model/machine-difference";
import { type Drift, driftOf, type LeftAlone } from "../../review/drift";
import { driftText } from "../../review/drift-text";
import { readPreview } from "../../review/read-preview";
import { claim, claimType, machine, machineType } from "./steps";

interface Found {
    readonly type: string;
    readonly name: string;
    /** What the program says. */
    readonly wanted: Fields;
    /** The object as the stack knows it, and as it is now; undefined: it is gone. */
    readonly known?: Fields;
    readonly live: Fields | undefined;
}

function drift(found: readonly Found[], leftAlone: LeftAlone = new Map()): Drift {
    const events = found.flatMap(({ type, name, wanted, known = wanted, live }) => {
        const urn = urnOf(type, name);
        const old = { custom: true, id: `vms/${name}`, inputs: wanted, outputs: known };
        const done =
            live === undefined
                ? { op: "delete", urn, old }
                : { op: "update", urn, old, new: { ...old, outputs: live } };
        return [
            { resourcePreEvent: { metadata: { op: "refresh", urn, old } } },
            { resOutputsEvent: { metadata: done } },
        ];
    });
    const text = [...events, { summaryEvent: {} }].map((event) => JSON.stringify(event)).join("\n");
    return driftOf(readPreview(text, "a test"), leftAlone);
}

function urnOf(type: string, name: string): string {
    return `urn:pulumi:dev::shop::${type}::${name}`;
}

/** The same object with other fields at its top, and who is said to own what. */
function owned(object: Fields, manager: string, fieldsV1: Fields): Fields {
    const metadata = object["metadata"] as Fields;
    return { ...object, metadata: { ...metadata, managedFields: [{ manager, fieldsV1 }] } };
}

const db = machine("db", ["data"]);
const sockets = (count: number) => ({
    ...db,
    spec: { runStrategy: "Always", template: { spec: { domain: { cpu: { sockets: count } } } } },
});
const ofSockets = {
    "f:spec": {
        "f:template": { "f:spec": { "f:domain": { "f:cpu": { ".": {}, "f:sockets": {} } } } },
    },
};

describe("driftOf", () => {
    it("is nothing where only the status and the bookkeeping differ", () => {
        const live = {
            ...claim("data", {}, { resourceVersion: "2", finalizers: ["a"] }),
            status: { phase: "Bound" },
        };
        const { verdict, items } = drift([
            { type: claimType, name: "data", wanted: claim("data"), live },
        ]);
        assert.deepEqual([verdict, items], ["none", []]);
    });

    it("leaves out what the API server had filled in before, and quantities in another form", () => {
        const known = claim("data", { volumeMode: "Filesystem" });
        const live = claim("data", {
            volumeMode: "Filesystem",
            resources: { requests: { storage: "10240Mi" } },
        });
        assert.deepEqual(
            drift([{ type: claimType, name: "data", wanted: claim("data"), known, live }]).items,
            [],
        );
    });

    it("leaves out what a controller has written, and not what a person has", () => {
        const bound = claim("data", { volumeName: "pv-1" });
        const by = (manager: string) =>
            drift([
                {
                    type: claimType,
                    name: "data",
                    wanted: claim("data"),
                    live: owned(bound, manager, { "f:spec": { "f:volumeName": {} } }),
                },
            ]).items.flatMap(({ edits }) => edits.map(({ path, who }) => [path, who]));
        assert.deepEqual(by("kube-controller-manager"), []);
        assert.deepEqual(by("kubectl-edit"), [["spec.volumeName", "kubectl-edit"]]);
    });

    it("names the field, who changed it, and what putting it back does to the machine", () => {
        const { items } = drift([
            {
                type: machineType,
                name: "db",
                wanted: sockets(2),
                live: owned(sockets(4), "kubectl-edit", ofSockets),
            },
        ]);
        assert.deepEqual(items[0]?.edits, [
            {
                path: "spec.template.spec.domain.cpu.sockets",
                from: "2",
                to: "4",
                who: "kubectl-edit",
                isOurs: true,
            },
        ]);
        assert.equal(items[0].impact, "restart");
        assert.match(
            items[0].why,
            /changed by kubectl-edit: .*sockets 2 -> 4\. Putting it back is restart/,
        );
    });

    it("counts what a controller was told to do past the stack, where the program says otherwise", () => {
        const halted = { ...db, spec: { ...(db["spec"] as Fields), runStrategy: "Halted" } };
        const found = {
            type: machineType,
            name: "db",
            wanted: db,
            live: owned(halted, "virt-api", { "f:spec": { "f:runStrategy": {} } }),
        };
        assert.equal(drift([found]).items[0]?.edits[0]?.who, "virt-api");
        const leftAlone = new Map([[urnOf(machineType, "db"), ["spec.runStrategy"]]]);
        assert.deepEqual(drift([found], leftAlone).items, []);
    });

    it("says that a disk is gone, and that it would be made again without its data", () => {
        const { verdict, items } = drift([
            { type: claimType, name: "data", wanted: claim("data"), live: undefined },
        ]);
        assert.equal(verdict, "drift");
        assert.deepEqual([items[0]?.impact, items[0]?.isGone], ["data-loss", true]);
        assert.match(items[0]?.why ?? "", /without its data|not have its data/);
    });

    it("shows no secret, neither the old nor the new", () => {
        const secret = (data: unknown): Fields => ({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "login", namespace: "vms" },
            data,
        });
        const found = drift([
            {
                type: "kubernetes:core/v1:Secret",
                name: "login",
                wanted: secret("[secret]"),
                known: secret({ word: "aHVudGVyLW9uZQ==" }),
                live: secret({ word: "aHVudGVyLXR3bw==" }),
            },
        ]);
        const text = `${driftText(found)}${JSON.stringify(found)}`;
        assert.match(text, /data\.word|login/);
        assert.doesNotMatch(text, /aHVudGVy|hunter/);
    });
});
