import * as net from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A port for each thing that listens. The names are those of kwokctl's options. */
export interface Ports {
    readonly etcdPort: number;
    readonly etcdPeerPort: number;
    readonly kubeApiserverPort: number;
    readonly kubeControllerManagerPort: number;
    readonly kubeSchedulerPort: number;
    readonly kwokControllerPort: number;
}

const names = [
    "etcdPort",
    "etcdPeerPort",
    "kubeApiserverPort",
    "kubeControllerManagerPort",
    "kubeSchedulerPort",
    "kwokControllerPort",
] as const satisfies readonly (keyof Ports)[];

/**
 * Below 32768, where Linux begins to give out ports to clients: a client would take the place of a component that restarts.
 * Spread wide, so that two sandboxes that start at the same time do not choose the same ones.
 */
const range = { first: 20_000, last: 32_000 };

/**
 * Whether all of them can be listened on. Waits a little: a killed process is gone from the list some time before its
 * last thread lets go of its ports.
 */
export async function areFree(ports: Ports, patience = 10_000): Promise<boolean> {
    const deadline = Date.now() + patience;
    for (const name of names) {
        while (!(await isFree(ports[name]))) {
            if (Date.now() > deadline) {
                return false;
            }
            await pause(50);
        }
    }
    return true;
}

/** Ports that nothing listens on. */
export async function freePorts(): Promise<Ports> {
    const chosen = new Set<number>();
    while (chosen.size < names.length) {
        const port = range.first + Math.floor(Math.random() * (range.last - range.first));
        if (!chosen.has(port) && (await isFree(port))) {
            chosen.add(port);
        }
    }
    const numbers = [...chosen];
    return Object.fromEntries(names.map((name, at) => [name, numbers[at]])) as unknown as Ports;
}

/** What listens on every interface does not always keep 127.0.0.1 from being bound, so both are tried. */
async function isFree(port: number): Promise<boolean> {
    return (await canListen(port, "127.0.0.1")) && !(await canConnect(port));
}

async function canListen(port: number, host: string): Promise<boolean> {
    return await new Promise((resolve) => {
        const server = net.createServer();
        server.once("error", () => resolve(false));
        server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
}

async function canConnect(port: number): Promise<boolean> {
    return await new Promise((resolve) => {
        const socket = net.connect({ port, host: "127.0.0.1" });
        socket.once("error", () => resolve(false));
        socket.once("connect", () => {
            socket.destroy();
            resolve(true);
        });
    });
}
