/** The commands that bring a person to a machine. They take virtctl of the cluster's KubeVirt version. */
export interface MachineCommands {
    /** Opens the serial console; Ctrl+] leaves it. */
    readonly console: string;
    /** Opens the screen in a viewer on this computer. */
    readonly vnc: string;
    /** Logs in through the cluster: the machine needs no address that is reached from outside. */
    readonly ssh: string;
    /** Makes ports of the machine ports of this computer. */
    readonly portForward: string;
}

/** Whose commands they are. */
export interface CommandedMachine {
    readonly namespace: string;
    readonly name: string;
    /** Who logs in; left out: the name of whoever runs the command. */
    readonly user?: string;
    /** Ports to forward, each to the port of the same number; left out: 8080 here to 80 there. */
    readonly ports?: readonly number[];
}

/**
 * The commands of one machine. Namespaces are written as `<kind>/<name>/<namespace>`, which works for names with dots. Source: KubeVirt
 * pkg/virtctl/console, vnc, ssh and portforward (1.9).
 */
export function machineCommands({
    namespace,
    name,
    user,
    ports = [],
}: CommandedMachine): MachineCommands {
    const target = `vm/${name}/${namespace}`;
    const forwarded = ports.length === 0 ? ["8080:80"] : ports.map(String);
    return {
        console: `virtctl console -n ${namespace} ${name}`,
        vnc: `virtctl vnc -n ${namespace} ${name}`,
        ssh: `virtctl ssh ${user === undefined ? "" : `${user}@`}${target}`,
        portForward: `virtctl port-forward ${target} ${forwarded.join(" ")}`,
    };
}
