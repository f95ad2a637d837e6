import type { Fields } from "../../model/machine-difference";
import type { Resource } from "../../policies/resource";

/** A resource as a program registers it. */
export function resource(
    type: string,
    props: Fields,
    { within = [], ...more }: Partial<Resource> & { readonly within?: readonly string[] } = {},
): Resource {
    const name = "one";
    const types = [...within.map((component) => `kubevirt:index:${component}`), type].join("$");
    return {
        type,
        name,
        urn: `urn:pulumi:production::shop::${types}::${name}`,
        props,
        isProtected: false,
        ...more,
    };
}

const metadata = { name: "web", namespace: "shop" };

/** A container that nobody has anything against, with other fields. */
export function container(more: Fields = {}): Fields {
    return {
        name: "app",
        image: `quay.io/shop/app@sha256:${"0".repeat(64)}`,
        resources: { limits: { memory: "1Gi" }, requests: { cpu: "100m" } },
        ...more,
    };
}

/** A Deployment with other fields of its pods. */
export function deployment(pod: Fields = {}, spec: Fields = {}): Resource {
    return resource("kubernetes:apps/v1:Deployment", {
        metadata,
        spec: { replicas: 2, template: { spec: { containers: [container()], ...pod } }, ...spec },
    });
}

/** A machine with other fields of its template. */
export function machine(template: Fields = {}, spec: Fields = {}): Resource {
    const domain = { cpu: { cores: 2 }, memory: { guest: "2Gi" } };
    return resource("kubernetes:kubevirt.io/v1:VirtualMachine", {
        metadata,
        spec: { template: { spec: { domain, ...template } }, ...spec },
    });
}

/** A machine with one volume. */
export function machineWith(volume: Fields, template: Fields = {}): Resource {
    return machine({ volumes: [{ name: "data", ...volume }], ...template });
}

/** A claim, protected unless it says otherwise. */
export function claim(
    spec: Fields = {},
    more: Fields = {},
    options: Partial<Resource> & { readonly within?: readonly string[] } = {},
): Resource {
    return resource(
        "kubernetes:core/v1:PersistentVolumeClaim",
        { metadata: { name: "data", namespace: "shop", ...more }, spec },
        { isProtected: true, ...options },
    );
}

/** A DataVolume with a source. */
export function dataVolume(source: Fields, more: Fields = {}): Resource {
    return resource(
        "kubernetes:cdi.kubevirt.io/v1beta1:DataVolume",
        {
            metadata: { name: "data", namespace: "shop" },
            spec: { source, storage: { accessModes: ["ReadWriteMany"] }, ...more },
        },
        { isProtected: true },
    );
}

/** A Helm release with values. */
export function release(values: Fields, namespace = "shop"): Resource {
    return resource("kubernetes:helm.sh/v3:Release", { name: "cache", namespace, values });
}

/** A StorageClass with other fields. */
export function storageClass(more: Fields): Resource {
    return resource("kubernetes:storage.k8s.io/v1:StorageClass", {
        metadata: { name: "fast" },
        provisioner: "rbd.csi.ceph.com",
        reclaimPolicy: "Retain",
        ...more,
    });
}
