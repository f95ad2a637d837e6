import assert from "node:assert/strict";
import Ajv from "ajv";
import fc from "fast-check";
import { environment } from "../../stacks/schema/environment";
import { stackFileSchema } from "../../stacks/schema/json-schema";
import { environmentKey } from "../../stacks/schema/keys";
import { parseEnvironment } from "../../stacks/schema/parse";
import { fullEnvironment, storages } from "./documents";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const accepts = new Ajv({ schemaId: "auto" }).compile(stackFileSchema());
const kinds = Object.keys(storages) as (keyof typeof storages)[];

const acceptedByEditor = (document: unknown) =>
    accepts({ config: { [environmentKey]: document } }) === true;
const acceptedByParser = (document: unknown) =>
    parseEnvironment(document).problems.every(({ beyondSchema }) => beyondSchema);

/** The places of a document, as lists of keys. */
function placesIn(value: unknown): (readonly string[])[] {
    return typeof value === "object" && value !== null
        ? [
              [],
              ...Object.entries(value).flatMap(([key, part]) =>
                  placesIn(part).map((rest) => [key, ...rest]),
              ),
          ]
        : [[]];
}

type Edit = (holder: Record<string, unknown>, key: string) => void;

/** A copy of a document, edited at a place. */
function edited(document: object, place: readonly string[], edit: Edit): object {
    const copy = structuredClone(document);
    const key = place.at(-1);
    if (key !== undefined) {
        const holder = place
            .slice(0, -1)
            .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], copy);
        edit(holder as Record<string, unknown>, key);
    }
    return copy;
}

/** Values of every type, and words that are right somewhere. */
const values: fc.Arbitrary<Json> = fc.oneof(
    fc.constantFrom<Json>(null, true, false, "", 0, -1, 1, 1.5, 70_000, [], {}, [{}], [1], ["a"]),
    fc.constantFrom<Json>("adopt", "1Gi", "40GB", "5 minutes", "A", "db", "a".repeat(64), "Retain"),
    fc.constantFrom<Json>({ secret: "key" }, { file: "a" }, { url: "https://a" }, { tcp: 1 }),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

const edits: fc.Arbitrary<Edit> = fc.oneof(
    values.map(
        (value): Edit =>
            (holder, key) =>
                (holder[key] = value),
    ),
    fc.constant<Edit>((holder, key) => Reflect.deleteProperty(holder, key)),
    fc.tuple(fc.constantFrom("image", "tier", "mode", "boot", "vlan", "file", "x"), values).map(
        ([name, value]): Edit =>
            (holder) =>
                (holder[name] = value),
    ),
);

describe("the JSON schema of a stack's file", () => {
    it("takes everything there is to say, and what Pulumi writes beside it", () => {
        for (const kind of kinds) {
            const file = {
                config: {
                    [environmentKey]: fullEnvironment(kind),
                    "pulumi-kubevirt:cephKey": { secure: "v1:abc" },
                    "kubernetes:context": "mine",
                },
                secretsprovider: "awskms://alias/pulumi",
                encryptedkey: "abc",
                encryptionsalt: "v1:abc",
            };
            assert.equal(accepts(file), true, JSON.stringify(accepts.errors));
        }
    });

    it("refuses keys that have moved into the environment, and fields that Pulumi does not know", () => {
        assert.equal(accepts({ config: { "pulumi-kubevirt:storageClass": "nvme" } }), false);
        assert.equal(accepts({ confg: {} }), false);
    });

    it("refuses what the parser refuses, and accepts what it accepts", () => {
        const document = fc
            .constantFrom(...kinds)
            .chain((kind) => {
                const whole = fullEnvironment(kind);
                const place = fc.constantFrom(
                    ...placesIn(whole).filter(({ length }) => length > 0),
                );
                return fc
                    .array(fc.tuple(place, edits), { minLength: 1, maxLength: 2 })
                    .map((changes) => ({ whole, changes }));
            })
            .map(({ whole, changes }) =>
                changes.reduce<object>((now, [place, edit]) => {
                    const there = placesIn(now).some(
                        (one) => JSON.stringify(one) === JSON.stringify(place),
                    );
                    return there ? edited(now, place, edit) : now;
                }, whole),
            );
        let refused = 0;
        fc.assert(
            fc.property(document, (one) => {
                const editor = acceptedByEditor(one);
                refused += editor ? 0 : 1;
                const { problems } = parseEnvironment(one);
                assert.equal(
                    acceptedByParser(one),
                    editor,
                    JSON.stringify([problems, accepts.errors]),
                );
            }),
            { numRuns: 500 },
        );
        assert.ok(refused > 100 && refused < 490, String(refused));
    });

    it("says of every field what it is for, and what counts without it", () => {
        const silent: string[] = [];
        const visit = (schema: unknown, place: string) => {
            const { properties = {}, required = [] } = schema as {
                properties?: Record<string, { description?: string }>;
                required?: string[];
            };
            for (const [field, { description = "" }] of Object.entries(properties)) {
                const told = required.includes(field) || /\n\nDefault: ./.test(description);
                if (!/^\S/.test(description) || !told) {
                    silent.push(`${place}.${field}`);
                }
            }
            for (const [key, part] of Object.entries(schema as object)) {
                if (typeof part === "object" && part !== null) {
                    visit(part, `${place}.${key}`);
                }
            }
        };
        const { properties } = stackFileSchema() as {
            properties: { config: { properties: Record<string, unknown> } };
        };
        visit(properties.config.properties[environmentKey], "environment");
        assert.deepEqual(silent, []);
    });
});

describe("problems of an environment", () => {
    it("never repeat a key that was pasted anywhere", () => {
        const planted = "AQBMmhFkAAAAABAAq5Yh8m2oVXhmcXz8rXGrCA==";
        for (const kind of kinds) {
            const whole = fullEnvironment(kind);
            for (const place of placesIn(whole)) {
                for (const edit of [
                    (holder, key) => (holder[key] = planted),
                    (holder) => (holder["pasword"] = planted),
                    (holder) => (holder[planted] = "x"),
                ] as Edit[]) {
                    const { problems } = parseEnvironment(edited(whole, place, edit));
                    assert.doesNotMatch(JSON.stringify(problems), /AQBMm/, place.join("."));
                }
            }
        }
    });

    it("are told for whatever a document is, and never thrown", () => {
        fc.assert(
            fc.property(fc.jsonValue(), (document) => {
                const { problems, environment: parsed } = parseEnvironment(document);
                assert.equal(parsed === undefined, problems.length > 0);
                assert.equal(environment.safeParse(document).success, problems.length === 0);
            }),
        );
    });
});
