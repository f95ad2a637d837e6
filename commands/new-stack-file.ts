import { stringify } from "yaml";
import { environmentKey, schemaLine } from "../stacks/schema/keys";
import type { Answers } from "./new-stack-options";

/** The environment that the answers come to. */
export function newEnvironment(answers: Answers): Readonly<Record<string, unknown>> {
    const { context, namespace, stage, platform, machine = "none" } = answers;
    return {
        stage,
        cluster: { context, namespace },
        platform: { certManager: "skip", snapshots: platform, kubevirt: platform, cdi: platform },
        storage: storage(answers),
        ...(machine === "none"
            ? {}
            : {
                  images: {
                      fedora: {
                          source: { registry: "quay.io/containerdisks/fedora:42" },
                          size: "10Gi",
                      },
                  },
                  machines: {
                      [machine]: {
                          cpu: 2,
                          memory: "2Gi",
                          disks: [{ name: "root", image: "fedora", size: "20Gi", boot: true }],
                      },
                  },
              }),
    };
}

function storage(answers: Answers): object {
    switch (answers["storage"]) {
        case "longhorn":
            return { longhorn: { replicas: Number(answers["replicas"]) } };
        case "ceph":
            return {
                ceph: {
                    clusterId: answers["ceph-cluster-id"],
                    monitors: answers["ceph-monitors"]?.split(",").map((one) => one.trim()),
                    pool: answers["ceph-pool"],
                    user: { id: answers["ceph-user"], key: { secret: "cephKey" } },
                },
            };
        default:
            return { existing: { storageClass: answers["storage-class"] } };
    }
}

/** The file of a stack, in the form that the Pulumi CLI writes, so that its own edits change no other line. */
export function stackFileText(environment: Readonly<Record<string, unknown>>): string {
    return `${schemaLine}\n${stringify({ config: { [environmentKey]: environment } }, { indent: 2, lineWidth: 0 })}`;
}

/** What a person does next. */
export function nextSteps(stack: string, answers: Answers): string {
    const { context = "", namespace = "", storage: kind, stage, machine } = answers;
    const steps: (readonly [command: string, why: string])[] = [
        [`kubectl --context ${context} create namespace ${namespace}`, "unless it is there"],
        [`pulumi stack init ${stack}`, "where your state is kept: docs/guide/state.md"],
    ];
    if (kind === "ceph") {
        steps.push([`pulumi config set --secret cephKey -s ${stack}`, "it asks for the key"]);
    }
    if (stage === "production" && machine !== "none") {
        steps.push(["npm run images:lock", "production takes locked images only"]);
    }
    steps.push(
        [`npm run doctor -- --stack ${stack}`, "what machines would miss there"],
        [`npm run preview -- --stack ${stack}`, "what would be made"],
        [`npm run up -- --stack ${stack}`, ""],
    );
    const width = Math.max(...steps.map(([command]) => command.length));
    return steps.map(([command, why]) => `  ${command.padEnd(width)}  ${why}`.trimEnd()).join("\n");
}
