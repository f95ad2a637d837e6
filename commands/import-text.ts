import type { ImportedMachine, ImportPlan } from "../manifests/import/plan";

/** Where things were written, and what they are for. */
export interface ImportFiles {
    readonly program: string;
    readonly bulk: string;
    readonly stack: string;
    /** Only the function was written: the Cluster is another program's, and in its state. */
    readonly part: boolean;
}

/** What was found, for a person. */
export function importText(plan: ImportPlan, label: string): string {
    const { namespace, machines, disks, networks, services } = plan;
    const counts = [
        [machines.length, "machine"],
        [disks.length + machines.reduce((sum, { ownDisks }) => sum + ownDisks.size, 0), "disk"],
        [networks.length, "network"],
        [services.length, "service"],
    ] as const;
    const found = counts.map(
        ([count, what]) => `${String(count)} ${what}${count === 1 ? "" : "s"}`,
    );
    return [
        `Namespace ${namespace} on ${label}: ${found.join(", ")} to import.`,
        ...(machines.length === 0 ? [] : ["", ...table(machines)]),
        ...section("Left where it is:", plan.left.map(leftLine)),
        ...section("To know:", [
            ...plan.notes.map(({ kind, name, note }) => `${kind} ${name}: ${note}.`),
            ...machines.flatMap(untying),
        ]),
        ...section(
            "What the program says otherwise than the cluster has it:",
            machines.flatMap(({ name, changes }) =>
                changes.map(
                    ({ path, from, to, impact }) =>
                        `${name}: ${path}: ${JSON.stringify(from)} -> ${JSON.stringify(to)} (${impact})`,
                ),
            ),
        ),
    ].join("\n");
}

function leftLine({ kind, name, why, cure }: ImportPlan["left"][number]): string {
    return `${kind} ${name}: ${why}.${cure === undefined ? "" : ` To have it: ${cure}.`}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
    return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function table(machines: readonly ImportedMachine[]): readonly string[] {
    const rows = [
        ["MACHINE", "RUNS", "DISKS", "NETWORKS", "DIFFERS"],
        ...machines.map(({ name, plan, ownDisks, interfaces, changes }) => [
            name,
            plan.runStrategy,
            plan.disks
                .map((disk) => `${disk.name} ${ownDisks.get(disk.claim)?.size ?? "(shared)"}`)
                .join(", "),
            interfaces.map((one) => one.plan.name).join(", "),
            changes.length === 0 ? "in nothing" : `in ${String(changes.length)} fields`,
        ]),
    ];
    const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => (row[column] ?? "").length)),
    );
    return rows.map((row) =>
        row
            .map((cell, column) => (cell === "" ? "-" : cell).padEnd(widths[column] ?? 0))
            .join("   ")
            .trimEnd(),
    );
}

/** How a disk that goes with its machine is made one of its own: the template first, or KubeVirt takes the DataVolume back. */
function untying({ name, namespace, tied }: ImportedMachine): readonly string[] {
    if (tied.length === 0) {
        return [];
    }
    const remove = (path: string) => `--type json -p '[{"op": "remove", "path": "${path}"}]'`;
    return [
        `To make ${tied.join(", ")} disks of the program, for which no machine stops or starts, and then import again:`,
        `  kubectl patch vm ${name} -n ${namespace} ${remove("/spec/dataVolumeTemplates")}`,
        ...tied.map(
            (disk) =>
                `  kubectl patch dv ${disk} -n ${namespace} ${remove("/metadata/ownerReferences")}`,
        ),
    ];
}

/** The Cluster alone: the engine's import wants its provider in the state. */
function clusterFirst(stack: string): readonly string[] {
    return [
        `pulumi config set machines false --stack ${stack}`,
        `pulumi up --stack ${stack}`,
        `pulumi config rm machines --stack ${stack}`,
    ];
}

/**
 * What to do next.
 *
 * @param newOn the context that the stack is to live on, where it is made for this program.
 */
export function nextText(
    plan: ImportPlan,
    { program, bulk, stack, part }: ImportFiles,
    newOn?: string,
): string {
    const secrets = plan.machines.flatMap(({ name, namespace, inline }) =>
        inline.map(
            ({ volume, source, field, key }) =>
                `kubectl get vm ${name} -n ${namespace} -o jsonpath='{.spec.template.spec.volumes[?(@.name=="${volume}")].${source}.${field}}' | base64 -w0 | pulumi config set --secret ${key} --stack ${stack}`,
        ),
    );
    return [
        `Written: ${program} (the program) and ${bulk} (for pulumi import --file).`,
        ...section("First:", newOn === undefined ? [] : stackFirst(stack, newOn)),
        ...section(
            "First-boot data stands in these machines in plain text, for everybody who may read them. Put it into the configuration:",
            secrets,
        ),
        ...section("Then:", [
            `pulumi preview --stack ${stack}     shows imports only; pulumi up takes them into the state`,
        ]),
        ...section("Or into the state at once, after which a preview has nothing to do:", [
            ...(part ? [] : clusterFirst(stack)),
            `pulumi import --file ${bulk} --stack ${stack} --generate-code=false --yes`,
        ]),
    ].join("\n");
}

function stackFirst(stack: string, context: string): readonly string[] {
    return [
        `pulumi stack init ${stack}     where your state is kept: docs/guide/state.md`,
        `pulumi config set --path environment.cluster.context ${context} --stack ${stack}     review, drift and ledger know its cluster then`,
    ];
}
