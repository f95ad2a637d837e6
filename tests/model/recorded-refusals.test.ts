import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkDiskSource, type DiskSource } from "../../model/disk-source";
import { objectNameFault } from "../../model/object-name";
import { sizeFault } from "../../model/size";

/** A request that the real CDI answered. Recorded with CDI 1.66: shared/data/recorded/webhook-answers-cdi.json. */
interface Answer {
    readonly name: string;
    readonly kind: string;
    readonly code: number;
    readonly object: {
        readonly metadata: { readonly name: string };
        readonly spec: {
            readonly source?: Readonly<Record<string, object>>;
            readonly sourceRef?: { readonly name: string };
            readonly contentType?: string;
            readonly storage?: {
                readonly resources?: { readonly requests?: { storage?: string } };
            };
        };
    };
}

const file = join(__dirname, "..", "fixtures", "webhooks", "cdi-answers.json");
const answers = (JSON.parse(readFileSync(file, "utf8")) as Answer[]).filter(
    ({ kind }) => kind === "DataVolume",
);

/** What a disk cannot ask for, or only the cluster knows. */
const elsewhere: Readonly<Record<string, string>> = {
    "no source and no sourceRef": "a disk without a source is a claim, not a DataVolume",
    "sourceRef to DataSource that does not exist": "the cluster knows",
    "missing size (pvc, no resources)": "a disk has a size, and no pvc form",
    "both pvc and storage": "a disk has no pvc form",
    "pvc without accessModes": "a disk has no pvc form",
    "pvc with two accessModes": "a disk has no pvc form",
    "pvc with unknown accessMode": "a disk has no pvc form",
    "clone: source pvc in a namespace that does not exist": "the cluster knows",
    "PVC with the same name exists": "the cluster knows",
    "DataVolume with the same name exists": "the cluster knows",
    "unknown field spec.export, strict": "a disk has no such field",
    "external population and source": "a disk has no dataSource of Kubernetes",
    "dataSource and dataSourceRef differ": "a disk has no dataSource of Kubernetes",
};

/** CDI's words for the first field of each source. */
const first: Readonly<Record<string, string>> = { imageio: "url", vddk: "url", pvc: "name" };

/** The source as this package writes it. */
function ours({ source = {}, sourceRef, contentType }: Answer["object"]["spec"]): DiskSource {
    const parts = Object.entries(source).map(([kind, fields]) => {
        const { [first[kind] ?? "url"]: main, ...rest } = fields as Record<string, unknown>;
        const key = kind === "pvc" ? "claim" : kind;
        return { [key]: kind === "blank" ? true : (main ?? null), ...rest };
    });
    const content = contentType === undefined ? {} : { contentType };
    const reference = sourceRef === undefined ? {} : { dataSource: sourceRef.name };
    return Object.assign({}, ...parts, reference, content) as DiskSource;
}

function refused({ object: { metadata, spec } }: Answer): boolean {
    const place = { name: "x", namespace: "vms", volumeMode: "Block", size: "10Gi" } as const;
    return (
        checkDiskSource(ours(spec), place).length > 0 ||
        sizeFault(spec.storage?.resources?.requests?.storage ?? "") !== undefined ||
        objectNameFault(metadata.name) !== undefined
    );
}

const refusals = answers.filter(({ code }) => code >= 400);

describe("what CDI refuses", () => {
    for (const answer of refusals.filter(({ name }) => !Object.hasOwn(elsewhere, name))) {
        it(`is refused before it is sent: ${answer.name}`, () => assert.ok(refused(answer)));
    }

    it("is told here, or cannot be asked for, or only the cluster knows it", () => {
        assert.ok(refusals.length > 35, String(refusals.length));
        assert.deepEqual(
            Object.keys(elsewhere).filter((name) => !refusals.some((one) => one.name === name)),
            [],
        );
    });
});

describe("what CDI accepts", () => {
    for (const answer of answers.filter(
        ({ code, object }) => code < 400 && object.spec.storage?.resources !== undefined,
    )) {
        if (answer.object.spec.source === undefined && answer.object.spec.sourceRef === undefined) {
            continue;
        }
        it(`is accepted here: ${answer.name}`, () => assert.ok(!refused(answer)));
    }
});
