import * as pulumi from "@pulumi/pulumi";
import { acceptHooks } from "../../sandbox/runner/hooks";

/** One resource as the program registers it, with the options that decide about data. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly inputs: Record<string, unknown>;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
    readonly dependsOn: readonly string[];
    readonly import: string;
    readonly provider: string;
    /** Those that are asked before an update. */
    readonly hooks: readonly string[];
    readonly afterCreate: readonly string[];
}

/** The request that the SDK sends to the engine for each resource (proto/pulumi/resource.proto). */
interface RegisterRequest {
    getType(): string;
    getName(): string;
    getParent(): string;
    getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
    getProtect(): boolean;
    getRetainondelete(): boolean;
    getIgnorechangesList(): string[];
    getDependenciesList(): string[];
    getImportid(): string;
    getProvider(): string;
    getHooks(): { getBeforeUpdateList(): string[]; getAfterCreateList(): string[] } | undefined;
}

interface Monitor {
    registerResource(request: RegisterRequest, callback: unknown): void;
}

/**
 * Runs a program as a preview without an engine and answers what it registers, in order, with options: mocks alone show
 * neither `protect` nor `dependsOn`. Answers when the raw resources of what `run` returns are registered. The program's
 * clusters are out of reach, so nothing waits.
 */
export async function record(
    run: () => { readonly nodes: Promise<object> },
): Promise<readonly Registered[]> {
    await pulumi.runtime.setMocks(
        {
            call: ({ inputs }) => inputs as object,
            newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
        },
        "shop",
        "test",
        true,
    );
    acceptHooks();
    const registered = watchRegistrations();
    await untilRegistered(run());
    return registered;
}

/** Comes back when the raw resources of a component are registered: later they would be in the records of the next test. */
export async function untilRegistered(component: {
    readonly nodes: Promise<object>;
}): Promise<void> {
    const nodes = Object.values(await component.nodes).flat() as pulumi.Resource[];
    await Promise.all(nodes.map((node) => new Promise((done) => node.urn.apply(done))));
}

/** What is registered from now on, with the mocks that are set. */
export function watchRegistrations(): readonly Registered[] {
    const registered: Registered[] = [];
    const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
    const original = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
        registered.push(read(request));
        original(request, callback);
    };
    return registered;
}

/** The only resource of a name, or an error that says which there are. */
export function only(registered: readonly Registered[], name: string): Registered {
    const [found, ...more] = registered.filter((resource) => resource.name === name);
    if (found === undefined || more.length > 0) {
        const names = registered.map((resource) => resource.name).join(", ");
        throw new Error(`${String(more.length)} more of ${name} among ${names}`);
    }
    return found;
}

function read(request: RegisterRequest): Registered {
    return {
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        inputs: request.getObject()?.toJavaScript() ?? {},
        protect: request.getProtect(),
        retainOnDelete: request.getRetainondelete(),
        ignoreChanges: request.getIgnorechangesList(),
        dependsOn: request.getDependenciesList(),
        import: request.getImportid(),
        provider: request.getProvider(),
        hooks: request.getHooks()?.getBeforeUpdateList() ?? [],
        afterCreate: request.getHooks()?.getAfterCreateList() ?? [],
    };
}
