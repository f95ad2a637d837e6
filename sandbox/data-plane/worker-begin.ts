import type { Claim } from "./objects";
import { type View, prefix } from "./view";
import type { Job } from "./worker";
import { awaitsVddkImage, needsScratch, nodeImage } from "./worker-job";
import { workerPod } from "./worker-pod";
import { type Write, annotate, create } from "./writes";

/** Makes the pod that fills a claim, and notes on the claim what it is for. Source: CDI pkg/controller/import-controller.go and upload-controller.go. */
export function startWorker(view: View, claim: Claim, kind: Job["kind"], name: string): Write[] {
    const { source, fault, dataVolume } = view;
    const waits = kind === "image" ? awaitsVddkImage(view) : undefined;
    if (waits !== undefined) {
        return annotate(claim, {
            [`${prefix}condition.bound`]: "false",
            [`${prefix}condition.bound.reason`]: "AwaitingVDDK",
            [`${prefix}condition.bound.message`]: waits,
        });
    }
    const wish = {
        kind,
        fault,
        scratch: kind !== "copy" && needsScratch(view, claim),
        nodeImage: nodeImage(source),
        priorityClassName: dataVolume.spec.priorityClassName,
    };
    const refused = (message: string): Write[] =>
        // CDI keeps the numbers of a quota to its log.
        annotate(claim, {
            [`${prefix}condition.running`]: "false",
            [`${prefix}condition.running.reason`]: message.includes("exceeded quota")
                ? "ErrExceededQuota"
                : "ErrStartingPod",
            [`${prefix}condition.running.message`]: `Error starting pod '${name}': For more information, request access to cdi-deploy logs from your sysadmin`,
        });
    const place =
        kind === "copy" || kind === "upload"
            ? { [`${prefix}uploadPodName`]: name }
            : {
                  [`${prefix}import.importPodName`]: name,
                  [`${prefix}import.source`]: source.kind === "image" ? source.type : "none",
                  ...(source.kind === "image" && source.url !== undefined
                      ? { [`${prefix}import.endpoint`]: source.url }
                      : {}),
              };
    return [...annotate(claim, place), create(workerPod(claim, wish), { refused })];
}
