import { groupLabel } from "../../model/annotations";
import { type Fields } from "../../model/machine-difference";
import { isSettled } from "../../model/settled";
import {
    machineService,
    type MachineServicePlan,
    type ServicePortPlan,
    type ServiceType,
} from "../machine-service";
import { entriesAt, flagAt, numberAt, partAt, some, textAt, wordOf } from "./patch";

/** A service of machines as a program says it. */
export interface ReadService {
    readonly name: string;
    readonly namespace: string;
    /** The arguments beside the target. */
    readonly args: Fields;
    readonly target: MachineServicePlan["target"];
}

/** Reads a service that sends to machines. Undefined where the arguments cannot say it. */
export function readService(service: Fields): ReadService | undefined {
    const metadata = partAt(service, "metadata");
    const spec = partAt(service, "spec");
    const place = {
        name: textAt(metadata, "name") ?? "",
        namespace: textAt(metadata, "namespace") ?? "",
    };
    const isHeadless = spec?.["clusterIP"] === "None";
    const type: ServiceType | undefined = isHeadless
        ? "headless"
        : wordOf(spec?.["type"] ?? "ClusterIP", ["ClusterIP", "NodePort", "LoadBalancer"] as const);
    const target = readTarget(partAt(spec, "selector"));
    if (type === undefined || target === undefined || spec === undefined) {
        return undefined;
    }
    const isOutside = type === "NodePort" || type === "LoadBalancer";
    const options = some({
        loadBalancerClass: textAt(spec, "loadBalancerClass"),
        allocateNodePorts:
            flagAt(spec, "allocateLoadBalancerNodePorts") === false ? false : undefined,
        sourceRanges: spec["loadBalancerSourceRanges"] as readonly string[] | undefined,
        externalTrafficPolicy:
            isOutside && spec["externalTrafficPolicy"] === "Local" ? ("Local" as const) : undefined,
        sessionAffinity: spec["sessionAffinity"] === "ClientIP" ? ("ClientIP" as const) : undefined,
        publishNotReady: flagAt(spec, "publishNotReadyAddresses") === true ? true : undefined,
    });
    const ports = readPorts(spec, isOutside);
    const made = machineService({ ...place, owner: "", target, type, ports, ...options });
    return isSettled(spec, made.spec, "by-field")
        ? {
              ...place,
              target,
              args: {
                  ...(type === "ClusterIP" ? {} : { type }),
                  ...(ports.length === 0 ? {} : { ports }),
                  ...options,
              },
          }
        : undefined;
}

function readTarget(selector: Fields | undefined): MachineServicePlan["target"] | undefined {
    const labels = (selector ?? {}) as Readonly<Record<string, string>>;
    const [first, ...others] = Object.entries(labels);
    if (first === undefined) {
        return undefined;
    }
    const [key, value] = first;
    if (others.length === 0 && key === "kubevirt.io/vm") {
        return { machine: value };
    }
    return others.length === 0 && key === groupLabel ? { group: value } : { labels };
}

function readPorts(spec: Fields, isOutside: boolean): readonly ServicePortPlan[] {
    return entriesAt(spec, "ports").map((port) => {
        const { targetPort } = port;
        const number = numberAt(port, "port") ?? 0;
        return {
            port: number,
            ...some({
                name: textAt(port, "name"),
                targetPort: targetPort === number ? undefined : (targetPort as number | string),
                protocol: port["protocol"] === "UDP" ? ("UDP" as const) : undefined,
                nodePort: isOutside ? numberAt(port, "nodePort") : undefined,
            }),
        };
    });
}
