import assert from "node:assert/strict";
import * as https from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { installedParts, installerRules, workloadRules } from "../../manifests/access-rules";
import { deployerRoles, installerRole } from "../../manifests/deployer-access";
import { kubeVirt } from "../../manifests/kubevirt";
import type { PlainObject } from "../../manifests/plain-object";
import { sriovConfig } from "../../manifests/sriov-config";
import { virtualMachine } from "../../manifests/virtual-machine";
import { sriovRelease } from "../../sandbox/release/networks";
import { plainMachine } from "../support/plain-machine";
import { collectionPath, type CollectionKind } from "../../waits/collections";
import { patienceMs, type SharedSandbox, sharedSandbox } from "../support/sandbox";

const group = "rbac.authorization.k8s.io";

describe("installerRules", () => {
    it("write and bind only roles of the operators, by name", () => {
        const parts = installedParts.filter((part) => part !== "certManager");
        const powerful = installerRules(parts).filter(({ verbs }) => verbs.includes("escalate"));
        assert.equal(powerful.length, 2);
        for (const { resourceNames = [] } of powerful) {
            assert.ok(resourceNames.length > 0);
        }
    });

    it("name only the roles of the parts that are installed", () => {
        const names = installerRules(["cdi"]).flatMap(({ resourceNames = [] }) => resourceNames);
        assert.deepEqual(names, ["cdi-operator-cluster", "cdi-operator"]);
    });

    it("are over no role at all where a part has none in namespaces", () => {
        const powerful = installerRules(["networks"]).filter(({ verbs }) =>
            verbs.includes("escalate"),
        );
        assert.deepEqual(
            powerful.map(({ resources, resourceNames }) => [resources, resourceNames]),
            [[["clusterroles"], ["multus", "whereabouts-cni"]]],
        );
    });
});

describe("rights", () => {
    it("never are over everything", () => {
        for (const { apiGroups, resources, verbs } of [
            ...installerRules(installedParts),
            ...workloadRules(),
        ]) {
            assert.ok(![...apiGroups, ...resources, ...verbs].includes("*"));
        }
    });
});

describe("deployerRoles", () => {
    it("have a role and a binding in each namespace, and give names of their own to those of the platform", () => {
        const user = { kind: "Group", name: "vm-team" } as const;
        assert.deepEqual(
            deployerRoles(["vms", "kubevirt"], [user], ["kubevirt"]).map(
                ({ kind, metadata }) => `${kind} ${metadata.namespace ?? "-"} ${metadata.name}`,
            ),
            [
                "ClusterRole - workload-deployer",
                "ClusterRoleBinding - workload-deployer",
                "Role vms workload-deployer",
                "RoleBinding vms workload-deployer",
                "Role kubevirt workload-deployer",
                "RoleBinding kubevirt workload-deployer",
                "Role kubevirt workload-deployer-reads",
                "RoleBinding kubevirt workload-deployer-reads",
            ],
        );
    });

    it("name service accounts with their namespace, users and groups with RBAC's own API group", () => {
        const account = { kind: "ServiceAccount", name: "ci", namespace: "build" } as const;
        const user = { kind: "User", name: "ann" } as const;
        const [, binding] = deployerRoles([], [account, user]);
        assert.deepEqual((binding as { subjects?: unknown } | undefined)?.subjects, [
            account,
            { ...user, apiGroup: group },
        ]);
    });
});

