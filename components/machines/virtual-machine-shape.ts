import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, isObject, shapeProblems, type Shapes } from "../../model/shape";
import { machineNetworkShapes } from "../networks/machine-network-shapes";
import { accessShape } from "./access-args";
import { cloudInitShape } from "./cloud-init";
import { machineDiskShapes } from "./machine-disks";
import type { VirtualMachineArgs } from "./virtual-machine-args";

/** Values of a wrong type, which no machine can be made of; those of its inline disks included. */
export function machineShape(args: VirtualMachineArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    if (problems.all.length > 0) {
        return problems.all;
    }
    problems.all.push(...machineDiskShapes(args.disks), ...machineNetworkShapes(args.networks));
    for (const [field, part] of Object.entries(parts)) {
        const value = args[field as keyof VirtualMachineArgs];
        if (typeof value === "object") {
            problems.addFrom(field, closedShapeProblems(value, part));
        }
    }
    problems.all.push(...entryProblems(args));
    for (const [index, volume] of (args.volumes ?? []).entries()) {
        const place = `volumes[${String(index)}]`;
        problems.addFrom(place, closedShapeProblems(volume, volumeShapes));
        if (isObject(volume) && isObject(volume.overrides)) {
            problems.addFrom(
                `${place}.overrides`,
                closedShapeProblems(volume.overrides, volumeOverridesShapes),
            );
        }
    }
    if (typeof args.cloudInit === "object") {
        problems.addFrom("cloudInit", cloudInitShape(args.cloudInit));
    }
    if (args.access !== undefined) {
        problems.addFrom("access", accessShape(args.access));
    }
    for (const kind of ["readiness", "liveness"] as const) {
        const probe = args.probes?.[kind];
        if (probe !== undefined) {
            problems.addFrom(`probes.${kind}`, closedShapeProblems(probe, probeShapes));
            problems.addFrom(`probes.${kind}.http`, httpProblems(probe.http));
        }
    }
    if (typeof args.ready === "object" && "http" in args.ready) {
        problems.addFrom("ready.http", httpProblems(args.ready.http));
    }
    return problems.all;
}

/** Slips in the entries of lists, and labels of nodes that are no texts. */
function entryProblems({ devices, placement }: VirtualMachineArgs): readonly Problem[] {
    const problems = new Problems();
    for (const [place, entries, shapesOfOne] of [
        ["devices.gpus", devices?.gpus, deviceShapes],
        ["devices.hostDevices", devices?.hostDevices, deviceShapes],
        ["placement.tolerations", placement?.tolerations, tolerationShapes],
        ["placement.spread", placement?.spread, spreadShapes],
    ] as const) {
        for (const [index, entry] of listOf(entries).entries()) {
            if (isObject(entry)) {
                problems.addFrom(
                    `${place}[${String(index)}]`,
                    closedShapeProblems(entry, shapesOfOne),
                );
            }
        }
    }
    const labels = placement?.nodeSelector;
    if (isObject(labels)) {
        const all = Object.fromEntries(Object.keys(labels).map((key) => [key, "text"] as const));
        problems.addFrom("placement.nodeSelector", shapeProblems(labels, { all, required: [] }));
    }
    return problems.all;
}

function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

const deviceShapes: Shapes = {
    all: { name: "text", device: "text" },
    required: ["name", "device"],
};

const tolerationShapes: Shapes = {
    all: {
        key: "text",
        operator: "text",
        value: "text",
        effect: "text",
        tolerationSeconds: "number",
    },
    required: [],
};

const spreadShapes: Shapes = {
    all: { topologyKey: "text", maxSkew: "number", whenUnsatisfiable: "text" },
    required: ["topologyKey"],
};

const shapes: Shapes = {
    all: {
        cluster: "object",
        namespace: "text",
        machineName: "text",
        os: "text",
        cpu: "number or object",
        memory: "text or object",
        instancetype: "text or object",
        preference: "text or object",
        firmware: "object",
        clock: "object",
        machineType: "text",
        devices: "object",
        disks: "list",
        volumes: "list",
        networks: "list",
        runStrategy: "text",
        power: "text",
        restartPolicy: "text",
        cloudInit: "object or false",
        sshKeys: "secrets",
        sysprep: "object",
        virtioDrivers: "text or flag",
        access: "object",
        probes: "object",
        ready: "text or object",
        readyWithin: "text",
        stopWithin: "text",
        group: "text",
        placement: "object",
        liveMigration: "text",
        labels: "object",
        annotations: "object",
        overrides: "object",
        order: "object",
        adopt: "flag",
    },
    required: ["cluster", "disks"],
};

function httpProblems(http: unknown): readonly Problem[] {
    return typeof http === "object" ? closedShapeProblems(http, httpShapes) : [];
}

const httpShapes: Shapes = {
    all: { port: "anything", path: "text", scheme: "text" },
    required: [],
};

const probeShapes: Shapes = {
    all: {
        tcp: "number",
        http: "object",
        exec: "texts",
        agent: "flag",
        initialDelay: "text",
        period: "text",
        timeout: "text",
        failures: "number",
        successes: "number",
    },
    required: [],
};

const volumeShapes: Shapes = {
    all: {
        name: "text",
        containerDisk: "text",
        path: "text",
        pullSecret: "text",
        pullPolicy: "text",
        emptyDisk: "text",
        ephemeral: "text",
        configMap: "text",
        secret: "text",
        serviceAccount: "text",
        downwardApi: "object",
        hostDisk: "object",
        emptyDrive: "flag",
        as: "text",
        bus: "text",
        bootOrder: "number",
        label: "text",
        source: "object",
        overrides: "object",
    },
    required: ["name"],
};

/** A volume without a device says null for it. */
const volumeOverridesShapes: Shapes = { all: { disk: "anything", volume: "object" }, required: [] };

/** The parts of a machine that are objects of simple values. */
const parts: Readonly<Record<string, Shapes>> = {
    cpu: {
        all: {
            sockets: "number",
            cores: "number",
            threads: "number",
            maxSockets: "number",
            model: "text",
            features: "object",
            dedicated: "flag",
            isolateEmulatorThread: "flag",
            numa: "flag",
            realtime: "flag",
        },
        required: [],
    },
    memory: { all: { guest: "text", max: "text", hugepages: "text" }, required: ["guest"] },
    firmware: {
        all: {
            bootloader: "text",
            persistentVariables: "flag",
            tpm: "text",
            uuid: "text",
            serial: "text",
            serialOutput: "flag",
        },
        required: [],
    },
    clock: { all: { timezone: "text", offsetSeconds: "number" }, required: [] },
    devices: {
        all: {
            gpus: "objects",
            hostDevices: "objects",
            rng: "flag",
            watchdog: "text",
            graphics: "flag",
            video: "text",
            serialConsole: "flag",
            logSerialConsole: "flag",
            tablet: "text",
            sound: "text",
            usbRedirection: "flag",
            downwardMetrics: "flag",
            memoryBalloon: "flag",
            blockMultiQueue: "flag",
            networkMultiQueue: "flag",
            ioThreads: "text",
        },
        required: [],
    },
    placement: {
        all: {
            nodeSelector: "object",
            tolerations: "objects",
            apart: "text or object",
            near: "text",
            spread: "objects",
            affinity: "object",
            priorityClass: "text",
            scheduler: "text",
        },
        required: [],
    },
    probes: { all: { readiness: "object", liveness: "object" }, required: [] },
    sysprep: { all: { autounattend: "secret", unattend: "secret" }, required: [] },
    order: { all: { disks: "texts", volumes: "texts" }, required: [] },
};
