import { given } from "./fields";

/** A user that cloud-init makes. Every value is known here. */
export interface CloudInitUserPlan {
    readonly name: string;
    readonly sshKeys?: readonly string[];
    readonly groups?: readonly string[];
    readonly sudo?: boolean;
    readonly shell?: string;
    readonly passwordHash?: string;
}

/** A file that cloud-init writes. */
export interface CloudInitFilePlan {
    readonly path: string;
    readonly content: string;
    readonly owner?: string;
    readonly permissions?: string;
    readonly append?: boolean;
}

/** First-boot settings that go into cloud-init's user data. */
export interface CloudInitPlan {
    readonly hostname: string;
    readonly fqdn?: string;
    readonly sshKeys: readonly string[];
    readonly users?: readonly CloudInitUserPlan[];
    readonly packages: readonly string[];
    readonly packageUpgrade?: boolean;
    readonly files?: readonly CloudInitFilePlan[];
    readonly bootCommands?: readonly string[];
    readonly runCommands: readonly string[];
    readonly timezone?: string;
    readonly locale?: string;
    /** Whether the guest agent is installed and started. */
    readonly guestAgent: boolean;
}

const agentPackage = "qemu-guest-agent";

/**
 * The user data document. JSON is YAML, and it leaves no question of quoting.
 * Source: https://cloudinit.readthedocs.io/en/latest/reference/examples.html
 */
export function userData(plan: CloudInitPlan): string {
    const { guestAgent, users, files } = plan;
    const packages =
        guestAgent && !plan.packages.includes(agentPackage)
            ? [...plan.packages, agentPackage]
            : plan.packages;
    const commands: readonly (string | readonly string[])[] = guestAgent
        ? [["systemctl", "enable", "--now", agentPackage], ...plan.runCommands]
        : plan.runCommands;
    const config = given({
        hostname: plan.hostname,
        fqdn: plan.fqdn,
        ssh_authorized_keys: some(plan.sshKeys),
        // Without "default" the image's own user would not be made.
        users: users === undefined ? undefined : ["default", ...users.map(user)],
        package_upgrade: plan.packageUpgrade,
        packages: some(packages),
        write_files: files === undefined ? undefined : some(files.map(file)),
        bootcmd: some(plan.bootCommands ?? []),
        runcmd: some(commands),
        timezone: plan.timezone,
        locale: plan.locale,
    });
    return `#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`;
}

/** Where a text is none: an Output that became undefined. */
export function missingTexts(plan: CloudInitPlan): readonly string[] {
    const { users = [], files = [], bootCommands = [], runCommands } = plan;
    const places: readonly (readonly [string, readonly unknown[]])[] = [
        ["sshKeys", plan.sshKeys],
        ...users.map(
            ({ sshKeys = [] }, index) =>
                [`cloudInit.users[${String(index)}].sshKeys`, sshKeys] as const,
        ),
        ["cloudInit.files, content", files.map(({ content }) => content)],
        ["cloudInit.bootCommands", bootCommands],
        ["cloudInit.runCommands", runCommands],
    ];
    return places.flatMap(([place, texts]) =>
        texts.flatMap((text, index) =>
            text === undefined || text === null ? [`${place}[${String(index)}]`] : [],
        ),
    );
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
    return list.length === 0 ? undefined : list;
}

function user({ name, sshKeys, groups, sudo, shell, passwordHash }: CloudInitUserPlan) {
    return {
        name,
        ...given({
            ssh_authorized_keys: sshKeys,
            groups,
            sudo: sudo === true ? "ALL=(ALL) NOPASSWD:ALL" : undefined,
            shell,
            hashed_passwd: passwordHash,
            // cloud-init locks the password of every user that it makes.
            lock_passwd: passwordHash === undefined ? undefined : false,
        }),
    };
}

function file({ path, content, owner, permissions, append }: CloudInitFilePlan) {
    return {
        path,
        // Any bytes, whatever YAML thinks of them.
        encoding: "b64",
        content: Buffer.from(content).toString("base64"),
        // Written when packages are installed: an owner may be a user that a package makes.
        defer: true,
        ...given({ owner, permissions, append }),
    };
}

/** What Kubernetes takes into one Secret. Source: Kubernetes core/v1 (MaxSecretSize). */
export const secretLimitBytes = 2 ** 20;

/** Why some texts do not fit into one Secret, or undefined. */
export function secretSizeFault(
    texts: readonly string[],
): { fault: string; cure: string } | undefined {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return bytes <= secretLimitBytes
        ? undefined
        : {
              fault: `comes to ${String(bytes)} bytes, and a Secret holds ${String(secretLimitBytes)}`,
              cure: "let the guest fetch large files itself, or put them on a disk",
          };
}
