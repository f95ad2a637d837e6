import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../model/user-error";

/** User and password of a registry. Never printed. */
export interface Login {
    readonly username: string;
    readonly password: string;
}

/** Docker's own file. Source: docker/cli cli/config/configfile/file.go. */
interface DockerConfig {
    readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
    readonly credsStore?: string;
    readonly credHelpers?: Readonly<Record<string, string>>;
}

/** The login that somebody gave to the command, or undefined when there is none. */
export function givenLogin(
    username: string | undefined,
    env: NodeJS.ProcessEnv,
): Login | undefined {
    const user = username ?? env["REGISTRY_USERNAME"];
    if (user === undefined || user === "") {
        return undefined;
    }
    const password = env["REGISTRY_PASSWORD"] ?? "";
    if (password === "") {
        throw new UserError(
            `User ${JSON.stringify(user)} has no password. Set REGISTRY_PASSWORD in the environment, or log in with docker login and leave the user out.`,
        );
    }
    return { username: user, password };
}

/** The login that docker knows for a registry: of its file, or of the helper that its file names. */
export async function dockerLogin(
    host: string,
    env: NodeJS.ProcessEnv,
): Promise<Login | undefined> {
    const file = join(env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "config.json");
    const config = existsSync(file) ? readConfig(file) : {};
    for (const key of keysOf(host)) {
        const helper = config.credHelpers?.[key];
        const auth = config.auths?.[key]?.auth;
        const login =
            helper !== undefined
                ? await helperLogin(helper, key, env)
                : auth !== undefined && auth !== ""
                  ? decoded(auth)
                  : undefined;
        if (login !== undefined) {
            return login;
        }
    }
    const [key = host] = keysOf(host);
    return config.credsStore === undefined ? undefined : helperLogin(config.credsStore, key, env);
}

function readConfig(file: string): DockerConfig {
    try {
        return JSON.parse(readFileSync(file, "utf8")) as DockerConfig;
    } catch {
        throw new UserError(
            `${file} is not JSON. Mend it, or set DOCKER_CONFIG to another folder.`,
        );
    }
}

/** Names under which a registry may be kept. Source: docker/cli cli/config/credentials (ConvertToHostname). */
function keysOf(host: string): string[] {
    return host === "docker.io"
        ? ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
        : [
              host,
              `https://${host}`,
              `https://${host}/`,
              `https://${host}/v1/`,
              `https://${host}/v2/`,
          ];
}

function decoded(auth: string): Login | undefined {
    const [, username, password] =
        /^([^:]+):(.+)$/s.exec(Buffer.from(auth, "base64").toString()) ?? [];
    return username === undefined || password === undefined ? undefined : { username, password };
}

/** Asks a helper; one that has nothing, or is not there, is no login. Source: docker/docker-credential-helpers (protocol). */
function helperLogin(
    helper: string,
    key: string,
    env: NodeJS.ProcessEnv,
): Promise<Login | undefined> {
    if (!/^[\w.-]+$/.test(helper)) {
        return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
        const child = spawn(`docker-credential-${helper}`, ["get"], {
            env,
            stdio: ["pipe", "pipe", "ignore"],
        });
        let answer = "";
        child.stdout.on("data", (part: Buffer) => (answer += part.toString()));
        child.stdin.on("error", () => undefined);
        child.on("error", () => {
            resolve(undefined);
        });
        child.on("close", (code) => {
            resolve(code === 0 ? helperAnswer(answer) : undefined);
        });
        child.stdin.end(key);
    });
}

function helperAnswer(text: string): Login | undefined {
    try {
        const { Username: username, Secret: password } = JSON.parse(text) as {
            Username?: string;
            Secret?: string;
        };
        // "<token>" stands for a token of another kind, which is no password.
        return username === undefined || password === undefined || username === "<token>"
            ? undefined
            : { username, password };
    } catch {
        return undefined;
    }
}
