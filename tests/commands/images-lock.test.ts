import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { lockImages } from "../../commands/images-lock-run";
import { type ImageCatalog, lockedCatalog } from "../../model/image-catalog";
import { parseLock } from "../../model/image-lock";
import {
    password,
    sha256,
    type SmallRegistry,
    smallRegistry,
    user,
} from "../support/small-registry";

const day = (date: string) => () => new Date(`${date}T12:00:00Z`);

describe("npm run images:lock", () => {
    let folder: string;
    let registry: SmallRegistry;
    let said: string[];
    let images: Record<string, { source: Record<string, string>; size: string }>;

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "images-lock-"));
        mkdirSync(join(folder, "stacks"));
        registry = await smallRegistry();
        registry.manifests.set("containerdisks/fedora:42", "manifest of fedora 42");
        registry.files.set("/debian.qcow2", "content of debian".repeat(10_000));
        said = [];
        images = {
            fedora: {
                source: { registry: `${registry.host}/containerdisks/fedora:42` },
                size: "10Gi",
            },
            debian: { source: { http: `http://${registry.host}/debian.qcow2` }, size: "5Gi" },
        };
        writeStack("staging", images);
    });

    afterEach(async () => {
        await registry.close();
        rmSync(folder, { recursive: true, force: true });
    });

    function writeStack(stack: string, value: unknown): void {
        const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
        const environment = { images: value };
        writeFileSync(file, stringify({ config: { "pulumi-kubevirt:environment": environment } }));
    }

    const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}, date = "2026-11-21") =>
        lockImages(args, {
            folder,
            env: { DOCKER_CONFIG: folder, ...env },
            now: day(date),
            log: (line) => said.push(line),
        });
    const file = () => join(folder, "images.lock.json");
    const lock = () => parseLock(readFileSync(file(), "utf8"));
    const text = () => said.join("\n");

    it("writes the digest of a container image and of a file, and a stack takes them", async () => {
        assert.equal(await run([]), 0);
        const fedora = sha256("manifest of fedora 42");
        const debian = sha256("content of debian".repeat(10_000));
        assert.deepEqual(lock(), {
            debian: {
                source: `http://${registry.host}/debian.qcow2`,
                digest: debian,
                lockedAt: "2026-11-21T12:00:00.000Z",
            },
            fedora: {
                source: `docker://${registry.host}/containerdisks/fedora:42`,
                digest: fedora,
                lockedAt: "2026-11-21T12:00:00.000Z",
            },
        });
        const locked = lockedCatalog(images as unknown as ImageCatalog, lock(), { locked: true });
        assert.deepEqual(locked.problems, []);
        assert.deepEqual(
            Object.values(locked.images).map(({ source }) => source),
            [
                { ...images["fedora"]?.source, digest: fedora },
                { ...images["debian"]?.source, checksum: debian },
            ],
        );
    });

    it("leaves what is the same as it is, the day included", async () => {
        await run([], {}, "2026-11-21");
        const before = readFileSync(file(), "utf8");
        assert.equal(await run([], {}, "2026-11-22"), 0);
        assert.equal(readFileSync(file(), "utf8"), before);
    });

    it("asks with HEAD, which registries do not count as a pull", async () => {
        await run(["fedora"]);
        assert.deepEqual(registry.requests, ["HEAD /v2/containerdisks/fedora/manifests/42"]);
    });

    it("reads the manifest where the registry does not say its digest", async () => {
        registry.saysDigest = false;
        await run(["fedora"]);
        assert.equal(lock()["fedora"]?.digest, sha256("manifest of fedora 42"));
    });

    it("takes a digest and a checksum that the configuration has, and asks nobody", async () => {
        const digest = `sha256:${"0a".repeat(32)}`;
        const [fedora, debian] = [images["fedora"]?.source, images["debian"]?.source];
        writeStack("staging", {
            fedora: { source: { ...fedora, digest }, size: "10Gi" },
            debian: { source: { ...debian, checksum: digest }, size: "5Gi" },
        });
        assert.equal(await run([]), 0);
        assert.deepEqual(
            Object.values(lock()).map((entry) => entry.digest),
            [digest, digest],
        );
        assert.deepEqual(registry.requests, []);
    });

    it("locks a file of this machine", async () => {
        writeFileSync(join(folder, "windows.qcow2"), "content of windows");
        writeStack("staging", { windows: { source: { upload: "windows.qcow2" }, size: "40Gi" } });
        assert.equal(await run([]), 0);
        assert.equal(lock()["windows"]?.digest, sha256("content of windows"));
    });

    it("says what cannot be locked, and locks the rest", async () => {
        writeStack("staging", {
            ...images,
            bucket: { source: { s3: "https://rgw.example.org/a/b" }, size: "1Gi" },
        });
        assert.equal(await run([]), 0);
        assert.match(text(), /bucket: .*cannot be locked/);
        assert.deepEqual(Object.keys(lock()), ["debian", "fedora"]);
    });

    describe("--check", () => {
        it("ends well while everything is as locked", async () => {
            await run([]);
            assert.equal(await run(["--check"]), 0);
        });

        it("ends with 1 and both digests where a tag moved, and writes nothing", async () => {
            await run([]);
            const before = readFileSync(file(), "utf8");
            registry.manifests.set("containerdisks/fedora:42", "another one");
            assert.equal(await run(["--check"]), 1);
            assert.match(text(), new RegExp(sha256("manifest of fedora 42")));
            assert.match(text(), new RegExp(sha256("another one")));
            assert.equal(readFileSync(file(), "utf8"), before);
        });

        it("ends with 1 where an image is not locked, and writes nothing", async () => {
            assert.equal(await run(["--check"]), 1);
            assert.match(text(), /was not locked/);
            assert.ok(!existsSync(file()));
        });

        it("ends with 1 where the source is another one", async () => {
            await run([]);
            registry.manifests.set("containerdisks/fedora:43", "manifest of fedora 42");
            const source = { registry: `${registry.host}/containerdisks/fedora:43` };
            writeStack("staging", { ...images, fedora: { source, size: "10Gi" } });
            assert.equal(await run(["--check"]), 1);
            assert.match(text(), /fedora:43.*fedora:42/);
        });
    });

    describe("with a login", () => {
        const login = { REGISTRY_PASSWORD: password };

        for (const access of ["token", "basic"] as const) {
            it(`gets in by ${access}`, async () => {
                registry.access = access;
                assert.equal(await run(["fedora", "--username", user], login), 0);
                assert.equal(lock()["fedora"]?.digest, sha256("manifest of fedora 42"));
            });

            it(`says that the login is wrong for ${access}, and not what it is`, async () => {
                registry.access = access;
                assert.equal(
                    await run(["fedora", "-u", user], { REGISTRY_PASSWORD: "wrong-one" }),
                    1,
                );
                assert.match(text(), /docker login/);
                assert.doesNotMatch(text(), /wrong-one|hunter2/);
            });
        }

        it("takes the user from the environment, too", async () => {
            registry.access = "token";
            assert.equal(await run(["fedora"], { ...login, REGISTRY_USERNAME: user }), 0);
        });

        it("needs none for a registry that gives its token to anybody", async () => {
            registry.access = "token for anybody";
            assert.equal(await run(["fedora"]), 0);
        });

        it("takes docker's own", async () => {
            registry.access = "token";
            const auth = Buffer.from(`${user}:${password}`).toString("base64");
            const config = { auths: { [registry.host]: { auth } } };
            writeFileSync(join(folder, "config.json"), JSON.stringify(config));
            assert.equal(await run(["fedora"]), 0);
        });

        it("asks docker's helper", async () => {
            registry.access = "basic";
            const helper = join(folder, "docker-credential-test");
            const answer = JSON.stringify({ Username: user, Secret: password });
            writeFileSync(
                helper,
                `#!/bin/sh\n[ "$(cat)" = "${registry.host}" ] && echo '${answer}'\n`,
                {
                    mode: 0o755,
                },
            );
            writeFileSync(join(folder, "config.json"), JSON.stringify({ credsStore: "test" }));
            const env = { PATH: [folder, process.env["PATH"]].join(delimiter) };
            assert.equal(await run(["fedora"], env), 0);
        });

        it("goes on without one where the helper is not there", async () => {
            writeFileSync(join(folder, "config.json"), JSON.stringify({ credsStore: "missing" }));
            registry.access = "token for anybody";
            assert.equal(await run(["fedora"]), 0);
        });

        it("sends none to a place that is not https", async () => {
            registry.access = "token elsewhere";
            assert.equal(await run(["fedora", "-u", user], login), 1);
            assert.match(text(), /not https/);
            assert.ok(!registry.requests.some((request) => request.includes("(")));
        });

        it("sends none to two registries", async () => {
            const source = { registry: "quay.io/a/b:1" };
            writeStack("staging", { ...images, other: { source, size: "1Gi" } });
            await assert.rejects(run(["-u", user], login), /quay\.io.*one registry/);
        });

        it("sends none to a web server", async () => {
            assert.equal(await run(["debian", "-u", user], login), 0);
            assert.deepEqual(registry.requests, ["GET /debian.qcow2"]);
        });

        it("needs the password in the environment", async () => {
            await assert.rejects(run(["fedora", "-u", user]), /REGISTRY_PASSWORD/);
        });
    });

    it("says what is not there, locks the rest and ends with 1", async () => {
        registry.manifests.clear();
        assert.equal(await run([]), 1);
        assert.match(text(), /fedora: .* has no containerdisks\/fedora:42/);
        assert.deepEqual(Object.keys(lock()), ["debian"]);
    });

    it("says that a web server does not have a file", async () => {
        registry.files.clear();
        assert.equal(await run(["debian"]), 1);
        assert.match(text(), /debian\.qcow2 cannot be read from here: .*404.*checksum/);
    });

    it("says that a server does not answer", async () => {
        await registry.close();
        assert.equal(await run(["fedora"]), 1);
        assert.match(text(), /does not answer: .*ECONNREFUSED/);
    });

    it("locks only what is named, and keeps the rest", async () => {
        await run([]);
        registry.manifests.set("containerdisks/fedora:42", "another one");
        registry.files.set("/debian.qcow2", "another one");
        assert.equal(await run(["fedora"]), 0);
        assert.equal(lock()["fedora"]?.digest, sha256("another one"));
        assert.notEqual(lock()["debian"]?.digest, sha256("another one"));
    });

    it("forgets what no stack has any more, and only when asked for everything", async () => {
        await run([]);
        const { debian, ...rest } = images;
        writeStack("staging", rest);
        await run(["fedora"]);
        assert.deepEqual(Object.keys(lock()), ["debian", "fedora"]);
        await run([]);
        assert.deepEqual(Object.keys(lock()), ["fedora"]);
        assert.ok(debian !== undefined);
    });

    it("looks at one stack, or at all", async () => {
        const source = { http: `http://${registry.host}/debian.qcow2` };
        writeStack("production", { other: { source, size: "1Gi" } });
        await run(["-s", "production"]);
        assert.deepEqual(Object.keys(lock()), ["other"]);
        await run([]);
        assert.deepEqual(Object.keys(lock()), ["debian", "fedora", "other"]);
        await assert.rejects(run(["-s", "prodution"]), /production, staging|staging, production/);
    });

    it("refuses one name for two images", async () => {
        const source = { http: "https://example.org/other.qcow2" };
        writeStack("production", { fedora: { source, size: "1Gi" } });
        await assert.rejects(
            run([]),
            /"fedora".*other\.qcow2.*fedora:42|"fedora".*fedora:42.*other/,
        );
    });

    it("reads an environment that pulumi wrote as one text", async () => {
        const environment = JSON.stringify({ images: { debian: images["debian"] } });
        const file = join(folder, "stacks", "Pulumi.staging.yaml");
        writeFileSync(file, stringify({ config: { "pulumi-kubevirt:environment": environment } }));
        assert.equal(await run([]), 0);
        assert.deepEqual(Object.keys(lock()), ["debian"]);
    });

    it("says what is wrong with the configuration, all of it", async () => {
        writeStack("staging", { A: { source: {}, size: "1" } });
        await assert.rejects(run([]), /images\.A .*\n.*size.*\n.*source/);
    });

    it("names the image that was meant", async () => {
        await assert.rejects(run(["fedroa"]), /Write fedora/);
    });

    it("has nothing to do where no stack has images", async () => {
        writeStack("staging", {});
        assert.equal(await run([]), 0);
        assert.match(text(), /nothing to lock/);
    });

    it("refuses what it does not know", async () => {
        await assert.rejects(run(["--chek"]), /--chek.*--help/);
    });

    it("is an npm command that needs no terminal", function () {
        this.timeout(300_000);
        const root = join(__dirname, "..", "..");
        const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
            scripts: Record<string, string>;
        };
        const [, script = ""] = /(commands\/\S+)$/.exec(scripts["images:lock"] ?? "") ?? [];
        const { status, stdout } = spawnSync(
            process.execPath,
            ["-r", "ts-node/register/transpile-only", join(root, script), "--help"],
            { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
        );
        assert.equal(status, 0);
        assert.match(stdout, /--check/);
    });
});

describe("the images of a stack", () => {
    it("are refused where the lock has to have them and does not", () => {
        const fine: ImageCatalog = { a: { source: { registry: "quay.io/a/b:1" }, size: "1Gi" } };
        const [problem] = lockedCatalog(fine, {}, { locked: true }).problems;
        assert.match(problem?.cure ?? "", /npm run images:lock -- a/);
        assert.deepEqual(lockedCatalog(fine, {}, { locked: false }).images, fine);
    });
});
