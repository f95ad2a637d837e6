import assert from "node:assert/strict";
import { type ManifestObject, parseRelease } from "../../manifests/release";

export const digest = `sha256:${"0a".repeat(32)}`;
export const where = "https://example.org/operator.yaml";

/** The shape of KubeVirt's manifest: manifests/release/kubevirt-operator.yaml.in, components/deployments.go. */
export const kubevirtRelease = `---
apiVersion: v1
kind: Namespace
metadata:
  labels:
    kubevirt.io: ""
  name: kubevirt
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: virt-operator
  namespace: kubevirt
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: virt-operator
        image: quay.io/kubevirt/virt-operator:v1.9.0
        args: [--port, "8443"]
        env:
        - name: VIRT_OPERATOR_IMAGE
          value: quay.io/kubevirt/virt-operator:v1.9.0
        - name: WATCH_NAMESPACE
          valueFrom:
            fieldRef:
              fieldPath: metadata.annotations['olm.targetNamespaces']
`;

/** The shape of CDI's manifest: pkg/operator/resources/operator/operator.go (createOperatorEnvVar). */
export const cdiRelease = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cdi-operator, namespace: cdi}
spec:
  template:
    spec:
      containers:
      - name: cdi-operator
        image: quay.io/kubevirt/cdi-operator:v1.66.0
        env:
        - {name: DEPLOY_CLUSTER_RESOURCES, value: "true"}
        - {name: OPERATOR_VERSION, value: v1.66.0}
        - {name: CONTROLLER_IMAGE, value: "quay.io/kubevirt/cdi-controller:v1.66.0"}
        - {name: IMPORTER_IMAGE, value: "quay.io/kubevirt/cdi-importer@${digest}"}
        - {name: MONITORING_NAMESPACE, value: ""}
`;

/** The objects of a manifest that can be read. */
export function objectsOf(text: string): readonly ManifestObject[] {
    const { objects, faults } = parseRelease(text, where);
    assert.deepEqual(faults, []);
    return objects;
}
