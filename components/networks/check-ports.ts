import { type Problem, Problems } from "../../model/problems";
import { numberFrom } from "../../model/network-type";

/** A port as far as it is checked. */
interface NamedPort {
    readonly name?: string | undefined;
    readonly port: number;
    readonly protocol?: string | undefined;
}

/**
 * What is wrong with the ports of a machine or a service. Source: KubeVirt pkg/network/admitter/netiface.go
 * (validatePortConfiguration); k8s.io/apimachinery pkg/util/validation (IsValidPortName).
 */
export function checkPorts(ports: readonly NamedPort[]): Problem[] {
    const problems = new Problems();
    const names = new Set<string>();
    const numbers = new Set<string>();
    ports.forEach(({ name, port, protocol = "TCP" }, index) => {
        const place = `ports[${String(index)}]`;
        numberFrom(`${place}.port`, port, 1, 65_535, problems);
        problems.addUnknown(`${place}.protocol`, protocol, ["TCP", "UDP"]);
        if (name !== undefined) {
            if (!/^(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(name)) {
                problems.add(
                    `${place}.name`,
                    `is ${JSON.stringify(name)}, which is not the name of a port`,
                    `write up to 15 lower-case letters, digits and "-", with a letter`,
                );
            }
            if (names.has(name)) {
                problems.add(
                    `${place}.name`,
                    `is ${JSON.stringify(name)}, which another port has`,
                    "give each port a name of its own",
                );
            }
            names.add(name);
        }
        if (numbers.has(`${String(port)}/${protocol}`)) {
            problems.add(
                `${place}.port`,
                `is ${String(port)} for ${protocol}, which another port has`,
                "leave one out",
            );
        }
        numbers.add(`${String(port)}/${protocol}`);
    });
    return problems.all;
}
