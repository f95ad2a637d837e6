import * as pulumi from "@pulumi/pulumi";

interface HookMonitor {
    registerResourceHook?: (request: unknown, done: (error: null, answer: object) => void) => void;
}

/**
 * Lets programs with resource hooks run on the SDK's mock monitor, which says that it supports hooks and has no method to
 * register them (sdk/nodejs/runtime/mocks.ts). Nothing calls the hooks: only the real engine does.
 */
export function acceptHooks(): void {
    const monitor = pulumi.runtime.getMonitor() as HookMonitor | undefined;
    if (monitor !== undefined) {
        monitor.registerResourceHook ??= (_, done) => {
            done(null, {});
        };
    }
}
