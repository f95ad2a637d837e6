import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { stringify } from "yaml";
import { plumbingFacts } from "../../model/network-plumbing";
import { crdSet, definitionsIn } from "../../sandbox/crds";
import type { ReleaseObject } from "../../sandbox/release/parts";
import { releasesOf, releaseVersions } from "../../sandbox/releases";

/** Files of whereabouts and the SR-IOV plugins, as they are published, by their addresses. */
export function plumbingManifests(): ReadonlyMap<string, string> {
    const releases = releasesOf(definitionsIn(crdSet(process.env)), releaseVersions);
    return new Map(
        (["whereabouts", "sriov"] as const).flatMap((part) => {
            const { urls, version } = plumbingFacts[part];
            const files = urls(version);
            return files.map((url) => {
                const own = releases[part].filter((one) => url === placeOf(one, files));
                return [url, own.map((one) => stringify(one)).join("---\n")] as const;
            });
        }),
    );
}

/** In which of the files an object is: a definition in the one that is called after it, the others in the last that fits. */
function placeOf({ metadata: { name } }: ReleaseObject, files: readonly string[]): string {
    const [plural = "", ...group] = name.split(".");
    const ofDefinition = `${group.join(".")}_${plural}.yaml`;
    return (
        files.find((url) => basename(url) === ofDefinition) ??
        files.find((url) => name.includes("sriov-cni") && url.includes("sriov-cni")) ??
        files.at(-1) ??
        ""
    );
}

/** Keeps them below a user's home, as if they had been read before: tests have no way to the internet. */
export function keepManifests(home: string, manifests: ReadonlyMap<string, string>): void {
    const folder = join(home, ".cache", "pulumi-kubevirt", "manifests");
    mkdirSync(folder, { recursive: true });
    for (const [url, text] of manifests) {
        const name = createHash("sha256").update(url).digest("hex");
        writeFileSync(join(folder, `${name}.yaml`), text);
    }
}
