import { pinned } from "../../model/versions";
import type { Definition } from "../crds";
import { manages, reads, type ReleaseObject, type Rule } from "./parts";

const namespace = "kube-system";
const registry = "ghcr.io/k8snetworkplumbingwg";
const rbac = "rbac.authorization.k8s.io";

/**
 * Multus with the objects and names of its release: every network but the pod network needs it. Source: multus-cni
 * deployments/multus-daemonset-thick.yml of v4.3.0, which has the tag of a snapshot in place of a version.
 */
export function multusRelease(definitions: readonly Definition[]): ReleaseObject[] {
    const all: Rule = { apiGroups: ["k8s.cni.cncf.io"], resources: ["*"], verbs: ["*"] };
    return [
        ...definitions,
        ...granted("multus", "multus", [all, reads("", "pods")]),
        configMap("multus-daemon-config", { "daemon-config.json": "{}" }),
        daemonSet("kube-multus-ds", "multus", {
            serviceAccountName: "multus",
            containers: [
                { name: "kube-multus", image: `${registry}/multus-cni:${pinned.multus}-thick` },
            ],
        }),
    ];
}

/** whereabouts, likewise. Source: whereabouts doc/crds of v0.9.4. */
export function whereaboutsRelease(definitions: readonly Definition[]): ReleaseObject[] {
    const rules = [
        manages("whereabouts.cni.cncf.io", "ippools", "overlappingrangeipreservations"),
        reads("k8s.cni.cncf.io", "network-attachment-definitions"),
        reads("", "pods", "nodes"),
    ];
    return [
        ...definitions,
        ...granted("whereabouts", "whereabouts-cni", rules),
        configMap("whereabouts-config", { "cron-expression": "30 4 * * *" }),
        daemonSet("whereabouts", "whereabouts", {
            serviceAccountName: "whereabouts",
            containers: [{ name: "whereabouts", image: `${registry}/whereabouts:latest` }],
        }),
    ];
}

/**
 * The SR-IOV CNI plugin and the device plugin, without its configuration, which its project leaves to the user. Source: sriov-cni
 * images/sriov-cni-daemonset.yaml of v2.10.0; sriov-network-device-plugin deployments/sriovdp-daemonset.yaml of v3.11.0.
 */
export function sriovRelease(): ReleaseObject[] {
    const account = "sriov-device-plugin";
    const config = { name: "config-volume", configMap: { name: "sriovdp-config" } };
    return [
        daemonSet("kube-sriov-cni-ds", "sriov-cni", {
            containers: [{ name: "kube-sriov-cni", image: `${registry}/sriov-cni` }],
        }),
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
        daemonSet("kube-sriov-device-plugin", account, {
            serviceAccountName: account,
            containers: [
                {
                    name: "kube-sriovdp",
                    image: `${registry}/sriov-network-device-plugin:latest`,
                    volumeMounts: [{ name: config.name, mountPath: "/etc/pcidp" }],
                },
            ],
            volumes: [config],
        }),
    ];
}

/** A ServiceAccount with a role for the cluster. */
function granted(account: string, role: string, rules: readonly Rule[]): ReleaseObject[] {
    const objects = [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
        { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: role }, rules },
        {
            apiVersion: `${rbac}/v1`,
            kind: "ClusterRoleBinding",
            metadata: { name: account },
            roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
            subjects: [{ kind: "ServiceAccount", name: account, namespace }],
        },
    ];
    return objects;
}

function configMap(name: string, data: Readonly<Record<string, string>>): ReleaseObject {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
    return object;
}

/** On every node, whatever it is tainted with. */
function daemonSet(name: string, app: string, spec: object): ReleaseObject {
    const labels = { name: app };
    const object = {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name, namespace },
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { hostNetwork: true, tolerations: [{ operator: "Exists" }], ...spec },
            },
        },
    };
    return object;
}
