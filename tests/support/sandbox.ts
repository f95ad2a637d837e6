import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Api, ApiError } from "../../sandbox/api";
import { missingBinaries, presentBinaries, searchHere } from "../../sandbox/binaries";
import { hasCode } from "../../sandbox/fault";
import { commandOf } from "../../sandbox/processes";
import type { SandboxPlatform } from "../../sandbox/platform";
import { type Sandbox, startSandbox } from "../../sandbox/start";
import { stopSandbox } from "../../sandbox/stop";

/** A sandbox that test files of a run share. */
export interface SharedSandbox extends Sandbox {
    readonly api: Api;
    /** Makes a namespace of its own for a test file and returns its name, which begins with this one. */
    readonly namespace: (name: string) => Promise<string>;
}

const prefix = "pulumi-kubevirt-tests-";
const home = path.join(os.tmpdir(), `${prefix}${process.pid}`);
const running = new Map<string, Promise<SharedSandbox>>();

/**
 * How long a test waits for what a cluster does by itself, before it says that it does not happen. Beside other tests, on a machine
 * that is busy, things take ten times as long.
 */
export const patienceMs = 150_000;

/**
 * The sandbox of this test run, started when it is first asked for and stopped after the last test. Where its programs are
 * not on this machine, the tests of the suite are skipped with the reason: a test run neither downloads nor builds.
 *
 * ```ts
 * before(async function () {
 *     sandbox = await sharedSandbox(this);
 * });
 * ```
 */
export async function sharedSandbox(suite?: Mocha.Context): Promise<SharedSandbox> {
    return await sandboxWith("ready", "ready", suite);
}

/**
 * A sandbox of a suite's own with nothing of the platform: no definitions, no operators. It is stopped after the suite. After
 * definitions have come and gone Kubernetes' garbage collector is slow for a while, so suites do not share one.
 */
export async function emptySandbox(suite: Mocha.Context, purpose: string): Promise<SharedSandbox> {
    const sandbox = await sandboxWith("none", purpose, suite);
    stopAfter(suite, purpose);
    return sandbox;
}

function stopAfter(suite: Mocha.Context, purpose: string): void {
    suite.test?.parent?.afterAll(`stop the sandbox of ${purpose}`, async function () {
        this.timeout(300_000);
        await stop(purpose);
    });
}

/** As {@link emptySandbox}, with the platform as somebody else has installed it. */
export async function ownSandbox(suite: Mocha.Context, purpose: string): Promise<SharedSandbox> {
    const sandbox = await sandboxWith("ready", purpose, suite);
    stopAfter(suite, purpose);
    return sandbox;
}

async function sandboxWith(
    platform: SandboxPlatform,
    purpose: string,
    suite: Mocha.Context | undefined,
): Promise<SharedSandbox> {
    skipWithoutBinaries(suite);
    // What else the hook does counts as well, and four sandboxes that start at once take a minute and a half each.
    suite?.timeout(Math.max(suite.timeout(), 600_000));
    const started = running.get(purpose) ?? start(platform, purpose);
    running.set(purpose, started);
    return await started;
}

/** Skips the suite where no sandbox can be started. Without a suite to skip it throws the reason. */
export function skipWithoutBinaries(suite?: Mocha.Context): void {
    const missing = missingBinaries(presentBinaries(searchHere(() => undefined)));
    if (missing.length === 0) {
        return;
    }
    const reason = `no ${missing.join(", ")}: run \`npm run sandbox -- start\` once, or set SANDBOX_BINARIES`;
    if (suite === undefined) {
        throw new Error(reason);
    }
    suite.test?.parent?.eachTest((test) => {
        test.title += ` (${reason})`;
    });
    suite.skip();
}

function folderOf(purpose: string): string {
    return path.join(home, purpose, ".sandbox");
}

async function start(platform: SandboxPlatform, purpose: string): Promise<SharedSandbox> {
    await stopAbandoned(os.tmpdir());
    const folder = folderOf(purpose);
    const sandbox = await startSandbox({ folder, platform, log: () => undefined });
    const api = Api.fromKubeconfig(sandbox.kubeconfigPath);
    return { ...sandbox, api, namespace: (name) => makeNamespace(api, name) };
}

async function makeNamespace(api: Api, base: string): Promise<string> {
    const name = `${base}-${Math.random().toString(36).slice(2, 8)}`;
    await api.create("/api/v1/namespaces", {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name },
    });
    // Pods are refused until the controller-manager has made it.
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    const deadline = Date.now() + patienceMs;
    for (;;) {
        try {
            await api.get(account);
            return name;
        } catch (error) {
            if (!(error instanceof ApiError && error.status === 404) || Date.now() > deadline) {
                throw error;
            }
            await pause(20);
        }
    }
}

