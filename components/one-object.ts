import type * as pulumi from "@pulumi/pulumi";
import { Problems } from "../model/problems";
import { program } from "../waits/program";
import { type After, afterAll } from "./depends-on";
import { adopted, existing, type LiveObject, type Wanted } from "./ownership";
import { clusterOf, installedAt, type Place } from "./platform/place";
import { refuse } from "./refusal";

/** A component that is one object on the cluster. */
export interface OneObject<O extends Wanted> {
    readonly component: pulumi.ComponentResource;
    readonly className: string;
    /** Name of the component. */
    readonly name: string;
    readonly place: Place;
    /** What the component itself depends on. */
    readonly after: After;
    /** Undefined where its arguments were refused: there is nothing that it could be made of. */
    readonly object: O | undefined;
    /** The argument that names it. */
    readonly field: string;
    /** What else has to be right of the cluster. */
    readonly check?: (problems: Problems) => Promise<void>;
    /** One that somebody else made is taken over. */
    readonly adopt?: boolean;
    /** The object in the words of the one on the cluster, where they can be others. */
    readonly inWordsOf?: (live: LiveObject, object: O) => O;
    /** How the API server has lists of the kind. */
    readonly lists?: "whole" | "by-field";
}

/** Looks at the cluster for the object, and answers with it and how it is registered. Never where anything is refused. */
export async function lookForOne<O extends Wanted>(
    one: OneObject<O>,
): Promise<{ readonly object: O; readonly options: pulumi.CustomResourceOptions }> {
    const { component, className, name, place, object, field, check, after } = one;
    const { adopt = false, lists, inWordsOf = (_: LiveObject, same: O) => same } = one;
    const cluster = clusterOf(place);
    const problems = new Problems();
    let taken: pulumi.CustomResourceOptions = {};
    const mayRegister = await program.checked(async () => {
        if (object !== undefined) {
            await check?.(problems);
            const found = await existing(cluster, object, field, problems, adopt);
            const live = "live" in found ? found.live : {};
            taken = adopted(found, inWordsOf(live, object), adopt, lists);
            refuse(component, className, name, problems.all);
        }
    });
    if (object === undefined || problems.all.length > 0 || !mayRegister) {
        return program.never();
    }
    const options = {
        parent: component,
        provider: cluster.provider,
        dependsOn: afterAll(after, await installedAt(place)),
        ...taken,
    };
    return { object, options };
}
