import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";
import type { MachineNetworkArgs } from "./machine-network-args";

/** Values of a wrong type, which no interface can be made of. */
export function machineNetworkShapes(
    networks: readonly MachineNetworkArgs[] | undefined,
): readonly Problem[] {
    const problems = new Problems();
    networks?.forEach((args, index) => {
        const place = `networks[${String(index)}]`;
        const wrong = closedShapeProblems(args, shapes);
        problems.addFrom(place, wrong);
        if (wrong.length === 0) {
            problems.all.push(...sourceProblems(args, place));
            const { routes } = args as { readonly routes?: readonly object[] };
            routes?.forEach((route, at) => {
                problems.addFrom(
                    `${place}.routes[${String(at)}]`,
                    closedShapeProblems(route, routeShapes),
                );
            });
            if (args.overrides !== undefined) {
                problems.addFrom(
                    `${place}.overrides`,
                    closedShapeProblems(args.overrides, overridesShapes),
                );
            }
        }
    });
    return problems.all;
}

const shapes: Shapes = {
    all: {
        name: "text",
        pod: "anything",
        binding: "text or object",
        network: "text or object",
        ports: "objects",
        macAddress: "text",
        model: "text",
        bootOrder: "number",
        state: "text",
        pciAddress: "text",
        acpiIndex: "number",
        dhcp: "text",
        mtu: "number",
        nameservers: "texts",
        searchDomains: "texts",
        addresses: "texts",
        gateways: "texts",
        routes: "objects",
        overrides: "object",
    },
    required: ["name"],
};

const routeShapes: Shapes = { all: { to: "text", via: "text" }, required: ["to", "via"] };

const overridesShapes: Shapes = { all: { interface: "object", network: "object" }, required: [] };

function sourceProblems(args: object, place: string): Problem[] {
    const problems = new Problems();
    const { pod, network, binding } = args as {
        readonly pod?: unknown;
        readonly network?: unknown;
        readonly binding?: unknown;
    };
    if ((pod === undefined) === (network === undefined)) {
        problems.add(
            place,
            pod === undefined
                ? "has neither pod nor network"
                : "has both pod and network: an interface is on one network",
            `write { name: "default", pod: true } or { name: "lan", network: lan }`,
        );
    }
    if (pod !== undefined && pod !== true && (typeof pod !== "object" || pod === null)) {
        problems.add(
            `${place}.pod`,
            `is ${JSON.stringify(pod)}, which is neither true nor an object`,
            "write pod: true",
        );
    }
    if (
        typeof binding === "object" &&
        typeof (binding as { plugin?: unknown } | null)?.plugin !== "string"
    ) {
        problems.add(
            `${place}.binding.plugin`,
            "is missing",
            "write the name that the plugin is registered by with KubeVirt",
        );
    }
    return problems.all;
}
