import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { secretSizeFault, userData } from "../../manifests/cloud-init";

const texts = fc.array(fc.string({ unit: "binary" }));

describe("userData", () => {
    it("is a cloud-config document that reads back what went in, whatever the quoting", () => {
        fc.assert(
            fc.property(texts, texts, texts, (sshKeys, packages, runCommands) => {
                const text = userData({
                    hostname: "db",
                    sshKeys,
                    packages,
                    runCommands,
                    guestAgent: false,
                });
                assert.ok(text.startsWith("#cloud-config\n"));
                assert.deepEqual(parse(text), {
                    hostname: "db",
                    ...(sshKeys.length > 0 ? { ssh_authorized_keys: sshKeys } : {}),
                    ...(packages.length > 0 ? { packages } : {}),
                    ...(runCommands.length > 0 ? { runcmd: runCommands } : {}),
                });
            }),
        );
    });

    const plan = { hostname: "db", sshKeys: [], packages: [], runCommands: [], guestAgent: true };
    const document = (change: object) => parse(userData({ ...plan, ...change })) as unknown;

    it("installs the guest agent and starts it, before the commands of the user", () => {
        assert.deepEqual(document({ packages: ["nginx"], runCommands: ["reboot"] }), {
            hostname: "db",
            packages: ["nginx", "qemu-guest-agent"],
            runcmd: [["systemctl", "enable", "--now", "qemu-guest-agent"], "reboot"],
        });
    });

    it("keeps the image's own user beside those that it makes, and lets a password be used", () => {
        const users = [{ name: "ops", sshKeys: ["k"], sudo: true, passwordHash: "$6$x" }];
        assert.deepEqual(document({ users, guestAgent: false }), {
            hostname: "db",
            users: [
                "default",
                {
                    name: "ops",
                    ssh_authorized_keys: ["k"],
                    sudo: "ALL=(ALL) NOPASSWD:ALL",
                    hashed_passwd: "$6$x",
                    lock_passwd: false,
                },
            ],
        });
    });

    it("brings a file's content over, whatever characters are in it", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (content) => {
                const { write_files: files } = document({
                    files: [{ path: "/etc/a", content, permissions: "0600" }],
                }) as { write_files: readonly { content: string; encoding: string }[] };
                const written = files[0];
                assert.equal(written?.encoding, "b64");
                assert.equal(
                    Buffer.from(written.content, "base64").toString(),
                    Buffer.from(content).toString(),
                );
            }),
        );
    });
});

describe("secretSizeFault", () => {
    it("is silent up to what Kubernetes takes, and says both numbers above", () => {
        assert.equal(secretSizeFault(["x".repeat(2 ** 20)]), undefined);
        assert.match(
            secretSizeFault(["x".repeat(2 ** 20), "y"])?.fault ?? "",
            /1048577 bytes.*1048576/,
        );
    });
});
