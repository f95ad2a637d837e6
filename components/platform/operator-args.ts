import { type Duration, durationFault } from "../../model/duration";
import { type Problem, Problems } from "../../model/problems";
import { versionFault } from "../../model/versions";
import type { Cluster } from "../cluster";
import type { ReleaseManifest } from "./release-manifest";

/** What the components that install an operator have in common. */
export interface OperatorArgs {
    /**
     * The cluster it runs on.
     *
     * @impact data-loss: it is removed from the old cluster, which is refused while machines or DataVolumes are there
     */
    readonly cluster: Cluster;
    /**
     * `install`: registered by this stack, upgraded by it and removed with it. `adopt`: somebody else's; it is checked and waited
     * for, and never changed or deleted. Always what is written here, never what happens to be on the cluster.
     *
     * @defaultValue `install`
     * @impact live: from `install` to `adopt` the stack lets go and everything stays; back again it is taken back
     */
    readonly mode?: "install" | "adopt";
    /**
     * Version to install. One step at a time: what the project does not support as an upgrade is refused.
     *
     * @defaultValue the version this package is tried with; with a `manifest`, that of the manifest
     * @impact live: the operator upgrades itself and then what it runs
     * @example "v1.9.0"
     */
    readonly version?: string;
    /**
     * The release manifest: at another address, or in a file for a cluster without a way to the internet.
     *
     * @defaultValue the project's own release of `version`
     * @impact live: another version is an upgrade
     * @example { file: "./releases/kubevirt-operator.yaml" }
     */
    readonly manifest?: ReleaseManifest;
    /**
     * Registry (and path) that has the images instead of the one in the manifest. Names and tags stay.
     *
     * @defaultValue the manifest's own
     * @impact live: pods are started anew from there; running machines go on
     * @example "registry.example.com/kubevirt"
     */
    readonly imageRegistry?: string;
    /**
     * Single images by their name in the manifest, for images that were renamed or are pinned by digest.
     *
     * @defaultValue none
     * @impact live: pods are started anew from there; running machines go on
     * @example { "virt-operator": "registry.example.com/virt-operator\@sha256:…" }
     */
    readonly images?: Readonly<Record<string, string>>;
    /**
     * Take over what somebody else has installed: it is imported into this stack, brought to the version that is wanted here, and
     * removed with the stack. Without it `install` is refused where there is one already.
     *
     * @defaultValue `false`: nobody's platform becomes a stack's by mistake
     * @impact live: nothing once it is taken over
     */
    readonly takeOver?: boolean;
    /**
     * How long it may take to become ready. What is late stays, and the next update goes on waiting.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 15 minutes: images of a gigabyte on every node
     * @impact live
     */
    readonly readyWithin?: Duration;
}

/** What is wrong with them as far as nobody has to be asked. */
export function checkOperatorArgs(
    args: Pick<OperatorArgs, "readyWithin" | "version">,
    example?: string,
): readonly Problem[] {
    const problems = new Problems();
    problems.addIf(
        "readyWithin",
        args.readyWithin === undefined ? undefined : durationFault(args.readyWithin),
    );
    problems.addIf(
        "version",
        args.version === undefined ? undefined : versionFault(args.version, example),
    );
    return problems.all;
}
