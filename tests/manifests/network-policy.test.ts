import assert from "node:assert/strict";
import { networkPolicies, podSecurityLabels } from "../../manifests/network-policy";

type Labels = Readonly<Record<string, string>>;

interface Selector {
    readonly matchLabels?: Labels;
    readonly matchExpressions?: readonly { readonly key: string; readonly values: string[] }[];
}

interface PolicySpec {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly {
        readonly from?: readonly { readonly podSelector: Selector }[];
        readonly ports?: readonly { readonly port: number }[];
    }[];
}

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels) =>
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ""));

/** Whether a connection gets in, by the rules of Kubernetes: some policy selects the pod, and one of them lets it in. */
function getsIn(operator: "KubeVirt" | "CDI", to: Labels, port: number, from?: Labels): boolean {
    const specs = networkPolicies(operator, "here").map(
        ({ spec }) => spec as unknown as PolicySpec,
    );
    const about = specs.filter(({ podSelector }) => selects(podSelector, to));
    assert.ok(about.length > 0, "no policy is about the pod");
    return about
        .flatMap(({ ingress = [] }) => ingress)
        .some(
            (rule) =>
                (rule.ports?.some((one) => one.port === port) ?? true) &&
                (rule.from?.some((one) => selects(one.podSelector, from ?? {})) ?? true),
        );
}

const component = (name: string) => ({ "kubevirt.io": name });
const cdiComponent = (name: string) => ({ "cdi.kubevirt.io": name });

const connections: readonly (readonly [string, "KubeVirt" | "CDI", Labels, number, Labels?])[] = [
    ["the API server calls virt-api", "KubeVirt", component("virt-api"), 8443],
    ["the API server calls the operator's webhook", "KubeVirt", component("virt-operator"), 8444],
    ["Prometheus reads virt-controller", "KubeVirt", component("virt-controller"), 8443],
    [
        "a node agent sends a machine to another one",
        "KubeVirt",
        component("virt-handler"),
        49152,
        component("virt-handler"),
    ],
    [
        "virt-api opens a console through a node agent",
        "KubeVirt",
        component("virt-handler"),
        8186,
        component("virt-api"),
    ],
    ["somebody downloads an export", "KubeVirt", component("virt-exportproxy"), 8443],
    ["the API server calls CDI's webhooks", "CDI", cdiComponent("cdi-apiserver"), 8443],
    ["somebody uploads a disk", "CDI", cdiComponent("cdi-uploadproxy"), 8443],
    ["Prometheus reads CDI", "CDI", { "prometheus.cdi.kubevirt.io": "true" }, 8443],
];

const strangers: readonly (readonly [string, "KubeVirt" | "CDI", Labels, number, Labels?])[] = [
    ["a pod calls a node agent", "KubeVirt", component("virt-handler"), 8186, { app: "web" }],
    ["a pod calls another port of virt-api", "KubeVirt", component("virt-api"), 22],
    ["a pod calls what is no component", "KubeVirt", { app: "web" }, 8443],
    ["a pod calls CDI's controller", "CDI", cdiComponent("cdi-deployment"), 8080],
];

describe("networkPolicies", () => {
    for (const [what, operator, to, port, from] of connections) {
        it(`let in: ${what}`, () => assert.ok(getsIn(operator, to, port, from)));
    }

    for (const [what, operator, to, port, from] of strangers) {
        it(`keep out: ${what}`, () => assert.ok(!getsIn(operator, to, port, from)));
    }

    it("have names of their own, and do not limit what goes out", () => {
        for (const operator of ["KubeVirt", "CDI"] as const) {
            const policies = networkPolicies(operator, "here");
            const names = policies.map(({ metadata }) => metadata.name);
            assert.equal(new Set(names).size, names.length);
            for (const { metadata, spec } of policies) {
                assert.equal(metadata.namespace, "here");
                assert.deepEqual(spec["policyTypes"], ["Ingress"]);
            }
        }
    });
});

describe("podSecurityLabels", () => {
    it("is privileged for KubeVirt's node agents only", () => {
        const label = "pod-security.kubernetes.io/enforce";
        assert.deepEqual(podSecurityLabels("KubeVirt"), { [label]: "privileged" });
        assert.deepEqual(podSecurityLabels("CDI"), { [label]: "restricted" });
    });
});
