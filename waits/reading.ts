import { formatElapsed } from "../model/duration";
import { grace } from "./grace";
import type { Verdict, Waiting } from "./verdict";
import { failed } from "./verdict";
import type { Observed } from "./view";

/** What the reading of a kind itself means for a wait, or undefined when what was read can be judged. */
export function readingVerdict(
    observed: Pick<Observed<unknown>, "label" | "listed" | "trouble">,
    now: number,
): Verdict | undefined {
    const { trouble, listed, label } = observed;
    switch (trouble?.kind) {
        case undefined:
            return listed ? undefined : { kind: "waiting", phase: "", note: "asks the cluster" };
        case "unknown-kind":
            return suspect("CDI or KubeVirt is not there yet", grace.notInstalled, {
                cause: "not-installed",
                what: `The cluster does not know ${label}`,
                where: "the API server",
                cure: label.includes("cdi.")
                    ? "Install CDI, or wait for it: kubectl get cdi"
                    : "Install KubeVirt, or wait for it: kubectl get kubevirt -A",
            });
        case "denied": {
            const diagnosis = {
                cause: "forbidden" as const,
                what:
                    trouble.status === 401
                        ? `The API server does not accept the kubeconfig's login: ${trouble.message}`
                        : `This account may not read what it waits for: ${trouble.message}`,
                where: label,
                cure:
                    trouble.status === 401
                        ? "Renew the login of the kubeconfig"
                        : `Allow it get, list and watch on ${label}`,
            };
            return trouble.status === 401
                ? suspect("the login is not accepted", grace.login, diagnosis)
                : failed(diagnosis);
        }
        case "away": {
            const note = `the API server has not answered for ${formatElapsed(now - trouble.since)}`;
            return listed
                ? { kind: "waiting", phase: "", note }
                : suspect(note, grace.neverReached, {
                      cause: "server-unreachable",
                      what: `The API server cannot be reached: ${trouble.message}`,
                      where: label,
                      cure: "Check the server's address in the kubeconfig, the network and the proxy settings",
                  });
        }
    }
}

function suspect(
    note: string,
    graceMs: number,
    diagnosis: NonNullable<Waiting["suspicion"]>["diagnosis"],
): Waiting {
    return { kind: "waiting", phase: "", note, suspicion: { diagnosis, graceMs } };
}