/** Stops the sandboxes of test runs that were killed, whose folders are in this one. */
export async function stopAbandoned(temporary: string): Promise<void> {
    for (const entry of fs.readdirSync(temporary)) {
        const pid = entry.startsWith(prefix) ? Number(entry.slice(prefix.length)) : NaN;
        if (Number.isInteger(pid) && commandOf(pid) === undefined) {
            const at = path.join(temporary, entry);
            for (const purpose of purposesIn(at)) {
                const folder = path.join(at, purpose, ".sandbox");
                await stopSandbox({ folder, log: () => undefined });
            }
            removeTogether(at);
        }
    }
}

/** Another run that begins at the same moment takes it away, too, and may have its lock in it: then that one removes the rest. */
function removeTogether(folder: string): void {
    try {
        fs.rmSync(folder, { recursive: true, force: true });
    } catch (error) {
        if (!hasCode(error, "ENOTEMPTY")) {
            throw error;
        }
    }
}

/** None of a run that has just ended by itself: it took its folder with it after the list was read. */
function purposesIn(home: string): string[] {
    try {
        return fs.readdirSync(home);
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return [];
        }
        throw error;
    }
}

after("stop the shared sandboxes", async function () {
    this.timeout(300_000);
    for (const purpose of running.keys()) {
        await stop(purpose);
    }
    fs.rmSync(home, { recursive: true, force: true });
});

async function stop(purpose: string): Promise<void> {
    running.delete(purpose);
    await stopSandbox({ folder: folderOf(purpose), log: () => undefined });
}

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** What an installed platform leaves, or may have left, outside the namespaces of its own. */
const leftovers = [
    "/api/v1/namespaces/kubevirt",
    "/api/v1/namespaces/cdi",
    "/api/v1/namespaces/cert-manager",
    "/apis/apps/v1/namespaces/kube-system/deployments/snapshot-controller",
    "/api/v1/namespaces/kube-system/serviceaccounts/snapshot-controller",
    `${rbac}/namespaces/kube-system/roles/snapshot-controller-leaderelection`,
    `${rbac}/namespaces/kube-system/rolebindings/snapshot-controller-leaderelection`,
    `${rbac}/clusterroles/snapshot-controller-runner`,
    `${rbac}/clusterrolebindings/snapshot-controller-role`,
    `${rbac}/clusterroles/kubevirt-operator`,
    `${rbac}/clusterroles/kubevirt.io:operator`,
    `${rbac}/clusterrolebindings/kubevirt-operator`,
    `${rbac}/clusterroles/cdi-operator-cluster`,
    `${rbac}/clusterrolebindings/cdi-operator`,
    "/apis/scheduling.k8s.io/v1/priorityclasses/kubevirt-cluster-critical",
    "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-multus-ds",
    "/api/v1/namespaces/kube-system/serviceaccounts/multus",
    "/api/v1/namespaces/kube-system/configmaps/multus-daemon-config",
    `${rbac}/clusterroles/multus`,
    `${rbac}/clusterrolebindings/multus`,
];

/** Takes away what is left of a platform whose KubeVirt and CDI are gone, and comes back when it is. */
export async function emptyAgain({ api }: SharedSandbox): Promise<void> {
    const { items } = (await api.get(definitions)) as { items: { metadata: { name: string } }[] };
    const ours = /\.(kubevirt\.io|snapshot\.storage\.k8s\.io|cert-manager\.io)$/;
    const paths = [
        ...leftovers,
        ...items
            .map(({ metadata }) => metadata.name)
            .filter((name) => ours.test(name))
            .map((name) => `${definitions}/${name}`),
    ];
    const deadline = Date.now() + patienceMs;
    for (const path of paths) {
        while (await deleteAt(api, path)) {
            if (Date.now() > deadline) {
                throw new Error(`${path} is not gone after ${String(patienceMs)} ms`);
            }
            await pause(50);
        }
    }
}

/** What somebody is allowed to do. Source: Kubernetes authorization/v1 ResourceAttributes. */
export interface Allowed {
    readonly user: string;
    readonly namespace: string;
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly subresource: string;
}

/** Comes back when the API server's authorizer has seen a role and its binding: it reads them by watches of its own. */
export async function untilAllowed(
    { api }: Pick<SharedSandbox, "api">,
    { user, ...resourceAttributes }: Allowed,
): Promise<void> {
    const deadline = Date.now() + patienceMs;
    const text = JSON.stringify({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: { user, resourceAttributes },
    });
    for (;;) {
        const answer = JSON.parse(
            await api.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
                type: "application/json",
                text,
            }),
        ) as { readonly status: { readonly allowed: boolean } };
        if (answer.status.allowed) {
            return;
        }
        if (Date.now() > deadline) {
            throw new Error(`${user} is not allowed what it was granted: ${text}`);
        }
        await pause(50);
    }
}

/** Asks for a deletion, and answers whether there was still something to delete. */
async function deleteAt(api: Api, path: string): Promise<boolean> {
    try {
        await api.request("DELETE", path);
        return true;
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return false;
        }
        throw error;
    }
}
