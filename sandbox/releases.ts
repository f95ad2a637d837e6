import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { pinned } from "../model/versions";
import { type CrdOwner, type Definition, crdOwner, crdSet, definitionsIn } from "./crds";
import { cdiInstallation, cdiRelease } from "./release/cdi";
import { kubevirtInstallation, kubevirtRelease } from "./release/kubevirt";
import type { ReleaseObject } from "./release/parts";
import { multusRelease, sriovRelease, whereaboutsRelease } from "./release/networks";
import { snapshotControllerRelease } from "./release/snapshots";

/** Which versions the manifests say they are. */
export interface ReleaseVersions {
    readonly kubevirt: string;
    readonly cdi: string;
    readonly snapshotter: string;
}

/** The versions that the components install. */
export const releaseVersions: ReleaseVersions = {
    kubevirt: pinned.kubevirt,
    cdi: pinned.cdi,
    snapshotter: pinned.externalSnapshotter,
};

/** Where the manifests were written. */
export interface ReleaseFiles {
    readonly kubevirtOperator: string;
    readonly kubevirtCr: string;
    readonly cdiOperator: string;
    readonly cdiCr: string;
    readonly snapshotCrds: string;
    readonly snapshotController: string;
    readonly multus: string;
    readonly whereabouts: string;
    readonly sriov: string;
}

/** What each release has in it. */
export interface Releases {
    readonly kubevirt: readonly ReleaseObject[];
    readonly cdi: readonly ReleaseObject[];
    readonly snapshotCrds: readonly Definition[];
    readonly snapshotController: readonly ReleaseObject[];
    readonly multus: readonly ReleaseObject[];
    readonly whereabouts: readonly ReleaseObject[];
    readonly sriov: readonly ReleaseObject[];
    /** An installation of each operator, as its release brings one along. */
    readonly installations: { readonly kubevirt: ReleaseObject; readonly cdi: ReleaseObject };
}

/** Small releases of our own with the shape of the real ones, for the simulated operators. */
export function releasesOf(
    definitions: readonly Definition[],
    versions: ReleaseVersions,
): Releases {
    const named = (name: string) => {
        const found = definitions.find(({ metadata }) => metadata.name === name);
        if (found === undefined) {
            throw new Error(`${name} is not among the custom resource definitions in use`);
        }
        return found;
    };
    const owned = (owner: CrdOwner) => definitions.filter((each) => crdOwner(each) === owner);
    return {
        kubevirt: kubevirtRelease(versions.kubevirt, named("kubevirts.kubevirt.io")),
        cdi: cdiRelease(versions.cdi, named("cdis.cdi.kubevirt.io")),
        snapshotCrds: owned("snapshots"),
        snapshotController: snapshotControllerRelease(versions.snapshotter),
        multus: multusRelease(owned("multus")),
        whereabouts: whereaboutsRelease(owned("whereabouts")),
        sriov: sriovRelease(),
        installations: { kubevirt: kubevirtInstallation(), cdi: cdiInstallation() },
    };
}

/** Writes release manifests that can be installed in a sandbox, and in no other cluster: there is nothing behind them. */
export function writeReleases(
    folder: string,
    versions: ReleaseVersions = releaseVersions,
    definitions: readonly Definition[] = definitionsIn(crdSet(process.env)),
): ReleaseFiles {
    const releases = releasesOf(definitions, versions);
    fs.mkdirSync(folder, { recursive: true });
    const write = (name: string, objects: readonly object[]) => {
        const file = path.join(folder, name);
        const documents = objects.map((each) =>
            yaml.stringify(each, { aliasDuplicateObjects: false }),
        );
        fs.writeFileSync(file, documents.join("---\n"));
        return file;
    };
    return {
        kubevirtOperator: write("kubevirt-operator.yaml", releases.kubevirt),
        kubevirtCr: write("kubevirt-cr.yaml", [releases.installations.kubevirt]),
        cdiOperator: write("cdi-operator.yaml", releases.cdi),
        cdiCr: write("cdi-cr.yaml", [releases.installations.cdi]),
        snapshotCrds: write("snapshot-crds.yaml", releases.snapshotCrds),
        snapshotController: write("snapshot-controller.yaml", releases.snapshotController),
        multus: write("multus.yaml", releases.multus),
        whereabouts: write("whereabouts.yaml", releases.whereabouts),
        sriov: write("sriov.yaml", releases.sriov),
    };
}
