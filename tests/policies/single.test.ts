import assert from "node:assert/strict";
import { onDestroyAnnotation } from "../../model/annotations";
import { policies } from "../../policies/all";
import { judged, violationText } from "../../policies/judge";
import type { Settings } from "../../policies/policy";
import { notKnown, type Resource } from "../../policies/resource";
import {
    claim,
    container,
    dataVolume,
    deployment,
    machine,
    machineWith,
    release,
    resource,
    storageClass,
} from "./resources";

/** Policy, what it is given, and what it says: nothing, or each of its violations. */
type Row = readonly [
    policy: string,
    title: string,
    given: Resource,
    says: readonly RegExp[],
    settings?: Settings,
];

const digest = `sha256:${"0".repeat(64)}`;
const plain = { name: "web", namespace: "shop" };
const core = (kind: string, props: Readonly<Record<string, unknown>>) =>
    resource(`kubernetes:core/v1:${kind}`, props);
const inPod = (more: Readonly<Record<string, unknown>>) =>
    deployment({ containers: [container(more)] });

/** What no message may repeat. */
const secret = "hunter2-of-the-tests";

const rows: readonly Row[] = [
    // What is in a Secret, and what is not.
    [
        "no-inline-secrets",
        "a Secret named",
        machineWith({ cloudInitNoCloud: { secretRef: { name: "boot" } } }),
        [],
    ],
    [
        "no-inline-secrets",
        "an address on a network",
        machineWith({ cloudInitNoCloud: { networkData: "version: 2" } }),
        [],
    ],
    [
        "no-inline-secrets",
        "first-boot settings",
        machineWith({ cloudInitNoCloud: { userData: `#cloud-config\npassword: ${secret}` } }),
        [
            /^VirtualMachine "shop\/web": spec\.template\.spec\.volumes\[data\]\.cloudInitNoCloud\.userData is in the machine's object itself\. Put it into a Secret/,
        ],
    ],
    [
        "no-inline-secrets",
        "first-boot settings that are encoded, of an instance",
        resource("kubernetes:kubevirt.io/v1:VirtualMachineInstance", {
            metadata: plain,
            spec: {
                volumes: [
                    {
                        name: "boot",
                        cloudInitConfigDrive: {
                            userDataBase64: Buffer.from(secret).toString("base64"),
                        },
                    },
                ],
            },
        }),
        [/spec\.volumes\[boot\]\.cloudInitConfigDrive\.userDataBase64/],
    ],
    [
        "no-inline-secrets",
        "a password of a network",
        machineWith({
            cloudInitNoCloud: {
                networkDataBase64: Buffer.from(`wifis:\n  password: ${secret}`).toString("base64"),
            },
        }),
        [/networkDataBase64 has a value for password in it\. .*networkDataSecretRef/],
    ],
    [
        "no-inline-secrets",
        "an answer file in a ConfigMap",
        machineWith({ sysprep: { configMap: { name: "unattend" } } }),
        [/sysprep\.configMap is "unattend"/],
    ],
    [
        "no-inline-secrets",
        "an annotation of a machine",
        resource("kubernetes:kubevirt.io/v1:VirtualMachine", {
            metadata: { ...plain, annotations: { "shop.example/admin-password": secret } },
        }),
        [/metadata\.annotations\["shop\.example\/admin-password"\] has a secret, by its name/],
    ],
    [
        "no-inline-secrets",
        "a variable from a Secret",
        inPod({
            env: [
                {
                    name: "DB_PASSWORD",
                    valueFrom: { secretKeyRef: { name: "db", key: "password" } },
                },
            ],
        }),
        [],
    ],
    [
        "no-inline-secrets",
        "a variable that is no secret",
        inPod({
            env: [
                { name: "SECRET_NAME", value: "db" },
                { name: "MODE", value: "fast" },
                { name: "TOKEN", value: "$(OTHER)" },
            ],
        }),
        [],
    ],
    [
        "no-inline-secrets",
        "a variable with a password",
        inPod({ env: [{ name: "DB_PASSWORD", value: secret }] }),
        [
            /^Deployment "shop\/web": spec\.template\.spec\.containers\[app\]\.env\[DB_PASSWORD\] has its value there\. .*secretKeyRef\.$/,
        ],
    ],
    [
        "no-inline-secrets",
        "a variable with a login in an address",
        inPod({ env: [{ name: "DB", value: `postgres://shop:${secret}@db/shop` }] }),
        [/env\[DB\] has an address with a login in it/],
    ],
    [
        "no-inline-secrets",
        "an option with a password",
        inPod({ args: ["--verbose", `--db-password=${secret}`] }),
        [/containers\[app\]\.args has the value of --db-password in it/],
    ],
    [
        "no-inline-secrets",
        "options that are no secret",
        inPod({ args: ["--verbose=true", "--password=$(DB_PASSWORD)"] }),
        [],
    ],
    [
        "no-inline-secrets",
        "a patch with a password",
        resource("kubernetes:apps/v1:DeploymentPatch", {
            metadata: plain,
            spec: {
                template: {
                    spec: {
                        containers: [{ name: "app", env: [{ name: "TOKEN", value: secret }] }],
                    },
                },
            },
        }),
        [/env\[TOKEN\]/],
    ],
    [
        "no-inline-secrets",
        "a disk with a Secret",
        dataVolume({
            http: {
                url: "https://example.org/a.img",
                secretRef: "login",
                extraHeaders: ["X-Mirror: near"],
            },
        }),
        [],
    ],
    [
        "no-inline-secrets",
        "a disk with a login in its address",
        dataVolume({ http: { url: `https://shop:${secret}@example.org/a.img` } }),
        [
            /^DataVolume "shop\/data": spec\.source\.http\.url is an address with a login\. .*secretRef\.$/,
        ],
    ],
    [
        "no-inline-secrets",
        "a disk with a signed address",
        dataVolume({ http: { url: `https://example.org/a.img?X-Amz-Signature=${secret}` } }),
        [/url is an address with a signature or a token/],
    ],
    [
        "no-inline-secrets",
        "a disk with a login in a header",
        dataVolume({
            http: {
                url: "https://example.org/a.img",
                extraHeaders: [`Authorization: Bearer ${secret}`],
            },
        }),
        [/extraHeaders has a login in it\. .*secretExtraHeaders/],
    ],
    [
        "no-inline-secrets",
        "a disk that a machine brings along, with a login",
        machine(
            {},
            {
                dataVolumeTemplates: [
                    {
                        metadata: { name: "root" },
                        spec: { source: { http: { url: `https://a:${secret}@example.org/` } } },
                    },
                ],
            },
        ),
        [/spec\.dataVolumeTemplates\[0\]\.spec\.source\.http\.url/],
    ],
    [
        "no-inline-secrets",
        "a ConfigMap of settings",
        core("ConfigMap", {
            metadata: plain,
            data: { "app.conf": "token_lifetime: 5m\npassword: ${DB_PASSWORD}" },
        }),
        [],
    ],
    [
        "no-inline-secrets",
        "a ConfigMap with a password",
        core("ConfigMap", {
            metadata: plain,
            data: { "app.conf": `user = shop\npassword = ${secret}` },
        }),
        [/data\["app\.conf"\] has a value for password in it/],
    ],
    [
        "no-inline-secrets",
        "a ConfigMap with a key",
        core("ConfigMap", {
            metadata: plain,
            data: { id: `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}` },
        }),
        [/data\.id has a private key in it/],
    ],
    [
        "no-inline-secrets",
        "a Secret itself",
        core("Secret", { metadata: plain, stringData: { password: secret } }),
        [],
    ],
    [
        "no-secrets-in-chart-values",
        "a Secret named",
        release({ auth: { existingSecret: "cache", passwordKey: "password" } }),
        [],
    ],
    [
        "no-secrets-in-chart-values",
        "a password",
        release({ auth: { password: secret } }),
        [/^Helm release "shop\/cache": values\.auth\.password looks like a secret\. Name a Secret/],
    ],
    [
        "no-secrets-in-chart-values",
        "a chart of objects",
        resource("kubernetes:helm.sh/v4:Chart", {
            values: { url: `https://a:${secret}@example.org` },
        }),
        [/values\.url looks like a secret/],
    ],

    // Rights.
    ["no-privileged", "a pod like any other", deployment(), []],
    [
        "no-privileged",
        "a harmless capability",
        inPod({
            securityContext: {
                runAsUser: 1000,
                capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
            },
        }),
        [],
    ],
    [
        "no-privileged",
        "the node's network",
        deployment({ hostNetwork: true }),
        [/spec\.template\.spec\.hostNetwork is true/],
    ],
    [
        "no-privileged",
        "a privileged container of root with capabilities",
        inPod({
            securityContext: {
                privileged: true,
                runAsUser: 0,
                capabilities: { add: ["SYS_ADMIN"] },
            },
        }),
        [/securityContext\.privileged is true/, /runAsUser is 0/, /capabilities\.add is SYS_ADMIN/],
    ],
    [
        "no-privileged",
        "a bare pod, which starts as root",
        core("Pod", {
            metadata: plain,
            spec: {
                securityContext: { runAsUser: 0 },
                initContainers: [
                    container({
                        name: "first",
                        securityContext: { allowPrivilegeEscalation: true },
                    }),
                ],
            },
        }),
        [
            /^Pod "shop\/web": spec\.securityContext\.runAsUser is 0/,
            /spec\.initContainers\[first\]\.securityContext\.allowPrivilegeEscalation is true/,
        ],
    ],
    [
        "no-privileged",
        "a job of a schedule",
        resource("kubernetes:batch/v1:CronJob", {
            metadata: plain,
            spec: { jobTemplate: { spec: { template: { spec: { hostPID: true } } } } },
        }),
        [/spec\.jobTemplate\.spec\.template\.spec\.hostPID/],
    ],
    [
        "no-privileged",
        "a namespace for anything",
        core("Namespace", {
            metadata: {
                name: "shop",
                labels: { "pod-security.kubernetes.io/enforce": "privileged" },
            },
        }),
        [/^Namespace "shop": .*enforce"\] is "privileged"\. Write "baseline"/],
    ],
    [
        "no-privileged",
        "the administrator's role",
        resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", {
            metadata: { name: "shop" },
            roleRef: { kind: "ClusterRole", name: "cluster-admin" },
        }),
        [/roleRef\.name is "cluster-admin"/],
    ],
    [
        "no-privileged",
        "machines of root",
        resource("kubernetes:kubevirt.io/v1:KubeVirt", {
            metadata: plain,
            spec: { configuration: { developerConfiguration: { featureGates: ["Root"] } } },
        }),
        [/featureGates has Root/],
    ],
    [
        "no-privileged",
        "a chart with rights",
        release({ node: { hostNetwork: true, podSecurityContext: { runAsUser: 0 } } }),
        [/values\.node\.hostNetwork/, /runAsUser is 0/],
    ],
    [
        "no-privileged",
        "an operator's own pods",
        {
            ...deployment({ hostNetwork: true }),
            urn: "urn:pulumi:a::b::kubevirt:index:KubeVirt$kubernetes:apps/v1:Deployment::one",
        },
        [],
    ],

    // Data on nodes.
    [
        "no-host-path",
        "a claim",
        deployment({ volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] }),
        [],
    ],
    [
        "no-host-path",
        "a folder of the node",
        deployment({ volumes: [{ name: "logs", hostPath: { path: "/var/log" } }] }),
        [/volumes\[logs\]\.hostPath is "\/var\/log"\. Keep the data on a claim/],
    ],
    [
        "no-host-path",
        "a machine's disk on the node",
        machineWith({ hostDisk: { path: "/data/disk.img", type: "DiskOrCreate" } }),
        [/volumes\[data\]\.hostDisk is "\/data\/disk\.img"/],
    ],
    [
        "no-host-path",
        "a volume on one node",
        core("PersistentVolume", {
            metadata: { name: "pv" },
            spec: { local: { path: "/mnt/ssd" } },
        }),
        [/^PersistentVolume "pv": spec\.local is "\/mnt\/ssd", on one node/],
    ],
    [
        "no-host-path",
        "a class of folders",
        storageClass({ provisioner: "rancher.io/local-path" }),
        [/provisioner is "rancher\.io\/local-path"/],
    ],
    ["no-host-path", "a class of a pool", storageClass({}), []],
    [
        "no-host-path",
        "a chart",
        release({ persistence: { hostPath: "/srv/cache" } }),
        [/values\.persistence\.hostPath is "\/srv\/cache"/],
    ],
    ["no-host-path", "a chart that does without", release({ persistence: { hostPath: "" } }), []],

    // How many.
    ["no-single-replica", "two", deployment(), []],
    ["no-single-replica", "none, on purpose", deployment({}, { replicas: 0 }), []],
    ["no-single-replica", "not known yet", deployment({}, { replicas: notKnown }), []],
    [
        "no-single-replica",
        "one",
        deployment({}, { replicas: 1 }),
        [/spec\.replicas is 1\. Write 2 or more\.$/],
    ],
    [
        "no-single-replica",
        "one by default",
        resource("kubernetes:apps/v1:StatefulSet", { metadata: plain, spec: {} }),
        [/^StatefulSet .* spec\.replicas is not given, which means 1/],
    ],
    [
        "no-single-replica",
        "a patch of something else",
        resource("kubernetes:apps/v1:DeploymentPatch", { metadata: plain, spec: {} }),
        [],
    ],
    [
        "no-single-replica",
        "one of KubeVirt's own",
        resource(
            "kubernetes:kubevirt.io/v1:KubeVirt",
            { metadata: plain, spec: { infra: { replicas: 1 } } },
            { within: ["KubeVirt"] },
        ),
        [/spec\.infra\.replicas is 1/],
    ],
    [
        "no-single-replica",
        "one copy of the data",
        resource(
            "kubernetes:storage.k8s.io/v1:StorageClass",
            { metadata: { name: "fast" }, parameters: { numberOfReplicas: "1" } },
            { within: ["Longhorn", "VmStorageClass"] },
        ),
        [/parameters\.numberOfReplicas is 1/],
    ],
    [
        "no-single-replica",
        "a chart with one",
        release({ replicaCount: 1, metrics: { replicas: 3 } }),
        [/values\.replicaCount is 1/],
    ],
    [
        "no-single-replica",
        "an operator's own",
        {
            ...deployment({}, { replicas: 1 }),
            urn: "urn:pulumi:a::b::kubevirt:index:VirtualizationPlatform$kubevirt:index:Cdi$kubernetes:apps/v1:Deployment::one",
        },
        [],
    ],

    // Memory and CPUs.
    ["resource-limits", "both", deployment(), []],
    [
        "resource-limits",
        "of the pod",
        deployment({
            containers: [container({ resources: {} })],
            resources: { limits: { memory: "1Gi", cpu: "1" } },
        }),
        [],
    ],
    [
        "resource-limits",
        "neither",
        inPod({ resources: {} }),
        [/containers\[app\]\.resources has no memory limit/, /asks for no CPU/],
    ],
    [
        "resource-limits",
        "a request only",
        inPod({ resources: { requests: { cpu: "1", memory: "1Gi" } } }),
        [/has no memory limit/],
    ],
    ["resource-limits", "not known yet", inPod({ resources: notKnown }), []],
    ["resource-limits", "a machine", machine(), []],
    [
        "resource-limits",
        "a machine by instancetype",
        machine({ domain: {} }, { instancetype: { name: "u1.medium" } }),
        [],
    ],
    [
        "resource-limits",
        "a machine without either",
        machine({ domain: {} }),
        [/spec\.template\.spec\.domain says no memory/, /says no CPUs/],
    ],

    // Images.
    ["images-by-digest", "a digest", deployment(), []],
    [
        "images-by-digest",
        "a tag",
        inPod({ image: "quay.io/shop/app:1.2" }),
        [
            /containers\[app\]\.image is "quay\.io\/shop\/app:1\.2", without a digest\. Write the image's digest/,
        ],
    ],
    ["images-by-digest", "not known yet", inPod({ image: notKnown }), []],
    [
        "images-by-digest",
        "a machine's container disk",
        machineWith({ containerDisk: { image: "quay.io/containerdisks/fedora:42" } }),
        [/volumes\[data\]\.containerDisk\.image is/],
    ],
    [
        "images-by-digest",
        "a disk's image by digest",
        dataVolume({ registry: { url: `docker://quay.io/containerdisks/fedora@${digest}` } }),
        [],
    ],
    [
        "images-by-digest",
        "a disk's image by tag",
        dataVolume({ registry: { url: "docker://quay.io/containerdisks/fedora:42" } }),
        [
            /spec\.source\.registry\.url is "docker:\/\/quay\.io\/containerdisks\/fedora:42", without a digest\. .*images:lock/,
        ],
    ],
    [
        "images-by-digest",
        "a file with a checksum",
        dataVolume({ http: { url: "https://example.org/a.img", checksum: digest } }),
        [],
    ],
    [
        "images-by-digest",
        "a file without one",
        dataVolume({ http: { url: `https://shop:${secret}@example.org/a.img` } }),
        [/spec\.source\.http is "https:\/\/…@example\.org\/a\.img", without a checksum/],
    ],
    [
        "images-by-digest",
        "an image that follows its tag",
        resource("kubernetes:cdi.kubevirt.io/v1beta1:DataImportCron", {
            metadata: plain,
            spec: {
                template: {
                    spec: {
                        source: { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
                    },
                },
            },
        }),
        [/spec\.template\.spec\.source\.registry\.url/],
    ],
    [
        "images-by-digest",
        "an empty disk and a copy",
        dataVolume({ pvc: { name: "a", namespace: "shop" } }),
        [],
    ],
    [
        "images-by-digest",
        "charts",
        release({
            image: { repository: "quay.io/shop/cache", tag: "7" },
            sidecar: { image: "busybox:1.36" },
            other: { image: { repository: "a/b", tag: "1", digest } },
        }),
        [/values\.image is "quay\.io\/shop\/cache:7"/, /values\.sidecar\.image is "busybox:1\.36"/],
    ],

    // Namespaces.
    ["namespace-allow-list", "one of its own", deployment(), []],
    ["namespace-allow-list", "an object of the whole cluster", storageClass({}), []],
    [
        "namespace-allow-list",
        "everybody's",
        core("Service", { metadata: { name: "web", namespace: "default" } }),
        [/^Service "default\/web": metadata\.namespace is "default", which is everybody's/],
    ],
    [
        "namespace-allow-list",
        "the cluster's own",
        core("ConfigMap", { metadata: { name: "web", namespace: "kube-system" } }),
        [/is "kube-system"/],
    ],
    [
        "namespace-allow-list",
        "none, and the provider says which",
        { ...core("Pod", { metadata: { name: "web" } }), defaultNamespace: "shop" },
        [],
    ],
    [
        "namespace-allow-list",
        "none at all",
        core("Pod", { metadata: { name: "web" } }),
        [/metadata\.namespace is not given/],
    ],
    [
        "namespace-allow-list",
        "not known yet",
        core("Pod", { metadata: { name: "web", namespace: notKnown } }),
        [],
    ],
    [
        "namespace-allow-list",
        "none of the list",
        deployment(),
        [/is "shop", not one of vms, shop-\*/],
        { namespaces: ["vms", "shop-*"] },
    ],
    [
        "namespace-allow-list",
        "one of the list",
        core("Pod", { metadata: { name: "a", namespace: "shop-eu" } }),
        [],
        { namespaces: ["vms", "shop-*"] },
    ],
    [
        "namespace-allow-list",
        "a namespace that is made",
        core("Namespace", { metadata: { name: "other" } }),
        [/metadata\.name is "other"/],
        { namespaces: ["vms"] },
    ],
    [
        "namespace-allow-list",
        "a release",
        release({}, "default"),
        [/^Helm release "default\/cache": namespace is "default"/],
    ],
    [
        "namespace-allow-list",
        "an operator's own",
        resource(
            "kubernetes:apps/v1:Deployment",
            { metadata: { name: "snapshot-controller", namespace: "kube-system" } },
            { within: ["VirtualizationPlatform", "SnapshotSupport"] },
        ),
        [],
    ],

    // Data that stays.
    ["retain-stateful-disks", "a class that retains", storageClass({}), []],
    [
        "retain-stateful-disks",
        "a class that deletes",
        storageClass({ reclaimPolicy: "Delete" }),
        [/^StorageClass "fast": reclaimPolicy is "Delete"\. Write "Retain"/],
    ],
    [
        "retain-stateful-disks",
        "a class that does not say",
        resource("kubernetes:storage.k8s.io/v1:StorageClass", { metadata: { name: "fast" } }),
        [/reclaimPolicy is not given, which means Delete/],
    ],
    [
        "retain-stateful-disks",
        "a volume that is recycled",
        core("PersistentVolume", {
            metadata: { name: "pv" },
            spec: { persistentVolumeReclaimPolicy: "Recycle" },
        }),
        [/is "Recycle"/],
    ],
    [
        "retain-stateful-disks",
        "a disk that is kept",
        claim({}, { annotations: { [onDestroyAnnotation]: "retain" } }, { isProtected: false }),
        [],
    ],
    [
        "retain-stateful-disks",
        "a disk that goes with its stack",
        claim({}, { annotations: { [onDestroyAnnotation]: "delete" } }),
        [/^PersistentVolumeClaim "shop\/data": onDestroy is "delete"/],
    ],
    ["retain-stateful-disks", "a protected claim", claim(), []],
    [
        "retain-stateful-disks",
        "a claim that may be deleted",
        claim({}, {}, { isProtected: false }),
        [/protect is not set/],
    ],
    [
        "retain-stateful-disks",
        "an image",
        claim({}, {}, { isProtected: false, within: ["GoldenImage"] }),
        [],
    ],
    [
        "retain-stateful-disks",
        "a disk that a machine takes with it",
        machine({}, { dataVolumeTemplates: [{ metadata: { name: "root" }, spec: {} }] }),
        [/spec\.dataVolumeTemplates\[0\] is a disk that Kubernetes deletes with its machine/],
    ],
    [
        "retain-stateful-disks",
        "a set that deletes its claims",
        resource("kubernetes:apps/v1:StatefulSet", {
            metadata: plain,
            spec: {
                persistentVolumeClaimRetentionPolicy: {
                    whenDeleted: "Delete",
                    whenScaled: "Retain",
                },
            },
        }),
        [/persistentVolumeClaimRetentionPolicy\.whenDeleted is "Delete"/],
    ],
];

describe("policies on one resource", () => {
    for (const [name, title, given, says, settings = {}] of rows) {
        const policy = policies.find((one) => one.name === name);
        it(`${name} ${says.length === 0 ? "accepts" : "refuses"} ${title}`, () => {
            assert.ok(policy !== undefined);
            const texts = judged(policy, given, settings).map((problem) =>
                violationText(given, problem),
            );
            assert.equal(texts.length, says.length, texts.join("\n"));
            says.forEach((expected, index) => assert.match(texts[index] ?? "", expected));
            assert.doesNotMatch(texts.join("\n"), new RegExp(secret));
        });
    }

    it("are each seen accepting and refusing", () => {
        for (const { name, judge } of policies.filter((policy) => policy.judge !== undefined)) {
            const own = rows.filter(([policy]) => policy === name);
            assert.ok(
                own.some(([, , , says]) => says.length === 0),
                `${name} accepts nothing`,
            );
            assert.ok(
                own.some(([, , , says]) => says.length > 0),
                `${name} refuses nothing`,
            );
            assert.ok(judge);
        }
    });

    it("leave alone what a user exempts, with a reason", () => {
        const policy = policies.find((one) => one.name === "no-privileged");
        assert.ok(policy !== undefined);
        const agent = deployment({ hostPID: true });
        const of = (pattern: string) =>
            judged(policy, agent, { exempt: { [pattern]: "reads the node's metrics" } }).length;
        assert.deepEqual(
            ["shop/web", "shop/*", "*/web", "other/*", "web", "shop/we"].map(of),
            [0, 0, 0, 1, 1, 1],
        );
    });

    it("have nothing against resources that are no objects", () => {
        const given = [
            resource("pulumi:pulumi:Stack", {}),
            resource("kubevirt:index:Disk", { origin: "shop/data, blank" }),
            resource("pulumi:providers:kubernetes", { namespace: "default" }),
            resource("kubernetes:apps/v1:Deployment", { spec: null, metadata: [] }),
        ];
        for (const policy of policies.filter(({ name }) => !/replica|namespace/.test(name))) {
            for (const one of given) {
                assert.deepEqual(judged(policy, one, {}), [], policy.name);
            }
        }
    });
});
