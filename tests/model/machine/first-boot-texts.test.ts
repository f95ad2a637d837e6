import assert from "node:assert/strict";
import {
    passwordFault,
    passwordHashFault,
    publicKeyFault,
    userDataFault,
} from "../../../model/machine/first-boot-texts";

interface Rows {
    readonly fault: (text: string) => { readonly fault: string; readonly cure: string } | undefined;
    readonly good: readonly string[];
    readonly bad: readonly (readonly [text: string, fault: RegExp])[];
}

const tables: Readonly<Record<string, Rows>> = {
    publicKeyFault: {
        fault: publicKeyFault,
        good: [
            "ssh-ed25519 AAAA",
            "ssh-rsa AAAAB3NzaC1yc2E+/= me@example.org\n",
            "ssh-dss AAAA me",
            "ecdsa-sha2-nistp256 AAAA",
            "sk-ssh-ed25519@openssh.com AAAA me",
            "sk-ecdsa-sha2-nistp256@openssh.com AAAA",
            "ssh-ed25519-cert-v01@openssh.com AAAA",
            'from="10.0.0.0/8",command="echo hi" ssh-rsa AAAA me',
            "# of the team\nssh-ed25519 AAAA a\n\nssh-ed25519 BBBB b\r\n",
        ],
        bad: [
            ["-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n", /is a private key/],
            ["-----BEGIN RSA PRIVATE KEY-----\nhunter2", /is a private key/],
            ["PuTTY-User-Key-File-3: hunter2", /is a private key/],
            ["/home/hunter2/.ssh/id_ed25519.pub", /is no public key/],
            ["hunter2", /is no public key/],
            ["ssh-ed25519", /is no public key/],
            ["", /is no public key/],
            ["ssh-ed25519 AAAA\nhunter2", /is no public key/],
            ["---- BEGIN SSH2 PUBLIC KEY ----\nhunter2", /is no public key/],
        ],
    },
    passwordHashFault: {
        fault: passwordHashFault,
        good: ["$6$x", "$y$j9T$salt$hash", "$2b$12$abc", "!", "*", "!$6$x$y"],
        bad: [
            ["hunter2", /is no hash/],
            ["", /is no hash/],
            ["$hunter2", /is no hash/],
        ],
    },
    passwordFault: { fault: passwordFault, good: ["x"], bad: [["", /is empty/]] },
    userDataFault: {
        fault: userDataFault,
        good: [
            "#cloud-config",
            "\n#cloud-config\npackages: []",
            "#!/bin/sh\n",
            "#include\nhttps://example.org/a",
            "#cloud-boothook\n",
            "#part-handler\n",
            "#cloud-config-archive\n",
            "## template: jinja\n#cloud-config",
            'Content-Type: multipart/mixed; boundary="x"',
            "MIME-Version: 1.0\n",
            "I2Nsb3VkLWNvbmZpZwpwYWNrYWdlczogW10K",
            '{ "ignition": { "version": "3.4.0" } }',
            "# of a node\nversion: v1alpha1\nmachine: {}",
        ],
        bad: [
            ["packages: [hunter2]", /begins with nothing/],
            ["# cloud-config\npassword: hunter2", /begins with nothing/],
            ["hunter2", /begins with nothing/],
            ["", /begins with nothing/],
        ],
    },
};

for (const [name, { fault, good, bad }] of Object.entries(tables)) {
    describe(name, () => {
        for (const text of good) {
            it(`takes ${JSON.stringify(text)}`, () => assert.equal(fault(text), undefined));
        }
        for (const [text, words] of bad) {
            it(`refuses ${JSON.stringify(text)}, and does not repeat it`, () => {
                const found = fault(text);
                assert.match(found?.fault ?? "", words);
                assert.ok(!JSON.stringify(found).includes("hunter2"));
            });
        }
    });
}