describe("the API server, asked as somebody with these rights", function () {
    this.timeout(300_000);

    let sandbox: SharedSandbox;
    let namespace = "";
    let granted: readonly PlainObject[] = [];

    before(async function () {
        sandbox = await sharedSandbox(this);
        namespace = await sandbox.namespace("deployer-access");
        granted = [
            ...installerRole(
                [{ kind: "User", name: "installer" }],
                installedParts.filter((part) => part !== "certManager"),
            ),
            ...deployerRoles([namespace], [{ kind: "User", name: "deployer" }], [namespace]),
        ];
        for (const object of granted) {
            await sandbox.api.apply(pathOf(object), object);
        }
    });

    after(async () => {
        for (const object of granted) {
            await sandbox.api.request("DELETE", `${pathOf(object)}/${object.metadata.name}`);
        }
    });

    const pathOf = ({ kind, metadata }: PlainObject) =>
        collectionPath(kind as CollectionKind, metadata.namespace);

    /** The status of a request in somebody else's name. */
    const as = (user: string, method: string, path: string, body?: unknown): Promise<number> => {
        const { server, ca, cert, key } = sandbox.api.credentials;
        return new Promise((done, fail) => {
            const request = https.request(`${server}${path}`, {
                method,
                ca,
                cert,
                key,
                headers: {
                    "Impersonate-User": user,
                    "content-type":
                        method === "PATCH" ? "application/apply-patch+yaml" : "application/json",
                },
            });
            request.on("error", fail).on("response", (response) => {
                response.resume().on("end", () => done(response.statusCode ?? 0));
            });
            request.end(body === undefined ? undefined : JSON.stringify(body));
        });
    };

    /** The API server's authorizer reads roles by watches of its own: what was granted a moment ago may still be refused. */
    const onceGranted = async (request: () => Promise<number>): Promise<number> => {
        const deadline = Date.now() + patienceMs;
        for (;;) {
            const status = await request();
            if (status !== 403 || Date.now() > deadline) {
                return status;
            }
            await pause(50);
        }
    };

    /** As the provider makes an object: a server-side apply, here without an effect. */
    const apply = (user: string, object: PlainObject) =>
        as(
            user,
            "PATCH",
            `${pathOf(object)}/${object.metadata.name}?dryRun=All&fieldManager=test&force=true`,
            object,
        );

    const role = (name: string) => ({
        apiVersion: `${group}/v1`,
        kind: "ClusterRole",
        metadata: { name },
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
    });

    const binding = (name: string) => ({
        apiVersion: `${group}/v1`,
        kind: "ClusterRoleBinding",
        metadata: { name: "of-an-operator" },
        roleRef: { apiGroup: group, kind: "ClusterRole", name },
        subjects: [{ kind: "ServiceAccount", name: "operator", namespace: "default" }],
    });

    const onEveryNode = () => {
        const daemonSet = sriovRelease().find(({ kind }) => kind === "DaemonSet");
        return daemonSet as PlainObject;
    };

    const machine = (where: string) => virtualMachine(plainMachine(where));

    const made = (object: () => PlainObject) => (user: string) => apply(user, object());
    const asked = (path: () => string) => (user: string) => as(user, "GET", path());
    const object = (apiVersion: string, kind: string, metadata: object) => () =>
        ({ apiVersion, kind, metadata }) as PlainObject;

    const requests: readonly (readonly [
        string,
        "installer" | "deployer" | "both" | "neither",
        (user: string) => Promise<number>,
    ])[] = [
        [
            "write the role of KubeVirt's operator",
            "installer",
            made(() => role("kubevirt-operator")),
        ],
        ["bind it", "installer", made(() => binding("kubevirt-operator"))],
        ["write the role of Multus", "installer", made(() => role("multus"))],
        ["bind that of whereabouts", "installer", made(() => binding("whereabouts-cni"))],
        ["run something on every node", "installer", made(() => onEveryNode())],
        [
            "write the configuration of the device plugin",
            "installer",
            made(() => sriovConfig("kube-system", [{ name: "lan_vfs" }])),
        ],
        [
            "follow the nodes",
            "installer",
            asked(() => `${collectionPath("Node")}?watch=true&timeoutSeconds=1`),
        ],
        ["write a role of any other name", "neither", made(() => role("mine"))],
        ["bind cluster-admin", "neither", made(() => binding("cluster-admin"))],
        ["make a namespace", "installer", made(object("v1", "Namespace", { name: "kubevirt-x" }))],
        ["make the KubeVirt", "installer", made(() => kubeVirt({ namespace, settings: {} }))],
        ["make a machine in its namespace", "deployer", made(() => machine(namespace))],
        ["make a machine elsewhere", "neither", made(() => machine("default"))],
        [
            "make a Secret in its namespace",
            "deployer",
            made(() => object("v1", "Secret", { name: "login", namespace })()),
        ],
        ["read the Secrets of everybody", "neither", asked(() => "/api/v1/secrets")],
        ["see what the operators run", "both", asked(() => collectionPath("DaemonSet", namespace))],
        ["see all DataVolumes", "installer", asked(() => collectionPath("DataVolume"))],
    ];
    for (const [what, who, request] of requests) {
        const only = who === "both" || who === "neither" ? who : `the ${who} only`;
        it(`lets ${only} ${what}`, async () => {
            for (const user of ["installer", "deployer"] as const) {
                if (who === user || who === "both") {
                    const status = await onceGranted(() => request(user));
                    assert.ok(status < 300, `${user}: ${status}`);
                } else {
                    assert.equal(await request(user), 403, user);
                }
            }
        });
    }
});
