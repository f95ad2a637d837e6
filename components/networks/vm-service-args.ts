import { serviceTypes, type ServiceType } from "../../manifests/machine-service";
import { type Duration, durationFault } from "../../model/duration";
import { subnetFault } from "../../model/ip-range";
import { checkLabels } from "../../model/labels";
import { nameFault } from "../../model/names";
import { numberFrom } from "../../model/network-type";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";
import type { Place } from "../platform/place";
import { checkPorts } from "./check-ports";

/** A machine by its name on the cluster: a VirtualMachine is one. */
export interface NamedMachine {
    readonly machineName: string;
    readonly namespace: string;
}

/** What a {@link VmService} needs: a machine, a group, or labels. */
export interface VmServiceArgs {
    /**
     * The cluster, or the platform on it.
     *
     * @impact live: the service of the old cluster goes, with its addresses
     */
    readonly cluster: Place;
    /**
     * The machine whose ports are reached, or its name in the service's namespace.
     *
     * @defaultValue none; a machine, a group or a selector is given
     * @impact live
     */
    readonly machine?: NamedMachine | string;
    /**
     * The group whose machines share the traffic.
     *
     * @defaultValue none; a machine, a group or a selector is given
     * @impact live
     */
    readonly group?: string;
    /**
     * Labels of the machines whose ports are reached: of machines that have labels of their own (`labels`).
     *
     * @defaultValue none; a machine, a group or a selector is given
     * @impact live
     * @example { app: "web" }
     */
    readonly selector?: Readonly<Record<string, string>>;
    /**
     * Namespace of the service and the machines.
     *
     * @defaultValue that of the machine, else the cluster's
     * @impact live: another service with another address; the old one goes
     */
    readonly namespace?: string;
    /**
     * Name of the service on the cluster, and of its host.
     *
     * @defaultValue the component's name
     * @impact live: another service with another address; the old one goes
     */
    readonly serviceName?: string;
    /**
     * `ClusterIP`: from inside the cluster. `NodePort`: by a port of every node. `LoadBalancer`: by an address of its own.
     * `headless`: the name stands for the addresses of the pods, with every port.
     *
     * @defaultValue `"ClusterIP"`
     * @impact live; to and from `headless` it is another service with another address
     */
    readonly type?: ServiceType;
    /**
     * The ports.
     *
     * @defaultValue none, which only a `headless` service can do without
     * @impact live
     */
    readonly ports?: readonly ServicePortArgs[];
    /**
     * Which load balancer of the cluster, where it has several.
     *
     * @defaultValue the cluster's default
     * @impact live: Kubernetes refuses another class for a service that is a LoadBalancer
     * @example "metallb.io/l2"
     */
    readonly loadBalancerClass?: string;
    /**
     * Whether a load balancer also takes a port of every node; many do not need it.
     *
     * @defaultValue Kubernetes', `true`
     * @impact live
     */
    readonly allocateNodePorts?: boolean;
    /**
     * From which networks a load balancer lets traffic in, where it can.
     *
     * @defaultValue from everywhere
     * @impact live
     * @example ["203.0.113.0/24"]
     */
    readonly sourceRanges?: readonly string[];
    /**
     * `Local`: the guest's pod sees the client's address, and only nodes with a machine answer; while a machine moves, the way to it
     * breaks for as long as the load balancer takes to notice. `Cluster`: every node answers.
     *
     * @defaultValue Kubernetes', `"Cluster"`
     * @impact live
     */
    readonly externalTrafficPolicy?: "Cluster" | "Local";
    /**
     * `ClientIP` sends a client to the same machine of a group for a while.
     *
     * @defaultValue Kubernetes', `"None"`
     * @impact live
     */
    readonly sessionAffinity?: "None" | "ClientIP";
    /**
     * Name machines that are not ready, too: for clusters of databases that find each other before they are.
     *
     * @defaultValue Kubernetes', `false`
     * @impact live
     */
    readonly publishNotReady?: boolean;
    /**
     * Annotations, which load balancers take their settings from.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly annotations?: Readonly<Record<string, string>>;
    /**
     * Labels of the service.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly labels?: Readonly<Record<string, string>>;
    /**
     * How long a load balancer may take to give the service an address.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 5 minutes
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * Take over the service of this name that somebody else made. As long as it is what the program says nothing is written on it; the
     * first change marks it as this program's.
     *
     * @defaultValue `false`: a service of that name that somebody else made is refused
     * @impact live
     */
    readonly adopt?: boolean;
}

/** A port of a service. */
export interface ServicePortArgs {
    /**
     * Name.
     *
     * @defaultValue none for one port; `tcp-443` where there are several
     * @impact live
     */
    readonly name?: string;
    /**
     * Port of the service.
     *
     * @unit 1 to 65535
     * @impact live
     */
    readonly port: number;
    /**
     * Port of the guest, or the name of a port of its pod network.
     *
     * @defaultValue `port`
     * @impact live
     */
    readonly targetPort?: number | string;
    /**
     * Protocol.
     *
     * @defaultValue `"TCP"`
     * @impact live
     */
    readonly protocol?: "TCP" | "UDP";
    /**
     * Port of every node.
     *
     * @unit of the cluster's range, 30000 to 32767 if it was not changed
     * @defaultValue a free one
     * @impact live
     */
    readonly nodePort?: number;
}

