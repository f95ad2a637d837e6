import type { Settled } from "./gate";
import { grace } from "./grace";
import { readingVerdict } from "./reading";
import type { Verdict } from "./verdict";
import type { Observed } from "./view";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";
import { type DeafWebhook, deafWebhook, type WebhookOwner } from "./webhooks";

/** Waits until the webhooks of an owner can answer: they have their CA bundle, and their Service has a ready address. */
export async function waitForWebhooks(
    options: ObjectWait & { readonly owner: WebhookOwner },
): Promise<Settled> {
    const { view, clock, namespace, owner } = options;
    const validating = view.observe("ValidatingWebhookConfiguration");
    const mutating = view.observe("MutatingWebhookConfiguration");
    const endpoints = view.observe("EndpointSlice", namespace);
    const watched: readonly Observed<unknown>[] = [validating, mutating, endpoints];
    try {
        return await watchedWait({
            ...options,
            subjects: [],
            subject: `the webhooks of ${namespace}`,
            subscribe: (run) => watched.forEach((one) => one.onChange(run)),
            evaluate: () =>
                watched
                    .map((one) => readingVerdict(one, clock.now()))
                    .find((verdict) => verdict !== undefined) ??
                webhooksVerdict(
                    deafWebhook(owner, [...validating.all(), ...mutating.all()], endpoints.all()),
                    namespace,
                ),
            isComplete: () => true,
            unreadable: () => [],
        });
    } finally {
        watched.forEach((one) => one.release());
    }
}

/** What a webhook that cannot answer means for who waits. */
export function webhooksVerdict(deaf: DeafWebhook | undefined, namespace: string): Verdict {
    return deaf === undefined
        ? { kind: "ready" }
        : {
              kind: "waiting",
              phase: "",
              note: deaf.what,
              suspicion: {
                  graceMs: grace.webhook,
                  diagnosis: {
                      cause: "webhook-not-ready",
                      what: deaf.what,
                      where: `configuration ${deaf.configuration}`,
                      cure: `See its configuration and pods: kubectl get pods -n ${namespace}; what passes through it is refused until it answers`,
                  },
              },
          };
}
