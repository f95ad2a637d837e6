import type { Settled } from "./gate";
import { isReady } from "./nodes";
import { readingVerdict } from "./reading";
import { type GateArgs, gate } from "./resource-gate";
import { rolloutVerdict } from "./rollout";
import { type ObjectWait, watchedWait } from "./watched-wait";

/** Opens when the DaemonSet has a pod that is ready on every node that it is for and that is Ready itself. In a preview at once. */
export async function daemonSetGate(args: GateArgs): Promise<void> {
    await gate(args, waitForDaemonSet);
}

/** Waits until a DaemonSet has rolled out, or cannot. */
export async function waitForDaemonSet(options: ObjectWait): Promise<Settled> {
    const { view, clock, namespace, name } = options;
    const kind = "DaemonSet";
    const daemonSets = view.observe(kind, namespace);
    const pods = view.observe("Pod", namespace);
    const nodes = view.observe("Node");
    const helpful = [pods, nodes];
    /** Pods on nodes that do not report: nothing starts there before they do. */
    const away = () => {
        const silent = nodes.all().filter((node) => !isReady(node));
        const names = silent.map(({ metadata }) => metadata?.name);
        return pods
            .all()
            .filter(({ metadata }) =>
                (metadata?.ownerReferences ?? []).some(
                    (owner) => owner.kind === kind && owner.name === name,
                ),
            )
            .filter(({ spec }) => names.includes(spec?.nodeName)).length;
    };
    try {
        return await watchedWait({
            ...options,
            subjects: [{ kind, namespace, name }],
            subject: `DaemonSet ${namespace}/${name}`,
            subscribe: (run) => {
                for (const observed of [daemonSets, ...helpful]) {
                    observed.onChange(run);
                }
            },
            evaluate: () =>
                readingVerdict(daemonSets, clock.now()) ??
                rolloutVerdict({
                    kind,
                    namespace,
                    name,
                    workload: daemonSets.get(name),
                    pods: pods.all(),
                    away: away(),
                }),
            isComplete: () => true,
            unreadable: () =>
                helpful
                    .filter(({ trouble }) => trouble?.kind === "denied")
                    .map(({ label }) => label),
        });
    } finally {
        for (const observed of [...helpful, daemonSets]) {
            observed.release();
        }
    }
}
