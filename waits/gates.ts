import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import type { MachineDiskPlan, RunStrategy } from "../manifests/virtual-machine";
import { systemClock } from "./clock";
import type { Connection } from "./connection";
import { waitForDisk } from "./disk-wait";
import { waitForMachine } from "./machine-wait";
import { program } from "./program";
import { progressText } from "./progress";
import { sayProgress } from "./say";
import { type Diagnosis, diagnosisText, type Verdict } from "./verdict";

/** A disk that may be used. */
export interface ReadyDisk {
    /** Name of the claim a machine mounts. */
    readonly claim: string;
    /** Where CDI is with it (`Succeeded`), or the claim's own phase. */
    readonly phase: string;
    /** Whether the claim has its volume. A class that waits for a first consumer binds when the first machine starts. */
    readonly bound: boolean;
    /** Capacity in bytes; undefined until the claim is bound. */
    readonly size: number | undefined;
}

/** How one disk of a machine stands. */
export interface VolumeStatus {
    /** Name of the disk inside the machine. */
    readonly name: string;
    /** Name of its claim. */
    readonly claim: string;
    /** Whether the claim has its volume. */
    readonly bound: boolean;
    /** Capacity in bytes; undefined until the claim is bound. */
    readonly size: number | undefined;
}

/** A machine that runs, or is off where it is meant to be. */
export interface ReadyMachine {
    /** KubeVirt's own word: `Running`, `Stopped`. */
    readonly phase: string;
    /** Node it runs on; undefined while it is off. */
    readonly node: string | undefined;
    /** Addresses of its interfaces as far as they are known. */
    readonly addresses: readonly string[];
    /** Per disk: name, claim, bound, size in bytes. */
    readonly volumes: readonly VolumeStatus[];
}

interface GateArgs {
    readonly connection: Promise<Connection | undefined>;
    /** The resource the wait is about: progress and diagnoses are shown on its line. */
    readonly resource: pulumi.Resource;
    /** How a message names it: `Disk "db"`. */
    readonly label: string;
    readonly namespace: string;
    readonly name: string;
    readonly deadlineMs: number;
}

/** Opens when the disk may be used. In a preview at once. A failed disk leaves it shut; the run says why and fails. */
export async function diskGate(
    args: GateArgs & { readonly kind: "DataVolume" | "PersistentVolumeClaim" },
): Promise<ReadyDisk> {
    const connection = await open(args);
    if (connection === undefined) {
        return { claim: args.name, phase: "", bound: false, size: undefined };
    }
    const settled = await waitForDisk({
        view: connection.view,
        clock: systemClock,
        kind: args.kind,
        namespace: args.namespace,
        name: args.name,
        // Whether a machine comes is not known here; the machine's own gate knows, and asks again.
        consumer: "unknown",
        deadlineMs: args.deadlineMs,
        onProgress: reporter(args.resource),
        signal: program.ended,
    });
    if (settled.kind === "failed") {
        return failed(args, connection, settled.diagnosis);
    }
    return {
        claim: args.name,
        phase: settled.phase,
        bound: settled.bound,
        size: settled.capacityBytes,
    };
}

/** Opens when the machine runs, or is off where it is meant to be. In a preview at once. */
export async function machineGate(
    args: GateArgs & {
        readonly runStrategy: RunStrategy;
        readonly disks: readonly MachineDiskPlan[];
    },
): Promise<ReadyMachine> {
    const connection = await open(args);
    if (connection === undefined) {
        return { phase: "", node: undefined, addresses: [], volumes: [] };
    }
    const settled = await waitForMachine({
        view: connection.view,
        clock: systemClock,
        namespace: args.namespace,
        name: args.name,
        runStrategy: args.runStrategy,
        disks: args.disks.map((disk) => ({
            name: disk.name,
            claim: disk.claim,
            kind: disk.filled ? "DataVolume" : "PersistentVolumeClaim",
        })),
        deadlineMs: args.deadlineMs,
        onProgress: reporter(args.resource),
        signal: program.ended,
    });
    if (settled.kind === "failed") {
        return failed(args, connection, settled.diagnosis);
    }
    return {
        phase: settled.phase,
        node: settled.node,
        addresses: settled.addresses,
        volumes: settled.volumes.map(({ name, claim, bound, capacityBytes }) => ({
            name,
            claim,
            bound,
            size: capacityBytes,
        })),
    };
}

/** What is known when the gate opens, as an Output: unknown in a preview. */
export function whenOpen<T>(gate: Promise<T>): pulumi.Output<T> {
    return pulumi.runtime.isDryRun()
        ? (pulumi.output(unknown) as unknown as pulumi.Output<T>)
        : (pulumi.output(gate) as pulumi.Output<T>);
}

/** The connection once the resource is registered; undefined in a preview, which waits for nothing. */
async function open(args: GateArgs): Promise<Connection | undefined> {
    if (pulumi.runtime.isDryRun()) {
        return undefined;
    }
    await new Promise((resolve) => args.resource.urn.apply(resolve));
    return args.connection;
}

function failed(args: GateArgs, connection: Connection, diagnosis: Diagnosis): Promise<never> {
    program.fail(
        `${args.label} is not ready: ${diagnosisText(diagnosis)}`,
        `${args.label} is not ready: ${diagnosis.cause}`,
        args.resource,
    );
    if (connection.failFast) {
        program.end();
    }
    return program.never();
}

/** Shows progress on the resource's own line: in place on a terminal, as lines of their own elsewhere. */
function reporter(resource: pulumi.Resource): (verdict: Verdict, elapsedMs: number) => void {
    let last = "";
    return (verdict, elapsedMs) => {
        const text = progressText(verdict, elapsedMs);
        if (text !== last) {
            last = text;
            sayProgress(text, resource);
        }
    };
}
