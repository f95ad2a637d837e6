import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { userData } from "../../manifests/cloud-init";

const texts = fc.array(fc.string({ unit: "binary" }));

describe("userData", () => {
    it("is a cloud-config document that reads back what went in, whatever the quoting", () => {
        fc.assert(
            fc.property(texts, texts, texts, (sshKeys, packages, runCommands) => {
                const text = userData({ hostname: "db", sshKeys, packages, runCommands });
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
});
