import { type Duration, durationFault } from "../../model/duration";
import {
    checkSriovPools,
    plumbingFacts,
    type PlumbingPart,
    plumbingParts,
    type SriovPoolArgs,
} from "../../model/network-plumbing";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, isObject, type Shapes } from "../../model/shape";
import type { Cluster } from "../cluster";
import { checkOperatorArgs } from "./operator-args";
import type { PartMode } from "./part-mode";
import type { ReleaseManifest } from "./release-manifest";

/** What one part of the plumbing needs. */
export interface PlumbingPartArgs {
    /**
     * `install`: registered by this stack, and removed with it. `adopt`: the distribution or its operator brings it; it is checked,
     * and never changed or deleted. `skip`: it is nothing to this stack.
     *
     * @defaultValue `install`
     * @impact live: from `install` to `adopt` the stack lets go and everything stays; back again it is taken back
     */
    readonly mode?: PartMode;
    /**
     * Version to install.
     *
     * @defaultValue the version this package is tried with
     * @impact live: pods of the plugin are started anew; interfaces of running machines stay as they are
     * @example "v4.3.0"
     */
    readonly version?: string;
    /**
     * The manifests, for a cluster without a way to the internet, in any number of files: definitions, rights and DaemonSets.
     *
     * @defaultValue the project's own files of `version`, with the images of that version
     * @impact live, as `version`
     */
    readonly manifests?: readonly ReleaseManifest[];
    /**
     * Registry (and path) that has the images instead of `ghcr.io/k8snetworkplumbingwg`.
     *
     * @defaultValue the manifest's own
     * @impact live, as `version`
     */
    readonly imageRegistry?: string;
    /**
     * Take over what somebody else has installed.
     *
     * @defaultValue `false`: two stacks never fight over one
     * @impact live: nothing once it is taken over
     */
    readonly takeOver?: boolean;
}

/** What the SR-IOV plugins need beside that. */
export interface SriovPartArgs extends PlumbingPartArgs {
    /**
     * The pools of virtual functions that machines may have. Making virtual functions, and binding them to `vfio-pci`, is the
     * nodes' own business (their operating system, or the SR-IOV network operator).
     *
     * @defaultValue none, and `install` is refused without: the device plugin ends without its configuration
     * @impact restart: running machines keep theirs
     */
    readonly pools?: readonly SriovPoolArgs[];
}

/** What a {@link NetworkPlumbing} needs. */
export interface NetworkPlumbingArgs {
    /**
     * The cluster.
     *
     * @impact live: the definitions and with them every network stay on the old cluster
     */
    readonly cluster: Cluster;
    /**
     * Multus, which gives a pod more than one interface: every network but the pod network needs it.
     *
     * @defaultValue `install`
     * @impact live
     */
    readonly multus?: PartMode | PlumbingPartArgs;
    /**
     * whereabouts, which gives addresses to pods over the whole cluster.
     *
     * @defaultValue `skip`: guests with addresses of their own do not need it
     * @impact live
     */
    readonly whereabouts?: PartMode | PlumbingPartArgs;
    /**
     * The SR-IOV device plugin and its CNI plugin.
     *
     * @defaultValue `skip`: it needs cards and nodes that are prepared for it
     * @impact live
     */
    readonly sriov?: Exclude<PartMode, "install"> | SriovPartArgs;
    /**
     * How long each part may take to run on every node.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 10 minutes: small images, on every node
     * @impact live
     */
    readonly readyWithin?: Duration;
}

/** Values of a wrong type and arguments that there are not, which no plumbing can be made of. */
export function plumbingShape(args: NetworkPlumbingArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    for (const part of plumbingParts) {
        const given: unknown = (args as Partial<NetworkPlumbingArgs> | null)?.[part];
        if (isObject(given)) {
            problems.addFrom(part, partShape(given, part === "sriov" ? sriovShapes : partShapes));
        }
    }
    return problems.all;
}

function isList(value: unknown): value is readonly object[] {
    return Array.isArray(value) && value.every(isObject);
}

function partShape(given: Readonly<Record<string, unknown>>, of: Shapes): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(given, of));
    for (const [field, one] of Object.entries({ manifests: manifestShapes, pools: poolShapes })) {
        const list = given[field];
        // What is no list of objects was told as that.
        for (const [index, each] of isList(list) ? list.entries() : []) {
            problems.addFrom(`${field}[${String(index)}]`, closedShapeProblems(each, one));
        }
    }
    return problems.all;
}

const shapes: Shapes = {
    all: {
        cluster: "object",
        multus: "text or object",
        whereabouts: "text or object",
        sriov: "text or object",
        readyWithin: "text",
    },
    required: ["cluster"],
};

const partShapes: Shapes = {
    all: {
        mode: "text",
        version: "text",
        manifests: "objects",
        imageRegistry: "text",
        takeOver: "flag",
    },
    required: [],
};

const sriovShapes: Shapes = { all: { ...partShapes.all, pools: "objects" }, required: [] };

const manifestShapes: Shapes = { all: { url: "text", file: "text", sha256: "text" }, required: [] };

const poolShapes: Shapes = {
    all: {
        name: "text",
        prefix: "text",
        vendors: "texts",
        devices: "texts",
        drivers: "texts",
        pfNames: "texts",
    },
    required: ["name"],
};

/** What is asked for of a part, written out. */
export function partSettings(
    args: Pick<NetworkPlumbingArgs, PlumbingPart>,
    part: PlumbingPart,
): SriovPartArgs & { readonly mode: PartMode } {
    const given = args[part] ?? (part === "multus" ? "install" : "skip");
    return typeof given === "object"
        ? { ...given, mode: given.mode ?? "install" }
        : { mode: given };
}

const modes = ["install", "adopt", "skip"] as const;

/** Everything that is wrong with the arguments, as far as nobody has to be asked. */
export function checkPlumbing(args: Omit<NetworkPlumbingArgs, "cluster">): readonly Problem[] {
    const problems = new Problems();
    problems.addIf(
        "readyWithin",
        args.readyWithin === undefined ? undefined : durationFault(args.readyWithin),
    );
    for (const part of plumbingParts) {
        const { mode, version, manifests, pools } = partSettings(args, part);
        problems.addUnknown(typeof args[part] === "object" ? `${part}.mode` : part, mode, modes);
        problems.addFrom(
            part,
            checkOperatorArgs(
                version === undefined ? {} : { version },
                plumbingFacts[part].version,
            ),
        );
        for (const [index, manifest] of (manifests ?? []).entries()) {
            if ("url" in manifest === "file" in manifest) {
                problems.add(
                    `${part}.manifests[${String(index)}]`,
                    `has ${"url" in manifest ? "both url and file" : "neither url nor file"}`,
                    "say where the manifest is, in one way",
                );
            }
        }
        problems.addFrom(part, checkSriovPools(pools ?? []));
        if (part === "sriov" && mode === "install" && (pools ?? []).length === 0) {
            problems.add(
                "sriov.pools",
                "is missing: the device plugin has nothing to offer",
                `write pools: [{ name: "lan_vfs", pfNames: ["ens1f0"] }], or sriov: "adopt"`,
            );
        }
    }
    return problems.all;
}
