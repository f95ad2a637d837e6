import assert from "node:assert/strict";
import fc from "fast-check";
import { blankClaim, dataVolume, type DiskPlan, type FilledDiskPlan } from "../../manifests/disk";
import type { PlainObject } from "../../manifests/plain-object";
import { persistentVolume } from "../../manifests/static-volume";
import { restoreSnapshot, restoreSnapshotContent } from "../../manifests/volume-restore";
import { accessModes, volumeModes } from "../../model/access";
import { checkDiskSource, type DiskSource } from "../../model/disk-source";
import { checkLabels } from "../../model/labels";
import { nameFault } from "../../model/names";
import { objectNameFault } from "../../model/object-name";
import { type Size, sizeFault } from "../../model/size";
import { everySource } from "../support/every-source";
import { dryRun } from "../support/dry-run";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const plan: DiskPlan = {
    name: "db",
    namespace: "default",
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Filesystem",
};

const hostile = fc.oneof(
    fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom("", " ", "a\nb", "\u0000", "__proto__", "é", "\ud800", "x".repeat(5000), null),
);

/** A value that was right, with something in it, at its end or missing. */
const damaged = (value: unknown): fc.Arbitrary<unknown> =>
    typeof value === "string"
        ? fc.oneof(
              { weight: 3, arbitrary: fc.constant(value) },
              fc
                  .tuple(fc.nat(value.length), fc.string({ unit: "binary", maxLength: 3 }))
                  .map(([at, more]) => value.slice(0, at) + more + value.slice(at)),
              fc
                  .tuple(
                      fc.nat(value.length),
                      fc.constantFrom("%", ":", "/", "@", "?", "#", "-", ".", "A"),
                  )
                  .map(([at, more]) => value.slice(0, at) + more + value.slice(at)),
              fc.nat(value.length).map((at) => value.slice(at)),
          )
        : Array.isArray(value)
          ? fc.tuple(...value.map(damaged))
          : typeof value === "object" && value !== null
            ? fc.oneof(fc.constant(value), damagedObject(value))
            : fc.constant(value);

/** An object whose values are damaged, one of them beyond recognition at times, and fields of others beside them. */
function damagedObject(value: object): fc.Arbitrary<unknown> {
    const fields = Object.entries(value).map(([name, one]) =>
        fc.oneof(
            { weight: 6, arbitrary: damaged(one).map((changed) => [[name, changed]]) },
            { weight: 1, arbitrary: hostile.map((changed) => [[name, changed]]) },
            { weight: 1, arbitrary: fc.constant([]) },
        ),
    );
    const others = fc.oneof(
        { weight: 6, arbitrary: fc.constant({}) },
        fc.constantFrom(...everySource.map(([, source]) => source)),
        fc.dictionary(fc.string({ maxLength: 12 }), hostile, { maxKeys: 2 }),
    );
    return fc
        .tuple(others, ...fields)
        .map(
            ([more, ...parts]) =>
                Object.fromEntries([...Object.entries(more), ...parts.flat()]) as unknown,
        );
}

const anySource = fc.oneof(
    {
        weight: 9,
        arbitrary: fc.constantFrom(...everySource).chain(([, source]) => damagedObject(source)),
    },
    { weight: 1, arbitrary: hostile },
);

/** Everything that a source comes down to on the cluster. */
function objects(disk: DiskPlan, source: DiskSource): PlainObject[] {
    if ("volume" in source) {
        return [persistentVolume(disk, source.volume)];
    }
    const filled = dataVolume(disk as FilledDiskPlan);
    return "backup" in source
        ? [
              restoreSnapshotContent(disk, source.backup),
              restoreSnapshot(disk, source.backup),
              filled,
          ]
        : [filled];
}

/** Whether a namespace or a DataSource of that name is there, only the cluster knows. */
function refuseUnlessAbsent(error: unknown): void {
    assert.match(String(error), /(namespaces|datasources\S*) \\"[-a-z0-9.]+\\" not found/);
}

describe("whatever is given", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;

    before(async function () {
        sandbox = await sharedSandbox(this);
    });

    it("a source is refused in our words, or becomes objects that the API server accepts", async () => {
        let accepted = 0;
        await fc.assert(
            fc.asyncProperty(
                anySource,
                fc.constantFrom(...volumeModes),
                async (any, volumeMode) => {
                    const source = any as DiskSource;
                    const disk: DiskPlan = { ...plan, volumeMode, source };
                    const problems = checkDiskSource(source, disk);
                    for (const { field, fault, cure } of problems) {
                        assert.ok(field !== "" && fault !== "" && cure !== "");
                        assert.ok(fault.length + cure.length < 1000, fault);
                    }
                    if (problems.length === 0) {
                        accepted += 1;
                        for (const object of objects(disk, source)) {
                            await dryRun(sandbox, object).catch(refuseUnlessAbsent);
                        }
                    }
                },
            ),
            { numRuns: 1500 },
        );
        assert.ok(accepted > 100, `only ${String(accepted)} were accepted`);
    });

    const right = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/);
    const word = fc.oneof(
        { weight: 8, arbitrary: right },
        fc.stringMatching(/^[a-zA-Z0-9][-a-zA-Z0-9_.]{0,65}$/),
        fc.string({ maxLength: 70 }),
    );
    const anyPlan = fc.record({
        name: word,
        size: fc.oneof(
            {
                weight: 8,
                arbitrary: fc.stringMatching(/^[1-9][0-9]{0,3}(\.[0-9]{1,3})?(Mi|Gi|Ti)$/),
            },
            fc.constantFrom("0Gi", "1e3Gi", "9999999Ti", "1.0000000001Gi", ".5Gi", "-1Gi", "10GB"),
            fc.string(),
        ),
        priorityClass: fc.option(word, { nil: undefined }),
        labels: fc.dictionary(
            fc.oneof(
                word,
                fc.tuple(word, word).map((parts) => parts.join("/")),
            ),
            fc.oneof({ weight: 8, arbitrary: word }, hostile),
            { maxKeys: 2 },
        ),
        accessMode: fc.constantFrom(...accessModes),
        volumeMode: fc.constantFrom(...volumeModes),
    });

    it("a plan is refused in our words, or becomes objects that the API server accepts", async () => {
        let accepted = 0;
        await fc.assert(
            fc.asyncProperty(anyPlan, async ({ priorityClass, ...any }) => {
                const faults = [
                    nameFault(any.name),
                    sizeFault(any.size),
                    priorityClass === undefined ? undefined : objectNameFault(priorityClass),
                    ...checkLabels(any.labels),
                ];
                if (faults.every((fault) => fault === undefined)) {
                    accepted += 1;
                    const disk = {
                        ...plan,
                        ...any,
                        size: any.size as Size,
                        labels: any.labels as Record<string, string>,
                        ...(priorityClass === undefined ? {} : { priorityClass }),
                    };
                    await dryRun(sandbox, blankClaim(disk));
                    await dryRun(sandbox, dataVolume({ ...disk, source: { blank: true } }));
                }
            }),
            { numRuns: 1000 },
        );
        assert.ok(accepted > 100, `only ${String(accepted)} were accepted`);
    });
});
