import assert from "node:assert/strict";
import { reportJson } from "../../review/json";
import { reportMarkdown } from "../../review/markdown";
import { withoutSecrets } from "../../review/secrets";
import { reportText } from "../../review/text";
import { claim, claimType, machine, machineType, reportOn, step } from "./steps";

const marked = (plaintext: string) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(plaintext),
});

const words = {
    marked: "hunter-marked-value",
    data: "hunter-secret-data",
    userData: "hunter-user-data",
    name: "hunter-name-of-a-claim",
    message: "hunter-in-a-message",
    token: "hunter-is-a-token",
};

/** Secrets in every place where somebody may have put one. */
const report = reportOn(
    [
        step({
            op: "delete",
            type: "kubernetes:core/v1:Secret",
            name: "login",
            old: {
                apiVersion: "v1",
                kind: "Secret",
                metadata: { name: "login", namespace: "vms" },
                data: { word: Buffer.from(words.data).toString("base64") },
            },
        }),
        step({
            op: "update",
            type: machineType,
            name: "db",
            old: machine("db"),
            now: {
                ...machine("db"),
                spec: {
                    template: {
                        spec: {
                            volumes: [
                                {
                                    name: "first",
                                    cloudInitNoCloud: {
                                        userData: `#cloud-config\n${words.userData}`,
                                    },
                                },
                            ],
                        },
                    },
                },
            },
        }),
        step({
            op: "delete",
            type: claimType,
            name: "data",
            old: claim(
                "data",
                { storageClassName: marked(words.marked) },
                { name: marked(words.name) },
            ),
        }),
    ],
    {
        diagnostics: [
            {
                urn: "",
                severity: "error",
                message: `the server says ${words.data} and ${words.userData}`,
            },
            {
                urn: "urn:pulumi:dev::shop::a:b:C::c",
                severity: "error",
                message: `no ${words.marked}, password=${words.message} token: "${words.token}"`,
            },
            { urn: "", severity: "warning", message: `https://user:${words.message}@example.org` },
        ],
    },
);

describe("a report", () => {
    for (const [form, write] of Object.entries({ reportText, reportMarkdown, reportJson })) {
        it(`shows no secret: ${form}`, () => {
            const text = write(report);
            assert.match(text, /vms\/db|"db"/);
            for (const [where, word] of Object.entries(words)) {
                assert.ok(!text.includes(word), `${where}:\n${text}`);
            }
            assert.ok(!text.includes(Buffer.from(words.data).toString("base64")));
            assert.ok(!text.includes("4dabf18193072939515e22adb298388d"));
        });
    }
});

describe("withoutSecrets", () => {
    const none = new Set<string>();
    const hides: readonly (readonly [text: string, hidden: string])[] = [
        ["-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----", "abc"],
        ["key AQBnR2hlY2tlZCBpbiB0aGUgdGVzdHMgb25seQ==", "AQBnR2hl"],
        ["Authorization: Bearer abcdefghijkl", "abcdefghijkl"],
        ["passwd: $6$rounds=4096$abcdefgh$ijkl", "abcdefgh"],
        [`{"accessKey":"abcdefgh"}`, "abcdefgh"],
        ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0abcd.sig", "eyJhbGci"],
    ];
    for (const [text, hidden] of hides) {
        it(`hides what looks like a secret: ${text.slice(0, 30).replace(/\n/g, " ")}`, () => {
            assert.ok(!withoutSecrets(text, none).includes(hidden), withoutSecrets(text, none));
        });
    }

    it("leaves names, sizes and digests as they are", () => {
        const text = `Disk "db": size is 2Gi; sha256:${"a".repeat(64)}; docker://quay.io/a/b:1; the secret is named db-cloud-init`;
        assert.equal(withoutSecrets(text, none), text);
    });
});
