/** First-boot settings that go into cloud-init's user data. */
export interface CloudInitPlan {
    readonly hostname: string;
    readonly sshKeys: readonly string[];
    readonly packages: readonly string[];
    readonly runCommands: readonly string[];
}

/**
 * The user data document. JSON is YAML, and it leaves no question of quoting.
 * Source: https://cloudinit.readthedocs.io/en/latest/reference/examples.html
 */
export function userData(plan: CloudInitPlan): string {
    const config = {
        hostname: plan.hostname,
        ...(plan.sshKeys.length > 0 ? { ssh_authorized_keys: plan.sshKeys } : {}),
        ...(plan.packages.length > 0 ? { packages: plan.packages } : {}),
        ...(plan.runCommands.length > 0 ? { runcmd: plan.runCommands } : {}),
    };
    return `#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`;
}
