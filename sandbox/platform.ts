import * as fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../model/user-error";
import { collectionPath, isCollectionKind } from "../waits/collections";
import { type Api, ApiError } from "./api";
import { type Definition, crdOwner, isInRelease, waitForCrds } from "./crds";
import type { OperandDefinition } from "./data-plane/operators";
import type { Layout } from "./layout";
import type { ReleaseObject } from "./release/parts";
import { releaseVersions, releasesOf } from "./releases";

/** What a sandbox has from the start: everything that machines need, or nothing of it. */
export const platforms = ["ready", "none"] as const;
export type SandboxPlatform = (typeof platforms)[number];

/** What the sandbox in this folder is started with: what is asked for, else what it was started with before. */
export function platformOf(layout: Layout, asked: SandboxPlatform | undefined): SandboxPlatform {
    const before = platforms.find((each) => each === readIfThere(layout.platform));
    // One from before there was a choice has a platform.
    const known = before ?? (fs.existsSync(layout.prepared) ? "ready" : undefined);
    if (asked !== undefined && known !== undefined && asked !== known) {
        throw new UserError(
            `platform is "${asked}", which is not what the sandbox in ${layout.folder} was started with ("${known}"). Stop it first, or leave the platform out.`,
        );
    }
    return known ?? asked ?? "ready";
}

function readIfThere(file: string): string | undefined {
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

/** The definitions that come with the sandbox; the others come with the platform. */
export function definitionsAtStart(
    definitions: readonly Definition[],
    platform: SandboxPlatform,
): readonly Definition[] {
    return definitions.filter((each) => {
        const owner = crdOwner(each);
        // Nobody has installed whereabouts: who wants it brings it along.
        return platform === "ready" ? owner !== "whereabouts" : owner === "none";
    });
}

/** Writes down for the data plane what its operators bring. */
export function writeOperandDefinitions(layout: Layout, definitions: readonly Definition[]): void {
    const brought = definitions
        .filter((each) => !isInRelease(each))
        .flatMap((object) => {
            const owner = crdOwner(object);
            const by = owner === "cdi" ? "CDI" : owner === "kubevirt" ? "KubeVirt" : undefined;
            return by === undefined ? [] : [{ by, object }];
        }) as unknown as OperandDefinition[];
    fs.writeFileSync(layout.definitions, JSON.stringify(brought));
}

/**
 * Installs the operators, as somebody else would have done it. What is there already is left as it is: it may have been
 * upgraded since.
 */
export async function installOperators(
    api: Api,
    definitions: readonly Definition[],
): Promise<void> {
    const { kubevirt, cdi, snapshotController, multus } = releasesOf(definitions, releaseVersions);
    const objects = [...kubevirt, ...cdi, ...snapshotController, ...multus].filter(
        ({ kind }) => kind !== "CustomResourceDefinition",
    );
    const runs = ["Deployment", "DaemonSet"];
    const inOrder = [
        objects.filter(({ kind }) => kind === "Namespace"),
        objects.filter(({ kind }) => ![...runs, "Namespace"].includes(kind)),
        objects.filter(({ kind }) => runs.includes(kind)),
    ];
    for (const group of inOrder) {
        await Promise.all(group.map((each) => api.create(collectionOf(each), each)));
    }
}

/**
 * Asks the operators to install KubeVirt and CDI as their releases do, but for what the owner adds to the spec and a feature that a
 * cluster for machines has (dedicated CPUs), and comes back when they say that they have.
 */
export async function installPlatform(
    api: Api,
    definitions: readonly Definition[],
    spec: object = {},
): Promise<void> {
    const { installations } = releasesOf(definitions, releaseVersions);
    await waitForCrds(api, definitions.filter(isInRelease));
    const configuration = { developerConfiguration: { featureGates: ["CPUManager"] } };
    await Promise.all(
        [
            { of: installations.kubevirt, chosen: { configuration } },
            { of: installations.cdi, chosen: {} },
        ].map(({ of, chosen }) => {
            const own = (of as ReleaseObject & { readonly spec?: object }).spec;
            const installation = { ...of, spec: { ...own, ...chosen, ...spec } };
            return api.create(collectionOf(of), installation);
        }),
    );
    await waitForPlatform(api);
}

function collectionOf({ kind, metadata: { namespace } }: ReleaseObject): string {
    if (!isCollectionKind(kind)) {
        throw new Error(`where ${kind} is served is not known`);
    }
    return collectionPath(kind, namespace);
}

/** Comes back when the operators say that they have installed everything, or that nobody wants them to. */
async function waitForPlatform(api: Api, limit = 300_000): Promise<void> {
    const deadline = Date.now() + limit;
    for (;;) {
        const waiting = (
            await Promise.all((["KubeVirt", "CDI"] as const).map((kind) => unready(api, kind)))
        )
            .flat()
            .join("; ");
        if (waiting === "") {
            return;
        }
        if (Date.now() > deadline) {
            throw new UserError(
                `After ${limit / 1000} s the simulated operators have not installed ${waiting}. Look into data-plane.log.`,
            );
        }
        await pause(50);
    }
}

interface InstallationStatus {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly phase?: string };
}

async function unready(api: Api, kind: "KubeVirt" | "CDI"): Promise<string[]> {
    try {
        const list = await api.get(collectionPath(kind));
        return (list as { items: InstallationStatus[] }).items
            .filter(({ status }) => status?.phase !== "Deployed")
            .map(({ metadata, status }) => `${kind} ${metadata.name} (${status?.phase ?? "new"})`);
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return [];
        }
        throw error;
    }
}
