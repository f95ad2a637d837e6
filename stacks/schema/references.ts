import { nearest } from "../../model/nearest";
import { type Path, placeText } from "./places";
import type { FoundProblem } from "./problems";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the parts of an environment say of each other: a disk's image and tier, an interface's network, names that are there twice.
 * It takes any document, also one with other problems, so that all of them are told at once.
 */
export function referenceProblems(document: unknown): readonly FoundProblem[] {
    const environment = fields(document);
    const known: Known = {
        image: Object.keys(fields(environment["images"])),
        network: Object.keys(fields(environment["networks"])),
        tier: tiersOf(environment["storage"]),
    };
    const machines = Object.entries(fields(environment["machines"])).map(
        ([name, machine]): readonly [Path, unknown] => [["machines", name], machine],
    );
    const fleets = Object.entries(fields(environment["fleets"])).map(
        ([name, fleet]): readonly [Path, unknown] => [
            ["fleets", name, "machine"],
            fields(fleet)["machine"],
        ],
    );
    return [
        ...[...machines, ...fleets].flatMap(([path, machine]) =>
            machineProblems(path, fields(machine), known),
        ),
        ...defaultTierProblems(environment["storage"], known.tier),
    ];
}

interface Known {
    readonly image: readonly string[];
    readonly network: readonly string[];
    /** Empty where there are no tiers: then no disk may name one. */
    readonly tier: readonly string[];
}

function machineProblems(path: Path, machine: Fields, known: Known): FoundProblem[] {
    const disks = list(machine["disks"]);
    const networks = list(machine["networks"]);
    return [
        ...disks.flatMap((disk, index) => [
            ...unknown([...path, "disks", index, "image"], disk["image"], known.image, "images"),
            ...unknown(
                [...path, "disks", index, "tier"],
                disk["tier"],
                known.tier,
                "the storage's tiers",
            ),
        ]),
        ...networks.flatMap(({ network }, index) =>
            // Another namespace's is not this stack's to know.
            typeof network === "string" && network.includes("/")
                ? []
                : unknown(
                      [...path, "networks", index, "network"],
                      network,
                      known.network,
                      "networks",
                  ),
        ),
        ...twice([...path, "disks"], disks),
        ...twice([...path, "networks"], networks),
    ];
}

function unknown(
    path: Path,
    name: unknown,
    known: readonly string[],
    where: string,
): FoundProblem[] {
    if (typeof name !== "string" || known.includes(name)) {
        return [];
    }
    const near = nearest(name, known);
    const there = known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
    return [
        {
            field: placeText(path),
            fault: `is ${JSON.stringify(name.slice(0, 63))}, which is none of ${where}; ${there}`,
            cure: near === undefined ? `add it to ${where}, or leave it out` : `write ${near}`,
            beyondSchema: true,
        },
    ];
}

function twice(path: Path, items: readonly Fields[]): FoundProblem[] {
    const names = items.map(({ name }) => name);
    return names.flatMap((name, index) =>
        typeof name === "string" && names.indexOf(name) < index
            ? [
                  {
                      field: placeText([...path, index, "name"]),
                      fault: `is ${JSON.stringify(name.slice(0, 63))} a second time`,
                      cure: "give it a name of its own",
                      beyondSchema: true,
                  },
              ]
            : [],
    );
}

function tiersOf(storage: unknown): string[] {
    return Object.values(fields(storage)).flatMap((backend) =>
        Object.keys(fields(fields(backend)["tiers"])),
    );
}

function defaultTierProblems(storage: unknown, tiers: readonly string[]): FoundProblem[] {
    return Object.entries(fields(storage)).flatMap(([kind, backend]) =>
        unknown(
            ["storage", kind, "defaultTier"],
            fields(backend)["defaultTier"],
            tiers,
            "the storage's tiers",
        ),
    );
}

function fields(value: unknown): Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Fields)
        : {};
}

function list(value: unknown): readonly Fields[] {
    return Array.isArray(value) ? value.map(fields) : [];
}