/** Values of a wrong type, which no service can be made of. */
export function serviceShape(args: VmServiceArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    if (problems.all.length === 0) {
        (args.ports ?? []).forEach((port, index) =>
            problems.addFrom(`ports[${String(index)}]`, closedShapeProblems(port, portShape)),
        );
    }
    return problems.all;
}

const shapes: Shapes = {
    all: {
        cluster: "object",
        machine: "text or object",
        group: "text",
        selector: "object",
        adopt: "flag",
        namespace: "text",
        serviceName: "text",
        type: "text",
        ports: "list",
        loadBalancerClass: "text",
        allocateNodePorts: "flag",
        sourceRanges: "texts",
        externalTrafficPolicy: "text",
        sessionAffinity: "text",
        publishNotReady: "flag",
        annotations: "object",
        labels: "object",
        readyWithin: "text",
    },
    required: ["cluster"],
};

const portShape: Shapes = {
    all: {
        name: "text",
        port: "number",
        targetPort: "anything",
        protocol: "text",
        nodePort: "number",
    },
    required: ["port"],
};

/** Everything that is wrong with a service's arguments. Source: Kubernetes pkg/apis/core/validation (ValidateService). */
export function checkVmService(
    args: VmServiceArgs,
    resolved: { readonly name: string; readonly namespace: string },
): readonly Problem[] {
    const problems = new Problems();
    const { machine, group, selector, type = "ClusterIP", ports = [] } = args;
    problems.addIf("serviceName", serviceNameFault(resolved.name));
    problems.addIf("namespace", nameFault(resolved.namespace));
    const targets = Object.entries({ machine, group, selector }).filter(
        ([, target]) => target !== undefined,
    );
    if (targets.length !== 1) {
        problems.add(
            targets[1]?.[0] ?? "machine",
            targets.length === 0
                ? "is missing, and so is group"
                : `is given beside ${targets[0]?.[0] ?? ""}`,
            "write one of them",
        );
    }
    problems.addFrom("selector", checkLabels(selector ?? {}));
    if (selector !== undefined && Object.keys(selector).length === 0) {
        problems.add("selector", "is empty, and finds no machine", 'write such as { app: "web" }');
    }
    problems.addIf("group", group === undefined ? undefined : nameFault(group));
    const machineName = typeof machine === "object" ? machine.machineName : machine;
    problems.addIf("machine", machineName === undefined ? undefined : nameFault(machineName));
    if (typeof machine === "object" && machine.namespace !== resolved.namespace) {
        problems.add(
            "namespace",
            `is ${JSON.stringify(resolved.namespace)}, and the machine is in ${machine.namespace}: a service finds pods of its own namespace only`,
            "leave it out",
        );
    }
    problems.addUnknown("type", type, serviceTypes);
    problems.addUnknown("externalTrafficPolicy", args.externalTrafficPolicy, ["Cluster", "Local"]);
    problems.addUnknown("sessionAffinity", args.sessionAffinity, ["None", "ClientIP"]);
    problems.all.push(...checkPorts(ports));
    ports.forEach(({ targetPort, nodePort }, index) => {
        const place = `ports[${String(index)}]`;
        numberFrom(`${place}.nodePort`, nodePort, 1, 65_535, problems);
        if (typeof targetPort === "number") {
            numberFrom(`${place}.targetPort`, targetPort, 1, 65_535, problems);
        }
        if (nodePort !== undefined && type !== "NodePort" && type !== "LoadBalancer") {
            problems.add(
                `${place}.nodePort`,
                `is given, and a ${type} service has no port on nodes`,
                `write type: "NodePort", or leave it out`,
            );
        }
    });
    if (ports.length === 0 && type !== "headless") {
        problems.add("ports", "is missing", "write [{ port: 22 }]");
    }
    checkOfType(args, type, problems);
    problems.addFrom("labels", checkLabels(args.labels ?? {}));
    problems.addIf(
        "readyWithin",
        args.readyWithin === undefined ? undefined : durationFault(args.readyWithin),
    );
    return problems.all;
}

/** What only services of some types have. */
function checkOfType(args: VmServiceArgs, type: ServiceType, problems: Problems): void {
    for (const field of ["loadBalancerClass", "allocateNodePorts", "sourceRanges"] as const) {
        if (args[field] !== undefined && type !== "LoadBalancer") {
            problems.add(
                field,
                `is given, and the service is ${type}`,
                `write type: "LoadBalancer", or leave it out`,
            );
        }
    }
    if (args.externalTrafficPolicy !== undefined && (type === "ClusterIP" || type === "headless")) {
        problems.add(
            "externalTrafficPolicy",
            `is given, and a ${type} service is not reached from outside`,
            "leave it out",
        );
    }
    (args.sourceRanges ?? []).forEach((range, index) =>
        problems.addIf(`sourceRanges[${String(index)}]`, subnetFault(range)),
    );
}

/** Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names */
function serviceNameFault(text: string): { fault: string; cure: string } | undefined {
    return (
        nameFault(text) ??
        (/^\d/.test(text)
            ? {
                  fault: `is ${JSON.stringify(text)}, and the name of a service begins with a letter`,
                  cure: "choose another name",
              }
            : undefined)
    );
}
