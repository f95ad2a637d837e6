import * as pulumi from "@pulumi/pulumi";
import { type DiskPlan, isFilled } from "../../manifests/disk";
import { placeOfOrigin } from "../../model/disk-origin";
import { type Problem, Problems, problemsText } from "../../model/problems";
import { collectionPath, isCollectionKind } from "../../waits/collections";
import { program } from "../../waits/program";
import type { Cluster } from "../cluster";
import { refuse } from "../refusal";
import { type DiskBefore, type DiskIdentity, refuseChanges, refuseShrink } from "./origin";
import { contentAt } from "./remake";

/** The disk that a hook speaks for, as far as a hook has to know it. */
export interface Guarded {
    readonly name: string;
    readonly cluster: Cluster;
    /** The program takes over a claim as it is. */
    readonly adopts: boolean;
    /** The component, once it is constructed. */
    component: pulumi.ComponentResource | undefined;
    /** The hook has refused the disk in a preview, which goes on without it. */
    refused: boolean;
}

/**
 * Refuses what an existing disk cannot become, by what the state says: in a preview, in an update, and with the cluster out of
 * reach. It sits on the component, whose resource stays the same whatever the disk is made as.
 */
export function originHook(disk: Guarded, plan: DiskPlan): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${disk.name}-origin`,
        async ({ oldInputs, newInputs }) => {
            const problems = new Problems();
            const [before, after] = [(oldInputs ?? {}) as DiskBefore, newInputs as DiskIdentity];
            refuseChanges(before, after, problems);
            if (problems.all.length > 0 && !(await isWithoutData(disk, plan, before, after))) {
                tell(disk, problems.all);
            }
        },
        { onDryRun: true },
    );
}

/**
 * Whether another origin costs nothing: there is nothing where the disk was, or it never had its content, or it is taken over as it
 * is, and stays where it is.
 */
async function isWithoutData(
    disk: Guarded,
    plan: DiskPlan,
    before: DiskBefore,
    after: DiskIdentity,
): Promise<boolean> {
    const place = placeOfOrigin(before.origin);
    if (place === undefined || before.cluster !== after.cluster) {
        return false;
    }
    const { kind } = await contentAt(disk.cluster, place);
    const stays = place.name === plan.name && place.namespace === plan.namespace;
    return (
        kind === "absent" ||
        (kind === "unfilled" && stays && isFilled(plan)) ||
        // What is adopted as it is keeps its data, whatever an update that was refused has left in the state.
        (kind === "claim" && stays && disk.adopts)
    );
}

/** Refuses to make a claim smaller. */
export function sizeHook(disk: Guarded): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${disk.name}-size`,
        ({ oldInputs, newInputs }) => {
            const problems = new Problems();
            refuseShrink(requested(oldInputs), requested(newInputs), problems);
            if (problems.all.length > 0) {
                tell(disk, problems.all);
            }
        },
        { onDryRun: true },
    );
}

/**
 * Refuses to update an object that the state has and the cluster has not: the provider would make it again, empty or from its
 * source, and nobody would be told that what was on it is gone.
 */
export function thereHook(disk: Guarded): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${disk.name}-there`,
        async ({ newInputs }) => {
            const { kind, metadata } = newInputs as {
                readonly kind: string;
                readonly metadata: { readonly name: string; readonly namespace: string };
            };
            const connection = await disk.cluster.connection;
            if (connection === undefined || !isCollectionKind(kind)) {
                return;
            }
            const path = `${collectionPath(kind, metadata.namespace)}/${metadata.name}`;
            if ((await connection.ask(path)).state === "absent") {
                tell(disk, [
                    {
                        field: "claimName",
                        fault: `is ${JSON.stringify(metadata.name)}, and the ${kind} of that name is gone from namespace ${metadata.namespace}: made again it would not have the data`,
                        cure: "restore it, take a kept volume over (adopt: { volume: … }; npm run disks lists them), or accept the loss: recreate: true, and pulumi refresh",
                    },
                ]);
            }
        },
        { onDryRun: true },
    );
}

/** An update stops here, before its first change. A preview goes on, so that its report is whole. */
function tell(disk: Guarded, problems: readonly Problem[]): void {
    if (pulumi.runtime.isDryRun() && disk.component !== undefined) {
        disk.refused = true;
        refuse(disk.component, "Disk", disk.name, problems);
        return;
    }
    program.stop();
    throw new Error(problemsText("Disk", disk.name, problems));
}

function requested(inputs: unknown): string | undefined {
    const { spec } = (inputs ?? {}) as {
        readonly spec?: { readonly resources?: { readonly requests?: { storage?: string } } };
    };
    return spec?.resources?.requests?.storage;
}
