import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { parseArgs } from "node:util";
import { importBinaries, presentBinaries, searchHere } from "./binaries";
import { UserError } from "../model/user-error";
import { defaultFolder, layoutOf } from "./layout";
import { platforms } from "./platform";
import { type ReleaseVersions, releaseVersions, writeReleases } from "./releases";
import { startSandbox } from "./start";
import { sandboxStatus } from "./status";
import { stopSandbox } from "./stop";

const help = `A local Kubernetes cluster with simulated nodes, disks and machines.

Usage: npm run sandbox -- <command> [--folder FOLDER]

Commands:
  start            start it, or what is missing of it; several minutes the first time on a machine without internet
  stop             end it and remove its folder, with all data
  status           which parts run; exits with 1 when one does not
  kubeconfig       print its kubeconfig
  kubectl ...      run kubectl against it
  releases --to D  write release manifests of KubeVirt, CDI, the snapshot controller, Multus, whereabouts and the SR-IOV plugins
                   that can be installed in a sandbox
  import FOLDER    copy programs (etcd, kube-apiserver, ...) into the cache, for machines without internet

Options:
  --folder FOLDER  where it is kept (default: .sandbox in the checkout)
  --platform WORD  ready: KubeVirt, CDI, a snapshot controller and Multus are there, as if somebody had installed them (default);
                   none: nothing of them is there, and they can be installed. Kept until the sandbox is stopped
  --to DIR         where the release manifests are written
  --kubevirt V     version of KubeVirt in them (default: ${releaseVersions.kubevirt})
  --cdi V          version of CDI in them (default: ${releaseVersions.cdi})
  --snapshotter V  version of external-snapshotter in them (default: ${releaseVersions.snapshotter})
  --help           this text

Environment:
  SANDBOX_BINARIES    folder with the programs to use
  KUBEBUILDER_ASSETS  folder with etcd, kube-apiserver and kubectl to use
  SANDBOX_CRDS        folder with the real custom resource definitions, in cdi, kubevirt, snapshot and network
  XDG_CACHE_HOME      where programs are cached (default: ~/.cache)
`;

const log = (line: string) => void process.stderr.write(`${line}\n`);
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(args: string[]): Promise<number> {
    if (args[0] === "kubectl") {
        return kubectl(defaultFolder, args.slice(1));
    }
    const { values, positionals } = parseArgs({
        args,
        allowPositionals: true,
        options: {
            folder: { type: "string", default: defaultFolder },
            platform: { type: "string" },
            to: { type: "string" },
            kubevirt: { type: "string", default: releaseVersions.kubevirt },
            cdi: { type: "string", default: releaseVersions.cdi },
            snapshotter: { type: "string", default: releaseVersions.snapshotter },
            help: { type: "boolean" },
        },
    });
    const [command, ...rest] = positionals;
    if (values.help === true || command === undefined) {
        print(help);
        return values.help === true ? 0 : 2;
    }
    if (rest.length !== (command === "import" ? 1 : 0)) {
        throw new UserError(`"${positionals.join(" ")}" is not a command. See --help.`);
    }
    const { folder } = values;
    switch (command) {
        case "start":
            await start(folder, values.platform);
            return 0;
        case "releases":
            releases(values.to, values);
            return 0;
        case "stop":
            await stopSandbox({ folder, log });
            return 0;
        case "status":
            return await status(folder);
        case "kubeconfig":
            print(kubeconfig(folder));
            return 0;
        case "import":
            importBinaries(rest[0] ?? "", searchHere(log));
            return 0;
        default:
            throw new UserError(`"${command}" is not a command. See --help.`);
    }
}

async function start(folder: string, word: string | undefined): Promise<void> {
    const platform = platforms.find((each) => each === word);
    if (word !== undefined && platform === undefined) {
        throw new UserError(`--platform is "${word}". Write ${platforms.join(" or ")}.`);
    }
    const sandbox = await startSandbox({ folder, log, ...(platform && { platform }) });
    const how = sandbox.startedNow ? "started" : "was running already";
    print(`The sandbox ${how} (${sandbox.seconds.toFixed(1)} s): ${sandbox.server}`);
    print(`export KUBECONFIG=${sandbox.kubeconfigPath}`);
}

function releases(to: string | undefined, versions: ReleaseVersions): void {
    if (to === undefined) {
        throw new UserError("Where the manifests go is missing. Write releases --to FOLDER.");
    }
    Object.values(writeReleases(to, versions)).forEach(print);
}

async function status(folder: string): Promise<number> {
    const { parts, server } = await sandboxStatus(folder);
    for (const { part, pid } of parts) {
        print(`${part.padEnd(24)} ${pid === undefined ? "not running" : `process ${pid}`}`);
    }
    print(`${"API".padEnd(24)} ${server ?? "does not answer"}`);
    return server !== undefined && parts.every(({ pid }) => pid !== undefined) ? 0 : 1;
}

function kubeconfig(folder: string): string {
    const file = layoutOf(folder).kubeconfig;
    if (!fs.existsSync(file)) {
        throw new UserError(`No sandbox runs in ${folder}. Start it: npm run sandbox -- start`);
    }
    return fs.readFileSync(file, "utf8").trimEnd();
}

/** Everything behind the word goes to kubectl, options too. */
function kubectl(folder: string, args: readonly string[]): number {
    kubeconfig(folder);
    const { kubectl: program } = presentBinaries(searchHere(log));
    if (program === undefined) {
        throw new UserError("kubectl is not on this machine. Start the sandbox: it brings one.");
    }
    const { kubeconfig: file } = layoutOf(folder);
    const ran = spawnSync(program, ["--kubeconfig", file, ...args], { stdio: "inherit" });
    return ran.status ?? 1;
}

main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        const known = error instanceof UserError || isUsageError(error);
        log(known ? (error as Error).message : String((error as Error).stack ?? error));
        process.exitCode = 1;
    },
);

/** A misspelt option. Node names the codes ERR_PARSE_ARGS_*. */
function isUsageError(error: unknown): boolean {
    return (
        error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
    );
}
