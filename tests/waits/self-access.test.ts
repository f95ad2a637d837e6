import assert from "node:assert/strict";
import { mayClone } from "../../waits/self-access";
import { kubeconfigTransport } from "../../waits/transport";
import type { Writer } from "../../waits/writes";
import { sharedSandbox, type SharedSandbox, untilAllowed } from "../support/sandbox";

/** A rule of a role, for one resource. */
interface Rule {
    readonly apiGroups: readonly [string];
    readonly resources: readonly [string];
    readonly verbs: readonly [string];
}

/** The API server's own authorizer decides. */
describe("mayClone", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;
    let namespace: string;

    before(async function () {
        sandbox = await sharedSandbox(this);
        namespace = await sandbox.namespace("may-clone");
    });

    const rbac = "/apis/rbac.authorization.k8s.io/v1";

    /** A login of its own that may do this much in the namespace. */
    async function account(name: string, rules: readonly Rule[]): Promise<{ writer: Writer }> {
        const group = "rbac.authorization.k8s.io";
        const apiVersion = `${group}/v1`;
        const metadata = { name, namespace };
        const { api } = sandbox;
        await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata,
        });
        const role = { apiVersion, kind: "Role", metadata, rules };
        await api.create(`${rbac}/namespaces/${namespace}/roles`, role);
        const binding = {
            apiVersion,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup: group, kind: "Role", name },
            subjects: [{ kind: "ServiceAccount", name, namespace }],
        };
        await api.create(`${rbac}/namespaces/${namespace}/rolebindings`, binding);
        for (const { apiGroups, resources } of rules) {
            const [resource = "", subresource = ""] = resources[0].split("/");
            await untilAllowed(sandbox, {
                user: `system:serviceaccount:${namespace}:${name}`,
                namespace,
                verb: "create",
                group: apiGroups[0],
                resource,
                subresource,
            });
        }
        const answer = JSON.parse(
            await api.request(
                "POST",
                `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
                {
                    type: "application/json",
                    text: '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}',
                },
            ),
        ) as { status: { token: string } };
        const { server, ca } = api.credentials;
        const kubeconfig = JSON.stringify({
            "current-context": "c",
            contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
            clusters: [
                {
                    name: "c",
                    cluster: {
                        server,
                        "certificate-authority-data": Buffer.from(ca).toString("base64"),
                    },
                },
            ],
            users: [{ name: "u", user: { token: answer.status.token } }],
        });
        return { writer: await kubeconfigTransport(kubeconfig) };
    }

    const copy: Rule = {
        apiGroups: ["cdi.kubevirt.io"],
        resources: ["datavolumes/source"],
        verbs: ["create"],
    };
    const pods: Rule = { apiGroups: [""], resources: ["pods"], verbs: ["create"] };
    const everything: Rule = { apiGroups: [""], resources: ["*"], verbs: ["*"] };

    for (const [name, rules, expected] of [
        ["copier", [copy], true],
        ["nobody", [], false],
        ["pod-maker", [pods], undefined],
        ["owner", [everything], true],
    ] as const) {
        it(`is ${String(expected)} for the ${name}`, async () => {
            assert.equal(await mayClone(await account(name, rules), namespace), expected);
        });
    }

    it("is false in another namespace", async () => {
        assert.equal(await mayClone(await account("stranger", [copy]), "default"), false);
    });

    it("is unknown without a cluster, or one that does not answer", async () => {
        assert.equal(await mayClone(undefined, namespace), undefined);
        const away = { create: () => Promise.reject(new Error("away")) } as unknown as Writer;
        assert.equal(await mayClone({ writer: away }, namespace), undefined);
    });

    it("asks about a namespace once, however many disks are copied from it", async () => {
        let asked = 0;
        const writer = {
            create: () => {
                asked += 1;
                return Promise.resolve({ status: { allowed: true } });
            },
        } as unknown as Writer;
        const connection = { writer };
        await Promise.all(Array.from({ length: 100 }, () => mayClone(connection, "images")));
        assert.equal(await mayClone(connection, "images"), true);
        assert.equal(asked, 1);
        await mayClone(connection, "others");
        assert.equal(asked, 2);
    });
});
