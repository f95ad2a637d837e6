import { grace } from "./grace";
import { readingVerdict } from "./reading";
import type { Verdict } from "./verdict";
import type { Asked, View } from "./view";

/** Which of some API paths (`/apis/snapshot.storage.k8s.io/v1/volumesnapshots`) the API server serves: one question a group. */
export class ServedWatch {
    readonly #groups: readonly { readonly asked: Asked; readonly paths: readonly string[] }[];

    constructor(view: View, paths: readonly string[]) {
        const groups = [...new Set(paths.map(groupOf))];
        this.#groups = groups.map((group) => ({
            asked: view.ask(group),
            paths: paths.filter((path) => groupOf(path) === group),
        }));
    }

    onChange(run: () => void): void {
        for (const { asked } of this.#groups) {
            asked.onChange(run);
        }
    }

    release(): void {
        for (const { asked } of this.#groups) {
            asked.release();
        }
    }

    /** What the asking itself means for who waits, or undefined when there are answers. */
    reading(now: number): Verdict | undefined {
        for (const { asked } of this.#groups) {
            const reading = readingVerdict(asked, now);
            if (reading !== undefined) {
                return reading;
            }
        }
        return undefined;
    }

    /** The paths that are not served; undefined before the server has answered for all of them. */
    unserved(): readonly string[] | undefined {
        return this.#groups.every(({ asked }) => asked.listed)
            ? this.#groups.flatMap(({ asked, paths }) => unservedPaths(paths, asked.answer))
            : undefined;
    }
}

/**
 * The paths that an answer to their group and version does not have. Source: k8s.io/apimachinery meta/v1 APIResourceList.
 *
 * @param answer undefined where the server does not know the group.
 */
export function unservedPaths(paths: readonly string[], answer: unknown): readonly string[] {
    const { resources = [] } = (answer ?? {}) as {
        readonly resources?: readonly { readonly name?: string }[];
    };
    return paths.filter((path) => !resources.some(({ name }) => path.endsWith(`/${name ?? ""}`)));
}

/** What it means that some kinds are not served. */
export function servedVerdict(unserved: readonly string[]): Verdict {
    if (unserved.length === 0) {
        return { kind: "ready" };
    }
    const what = `The API server does not serve ${unserved.join(", ")} yet`;
    return {
        kind: "waiting",
        phase: "NotServed",
        note: what,
        suspicion: {
            graceMs: grace.notServed,
            diagnosis: {
                cause: "not-served",
                what,
                where: "the API server",
                cure: "See what the CRDs say, in their conditions NamesAccepted and Established: kubectl describe crd",
            },
        },
    };
}

function groupOf(path: string): string {
    return path.slice(0, path.lastIndexOf("/"));
}
