import { cidrFault, parseAddress, parseCidr, subnetFault } from "./ip-range";
import { nameFault } from "./names";
import { type Problem, Problems } from "./problems";
import { closedShapeProblems, type Shapes } from "./shape";
import { shown } from "./source-fields";

/** Who is on the other side of an opening. What is given together holds together: a `group` in a `namespace`. */
export interface PolicyPeerArgs {
    /**
     * The machines of a group, in the policy's namespace or in `namespace`.
     *
     * @defaultValue none
     * @impact live
     */
    readonly group?: string;
    /**
     * One machine by its name.
     *
     * @defaultValue none
     * @impact live
     */
    readonly machine?: string;
    /**
     * All pods of a namespace; with `group` or `machine`, those of it.
     *
     * @defaultValue the policy's own, with `group` or `machine`
     * @impact live
     */
    readonly namespace?: string;
    /**
     * A network outside the cluster.
     *
     * @defaultValue none
     * @impact live
     * @example "10.20.0.0/16"
     */
    readonly cidr?: string;
    /**
     * Parts of `cidr` that are left out.
     *
     * @defaultValue none
     * @impact live
     */
    readonly except?: readonly string[];
}

/** Ports of an opening. */
export interface PolicyPortArgs {
    /**
     * Number; with `to` the first one.
     *
     * @unit 1 to 65535
     * @impact live
     */
    readonly port: number;
    /**
     * Last port of a range.
     *
     * @defaultValue `port`
     * @impact live
     */
    readonly to?: number;
    /**
     * Protocol.
     *
     * @defaultValue `"TCP"`
     * @impact live
     */
    readonly protocol?: "TCP" | "UDP" | "SCTP";
}

/** A hole in the wall around a group. */
export interface OpeningArgs {
    /**
     * Who may come in, or be reached.
     *
     * @defaultValue everybody, also from outside the cluster
     * @impact live
     */
    readonly peers?: readonly PolicyPeerArgs[];
    /**
     * Which ports.
     *
     * @defaultValue all of them
     * @impact live
     */
    readonly ports?: readonly PolicyPortArgs[];
}

/** What is wrong with openings. Source: Kubernetes pkg/apis/networking/validation. */
export function checkOpenings(openings: readonly OpeningArgs[]): Problem[] {
    const problems = new Problems();
    openings.forEach((opening, index) => {
        const place = `[${String(index)}]`;
        const wrong = openingShape(opening);
        problems.addFrom(place, wrong);
        if (wrong.length > 0) {
            return;
        }
        const { peers, ports = [] } = opening;
        // An empty list means everybody to Kubernetes, which is the contrary of what it looks like.
        if (peers?.length === 0) {
            problems.add(
                `${place}.peers`,
                "is empty, which Kubernetes reads as everybody",
                "leave the opening out, or leave peers out for everybody",
            );
        }
        (peers ?? []).forEach((peer, at) => {
            problems.addFrom(`${place}.peers[${String(at)}]`, checkPeer(peer));
        });
        ports.forEach(({ port, to, protocol }, at) => {
            const field = `${place}.ports[${String(at)}]`;
            for (const [name, value] of Object.entries({ port, to })) {
                if (
                    value !== undefined &&
                    !(Number.isInteger(value) && value > 0 && value < 65536)
                ) {
                    problems.add(
                        `${field}.${name}`,
                        `is ${shown(value)}, which is not a port`,
                        "write a whole number from 1 to 65535",
                    );
                }
            }
            if (to !== undefined && to < port) {
                problems.add(
                    `${field}.to`,
                    `is ${String(to)}, which is before ${String(port)}`,
                    "write the last port of the range",
                );
            }
            problems.addUnknown(`${field}.protocol`, protocol, ["TCP", "UDP", "SCTP"]);
        });
    });
    return problems.all;
}

/** A slip in a field's name would be an opening for everybody, or to every port. */
function openingShape(opening: OpeningArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(opening, openingShapes));
    if (problems.all.length === 0) {
        opening.peers?.forEach((peer, at) =>
            problems.addFrom(`peers[${String(at)}]`, closedShapeProblems(peer, peerShapes)),
        );
        opening.ports?.forEach((port, at) =>
            problems.addFrom(`ports[${String(at)}]`, closedShapeProblems(port, portShapes)),
        );
    }
    return problems.all;
}

const openingShapes: Shapes = { all: { peers: "objects", ports: "objects" }, required: [] };

const peerShapes: Shapes = {
    all: { group: "text", machine: "text", namespace: "text", cidr: "text", except: "texts" },
    required: [],
};

const portShapes: Shapes = {
    all: { port: "number", to: "number", protocol: "text" },
    required: ["port"],
};

function checkPeer(peer: PolicyPeerArgs): Problem[] {
    const problems = new Problems();
    const { group, machine, namespace, cidr, except = [] } = peer;
    const pods = [group, machine, namespace].filter((one) => one !== undefined);
    if ((cidr === undefined) === (pods.length === 0)) {
        problems.add(
            "cidr",
            cidr === undefined
                ? "is missing, and so are group, machine and namespace"
                : "is given beside a group, machine or namespace: pods have no addresses that stay",
            "write one of them, and the others as peers of their own",
        );
    }
    if (group !== undefined && machine !== undefined) {
        problems.add("machine", "is given beside group", "write two peers");
    }
    for (const [field, name] of Object.entries({ group, machine, namespace })) {
        problems.addIf(field, name === undefined ? undefined : nameFault(name));
    }
    if (cidr !== undefined) {
        problems.addIf("cidr", subnetFault(cidr));
    }
    const outer = parseCidr(cidr ?? "")?.network;
    except.forEach((text, index) => {
        const field = `except[${String(index)}]`;
        problems.addIf(field, subnetFault(text));
        const inner = parseCidr(text)?.network;
        if (outer === undefined || inner === undefined) {
            return;
        }
        if (inner.first < outer.first || inner.last > outer.last || inner.family !== outer.family) {
            problems.add(
                field,
                `is ${JSON.stringify(text)}, which is not in ${cidr ?? ""}`,
                "leave it out, or correct it",
            );
        }
    });
    return problems.all;
}

/** Why a text does not name resolvers: an address or a network. */
export function resolverFault(text: string): { fault: string; cure: string } | undefined {
    return parseAddress(text) === undefined ? cidrFault(text) : undefined;
}
