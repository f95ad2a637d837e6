import type { Clock } from "./clock";
import type { Operand, OperatorKind, OperatorObservation } from "./operator-facts";
import { readingVerdict } from "./reading";
import { rolloutVerdict } from "./rollout";
import { ServedWatch } from "./served";
import type { Verdict } from "./verdict";
import type { Kinds, Observed, View } from "./view";

/** What disks and machines are made of: without these paths nothing else can be made. */
const brought = {
    KubeVirt: [
        "/apis/kubevirt.io/v1/virtualmachines",
        "/apis/kubevirt.io/v1/virtualmachineinstances",
    ],
    CDI: [
        "/apis/cdi.kubevirt.io/v1beta1/datavolumes",
        "/apis/cdi.kubevirt.io/v1beta1/datasources",
        "/apis/cdi.kubevirt.io/v1beta1/storageprofiles",
    ],
} as const;

/** Everything that is read to judge an operator's CR, through the shared watches. */
export class OperatorWatch {
    readonly #clock: Clock;
    readonly #kind: OperatorKind;
    readonly #namespace: string | undefined;
    readonly #operandsNamespace: string;
    readonly #resources: Observed<Kinds[OperatorKind]>;
    readonly #deployments: Observed<Kinds["Deployment"]>;
    readonly #daemonSets: Observed<Kinds["DaemonSet"]>;
    readonly #pods: Observed<Kinds["Pod"]>;
    readonly #endpoints: Observed<Kinds["EndpointSlice"]>;
    readonly #validating: Observed<Kinds["ValidatingWebhookConfiguration"]>;
    readonly #mutating: Observed<Kinds["MutatingWebhookConfiguration"]>;
    readonly #served: ServedWatch;

    constructor(
        view: View,
        clock: Clock,
        kind: OperatorKind,
        namespace: string | undefined,
        operandsNamespace: string,
    ) {
        this.#clock = clock;
        this.#kind = kind;
        this.#namespace = namespace;
        this.#operandsNamespace = operandsNamespace;
        this.#resources = view.observe(kind, namespace);
        this.#deployments = view.observe("Deployment", operandsNamespace);
        this.#daemonSets = view.observe("DaemonSet", operandsNamespace);
        this.#pods = view.observe("Pod", operandsNamespace);
        this.#endpoints = view.observe("EndpointSlice", operandsNamespace);
        this.#validating = view.observe("ValidatingWebhookConfiguration");
        this.#mutating = view.observe("MutatingWebhookConfiguration");
        this.#served = new ServedWatch(view, brought[kind]);
    }

    onChange(run: () => void): void {
        for (const part of [...this.#all(), this.#served]) {
            part.onChange(run);
        }
    }

    release(): void {
        for (const part of [...this.#all(), this.#served]) {
            part.release();
        }
    }

    /** What the reading itself means for who waits, or undefined when what was read can be judged. */
    reading(): Verdict | undefined {
        const now = this.#clock.now();
        const webhooks = [this.#validating, this.#mutating, this.#endpoints];
        return (
            [this.#resources, ...webhooks.filter((part) => !isDenied(part))]
                .map((part) => readingVerdict(part, now))
                .find((verdict) => verdict !== undefined) ?? this.#served.reading(now)
        );
    }

    /** What cannot be read although it would make the verdict better. */
    unreadable(): readonly string[] {
        return this.#all()
            .filter((part) => part !== this.#resources && isDenied(part))
            .map(({ label }) => label);
    }

    observe(name: string): Omit<OperatorObservation, "wantedVersion"> {
        return {
            kind: this.#kind,
            namespace: this.#namespace,
            name,
            resource: this.#resources.get(name),
            operandsNamespace: this.#operandsNamespace,
            operands: this.#operands(),
            pods: this.#pods.all(),
            unserved: this.#served.unserved(),
            webhooks:
                isDenied(this.#validating) && isDenied(this.#mutating)
                    ? undefined
                    : [...this.#validating.all(), ...this.#mutating.all()],
            endpoints: isDenied(this.#endpoints) ? undefined : this.#endpoints.all(),
        };
    }

    #operands(): readonly Operand[] | undefined {
        if (!this.#deployments.listed || !this.#daemonSets.listed) {
            return undefined;
        }
        const pods = this.#pods.all();
        const namespace = this.#operandsNamespace;
        const judge = (kind: Operand["kind"], workload: Kinds["Deployment"]): Operand => {
            const name = workload.metadata?.name ?? "";
            return {
                kind,
                name,
                verdict: rolloutVerdict({ kind, namespace, name, workload, pods }),
            };
        };
        return [
            ...this.#deployments.all().map((workload) => judge("Deployment", workload)),
            ...this.#daemonSets.all().map((workload) => judge("DaemonSet", workload)),
        ];
    }

    #all(): readonly Observed<unknown>[] {
        return [
            this.#resources,
            this.#deployments,
            this.#daemonSets,
            this.#pods,
            this.#endpoints,
            this.#validating,
            this.#mutating,
        ];
    }
}

function isDenied({ trouble }: Observed<unknown>): boolean {
    return trouble?.kind === "denied";
}
