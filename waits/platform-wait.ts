import type { Settled } from "./gate";
import type { OperatorKind } from "./operator-facts";
import { runningVersion } from "./operator-facts";
import { operatorVerdict } from "./operator";
import { OperatorWatch } from "./operator-watch";
import { readingVerdict } from "./reading";
import { rolloutVerdict } from "./rollout";
import { ServedWatch, servedVerdict } from "./served";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** Waits until a Deployment has rolled out, or cannot. */
export async function waitForRollout(options: ObjectWait): Promise<Settled> {
    const { view, clock, namespace, name } = options;
    const deployments = view.observe("Deployment", namespace);
    const pods = view.observe("Pod", namespace);
    const kind = "Deployment";
    try {
        return await watchedWait({
            ...options,
            subjects: [{ kind, namespace, name }],
            subject: `Deployment ${namespace}/${name}`,
            subscribe: (run) => {
                deployments.onChange(run);
                pods.onChange(run);
            },
            evaluate: () =>
                readingVerdict(deployments, clock.now()) ??
                rolloutVerdict({
                    kind,
                    namespace,
                    name,
                    workload: deployments.get(name),
                    pods: pods.all(),
                }),
            isComplete: () => true,
            unreadable: () => (pods.trouble?.kind === "denied" ? [pods.label] : []),
        });
    } finally {
        pods.release();
        deployments.release();
    }
}

/** What a wait for an operator's CR needs. */
export interface OperatorWaitOptions extends ObjectWait {
    readonly kind: OperatorKind;
    /** Where its Deployments and DaemonSets are. */
    readonly operandsNamespace: string;
    /** Undefined for an adopted one: whichever runs is right. */
    readonly wantedVersion?: string | undefined;
}

/** How an operator's CR stands. */
export interface OperatorState {
    /** Version that is completely installed; empty while none is. */
    readonly version: string;
    readonly phase: string;
}

/** Waits until KubeVirt or CDI is ready, or cannot become so. */
export async function waitForOperator(
    options: OperatorWaitOptions,
): Promise<Settled & OperatorState> {
    const { view, clock, kind, namespace, name, operandsNamespace, wantedVersion } = options;
    // A namespace means nothing to the cluster-wide CDI.
    const own = kind === "CDI" ? undefined : namespace;
    const watch = new OperatorWatch(view, clock, kind, own, operandsNamespace);
    try {
        const settled = await watchedWait({
            ...options,
            subjects: [{ kind, namespace, name }],
            subject: own === undefined ? `${kind} ${name}` : `${kind} ${own}/${name}`,
            subscribe: (run) => watch.onChange(run),
            evaluate: () =>
                watch.reading() ?? operatorVerdict({ ...watch.observe(name), wantedVersion }),
            isComplete: () => true,
            unreadable: () => watch.unreadable(),
        });
        const { resource } = watch.observe(name);
        return {
            ...settled,
            version: runningVersion(resource),
            phase: resource?.status?.phase ?? "",
        };
    } finally {
        watch.release();
    }
}

/** Waits until the API server serves some paths. */
export async function waitForServed(
    options: ObjectWait & { readonly paths: readonly string[] },
): Promise<Settled> {
    const { view, clock, name } = options;
    const watch = new ServedWatch(view, options.paths);
    try {
        return await watchedWait({
            ...options,
            subjects: [],
            subject: `the API of ${name}`,
            subscribe: (run) => watch.onChange(run),
            evaluate: () => watch.reading(clock.now()) ?? servedVerdict(watch.unserved() ?? []),
            isComplete: () => true,
            unreadable: () => [],
        });
    } finally {
        watch.release();
    }
}
